// The form: "Leave a Reply". Nothing typed is lost until the service has taken it.
const FIELDS = ["name", "email", "website", "body"];

// A refusal that concerns the whole comment, in words.
function refusal(answer) {
  const { detail } = answer.body;
  // A key that was used for another text: the first sending has arrived after all.
  const code = answer.body.code === "idempotency_mismatch" ? "duplicate" : answer.body.code;
  if (answer.status === 0) return say(navigator.onLine ? "unreachable" : "offline");
  if (words.refused[code]) return words.refused[code];
  if (answer.status === 429 || answer.status === 503) return words.refused.unavailable;
  return (language === "en" && detail) || say("failed");
}

function makeForm(onSent) {
  const inputs = {
    name: make("input", { type: "text", maxLength: 100, autocomplete: "name", required: true, dir: "auto" }),
    email: make("input", { type: "email", maxLength: 254, autocomplete: "email", required: true, dir: "ltr" }),
    website: make("input", { type: "url", maxLength: 200, autocomplete: "url", dir: "ltr" }),
    body: make("textarea", { rows: 6, required: true, dir: "auto" }),
  };
  const errors = {};
  const fields = Object.fromEntries(FIELDS.map((name) => [name, field(name)]));
  const remember = make("input", { type: "checkbox", name: "remember" });
  const heading = make("h3", { id: "respond-h" });
  const cancel = button(say("cancel"), () => { answerTo(null); inputs.body.focus(); }, { className: "link", hidden: true });
  const notice = make("div", { className: "notice notice--bad", role: "alert", tabIndex: -1, hidden: true });
  const aside = make("div", { className: "notice", tabIndex: -1, hidden: true, "aria-live": "polite" });
  const post = make("button", { className: "button button--main", part: "button" }, say("post"));
  const star = () => make("span", { className: "req", "aria-hidden": "true" }, "*");
  const node = make("form", { className: "leave", id: "respond", part: "form", noValidate: true, "aria-labelledby": "respond-h", onsubmit: (event) => { event.preventDefault(); send(true); }, oninput: () => saveDraft() },
    make("div", { className: "row" }, heading, cancel),
    make("p", { className: "quiet" }, say("private"), " ", say("required"), " ", star()),
    notice,
    make("div", { className: "pair" }, fields.name, fields.email),
    fields.website, fields.body,
    make("label", { className: "check" }, remember, say("remember")),
    make("p", { className: "row" }, post, button(say("preview"), preview, { className: "button" })),
    aside);
  const home = make("div", { className: "home" }, node);
  let answering = null;
  let sending = false;
  let waiting = null;

  function field(name) {
    const input = inputs[name];
    input.name = name;
    input.id = `f-${name}`;
    const star = input.required && make("span", { className: "req", "aria-hidden": "true" }, " *");
    errors[name] = make("p", { className: "error", id: `e-${name}`, hidden: true });
    return make("div", { className: "field" }, make("label", { htmlFor: input.id }, say(name), star), errors[name], input);
  }

  const typed = () => Object.fromEntries(FIELDS.map((name) => [name, inputs[name].value]));

  function saveDraft(key) {
    const values = typed();
    if (FIELDS.every((name) => !values[name])) draft.drop();
    else draft.write({ ...values, answering, key });
  }

  function restore() {
    const own = recall("me");
    const left = draft.read();
    for (const name of FIELDS) inputs[name].value = (left && left[name]) || (own && own[name]) || "";
    remember.checked = Boolean(own);
    aim((left && left.answering) || null);
  }

  function answerTo(item, under) {
    aim(item, under);
    if (inputs.body.value) saveDraft();
  }

  function aim(item, under) {
    answering = item && { id: item.id, name: item.name ?? item.author.name };
    heading.textContent = answering ? say("leave_to", { name: isolated(answering.name) }) : say("leave");
    cancel.hidden = !answering;
    if (under) under.after(node);
    else home.append(node);
  }

  function payload() {
    const { name, email, website, body } = typed();
    const address = website.trim();
    const whole = !address || /^[a-z][a-z\d+.-]*:/i.test(address) ? address : `https://${address}`;
    return { name, email, body, page_url: page, ...(pageTitle && { page_title: pageTitle }), ...(whole && { website: whole }), ...(answering && { parent_id: answering.id }) };
  }

  function clearFaults() {
    notice.hidden = aside.hidden = true;
    for (const name of FIELDS) {
      errors[name].hidden = true;
      fields[name].classList.remove("field--bad");
      inputs[name].removeAttribute("aria-invalid");
      inputs[name].removeAttribute("aria-describedby");
    }
  }

  function showFault(name, text) {
    errors[name].replaceChildren(make("span", { className: "sr" }, say("error"), " "), text);
    errors[name].hidden = false;
    fields[name].classList.add("field--bad");
    inputs[name].setAttribute("aria-invalid", "true");
    inputs[name].setAttribute("aria-describedby", errors[name].id);
  }

  function showFaults(answer) {
    const faults = answer.body.errors || {};
    const known = FIELDS.filter((name) => faults[name]);
    const lines = known.map((name) => {
      const text = language === "en" ? faults[name].join(" ") : faultText(name);
      showFault(name, text);
      return make("li", {}, make("a", { href: `#f-${name}`, onclick: (event) => { event.preventDefault(); inputs[name].focus(); } }, text));
    });
    const others = Object.entries(faults).filter(([name]) => !FIELDS.includes(name)).flatMap(([, texts]) => texts);
    const about = known.length ? others : [...others, others.length ? "" : refusal(answer)].filter(Boolean);
    notice.replaceChildren(make("p", {}, make("b", {}, say("not_sent")), " ", about.join(" ")), make("ul", {}, lines));
    notice.hidden = false;
    if (known.length) inputs[known[0]].focus();
    else notice.focus();
  }

  function faultText(name) {
    if (name === "body" && inputs.body.value.trim() && bodyMax) return say("too_long", { n: number(bodyMax) });
    return words.faults[name];
  }

  async function send(nudge) {
    if (sending) return;
    const sent = payload();
    const key = draft.read()?.key || newKey();
    clearFaults();
    saveDraft(key);
    setSending(true);
    waiting = null;
    const answer = await callAgain(`${site}comments${nudge ? "?nudge=1" : ""}`, { send: sent, key });
    setSending(false);
    if (answer.ok && answer.body.status === "nudge") showNudge(answer.body);
    else if (answer.ok) accepted(answer.body, sent);
    else {
      showFaults(answer);
      if (answer.status === 0) waiting = { text: JSON.stringify(sent), nudge };
    }
  }

  // The reader has pressed "post" already; what went wrong was the line.
  window.addEventListener("online", () => {
    if (waiting && waiting.text === JSON.stringify(payload())) send(waiting.nudge);
  });

  function setSending(on) {
    sending = on;
    post.textContent = say(on ? "posting" : "post");
    if (on) post.setAttribute("aria-disabled", "true");
    else post.removeAttribute("aria-disabled");
  }

  function accepted(answer, sent) {
    const { name, email, website, body } = typed();
    keep("me", remember.checked ? { name, email, website } : null);
    aim(null);
    // What was written while the answer was on its way is the next comment's beginning.
    if (body === sent.body) {
      inputs.body.value = "";
      draft.drop();
    } else saveDraft();
    onSent(answer, { name: sent.name.trim(), body: sent.body.trim() });
  }

  function showNudge(answer) {
    aside.replaceChildren(
      make("p", {}, make("b", {}, say("nudge_title")), " ", say("nudge_lead")),
      make("ul", {}, reasonsOf(answer.reasons || []).map((text) => make("li", {}, text))),
      make("p", { className: "row" },
        button(say("nudge_edit"), () => { aside.hidden = true; inputs.body.focus(); }, { className: "button button--main" }),
        button(say("nudge_send"), () => send(false), { className: "button" })));
    aside.hidden = false;
    aside.focus();
  }

  async function preview() {
    clearFaults();
    const answer = await call(`${site}comments/preview`, { send: { body: inputs.body.value } });
    if (!answer.ok) {
      showFaults(answer);
      return;
    }
    aside.replaceChildren(make("p", {}, make("b", {}, say("preview"))), rendered(answer.body.body_html, inputs.body.value, { className: "text" }),
      make("p", {}, button(say("preview_close"), () => { aside.hidden = true; inputs.body.focus(); }, { className: "link" })));
    aside.hidden = false;
    aside.focus();
  }

  let bodyMax = null;
  function setRules({ closed, body_max: most }) {
    bodyMax = most;
    // What is being typed stays in sight, even where it can no longer be sent.
    if (closed && !inputs.body.value) home.replaceChildren(make("p", { className: "notice", role: "status" }, say("closed")));
  }

  restore();
  return { node: home, answerTo, goHome: () => aim(answering), inputs, setRules };
}
