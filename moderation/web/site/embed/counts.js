// Numbers for index pages: every element with data-comment-count, whoever put it there.
const MOST_PAGES = 100;
const LONGEST_QUERY = 6000;

function countPlaces() {
  const places = [];
  for (const node of document.querySelectorAll("[data-comment-count]")) {
    const address = node.dataset.commentCount || node.href;
    if (!address) continue;
    try {
      const url = new URL(address, document.baseURI);
      url.hash = "";
      places.push([node, url.href]);
    } catch { /* not an address */ }
  }
  return places;
}

function writeCount(node, n) {
  node.textContent = node.dataset.commentCountAs === "number" ? number(n) : counted(n);
}

async function showCounts() {
  const places = new Map();
  for (const [node, url] of countPlaces()) places.set(url, [...(places.get(url) || []), node]);
  let batch = [];
  let length = 0;
  for (const url of places.keys()) {
    const more = encodeURIComponent(url).length + 10;
    if (batch.length === MOST_PAGES || length + more > LONGEST_QUERY) {
      countBatch(batch, places);
      batch = [];
      length = 0;
    }
    batch.push(url);
    length += more;
  }
  countBatch(batch, places);
}

// One address that is not the site's must not cost the others their numbers.
async function countBatch(urls, places) {
  if (!urls.length) return;
  const asked = urls.map((url) => `page_url=${encodeURIComponent(url)}`).join("&");
  const answer = await call(`${site}counts?${asked}`);
  if (answer.status === 422 && urls.length > 1) {
    const half = Math.ceil(urls.length / 2);
    countBatch(urls.slice(0, half), places);
    countBatch(urls.slice(half), places);
  }
  if (!answer.ok) return;
  for (const [url, n] of Object.entries(answer.body.counts)) {
    for (const node of places.get(url) || []) writeCount(node, n);
  }
}
