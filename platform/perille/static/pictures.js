// A picture PIN: the first pictures are pressed without a request, the last one sends the form. Without this script each press is a request.
const form = document.querySelector("[data-pictures]");
if (form) {
  const wanted = Number(form.dataset.pictures);
  const count = form.querySelector("[data-pressed]");
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=picture]");
    if (!button) {
      return;
    }
    const pressed = form.elements.pressed.value.split(" ").filter(Boolean);
    const again = pressed.includes(button.value);
    if (pressed.length >= wanted - 1 && !again) {
      return;
    }
    event.preventDefault();
    if (again) {
      return;
    }
    pressed.push(button.value);
    form.elements.pressed.value = pressed.join(" ");
    // What was pressed counts as written: the page is not loaded anew under it (app.js).
    form.dispatchEvent(new Event("input", { bubbles: true }));
    count.textContent = count.dataset.pressed.replace("{done}", String(pressed.length));
    // Not disabled: the keyboard would lose its place.
    button.setAttribute("aria-pressed", "true");
  });
}
