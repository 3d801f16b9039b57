// Puts the parts together where the script stands, in a shadow tree of its own.
function host() {
  const named = data.target && document.querySelector(data.target);
  const node = named || make("div");
  if (!named) {
    if (script.closest("body")) script.after(node);
    else document.body.append(node);
  }
  if (!document.getElementById("comments") && !node.id) node.id = "comments";
  return node;
}

async function show() {
  const place = host();
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const shadow = place.shadowRoot || place.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [sheet];
  const thread = makeThread((item, under) => { form.answerTo(item, under); form.inputs.body.focus(); });
  const own = makeOwn(thread);
  const form = makeForm((answer, typed) => {
    if (answer.comment) thread.add(answer.comment);
    own.sent(answer, typed);
  });
  const root = make("section", { className: "comments", lang: language, dir: words.dir, "aria-label": say("title"), "data-theme": data.theme },
    thread.node, own.node, form.node);
  shadow.replaceChildren(root);
  thread.node.addEventListener("shown", (event) => form.setRules(event.detail));
  thread.node.addEventListener("leaving", () => form.goHome());
  const follow = () => {
    const id = /^#comment-([\w-]+)$/.exec(location.hash);
    if (id) thread.goTo(id[1]);
    return Boolean(id);
  };
  window.addEventListener("hashchange", follow);
  await thread.reload();
  own.lookAll();
  if (!follow() && place.id && location.hash === `#${place.id}`) place.scrollIntoView();
}

async function start() {
  if (document.readyState === "loading" && !script.closest("body")) {
    await new Promise((done) => { document.addEventListener("DOMContentLoaded", done, { once: true }); });
  }
  dropOldDrafts();
  await readWords();
  if (data.show !== "counts") show();
  showCounts();
}

start();
