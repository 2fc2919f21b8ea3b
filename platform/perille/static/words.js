// Without a line words are looked for in the list that is here (offline/answers.js): the page then says where none is left.
const list = document.querySelector(".words dl");
const none = document.querySelector("[data-no-word]");
const count = document.querySelector("[data-word-count]");

function tell() {
  const rows = [...list.children];
  const shown = rows.filter((row) => !row.hidden).length;
  count.hidden = shown < rows.length;
  none.hidden = shown > 0;
  // An empty card says nothing.
  list.parentNode.hidden = !shown;
}

if (none) new window.MutationObserver(tell).observe(list, { subtree: true, attributes: true, attributeFilter: ["hidden"] });
