// Puts a handle over each histogram and asks for a new preview while the candidate changes.
// Without it the same form works by its buttons.
const form = document.querySelector("[data-lab]");
const REPLACED = ["outcome", "changes", "diff", "replayed"];
let waiting = 0;
let asked = 0;

const level = (input) => {
  const value = Number.parseFloat(input.value.replace(",", "."));
  return Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : null;
};

// At the right end of a slider nothing is held: that is "never".
const show = (slider, input) => {
  const value = level(input);
  slider.value = value === null ? 101 : Math.round(value * 100);
  slider.setAttribute("aria-valuetext", value === null ? "never" : String(value));
};

const zones = (section) => {
  const [hold, reject] = [...section.querySelectorAll("[data-handle]")].map(level);
  const part = (name, from, to) =>
    from === null ? "" : `<rect class="zone-${name}" x="${from * 100}%" width="${Math.max(0, to - from) * 100}%" height="100%"/>`;
  section.querySelector("[data-zones]").innerHTML = part("queue", hold, reject ?? 1) + part("reject", reject, 1);
};

const addHandle = (input) => {
  const section = input.closest(".label");
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 1;
  slider.max = 101;
  slider.className = input.name.endsWith("reject_at") ? "handle handle--reject" : "handle";
  slider.setAttribute("aria-label", input.dataset.handle);
  show(slider, input);
  slider.addEventListener("input", () => {
    input.value = slider.value > 100 ? "" : (slider.value / 100).toFixed(2);
    slider.setAttribute("aria-valuetext", input.value || "never");
    keepOrder(section, input);
    zones(section);
    later();
  });
  input.addEventListener("input", () => {
    show(slider, input);
    zones(section);
  });
  section.querySelector(".hist").append(slider);
  input.slider = slider;
};

// Rejecting below the level from which one holds makes no sense: the other handle gives way.
const keepOrder = (section, moved) => {
  const [hold, reject] = section.querySelectorAll("[data-handle]");
  if (level(hold) === null || level(reject) === null || level(reject) >= level(hold)) return;
  const other = moved === hold ? reject : hold;
  other.value = moved.value;
  show(other.slider, other);
};

const later = () => {
  clearTimeout(waiting);
  waiting = setTimeout(preview, 250);
};

const preview = async () => {
  const turn = ++asked;
  const outcome = document.getElementById("outcome");
  outcome.setAttribute("aria-busy", "true");
  const sent = new URLSearchParams(new FormData(form));
  sent.set("do", "preview");
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    // An answer to an older question, or a page that is none of ours, changes nothing.
    if (turn !== asked || !page.getElementById("outcome")) return;
    for (const id of REPLACED) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    for (const section of document.querySelectorAll(".label[id]")) {
      const fresh = page.getElementById(section.id);
      if (!fresh) continue;
      section.querySelector("[data-above]").textContent = fresh.querySelector("[data-above]").textContent;
      section.querySelector("[data-changed]").hidden = fresh.querySelector("[data-changed]").hidden;
      const said = section.querySelector("[data-chances] p");
      said?.replaceChildren(...(fresh.querySelector("[data-chances] p")?.childNodes ?? []));
      section.querySelector("[data-live]")?.toggleAttribute("hidden", fresh.querySelector("[data-live]")?.hasAttribute("hidden"));
    }
  } finally {
    if (turn === asked) outcome.removeAttribute("aria-busy");
  }
};

if (form) {
  for (const input of form.querySelectorAll("[data-handle]")) addHandle(input);
  form.addEventListener("change", (event) => {
    // The histograms change too, and only a whole page brings new ones.
    if (event.target.name === "imported") return form.requestSubmit(form.querySelector("[value=preview]"));
    if (event.target.name && !/note|\.target$|\.value$|\.chance$/.test(event.target.name)) later();
  });
}
