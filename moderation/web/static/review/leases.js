// Holds run out while a page is open: what is shown of them is kept true by the clock, and
// nothing is asked of the server for it. Whoever wants a comment whose hold has run out
// asks for it by opening it; if its holder has renewed it meanwhile, the answer says so.
const desk = document.querySelector(".review");
// The server's clock, as far as this browser's may differ from it.
const ahead = Date.parse(desk.dataset.since) - Date.now();

const leftOf = (element) => Math.floor((Date.parse(element.dataset.until) - Date.now() - ahead) / 1000);

function inWords(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} min ${seconds % 60} s left` : `${seconds} s left`;
}

function freeCard(lease) {
  const card = lease.closest(".card");
  card.classList.remove("is-held");
  card.querySelector(".pick").disabled = card.classList.contains("is-done");
  lease.remove();
}

function endClaim(claim) {
  claim.setAttribute("data-over", "");
  const mine = claim.dataset.by === "me";
  const words = mine ? "Your hold has run out; nothing is lost." : `${claim.dataset.name}’s hold has run out.`;
  const link = Object.assign(document.createElement("a"), {
    className: "btn btn--small push",
    href: claim.dataset.href,
    textContent: mine ? "Hold it again" : "Take it over",
  });
  link.dataset.open = document.getElementById("main").dataset.item;
  claim.replaceChildren(Object.assign(document.createElement("b"), { textContent: words }), link);
  const outcome = document.getElementById("outcome");
  if (!mine && outcome) outcome.textContent = "Nobody holds it any more. Take it over to decide it.";
  document.getElementById("said").textContent = `${words} You can ${link.textContent.toLowerCase()}.`;
}

function showLeases() {
  for (const lease of document.querySelectorAll("#cards [data-until]")) {
    if (leftOf(lease) <= 0) freeCard(lease);
  }
  const claim = document.querySelector(".claim[data-until]");
  if (!claim || claim.hasAttribute("data-over")) return;
  const left = leftOf(claim);
  if (left <= 0) endClaim(claim);
  else claim.querySelector(".claim__left").textContent = inWords(left);
}

showLeases();
setInterval(showLeases, 1_000);
