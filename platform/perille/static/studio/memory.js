/* What was translated before goes into the field, to be changed and saved there; without this a press saves it as it is. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-into]");
    const field = button && document.getElementById(button.dataset.into);
    if (field) {
      event.preventDefault();
      field.value = button.value;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
})();
