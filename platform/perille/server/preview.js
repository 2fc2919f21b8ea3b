/* Only in `perille packs serve`: loads the page again when the pack has changed. */
(function () {
  "use strict";
  const known = document.currentScript.dataset.version;
  const pause = 700;

  function look() {
    fetch("/preview/version", { cache: "no-store" })
      .then(function (answer) { return answer.text(); })
      .then(function (version) {
        if (version === known) {
          setTimeout(look, pause);
        } else {
          location.reload();
        }
      })
      .catch(function () { setTimeout(look, pause); });
  }

  setTimeout(look, pause);
})();
