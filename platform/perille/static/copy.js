// A button that copies the text of an element: by selecting it, which works without https and on old browsers.
for (const button of document.querySelectorAll("[data-copies]")) {
  const source = document.getElementById(button.dataset.copies);
  const copied = document.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    copied.hidden = !document.execCommand("copy");
  });
}
