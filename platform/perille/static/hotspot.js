// Places in a picture: pressing one is pressing its control in the list, which stays what is sent.
function show() {
  for (const spot of document.querySelectorAll(".spot")) {
    const control = document.getElementById(spot.getAttribute("data-for"));
    spot.classList.toggle("chosen", Boolean(control && control.checked));
  }
}

document.addEventListener("click", (event) => {
  const spot = event.target.closest(".spot");
  const control = spot && document.getElementById(spot.getAttribute("data-for"));
  if (control) control.click();
});
document.addEventListener("change", show);
// A browser that goes back fills in what was chosen, and tells nobody.
addEventListener("pageshow", show);
document.documentElement.classList.add("presses");
