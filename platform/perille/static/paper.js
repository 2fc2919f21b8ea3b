// Pages for paper: a button that prints, and cards that are short on a phone and whole on paper.
for (const place of document.querySelectorAll("[data-print]")) {
  place.hidden = false;
  place.querySelector("button").addEventListener("click", () => window.print());
}

const cards = [...document.querySelectorAll("details[data-short]")];
if (window.matchMedia("(max-width: 36em)").matches) {
  for (const card of cards) card.open = Boolean(location.hash) && `#${card.closest("section").id}` === location.hash;
}
let folded = [];
addEventListener("beforeprint", () => {
  folded = cards.filter((card) => !card.open);
  for (const card of folded) card.open = true;
});
addEventListener("afterprint", () => {
  for (const card of folded) card.open = false;
});
