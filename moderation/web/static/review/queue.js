// The queue by keyboard: opening, deciding and undoing without a page load. Without this
// script every link and form of the page still does its work.
const review = document.querySelector(".review");
const said = document.getElementById("said");
const toast = document.getElementById("toast");
const undoable = document.getElementById("undoable");
const nothingUndoable = document.getElementById("nothing-undoable");
const token = document.querySelector("meta[name=csrf-token]").content;
const filters = review.dataset.filters;
const WORDS = { approve: "Approved", reject: "Rejected", spam: "Marked as spam", escalate: "Escalated" };
const PROBLEMS = {
  stale: "somebody else decided it first",
  claimed: "somebody else is looking at it",
  illegal_transition: "it is not waiting any more",
  undo_expired: "it is too late to undo it",
};
const POLL_MS = 20_000;
const RENEW_MS = 120_000;
const done = [];
let opening = 0;
let lastActive = Date.now();

const main = () => document.getElementById("main");
const cards = () => [...document.querySelectorAll("#cards .card")];
const openCard = () => document.querySelector(".card.is-open");
const idOf = (card) => card.id.slice("card-".length);
const say = (words) => { said.textContent = words; };

async function send(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: { "X-CSRFToken": token, "Content-Type": "application/json", Accept: "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const data = answer.status === 204 ? null : await answer.json();
  return { ok: answer.ok, status: answer.status, data };
}

function showToast(words, undoable) {
  toast.replaceChildren(Object.assign(document.createElement("span"), { textContent: words }));
  if (undoable) {
    const button = Object.assign(document.createElement("button"), { className: "btn btn--small", textContent: "Undo (z)" });
    button.addEventListener("click", undoLast);
    toast.append(button);
  }
  const close = Object.assign(document.createElement("button"), { className: "btn btn--small", textContent: "Close" });
  close.addEventListener("click", () => { toast.hidden = true; });
  toast.append(close);
  toast.hidden = false;
}

function markOpen(id) {
  for (const card of cards()) {
    const isIt = idOf(card) === id;
    card.classList.toggle("is-open", isIt);
    if (isIt) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
    if (isIt) card.scrollIntoView({ block: "nearest" });
  }
}

// Only the newest request may replace the item: an older, slower one comes too late.
async function loadPart(path, options) {
  const mine = ++opening;
  const answer = await fetch(path, { ...options, headers: { "X-Part": "item", Accept: "text/html", ...options?.headers } });
  if (mine !== opening) return false;
  if (!answer.ok || answer.redirected) { location.assign(path); return false; }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== opening) return false;
  main().replaceWith(document.adoptNode(page.querySelector("#main")));
  main().focus({ preventScroll: true });
  return true;
}

async function open(id) {
  markOpen(id);
  const path = `/queue/${id}${filters}`;
  if (!(await loadPart(path))) return;
  history.replaceState(null, "", path);
  const showsList = document.getElementById("show-list");
  if (showsList) showsList.checked = false;
  say(`Open: the comment by ${main().dataset.name}.`);
}

function neighbour(step) {
  const all = cards();
  const at = all.indexOf(openCard());
  for (let place = at === -1 && step < 0 ? all.length : at; ; ) {
    place += step;
    const card = all[place];
    if (!card) return null;
    if (!card.classList.contains("is-done") && !card.classList.contains("is-held")) return card;
  }
}

function move(step) {
  const card = neighbour(step);
  if (card) return open(idOf(card));
  say(step > 0 ? "This was the last of the list." : "This was the first of the list.");
  return undefined;
}

function tag(id, words) {
  const card = document.getElementById(`card-${id}`);
  if (!card) return;
  card.classList.toggle("is-done", Boolean(words));
  card.querySelector(".pick").disabled = Boolean(words);
  card.querySelector(".card__done")?.remove();
  if (!words) return;
  card.querySelector(".card__top .card__age").before(
    Object.assign(document.createElement("span"), { className: "chip card__done", textContent: words }),
  );
}

// The list at the left, as the server would write it now; kept for as long as the page stands.
function listUndoable(entry, words, name) {
  const row = document.createElement("li");
  const what = document.createElement("span");
  what.append(`${words} `, Object.assign(document.createElement("bdi"), { className: "quiet", textContent: name }));
  row.dataset.decision = entry.decision;
  const button = Object.assign(document.createElement("button"), { className: "btn btn--small btn--bare", textContent: "Undo" });
  button.setAttribute("aria-label", `Undo: ${words} ${name}`);
  button.addEventListener("click", () => undo(entry));
  row.append(what, button);
  undoable.prepend(row);
  nothingUndoable.hidden = true;
}

function unlistUndoable(decision) {
  undoable.querySelector(`[data-decision="${CSS.escape(decision)}"]`)?.remove();
  nothingUndoable.hidden = undoable.children.length > 0;
}

