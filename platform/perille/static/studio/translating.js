/* A press on one translation brings the page anew, and what is typed in another field would go: it waits in this tab, and comes back into its
 * field. So it does when the line was lost or the session ended at the press. It knows of which words it was made, so nobody's are lost, and
 * whose it is: somebody else may have signed in in this tab. */
(function () {
  "use strict";
  const KEPT = "perille-studio-translating";
  const words = document.querySelector("[data-words]");
  const fields = Array.from(document.querySelectorAll(".side-by-side textarea[name=words]")).filter(function (field) {
    return field.form.elements.had;
  });
  // A page that says what it has done has got what was sent, also where it stands there in other words: put together, or taken from another course.
  const answered = Boolean(document.querySelector("[data-notice]:not(.stop)"));
  let sent = null;
  let left = false;

  function valueOf(field, name) {
    return field.form.elements.namedItem(name).value;
  }

  function keyOf(field) {
    return [words.dataset.who, location.pathname, valueOf(field, "context"), valueOf(field, "source")].join("\n");
  }

  function load() {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) || {};
    } catch (error) {
      return {};
    }
  }

  function hasCome(field, kept) {
    const now = valueOf(field, "had");
    return kept.sent && now !== kept.had && (answered || now.trim() === kept.words.trim());
  }

  function keep() {
    if (left) {
      return;
    }
    const all = load();
    for (const field of fields) {
      const had = valueOf(field, "had");
      delete all[keyOf(field)];
      if (field.value.trim() !== had.trim()) {
        all[keyOf(field)] = { words: field.value, had: had, sent: field.form === sent };
      }
    }
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(all));
    } catch (error) {
      // A browser that keeps nothing loses it, as it does without script.
    }
  }

  function put(field, kept) {
    const note = document.createElement("p");
    note.id = field.id + "-unsaved";
    note.className = "small finding-hint";
    note.setAttribute("role", "status");
    note.textContent = words.dataset.unsaved;
    field.form.elements.had.value = kept.had;
    field.value = kept.words;
    field.setAttribute("aria-describedby", note.id);
    field.parentNode.insertBefore(note, field.nextSibling);
  }

  function putBack() {
    const all = load();
    for (const field of fields) {
      const kept = all[keyOf(field)];
      delete all[keyOf(field)];
      if (kept && !hasCome(field, kept)) {
        put(field, kept);
      }
    }
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(all));
    } catch (error) {
      // Nothing was kept.
    }
  }

  // Whether a press is held until the line is there is known after all others were told of it.
  window.addEventListener("submit", function (event) {
    sent = null;
    setTimeout(function () { sent = event.defaultPrevented ? sent : event.target; }, 0);
  });
  window.addEventListener("pagehide", keep);
  // Whoever pressed the way out leaves nothing: the page goes after all was emptied (leave.js).
  window.addEventListener("perille-left", function () {
    left = true;
    try {
      sessionStorage.removeItem(KEPT);
    } catch (error) {
      // Nothing was kept.
    }
  });
  window.addEventListener("pageshow", function () { sent = null; });
  putBack();
})();
