/* The blocks on the page of a lesson, and those that the server has now. Nothing is written into a field in which somebody types: what others
 * saved there waits until it is left, and goes into the same block when both are saved (the server merges them). */
(function () {
  "use strict";
  /* What of a form names its block, and is no word of it. */
  const REFS = ["digest", "revision", "place"];
  const NOT_WORDS = REFS.concat(["screen", "typed-from", "had-title", "had-heading"]);
  /* Form -> the words from which those in it were typed, and whether its references name a block with these words. */
  const states = new WeakMap();
  const behind = new Set();

  function words(form) {
    const all = new URLSearchParams(new FormData(form));
    for (const name of NOT_WORDS) {
      all.delete(name);
    }
    return all.toString();
  }

  function remember(form, from) {
    states.set(form, { from: from === undefined ? words(form) : from, named: true });
  }

  /* Whether somebody typed before this script had come. */
  function isTyped(form) {
    return Array.from(form.elements).some(function (field) {
      if (field.type === "checkbox" || field.type === "radio") {
        return field.checked !== field.defaultChecked;
      }
      return field.type !== "hidden" && field.defaultValue !== undefined && field.value !== field.defaultValue;
    });
  }

  function bodyOf(form) {
    const body = new URLSearchParams(new FormData(form));
    const state = states.get(form);
    if (state && !state.named) {
      body.set("typed-from", state.from);
    }
    return body.toString();
  }

  function isClean(form) {
    const state = states.get(form);
    return !state || state.from === words(form);
  }

  function take(form, fresh) {
    for (const name of REFS) {
      for (const field of form.closest(".block").querySelectorAll("[name=" + name + "]")) {
        field.value = fresh.querySelector("[name=" + name + "]").value;
      }
    }
    const found = Array.from(fresh.closest(".block").querySelectorAll("[data-findings]"));
    for (const place of form.closest(".block").querySelectorAll("[data-findings]")) {
      place.innerHTML = found.shift().innerHTML;
    }
  }

  /* Whether somebody is in a card, or has begun to write something else in it, such as a comment. */
  function isBusy(card, form) {
    return card.contains(document.activeElement) || Array.from(card.querySelectorAll("textarea, input[type=text]")).some(function (field) {
      return field.form !== form && field.value !== field.defaultValue;
    });
  }

  /* Whether words stand in a form that does not save by itself, such as a comment: a page that is loaded anew would lose them. */
  function holdsUnsent() {
    return Array.from(document.querySelectorAll("main textarea, main input[type=text]")).some(function (field) {
      return field.form && !field.form.hasAttribute("data-save") && field.value !== field.defaultValue;
    });
  }

  function tellBehind(form, said) {
    const line = form.querySelector("[data-behind]");
    if (said && !line) {
      const note = document.createElement("p");
      note.className = "note small";
      note.setAttribute("role", "status");
      note.dataset.behind = "yes";
      note.textContent = said;
      form.insertBefore(note, form.firstChild);
    } else if (!said && line) {
      line.remove();
    }
  }

  function replace(card, freshCard, dress) {
    const fresh = document.importNode(freshCard, true);
    const open = card.querySelectorAll("details");
    Array.from(fresh.querySelectorAll("details")).forEach(function (each, at) {
      each.open = at < open.length ? open[at].open : each.open;
    });
    card.replaceWith(fresh);
    remember(fresh.querySelector("form[data-block]"));
    dress(fresh);
  }

  /* Show one block as it is now, or keep what is typed in it. *sent*: the form that was saved, and the words that were. */
  function settle(form, fresh, sent, said, dress) {
    const card = form.closest(".block");
    const then = words(fresh);
    const now = words(form);
    const mine = sent && sent.form === form;
    const state = mine ? { from: sent.words, named: true } : states.get(form);
    const isOther = fresh.querySelector("[name=digest]").value !== form.querySelector("[name=digest]").value;
    behind.delete(form);
    if (then === now || (mine && then === sent.words)) {
      take(form, fresh);
      remember(form, then);
      tellBehind(form, "");
    } else if (state.from === now && !isBusy(card, form)) {
      replace(card, fresh.closest(".block"), dress);
    } else {
      take(form, fresh);
      states.set(form, { from: state.from, named: state.named && !isOther });
      if (!states.get(form).named) {
        behind.add(form);
        tellBehind(form, mine ? "" : said);
      }
    }
  }

  function kinds(forms) {
    return Array.from(forms).map(function (form) { return form.querySelector("[name=kind]").value; }).join(" ");
  }

  /* Title and heading: what somebody types in them stays, and what they were tells the server whether somebody else has changed them too. */
  function settleHeads(page) {
    for (const name of ["title", "heading"]) {
      const field = document.querySelector(".screen-head [name=" + name + "]");
      const had = document.querySelector(".screen-head [name=had-" + name + "]");
      const fresh = page.querySelector(".screen-head [name=had-" + name + "]");
      if (!field || !had || !fresh) {
        continue;
      }
      if (field !== document.activeElement && field.value === had.value) {
        field.value = fresh.value;
      }
      if (field.value === fresh.value) {
        had.value = fresh.value;
        remember(field.form);
      }
    }
  }

  function settleRest(page) {
    // A press on one of these says on which save its page stood: with an older one the second of two presses is not known.
    for (const what of [".add-block", ".add-screen"]) {
      const old = document.querySelectorAll(what + " [name=revision]");
      const fresh = page.querySelector(what + " [name=revision]");
      for (const field of fresh ? old : []) {
        field.value = fresh.value;
      }
    }
    for (const what of ["#size", "#readability", "[data-notice]"]) {
      const old = document.querySelector(what);
      const fresh = page.querySelector(what);
      if (old && fresh) {
        old.replaceWith(fresh);
      }
    }
    // What one looks at to know what is done: marks and words of screens, and what comes next.
    for (const what of [".strip ol", "[data-next-step]"]) {
      const old = document.querySelector(what);
      const fresh = page.querySelector(what);
      if (old && fresh && !old.contains(document.activeElement) && old.innerHTML !== fresh.innerHTML) {
        old.innerHTML = fresh.innerHTML;
      }
    }
    const source = document.querySelector("#source");
    const fresh = page.querySelector("#source");
    if (source && fresh && document.activeElement !== source && source.value === source.defaultValue) {
      source.value = fresh.value;
      source.defaultValue = fresh.value;
      source.form.querySelector("[name=revision]").value = fresh.form.querySelector("[name=revision]").value;
    }
    const frame = document.querySelector("[data-preview]");
    if (frame) {
      frame.contentWindow.location.replace(frame.src);
    }
  }

  /* Words of who may not change them, which stand in no form. */
  function read(page) {
    return Array.from(page.querySelectorAll("[data-reading]")).map(function (each) { return each.textContent; }).join("");
  }

  /* Show what the server has now. Returns "same", "moved" where other blocks stand there now, or "two" where one must decide. */
  function show(html, sent, said, dress) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const here = document.querySelectorAll("form[data-block]");
    const there = page.querySelectorAll("form[data-block]");
    const lesson = document.querySelector("[data-lesson]");
    const freshLesson = page.querySelector("[data-lesson]");
    if (lesson && freshLesson) {
      lesson.dataset.lesson = freshLesson.dataset.lesson;
    }
    if (sent && !sent.form.hasAttribute("data-block")) {
      remember(sent.form, sent.words);
    }
    if (kinds(here) !== kinds(there) || read(document) !== read(page)) {
      keepPlace(sent, there);
      return "moved";
    }
    Array.from(here).forEach(function (form, at) { settle(form, there[at], sent, said, dress); });
    settleHeads(page);
    settleRest(page);
    return page.querySelectorAll(".two-versions").length > document.querySelectorAll(".two-versions").length ? "two" : "same";
  }

  /* Other blocks stand there now: the one that was saved is found by its words. */
  function keepPlace(sent, there) {
    if (!sent || !sent.form.hasAttribute("data-block")) {
      return;
    }
    const fresh = Array.from(there).find(function (each) { return words(each) === sent.words; });
    states.set(sent.form, { from: sent.words, named: Boolean(fresh) });
    if (fresh) {
      take(sent.form, fresh);
    }
  }

  function isBehind() {
    return Array.from(behind).some(function (form) {
      return document.contains(form) && !isBusy(form.closest(".block"), form);
    });
  }

  window.perilleBlocks = { bodyOf: bodyOf, holdsUnsent: holdsUnsent, isBehind: isBehind, isClean: isClean, isTyped: isTyped, remember: remember, show: show, words: words };
})();
