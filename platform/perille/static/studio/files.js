/* A file that the server would not take is named before it is sent: after minutes on the way, what was typed beside it would be gone. */
(function () {
  "use strict";
  document.addEventListener("change", function (event) {
    const field = event.target, most = Number(field.dataset.mostFile);
    if (most) {
      const isTooLarge = Array.from(field.files).some(function (file) { return file.size > most; });
      field.setCustomValidity(isTooLarge ? field.dataset.tooLarge : "");
      if (isTooLarge) {
        field.reportValidity();
      }
    }
  });
})();
