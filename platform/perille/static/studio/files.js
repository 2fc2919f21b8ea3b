/* A file that the server would not take is named before it is sent: after minutes on the way, what was typed beside it would be gone. */
(function () {
  "use strict";
  const most = document.querySelector("[data-most-file]");
  function look(field) {
    const isTooLarge = Array.from(field.files).some(function (file) { return file.size > Number(most.dataset.mostFile); });
    field.setCustomValidity(isTooLarge ? most.dataset.tooLarge : "");
    if (isTooLarge) {
      field.reportValidity();
    }
  }
  document.addEventListener("change", function (event) {
    if (most && event.target.matches("input[type=file]")) {
      look(event.target);
    }
  });
})();
