// The reader's own comments that others do not see (yet): state, reasons, receipt.
const SOON_MS = 3000;
const LATER_MS = 60000;

function makeOwn(thread) {
  const node = make("div", { className: "mine-all" });
  const boxes = new Map();

  function show(receipt, state) {
    const { status, comment } = state;
    const box = make("div", { className: `mine mine--${status}`, tabIndex: -1, "aria-label": say(`state_${status}`), role: "group" },
      make("p", { className: "state" }, say(`state_${status}`)),
      status !== "published" && [
        make("p", { className: "by" }, make("b", {}, make("bdi", {}, comment.name)), make("time", { className: "when", dateTime: comment.created_at }, moment(comment.created_at))),
        make("div", { className: "text plain", dir: "auto" }, comment.body),
      ],
      make("div", { className: "why" },
        status !== "published" && make("ul", {}, reasonsOf(state.reasons).map((text) => make("li", {}, text))),
        make("p", {}, make("a", { href: receipt.url, target: "_blank", rel: "noopener noreferrer" }, say("receipt")), " ", say("receipt_note")),
        make("p", {}, button(say("hide"), () => drop(receipt.token), { className: "link" }))));
    const old = boxes.get(receipt.token);
    if (old) old.box.replaceWith(box);
    else node.append(box);
    const shown = status === "published" && thread.find(receipt.id);
    if (shown) shown.own.after(box);
    boxes.set(receipt.token, { box, status });
    return box;
  }

  function drop(token) {
    receipts.drop(token);
    const found = boxes.get(token);
    if (found) found.box.remove();
    boxes.delete(token);
  }

  // Just sent: what the answer says is enough.
  function sent(answer, typed) {
    const receipt = { id: answer.id, token: answer.receipt.token, url: answer.receipt.url };
    if (answer.status !== "published") receipts.add(receipt);
    const box = show(receipt, { status: answer.status, reasons: answer.reasons, comment: { ...typed, created_at: answer.created_at } });
    box.focus();
    if (answer.status === "pending") setTimeout(() => look(receipt, 20), SOON_MS);
  }

  async function look(receipt, triesLeft = 0) {
    const answer = await call(`${api}receipts/${receipt.token}`);
    if (answer.status === 404 || (answer.ok && ["withdrawn", "erased"].includes(answer.body.status))) return drop(receipt.token);
    if (!answer.ok) return undefined;
    const { status } = answer.body;
    if (status === "published") {
      receipts.drop(receipt.token);
      await publish(receipt.id);
    }
    if (boxes.get(receipt.token)?.status !== status) show(receipt, answer.body);
    if (status === "pending" && triesLeft) setTimeout(() => look(receipt, triesLeft - 1), SOON_MS);
    return undefined;
  }

  async function publish(id) {
    if (thread.has(id)) return;
    const answer = await call(`${site}comments?${query({ page_url: page, order: "newest", limit: "100" })}`);
    const item = answer.ok && answer.body.items.find((one) => one.id === id);
    if (item) thread.add(item);
  }

  const lookAll = () => Promise.all(receipts.here().map((receipt) => look(receipt)));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAll(); });
  setInterval(() => { if (!document.hidden && node.isConnected) lookAll(); }, LATER_MS);
  return { node, sent, lookAll };
}
