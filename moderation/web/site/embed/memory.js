// What stays in this browser. Storage may be shut or full; then the page's own life must do.
const MONTH_MS = 30 * 24 * 3600 * 1000;
const shelf = new Map();
const shelfName = (name) => `comments:${data.site}:${name}`;

function recall(name) {
  const key = shelfName(name);
  let text = shelf.get(key);
  try { text = localStorage.getItem(key) ?? text; } catch { /* shut */ }
  try { return JSON.parse(text ?? "null"); } catch { return null; }
}

function keep(name, value) {
  const key = shelfName(name);
  const text = value === null ? null : JSON.stringify(value);
  if (text === null) shelf.delete(key);
  else shelf.set(key, text);
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch { /* shut or full */ }
}

// A draft holds all that was typed until the service has it, at most a month. It has a
// key once it was sent: the same text sent again after a failure is taken once.
const draft = {
  name: `draft:${page}`,
  read() {
    const found = recall(this.name);
    return found && Date.now() - found.at < MONTH_MS ? found : null;
  },
  write(values) { keep(this.name, { ...values, at: Date.now() }); },
  drop() { keep(this.name, null); },
};

function dropOldDrafts() {
  const prefix = shelfName("draft:");
  try {
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
      const name = key.slice(shelfName("").length);
      if (!(Date.now() - recall(name)?.at < MONTH_MS)) keep(name, null);
    }
  } catch { /* shut */ }
}

const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

// Own comments that are not public yet: only their receipts, which tell the rest.
const receipts = {
  all: () => (recall("receipts") || []).filter((one) => Date.now() - one.at < MONTH_MS),
  here: () => receipts.all().filter((one) => one.page === page),
  add: (one) => keep("receipts", [...receipts.all(), { ...one, page, at: Date.now() }].slice(-50)),
  drop(token) {
    const left = receipts.all().filter((one) => one.token !== token);
    keep("receipts", left.length ? left : null);
  },
};
