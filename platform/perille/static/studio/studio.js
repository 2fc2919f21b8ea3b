/* Comfort for authors; every page works without it. Saves a pause after the last letter, keeps unsent words on the device, marks words. */
(function (blocks) {
  "use strict";
  const PAUSE = 1200;
  /* Letters of a request: a question of Arabic words is five times as long in an address. */
  const LONGEST_LOOK = 12000;
  const STORE = "perille-studio-unsent";
  const state = document.querySelector("[data-state]");
  const texts = state ? { saved: state.textContent } : {};
  const words = document.querySelector("[data-words]");
  const said = words ? words.dataset : {};
  const waiting = new Map();
  let sending = null;
  let asking = false;
  let wantsAnew = false;
  let left = false;

  function tell(name) {
    const told = said[name] || (name === "saved" ? texts.saved : "");
    if (state && told) {
      state.textContent = told;
      state.dataset.name = name;
    }
  }

  function unsent() {
    try {
      return JSON.parse(localStorage.getItem(STORE)) || {};
    } catch (error) {
      return {};
    }
  }

  /* Whose words they are is told too: somebody else may sign in on this device before the line is back. */
  function keyOf(form) { return [form.action, form.dataset.block || "", said.who].join("#"); }

  function keep(form, body) {
    if (left) { return; } // Whoever pressed the way out keeps nothing on the device (leave.js).
    try {
      const all = unsent();
      all[form] = { body: body, at: Date.now() };
      if (!body) { delete all[form]; }
      localStorage.setItem(STORE, JSON.stringify(all));
    } catch (error) {
      // A browser that keeps nothing still has the words in the field.
    }
  }

  /* Never while a form is on its way (app.js): it would be cancelled. */
  function loadAnew() {
    if (navigator.onLine !== false && !document.documentElement.hasAttribute("data-sending")) {
      location.reload();
    }
  }

  function isTyping() {
    const field = document.activeElement;
    return Boolean(field && field.form && field.matches("textarea, select, input[type=text], input[type=number]"));
  }

  function isBusy() {
    return waiting.size > 0 || Boolean(sending);
  }

  function dress(card) {
    for (const field of card.querySelectorAll("textarea[data-marks]")) { marks(field); }
    for (const link of card.querySelectorAll(".fact-link")) {
      // The button of the sheet puts a fact where the cursor is.
      link.hidden = true;
    }
  }

  /* Show the page of the lesson as it is now: what the forms are made from, findings and sizes come from it. */
  function show(html, sent) {
    const became = blocks.show(html, sent, said.behind, dress);
    wantsAnew = wantsAnew || became !== "same";
    if (became === "two" && sent && !isBusy() && !blocks.holdsUnsent()) {
      loadAnew();
    }
    catchUp();
  }

  /* Others have moved blocks, or changed one in which somebody typed: it is shown as soon as nobody types. */
  function catchUp() {
    const line = document.querySelector("[data-newer]");
    if (wantsAnew && !isBusy() && !isTyping() && !blocks.holdsUnsent()) {
      loadAnew();
    } else if (wantsAnew && line) {
      line.hidden = false;
    } else if (blocks.isBehind() && !isBusy() && !isTyping()) {
      newer();
    }
  }

  /* Somebody has saved another text of this lesson. An answer to a save that is on its way brings it anyway. */
  function newer() {
    if (sending || asking) {
      return;
    }
    asking = true;
    fetch(location.href.split("#")[0], { credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      return answer.text();
    }).then(function (html) {
      asking = false;
      if (!sending) {
        show(html, null);
      }
    }).catch(function () {
      // It is asked for again.
      asking = false;
    });
  }

  /* What the site answers and does not store is no lost line. */
  function post(address, body, staysAlive) {
    return fetch(address, {
      method: "POST",
      body: body,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      credentials: "same-origin",
      keepalive: Boolean(staysAlive),
    }).then(function (answer) {
      if (!answer.ok) {
        throw Object.assign(new Error(String(answer.status)), { told: ["refused", "gone"][[403, 404].indexOf(answer.status)] || "unstored" });
      }
      return answer;
    });
  }

  function tellKept(error) { tell(error.told || "device"); }

  function send(form) {
    waiting.delete(form);
    if (sending) {
      waiting.set(form, setTimeout(function () { send(form); }, PAUSE));
      return;
    }
    const body = blocks.bodyOf(form);
    const sent = { form: form, words: blocks.words(form), key: keyOf(form), body: body };
    if (blocks.isClean(form)) {
      tell("saved");
      catchUp();
      return;
    }
    tell("saving");
    sending = sent;
    post(form.action, body).then(function (answer) {
      return answer.text();
    }).then(function (html) {
      keep(sent.key, "");
      tell("saved");
      sending = null;
      show(html, sent);
    }).catch(function (error) {
      keep(sent.key, body);
      tellKept(error);
      waiting.set(form, setTimeout(function () { send(form); }, 5 * PAUSE));
    }).then(function () {
      sending = null;
    });
  }

  function later(event) {
    const form = event.target.form;
    // A field that is left says "change" for words that were saved while it was open.
    const saved = form && blocks.isClean(form) && !waiting.has(form);
    if (!form || !form.hasAttribute("data-save") || event.isComposing || saved) { return; }
    clearTimeout(waiting.get(form));
    tell("unsaved");
    waiting.set(form, setTimeout(function () { send(form); }, PAUSE));
  }

  function saveNow() {
    Array.from(waiting).forEach(function (pair) { clearTimeout(pair[1]); send(pair[0]); });
  }

  function flush() {
    if (sending) { keep(sending.key, sending.body); } // The request of a page that is closed may end with it.
    for (const [form, timer] of Array.from(waiting)) {
      clearTimeout(timer);
      const body = blocks.bodyOf(form);
      keep(keyOf(form), body);
      post(form.action, body, true).then(function () {
        keep(keyOf(form), "");
      }).catch(function () {});
    }
    waiting.clear();
  }

  /* Words that a lost line kept back go up as they were sent: the server puts them where they belong, or keeps both versions. */
  function sendKept() {
    const all = unsent();
    for (const key of Object.keys(all)) {
      const [action, , who] = key.split("#");
      if (who && who !== said.who) { continue; } // Theirs wait for them; an older version noted nobody.
      post(action, all[key].body).then(function (answer) {
        keep(key, "");
        return answer.text();
      }).then(function (html) {
        if (!sending) {
          show(html, null);
        }
      }).catch(tellKept);
    }
  }

  function wrap(field, before, after) {
    const start = field.selectionStart;
    const end = field.selectionEnd;
    const chosen = field.value.slice(start, end) || "…";
    field.setRangeText(before + chosen + after, start, end, "end");
    field.setSelectionRange(start + before.length, start + before.length + chosen.length);
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function list(field) {
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const chosen = field.value.slice(start, field.selectionEnd) || "…";
    const lines = chosen.split("\n").map(function (line) { return line ? "- " + line.replace(/^- /, "") : line; });
    field.setRangeText((start > 0 && field.value.slice(start - 2, start) !== "\n\n" ? "\n" : "") + lines.join("\n"), start, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* A sheet beside the page in which facts are looked for; the page of facts says what is found. A press puts one where the cursor was. */
  function openFacts(field) {
    // In a field in which nobody has been yet the cursor is at its beginning.
    const start = field.dataset.entered ? field.selectionStart : field.value.length;
    const end = field.dataset.entered ? field.selectionEnd : start;
    const sheet = document.createElement("section");
    const close = document.createElement("button");
    let found = document.createElement("div");
    let newest = 0;
    let timer = 0;
    sheet.className = "fact-sheet";
    sheet.setAttribute("aria-label", said.fact);
    close.type = "button";
    close.className = "second small-button";
    close.textContent = said.close;
    sheet.appendChild(close);
    sheet.appendChild(found);

    function leave() {
      clearTimeout(timer);
      sheet.remove();
      field.focus();
    }

    function show(html) {
      const page = new DOMParser().parseFromString(html, "text/html");
      const fresh = document.importNode(page.querySelector("[data-facts]"), true);
      if (!sheet.querySelector("form")) {
        sheet.insertBefore(document.importNode(page.querySelector(".fact-search"), true), found);
        sheet.querySelector("[name=words]").focus();
      }
      for (const button of fresh.querySelectorAll("[data-slot]")) {
        button.hidden = false;
      }
      found.replaceWith(fresh);
      found = fresh;
    }

    function ask() {
      const number = newest += 1;
      const form = sheet.querySelector("form");
      const query = form ? new URLSearchParams(new FormData(form)).toString() : "";
      const address = query ? said.facts.split("?")[0] + "?" + query : said.facts;
      fetch(address, { credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        return answer.text();
      }).then(function (html) {
        if (number === newest && sheet.parentNode) {
          show(html);
        }
      }).catch(function () {
        if (!sheet.querySelector("form")) {
          leave();
        }
      });
    }

    close.addEventListener("click", leave);
    sheet.addEventListener("keydown", function (event) {
      if (event.key === "Escape") {
        leave();
      }
    });
    sheet.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE / 3);
    });
    sheet.addEventListener("submit", function (event) {
      event.preventDefault();
      event.stopPropagation();
      ask();
    });
    sheet.addEventListener("click", function (event) {
      const button = event.target.closest("[data-slot]");
      if (button) {
        const before = start > 0 && !/\s/.test(field.value[start - 1]) ? " " : "";
        const after = end < field.value.length && /[^\s.,;:!?)]/.test(field.value[end]) ? " " : "";
        field.setRangeText(before + button.dataset.slot + after, start, end, "end");
        leave();
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
    const open = document.querySelector(".fact-sheet");
    if (open) {
      open.remove();
    }
    document.querySelector("main").appendChild(sheet);
    ask();
  }

  function marks(field) {
    const bar = document.createElement("div");
    bar.className = "marks";
    field.addEventListener("focus", function () { field.dataset.entered = "yes"; });
    const actions = {
      bold: function () { wrap(field, "**", "**"); },
      list: function () { list(field); },
      link: function () { wrap(field, "[", "](https://)"); },
    };
    if (said.facts) {
      actions.fact = function () { openFacts(field); };
    }
    for (const name of Object.keys(actions)) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = said[name] || name;
      button.addEventListener("click", actions[name]);
      bar.appendChild(button);
    }
    field.parentNode.insertBefore(bar, field);
  }

  /* What gives a question away, a pause after the last letter; nothing is saved. A very long form is looked at when it is saved. */
  function lookAt(form) {
    const box = form.querySelector("[data-clinic]");
    let timer = 0;
    let newest = 0;
    function ask() {
      const number = newest += 1;
      const fields = new URLSearchParams(new FormData(form)).toString();
      if (fields.length > LONGEST_LOOK) {
        return;
      }
      fetch(form.dataset.look + "&" + fields, { credentials: "same-origin" }).then(function (answer) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        return answer.text();
      }).then(function (html) {
        if (number === newest && box.innerHTML.trim() !== html.trim()) {
          box.innerHTML = html;
        }
      }).catch(function () {
        // Without a line it is said after the question was saved.
      });
    }
    form.addEventListener("input", function (event) {
      clearTimeout(timer);
      if (!event.isComposing) {
        timer = setTimeout(ask, PAUSE);
      }
    });
  }

  for (const form of document.querySelectorAll("form[data-look]")) { lookAt(form); }
  dress(document);
  document.addEventListener("focusout", function () { setTimeout(catchUp, 0); });
  if (state) {
    // Without this script nobody notices what is typed, and the page says nothing of it.
    state.hidden = false;
    for (const form of document.querySelectorAll("form[data-save]")) {
      // What was typed before this script had come is no state of the server's: it is saved, too.
      const typed = blocks.isTyped(form);
      blocks.remember(form, typed ? "" : undefined);
      if (typed) { later({ target: { form: form } }); }
    }
    for (const kind of ["input", "change", "compositionend"]) { document.addEventListener(kind, later); }
    window.addEventListener("pagehide", flush);
    window.addEventListener("perille-left", function () { flush(); left = true; });
    window.addEventListener("online", sendKept);
    document.addEventListener("submit", function (event) {
      clearTimeout(waiting.get(event.target));
      waiting.delete(event.target);
      // Held until the line is there (room_line.js), nothing is on its way.
      setTimeout(function () { if (event.defaultPrevented) { later({ target: { form: event.target } }); } }, 0);
    });
    sendKept();
  }
  window.perilleStudio = { flush: flush, newer: newer, saveNow: saveNow };
})(window.perilleBlocks);