async function decide(form, action) {
  const { item: id, name } = main().dataset;
  const version = Number(main().dataset.version);
  const chosen = form.querySelector("[name=reason]:checked");
  const own = form.querySelector("[name=own_reason]").value.trim();
  const reason = (chosen?.dataset.digit === "0" ? own : chosen?.value) || null;
  if (chosen?.dataset.digit === "0" && !own) {
    form.querySelector("[name=own_reason]").focus();
    say("Write your own words first.");
    return;
  }
  tag(id, `${WORDS[action]} by you`);
  // A second key before the next one is there must not fall on this one again.
  main().removeAttribute("data-mine");
  // The next one opens at once; what became of this one is told when it is known.
  const next = neighbour(1) ?? neighbour(-1);
  const opened = next ? open(idOf(next)) : Promise.resolve();
  let answer;
  try {
    answer = await send("POST", `/api/v1/comments/${id}/decisions`, { action, version, reason });
  } catch {
    answer = { ok: false, data: null };
  }
  if (answer.ok) {
    done.push({ decision: answer.data.id, id });
    listUndoable(done.at(-1), WORDS[action], name);
    showToast(`${WORDS[action]}: ${name}`, true);
    say(`${WORDS[action]}: ${name}.`);
  } else {
    tag(id, "Not decided by you");
    const why = PROBLEMS[answer.data?.code] ?? answer.data?.detail ?? "the service did not answer";
    showToast(`Your decision on ${name} did not go through: ${why}.`, false);
    await opened;
    await open(id);
  }
  if (answer.ok && !next) await loadPart(`/queue/${id}${filters}`);
}

async function undo(entry) {
  // Off the pile at once: a second "z" means the one before.
  const place = done.indexOf(entry);
  if (place !== -1) done.splice(place, 1);
  const answer = await send("POST", `/api/v1/decisions/${entry.decision}/undo`)
    .catch(() => ({ ok: false, data: { detail: "the service did not answer" } }));
  if (answer.ok || answer.data?.code in PROBLEMS) unlistUndoable(entry.decision);
  else done.push(entry); // it can be tried again
  if (!answer.ok) {
    const why = PROBLEMS[answer.data?.code] ?? answer.data?.detail;
    showToast(`It could not be undone: ${why}.`, false);
    return;
  }
  tag(entry.id, "");
  showToast("Undone; it waits again.", false);
  await open(entry.id);
}

function undoLast() {
  const last = done.at(-1);
  if (last) return undo(last);
  say("There is nothing to undo.");
  return undefined;
}

function nextPassage() {
  const marks = [...document.querySelectorAll("#text mark")];
  if (!marks.length) return;
  const at = marks.findIndex((mark) => mark.hasAttribute("data-at"));
  for (const mark of marks) mark.removeAttribute("data-at");
  const mark = marks[(at + 1) % marks.length];
  mark.setAttribute("data-at", "");
  location.replace(`#${mark.id}`);
}

function pickDigit(digit) {
  const radio = document.querySelector(`[data-decide] [data-digit="${digit}"]`);
  if (!radio) return;
  radio.checked = true;
  if (digit === "0") document.getElementById("own").focus();
  say(`Reason: ${radio.parentElement.textContent.trim()}.`);
}

const ACTS = {
  j: () => move(1),
  k: () => move(-1),
  z: undoLast,
  n: nextPassage,
  "/": () => document.getElementById("q").focus(),
  "?": () => document.getElementById("keys").togglePopover(),
};

document.addEventListener("keydown", (event) => {
  lastActive = Date.now();
  const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select");
  if (review.dataset.keys !== "on" || typing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (/^\d$/.test(event.key)) { event.preventDefault(); pickDigit(event.key); return; }
  const act = ACTS[event.key];
  if (act) { event.preventDefault(); act(); return; }
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) { event.preventDefault(); button.click(); }
});

document.addEventListener("click", (event) => {
  lastActive = Date.now();
  const link = event.target.closest("[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  open(link.dataset.open);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-decide]")) {
    event.preventDefault();
    if (main().hasAttribute("data-mine")) decide(form, event.submitter.value);
  } else if (form.matches("[data-part]")) {
    event.preventDefault();
    loadPart(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  }
});

document.getElementById("cards").addEventListener("change", () => {
  const count = document.querySelectorAll(".pick:checked").length;
  document.getElementById("picked").textContent = count ? `${count} selected` : "Selected:";
});

// The list never moves by itself: what came since waits behind this bar.
setInterval(async () => {
  if (document.hidden) return;
  const { newer, since } = review.dataset;
  const joint = newer.includes("?") ? "&" : "?";
  const answer = await send("GET", `${newer}${joint}since=${encodeURIComponent(since)}`).catch(() => null);
  const count = answer?.ok ? answer.data.count : 0;
  const bar = document.getElementById("newer");
  if (!count || bar.textContent.startsWith(`${count} `)) return;
  bar.textContent = `${count} new. Show them`;
  bar.hidden = false;
  say(`${count} new comments wait.`);
}, Number(review.dataset.poll) || POLL_MS);

// Whoever is still reading keeps what they hold; whoever has left gives it back by waiting.
setInterval(async () => {
  const claim = document.querySelector(".claim[data-by=me]");
  if (document.hidden || !claim || Date.now() - lastActive >= RENEW_MS) return;
  const answer = await send("PUT", "/api/v1/queue/claims").catch(() => null);
  const held = answer?.ok ? answer.data.items.find((item) => item.id === main().dataset.item) : null;
  if (held) claim.dataset.until = held.claim.expires_at;
}, RENEW_MS);

// Keys do their work from here on; before, a page that has just come would lose them.
review.dataset.ready = "";
