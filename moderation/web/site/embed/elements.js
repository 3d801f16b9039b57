// Making elements: text is always text, and nothing needs an inline style or handler.
function make(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "part" && name !== "form") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const button = (text, onclick, props = {}) => make("button", { type: "button", onclick, ...props }, text);

// The service has rendered and cleaned this. Under `require-trusted-types-for 'script'`
// it needs our policy; where that is not allowed the text is shown as it was written.
const POLICY = Symbol.for("comment-embed");
function rendered(html, plain, props) {
  const node = make("div", { dir: "auto", ...props });
  try {
    if (window.trustedTypes) window[POLICY] ||= window.trustedTypes.createPolicy("comment-embed", { createHTML: (text) => text });
    node.innerHTML = window[POLICY] ? window[POLICY].createHTML(html) : html;
  } catch {
    node.classList.add("plain");
    node.textContent = plain;
  }
  return node;
}

function webAddress(text) {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
