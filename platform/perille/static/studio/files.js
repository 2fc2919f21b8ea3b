/* A file that the server would not take is named before it is sent: after minutes on the way, what was typed beside it would be gone. Where
 * the server's disk has no room for a form with its file, nothing of the form arrives: what was typed is kept in the tab until it has. */
(function () {
  "use strict";
  const STORE = "perille-studio-beside-file";
  const words = document.querySelector("[data-words]");
  const who = words ? words.dataset.who : "";

  function fields(form) {
    return Array.from(form.querySelectorAll("input[type=text], textarea, select")).filter(function (field) { return field.name; });
  }

  function keep(text) {
    try {
      if (text) {
        sessionStorage.setItem(STORE, text);
      } else {
        sessionStorage.removeItem(STORE);
      }
    } catch (error) {
      // A browser that keeps nothing.
    }
  }

  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(STORE)) || {};
    } catch (error) {
      return {};
    }
  }

  /* A page that says what became of the form has its words, where they are still wanted. */
  function restore() {
    const all = kept();
    if (document.querySelector("[data-notice]") || all.who !== who) {
      keep("");
      return;
    }
    for (const form of document.querySelectorAll("form")) {
      for (const field of form.action === all.action ? fields(form) : []) {
        const isAsItCame = field.matches("select") || field.value === field.defaultValue;
        if (isAsItCame && typeof all.values[field.name] === "string") {
          field.value = all.values[field.name];
        }
      }
    }
  }

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
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.querySelector("[data-most-file]")) {
      const values = {};
      for (const field of fields(form)) { values[field.name] = field.value; }
      keep(JSON.stringify({ action: form.action, values: values, who: who }));
    }
  });
  window.addEventListener("perille-left", function () { keep(""); });
  restore();
})();
