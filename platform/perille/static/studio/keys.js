/* One key for each button of the recorder, on every keyboard: digits. Who dictates to a computer can switch them off (WCAG 2.1.4). */
(function () {
  "use strict";
  const KEYS = "perille-recorder-keys";

  function usesKeys() {
    try {
      return localStorage.getItem(KEYS) !== "off";
    } catch (error) {
      return true;
    }
  }

  document.addEventListener("keydown", function (event) {
    const typed = event.target.closest("textarea, select, input:not([type=checkbox]):not([type=file])");
    if (typed || event.repeat || event.ctrlKey || event.altKey || event.metaKey || !usesKeys()) {
      return;
    }
    const found = /^(?:Digit|Numpad)([1-6])$/.exec(event.code) || /^([1-6])$/.exec(event.key);
    const target = found && document.querySelector("[data-recorder] [data-key='" + found[1] + "']");
    if (target && !target.disabled) {
      event.preventDefault();
      target.click();
    }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-keys]")) {
      try {
        localStorage.setItem(KEYS, event.target.checked ? "on" : "off");
      } catch (error) {
        // It is asked for again on the next page.
      }
    }
  });

  window.perilleKeys = { used: usesKeys };
})();
