/* Who else is in this lesson: asked every quarter of a minute, and no connection is held. Without script the page says who was there when it
 * was made. */
(function (studio) {
  "use strict";
  const EVERY = 15000;
  const UNSENT = ["unsaved", "saving", "device"];
  const box = document.querySelector("[data-here]");
  const list = box ? box.querySelector("ul") : null;
  const state = document.querySelector("[data-state]");
  const tab = Math.random().toString(36).slice(2, 14) || "tab";
  let timer = 0;
  let asking = false;
  let again = false;
  let told = "";

  function form(how) {
    return new URLSearchParams({ tab: tab, screen: box.dataset.screen, state: how });
  }

  function now() {
    if (state && UNSENT.indexOf(state.dataset.name) >= 0) {
      return "unsent";
    }
    return document.hidden ? "away" : "here";
  }

  function show(people) {
    const known = Array.from(list.children).map(function (each) { return each.textContent; });
    if (JSON.stringify(known) === JSON.stringify(people)) {
      return;
    }
    list.textContent = "";
    for (const words of people) {
      const line = document.createElement("li");
      line.textContent = words;
      list.appendChild(line);
    }
  }

  function ask() {
    clearTimeout(timer);
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    again = false;
    told = now();
    fetch(box.dataset.here, { method: "POST", body: form(told), credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      return answer.json();
    }).then(function (answer) {
      show(answer.people);
      if (answer.lesson !== box.dataset.lesson) {
        studio.newer();
      }
      return 1;
    }, function () {
      // Without a line nobody can say who is there.
      show([]);
      return 4;
    }).then(function (slower) {
      asking = false;
      // Something has changed since the words of this question were sent.
      timer = setTimeout(ask, again ? 0 : document.hidden ? 4 * EVERY : slower * EVERY);
    });
  }

  if (box) {
    document.addEventListener("visibilitychange", ask);
    if (state) {
      // Others were told of unsaved words: that they are saved is told at once.
      new window.MutationObserver(function () {
        if (told === "unsent" && now() !== "unsent") {
          ask();
        }
      }).observe(state, { attributes: true });
    }
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) {
        ask();
      }
    });
    window.addEventListener("pagehide", function () {
      const how = now() === "unsent" ? "unsent" : "gone";
      if (navigator.sendBeacon) {
        navigator.sendBeacon(box.dataset.here, form(how));
      }
    });
    ask();
  }
})(window.perilleStudio);
