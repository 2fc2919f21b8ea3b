/* Gaps of a text made by pressing its words. What is sent are the fields below, which work without this. */
(function (rows) {
  "use strict";
  const text = document.getElementById("f-text");
  // Who may only read the question has no fields.
  if (!text) {
    return;
  }
  const GAP = /\(\(([a-z0-9-]+)\)\)/g;
  const box = document.createElement("div");
  box.className = "gap-words";

  const field = rows.field;
  const write = rows.write;

  function rowsOf(list) {
    return rows.rowsIn(rows.listOf(list));
  }

  function freeRow(list) {
    return rows.freeRow(rows.listOf(list));
  }

  function freeKey() {
    const taken = rowsOf("gap").map(function (row) { return field(row, "key").value; });
    let number = 1;
    while (taken.includes("gap-" + number) || text.value.includes("((gap-" + number + "))")) {
      number += 1;
    }
    return "gap-" + number;
  }

  function makeGap(start, word) {
    const key = freeKey();
    write(field(freeRow("gap"), "key"), key);
    const row = freeRow("word");
    write(field(row, "text"), word);
    write(field(row, "gap"), key);
    write(text, text.value.slice(0, start) + "((" + key + "))" + text.value.slice(start + word.length));
    show(start);
  }

  /* Its first word comes back into the text, and the gap is gone with all words that fit it. */
  function fillGap(start, key) {
    const found = rowsOf("word").filter(function (row) { return field(row, "gap").value === key; });
    const word = found.length ? field(found[0], "text").value : "…";
    for (const row of found) {
      for (const name of ["text", "gap", "key"]) {
        field(row, name).value = "";
      }
    }
    for (const row of rowsOf("gap")) {
      const name = field(row, "key");
      if (name.value === key) {
        name.value = "";
      }
    }
    write(text, text.value.slice(0, start) + word + text.value.slice(start + key.length + 4));
    show(start);
  }

  function press(start, shown, isGap, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = isGap ? "____" : shown;
    button.setAttribute("aria-pressed", String(isGap));
    if (isGap) {
      button.setAttribute("aria-label", shown);
    }
    button.dataset.place = String(start);
    button.addEventListener("click", act);
    box.appendChild(button);
  }

  function wordOf(key) {
    const row = rowsOf("word").find(function (each) { return field(each, "gap").value === key; });
    return row ? field(row, "text").value : key;
  }

  /* Letters and digits of any script with the signs inside a word; what stands around them is no part of it. */
  function addWords(part, from) {
    const WORD = /[^\s.,;:!?()[\]{}"“”„«»*،؛؟…]+/g;
    let found = WORD.exec(part);
    while (found) {
      const at = from + found.index;
      const word = found[0];
      press(at, word, false, function () { makeGap(at, word); });
      found = WORD.exec(part);
    }
  }

  function show(focused) {
    box.textContent = "";
    let at = 0;
    GAP.lastIndex = 0;
    let found = GAP.exec(text.value);
    while (found) {
      const start = found.index;
      const key = found[1];
      addWords(text.value.slice(at, start), at);
      press(start, wordOf(key), true, function () { fillGap(start, key); });
      at = start + found[0].length;
      found = GAP.exec(text.value);
    }
    addWords(text.value.slice(at), at);
    const button = focused === undefined ? null : box.querySelector("[data-place='" + focused + "']");
    if (button) {
      button.focus();
    }
  }

  // A word that came back leaves its row empty wherever that stands; what is missing then, the checks say.
  for (const each of document.querySelectorAll("[data-rows=gap] [required], [data-rows=word] [required]")) {
    each.required = false;
  }
  const hint = document.querySelector("[data-gap-hint]");
  hint.hidden = false;
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", "gap-hint");
  box.lang = text.lang;
  box.dir = text.dir;
  hint.parentNode.insertBefore(box, hint.nextSibling);
  text.addEventListener("input", function () { show(); });
  show();
})(window.perilleRows);
