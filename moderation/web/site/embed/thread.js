// The thread: conversations, their replies one level deep, more on demand, permalinks.
const PART = Math.min(100, Math.max(1, Number(data.limit) || 25));
const LONGEST_SEARCH = 40;

function makeThread(onReply) {
  const nodes = new Map();
  const list = make("ol", { className: "list" });
  const heading = make("h2", { part: "heading" });
  const status = make("p", { className: "status", role: "status" });
  const more = button("", () => showMore(), { className: "button more", hidden: true });
  const orders = ["oldest", "newest"].map((name) =>
    button(say(name), () => sort(name), { className: "link", name, "aria-pressed": "false" }));
  const feed = make("a", { href: `${service}sites/${data.site}/feed.atom?${query({ page_url: page })}`, type: "application/atom+xml" }, say("feed"));
  const node = make("div", {},
    make("div", { className: "head" }, heading,
      make("p", { className: "tools" }, make("span", { role: "group", "aria-label": say("order") }, orders[0], " · ", orders[1]), " · ", feed)),
    list, more, status);
  let order = data.order === "newest" ? "newest" : "oldest";
  let cursor = null;
  let count = 0;
  let busy = Promise.resolve();

  function entry(item) {
    const parent = item.parent_id !== item.root_id && nodes.get(item.parent_id);
    const website = item.author.website && webAddress(item.author.website);
    const name = make("bdi", {}, item.author.name);
    const own = make("div", { className: "own" },
      make("p", { className: "by" },
        website ? make("a", { className: "author", part: "author", href: website, rel: "nofollow ugc noopener" }, name) : make("b", { part: "author" }, name),
        make("a", { className: "when", href: addressOf(item.id), title: say("permalink") }, make("time", { dateTime: item.created_at }, moment(item.created_at))),
        item.edited_at && make("span", { className: "small" }, say("edited")),
        parent && make("a", { className: "small", href: addressOf(item.parent_id) }, say("in_reply_to", { name: isolated(parent.item.author.name) }))),
      rendered(item.body_html, item.body, { className: "text", part: "text" }),
      make("div", { className: "acts" },
        button(say("reply"), () => onReply(item, found.own), { className: "link reply", "aria-label": say("reply_to", { name: item.author.name }) })));
    const replies = make("ol", { className: "replies", hidden: true });
    const found = { item, own, replies, node: make("li", { className: "comment", part: "comment", id: `comment-${item.id}`, tabIndex: -1 }, own, replies) };
    addReport(own.querySelector(".acts"), item);
    nodes.set(item.id, found);
    return found;
  }

  function place(item, first) {
    if (nodes.has(item.id)) return;
    const root = item.root_id !== item.id && nodes.get(item.root_id);
    const { node: made } = entry(item);
    if (root) {
      root.replies.hidden = false;
      root.replies.append(made);
    } else if (first) list.prepend(made);
    else list.append(made);
  }

  function showCount(n) {
    count = n;
    heading.textContent = n ? counted(n) : say("none");
    countPlaces().forEach(([place, url]) => { if (url === page) writeCount(place, n); });
  }

  async function fetchPart(limit) {
    const asked = { page_url: page, threaded: "1", order, limit: String(limit), cursor };
    const answer = await call(`${site}comments?${query(asked)}`);
    if (!answer.ok) {
      status.textContent = answer.status === 0 ? say("unreachable_list") : say("unavailable");
      // For whoever sets the site up; readers do not look here.
      console.warn(`comments of ${data.site}: is ${new URL(page).origin} among the site's origins?`, answer.body.detail ?? "");
      more.textContent = say("try_again");
      more.hidden = false;
      return false;
    }
    answer.body.items.forEach((item) => place(item, false));
    cursor = answer.body.next_cursor;
    status.textContent = "";
    more.textContent = say("more");
    more.hidden = !cursor;
    showCount(answer.body.count);
    node.dispatchEvent(new CustomEvent("shown", { detail: answer.body }));
    return true;
  }

  // One at a time: a second request waits for the first.
  function part(limit = PART) {
    busy = busy.then(() => fetchPart(limit));
    return busy;
  }

  async function showMore() {
    const before = new Set(nodes.keys());
    more.setAttribute("aria-disabled", "true");
    const done = await part();
    more.removeAttribute("aria-disabled");
    const fresh = done && [...nodes].find(([id]) => !before.has(id));
    if (fresh) fresh[1].node.focus({ preventScroll: true });
  }

  function reload() {
    busy = busy.then(() => {
      cursor = null;
      nodes.clear();
      list.replaceChildren();
      orders.forEach((one) => one.setAttribute("aria-pressed", String(one.name === order)));
      return fetchPart(PART);
    });
    return busy;
  }

  function sort(name) {
    if (name === order) return;
    order = name;
    node.dispatchEvent(new CustomEvent("leaving"));
    reload();
  }

  async function goTo(id) {
    for (let parts = 0; !nodes.has(id) && cursor && parts < LONGEST_SEARCH; parts += 1) {
      if (!(await part(100))) break;
    }
    const found = nodes.get(id);
    if (!found) return;
    list.querySelectorAll(".is-target").forEach((old) => old.classList.remove("is-target"));
    found.node.classList.add("is-target");
    found.node.scrollIntoView({ block: "start" });
    found.node.focus({ preventScroll: true });
  }

  // A comment that has just become public, put where it belongs without moving the others.
  function add(item) {
    if (nodes.has(item.id)) return;
    const parent = item.parent_id && nodes.get(item.parent_id);
    place({ ...item, root_id: parent ? parent.item.root_id : item.id }, order === "newest");
    showCount(count + 1);
  }

  return { node, reload, goTo, add, has: (id) => nodes.has(id), find: (id) => nodes.get(id) };
}
