/* What is typed between the press for a new block and the page that has it waits in this tab, and comes into the block. It would go to the
 * button that was pressed, and nowhere: on a slow line that is a sentence. */
(function () {
  "use strict";
  const KEPT = "perille-studio-early";
  const adding = document.querySelector(".add-block form");
  const fresh = document.querySelector("[data-block] [autofocus]");
  const whose = document.querySelector("[data-words]");
  let early = null;

  /* Somebody else may sign in in this tab. */
  function place() {
    return [whose.dataset.who, adding.action].join("\n");
  }

  function open() {
    if (!early) {
      early = document.createElement("textarea");
      early.rows = 3;
      early.dir = "auto";
      early.setAttribute("aria-labelledby", "add");
      adding.parentNode.insertBefore(early, adding.nextSibling);
    }
    early.focus();
  }

  function close() {
    if (early) {
      early.remove();
      early = null;
    }
  }

  function leave() {
    try {
      if (early && early.value) {
        sessionStorage.setItem(KEPT, JSON.stringify({ to: place(), words: early.value }));
      }
    } catch (error) {
      // A browser that keeps nothing loses it, as it does without script.
    }
    close();
  }

  /* Words of a block of this lesson that is there now; those of a press that came to nothing wait for the next one. */
  function taken() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT)) || {};
      if (kept.to === place()) {
        sessionStorage.removeItem(KEPT);
        return kept.words;
      }
    } catch (error) {
      // Nothing waits.
    }
    return "";
  }

  /* Before what has been typed here meanwhile, with the cursor where it was. */
  function put(words) {
    const said = fresh.matches("input") ? words.replace(/\s+/g, " ") : words;
    const at = fresh.selectionEnd + said.length;
    fresh.setRangeText(said, 0, 0);
    fresh.setSelectionRange(at, at);
    fresh.dispatchEvent(new Event("input", { bubbles: true }));
  }

  if (adding) {
    // At once: on a busy device the first letters come before any later moment. Whether the press is held until the line is there
    // (room_line.js) is known after all others were told of it.
    window.addEventListener("submit", function (event) {
      if (event.target === adding && !event.defaultPrevented) {
        open();
        setTimeout(function () { if (event.defaultPrevented) { close(); } }, 0);
      }
    });
    window.addEventListener("pagehide", leave);
    // Whoever pressed the way out leaves nothing (leave.js).
    window.addEventListener("perille-left", function () { early = null; });
  }
  if (adding && fresh) {
    // Phones of Apple give it the focus for a script alone, and show the block then.
    if (document.activeElement === document.body) {
      fresh.focus();
    }
    const words = taken();
    if (words) {
      put(words);
    }
  }
})();
