// What the page says: the script tag's data-* attributes, and where the service is.
const script = document.currentScript || document.querySelector('script[data-site][src*="embed.js"]');
const data = script.dataset;
const service = new URL(".", script.src).href;
const api = `${service}api/v1/`;
const site = `${api}sites/${encodeURIComponent(data.site)}/`;
const page = (() => {
  const canonical = document.querySelector('link[rel="canonical"]');
  const url = new URL(data.pageUrl || (canonical && canonical.href) || location.href, document.baseURI);
  url.hash = "";
  // A link from a newsletter leads to the same page as any other.
  const tracking = [...url.searchParams.keys()].filter((name) => /^utm_|^(fbclid|gclid|msclkid)$/.test(name));
  tracking.forEach((name) => url.searchParams.delete(name));
  return url.href;
})();
const pageTitle = (data.pageTitle || document.title).trim().slice(0, 300);
const addressOf = (id) => `${location.href.split("#")[0]}#comment-${id}`;
