/* What is typed into a form that does not save by itself (a question, a comment, a fact, a source) stays on this device until the server has it:
 * a phone closes a tab it has put to sleep, a session ends, somebody presses Back. It comes back into the same form, field by field, so that
 * what others have saved meanwhile in other fields stays; whose it is is told, since somebody else may sign in on this device. */
(function () {
  "use strict";
  const STORE = "perille-studio-typed";
  /* The form that this tab has sent: the page that says it is done has got its words. */
  const SENT = "perille-studio-sent";
  const TAB = "perille-studio-tab";
  const PAUSE = 400;
  const DAYS = 30 * 86400000;
  /* Letters of one form; what studio.js keeps of a lost line needs room, too. */
  const LONGEST = 400000;
  const PLACE = ["interaction", "bank", "lesson", "screen", "back"];
  const NOT_WORDS = PLACE.concat(["revision", "digest", "place"]);
  const ROW = /^([a-z_]+)-\d+-/;
  const told = document.querySelector("[data-words]");
  /* Form -> its values as the server has them. */
  const forms = new Map();
  /* Those in which the server has put what it has not saved. */
  const refused = new Set();
  let left = false;
  let timer = 0;

  function fields(form) {
    return Array.from(form.elements).filter(function (field) {
      return field.name && !NOT_WORDS.includes(field.name) && !field.matches("button, fieldset");
    });
  }

  function isCheckable(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function defaultOf(field) {
    if (field.matches("select")) {
      const chosen = Array.from(field.options).find(function (each) { return each.defaultSelected; }) || field.options[0];
      return chosen ? chosen.value : "";
    }
    return field.defaultValue;
  }

  /* Name -> values; *asCame*: as the server sent them. */
  function valuesOf(form, asCame) {
    const all = {};
    for (const field of fields(form)) {
      const found = all[field.name] || (all[field.name] = []);
      if (!isCheckable(field)) {
        found.push(asCame ? defaultOf(field) : field.value);
      } else if (asCame ? field.defaultChecked : field.checked) {
        found.push(field.value);
      }
    }
    return all;
  }

  function isSame(one, other) {
    return ((one || []).join("\n") || "") === ((other || []).join("\n") || "");
  }

  function changed(mine, had) {
    return Object.keys(mine).filter(function (name) { return !isSame(mine[name], had[name]); });
  }

  /* Two tabs with one form keep their words apart. */
  function tab() {
    try {
      const name = sessionStorage.getItem(TAB) || String(Math.random());
      sessionStorage.setItem(TAB, name);
      return name;
    } catch (error) {
      return "";
    }
  }

  /* What blocks.js writes into a source that somebody else has changed was typed by nobody here. */
  function follow(form, had) {
    for (const field of refused.has(form) ? [] : fields(form)) {
      if (field.matches("textarea") && !field.closest("[data-row]") && field.value === field.defaultValue) {
        had[field.name] = [field.value];
      }
    }
  }

  function baseOf(form) {
    const first = form.querySelector("textarea");
    const place = PLACE.map(function (name) {
      const field = form.elements.namedItem(name);
      return field ? field.value : "";
    });
    return [told.dataset.who, form.getAttribute("action"), first.id].concat(place, "").join("\n");
  }

  function keyOf(form) { return baseOf(form) + tab(); }

  /* What this tab has of a form, or else what another one left last, which becomes this one's. */
  function take(all, form) {
    const base = baseOf(form);
    const others = Object.keys(all).filter(function (key) { return key.startsWith(base); });
    others.sort(function (one, other) { return all[other].since - all[one].since; });
    const key = all[keyOf(form)] ? keyOf(form) : others[0];
    const kept = all[key];
    delete all[key];
    return kept;
  }

  function load() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || {};
    } catch (error) {
      return {};
    }
  }

  function store(all) {
    try {
      if (Object.keys(all).length) {
        localStorage.setItem(STORE, JSON.stringify(all));
      } else {
        localStorage.removeItem(STORE);
      }
    } catch (error) {
      // A browser that keeps nothing loses it, as it does without script.
    }
  }

  function keep() {
    clearTimeout(timer);
    if (left) {
      return;
    }
    const all = load();
    for (const [form, had] of forms) {
      follow(form, had);
      const mine = valuesOf(form);
      const key = keyOf(form);
      const revision = form.elements.revision;
      delete all[key];
      if (changed(mine, had).length && JSON.stringify(mine).length < LONGEST) {
        all[key] = { mine: mine, had: had, revision: revision ? revision.value : "", since: Date.now() };
      }
    }
    store(all);
  }

  function sent(key) {
    try {
      const before = sessionStorage.getItem(SENT);
      if (key) {
        sessionStorage.setItem(SENT, key);
      } else {
        sessionStorage.removeItem(SENT);
      }
      return before;
    } catch (error) {
      return null;
    }
  }

  function forgetSaved() {
    const key = sent("");
    const all = load();
    if (key && document.querySelector("[data-notice]:not(.stop)")) {
      delete all[key];
    }
    for (const each of Object.keys(all)) {
      if (Date.now() - all[each].since > DAYS) {
        delete all[each];
      }
    }
    store(all);
  }

  function fieldsOf(form, name) {
    return fields(form).filter(function (field) { return field.name === name; });
  }

  /* A list that was made longer is so again. */
  function makeRoom(form, name) {
    const found = ROW.exec(name);
    const list = found && window.perilleRows ? window.perilleRows.listOf(found[1]) : null;
    while (list && !fieldsOf(form, name).length && window.perilleRows.mayGrow(list)) {
      window.perilleRows.added(list);
    }
  }

  function put(form, name, values) {
    makeRoom(form, name);
    const found = fieldsOf(form, name);
    for (const field of found) {
      if (isCheckable(field)) {
        field.checked = values.includes(field.value);
      } else {
        field.value = values[found.indexOf(field)] || "";
      }
      // Both, as where somebody types: a picture is shown, and a group known by its name, when the field has changed.
      for (const kind of ["input", "change"]) { field.dispatchEvent(new Event(kind, { bubbles: true })); }
    }
  }

  function tell(form) {
    const note = document.createElement("div");
    const line = document.createElement("p");
    const away = document.createElement("button");
    note.className = "note";
    note.setAttribute("role", "status");
    line.textContent = told.dataset.typedBack;
    away.type = "button";
    away.className = "second small-button";
    away.textContent = told.dataset.typedAway;
    away.addEventListener("click", function () {
      forms.delete(form);
      const all = load();
      delete all[keyOf(form)];
      store(all);
      location.reload();
    });
    note.append(line, away);
    form.insertBefore(note, form.firstChild);
    for (let box = form.closest("details"); box; box = box.parentNode.closest("details")) {
      box.open = true;
    }
  }

  function putBack(form, kept, now) {
    // What was chosen in the picture library since stays.
    const chosen = new URLSearchParams(location.search).get("picture");
    const mine = changed(kept.mine, kept.had).filter(function (name) {
      return !isSame(kept.mine[name], now[name]) && !(chosen && isSame([chosen], now[name]));
    });
    const revision = form.elements.revision;
    const clashes = mine.filter(function (name) { return !isSame(kept.had[name], now[name]); });
    // The same field was saved otherwise meanwhile: the server sees from which save these words were typed, and shows both.
    for (const name of revision ? clashes : []) {
      revision.value = kept.revision;
      forms.get(form)[name] = kept.had[name];
    }
    for (const name of mine) { put(form, name, kept.mine[name]); }
    if (mine.length) { tell(form); }
  }

  function isMine(form) {
    const isSaved = form.hasAttribute("data-save") || form.elements.had || form.querySelector("[type=file]");
    return form.method === "post" && form.querySelector("textarea[name]:not([readonly])") && !isSaved;
  }

  function begin() {
    forgetSaved();
    const all = load();
    const isRefused = Boolean(document.querySelector("main .summary, main .two-versions[role=alert]"));
    for (const form of document.querySelectorAll("main form")) {
      if (isMine(form)) {
        const now = valuesOf(form, true);
        const kept = take(all, form);
        // A page that refuses what was sent has it in its form, and it is not saved.
        forms.set(form, kept && isRefused ? kept.had : Object.assign({}, now));
        if (kept && isRefused) { refused.add(form); }
        if (kept && !isRefused) { putBack(form, kept, now); }
      }
    }
    store(all);
    keep();
    // With this nothing is lost by going to another page first.
    for (const each of document.querySelectorAll("[data-save-first]")) { each.hidden = true; }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  document.addEventListener("DOMContentLoaded", function () {
    begin();
    document.addEventListener("input", later);
    document.addEventListener("change", later);
    document.addEventListener("visibilitychange", keep);
    window.addEventListener("pagehide", keep);
  });
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (forms.has(form)) {
      keep();
      // Whether the press is held until the line is there (room_line.js) is known after all others were told of it.
      setTimeout(function () { if (!event.defaultPrevented) { sent(keyOf(form)); } }, 0);
    }
  });
  // Whoever pressed the way out leaves nothing (leave.js).
  window.addEventListener("perille-left", function () {
    left = true;
    store({});
  });
})();
