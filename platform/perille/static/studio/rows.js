/* The lists of a question's form: a row goes up or down, one more comes, and lines that are pasted get a row each. What is sent are the fields, which work without this. */
(function () {
  "use strict";
  /* As many as the server reads. */
  const MOST = 60;
  const BREAKS = /\r\n|[\n\r\u2028\u2029\u0085\v\f]/;
  const BULLET = /^\s*(?:[•·▪◦–-]\s+|\d+[.)]\t)/;

  function listOf(key) {
    return document.querySelector("[data-rows=" + key + "]");
  }

  function rowsIn(list) {
    return Array.from(list.querySelectorAll("[data-row]"));
  }

  function field(row, name) {
    return row.querySelector("[name^='" + row.closest("[data-rows]").dataset.rows + "-'][name$='-" + name + "']");
  }

  function words(row) {
    return Array.from(row.querySelectorAll("input[type=text], textarea"));
  }

  function isEmpty(row) {
    return words(row).every(function (each) { return each.value.trim() === ""; });
  }

  function write(input, value) {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function rename(row, from, to) {
    for (const each of row.querySelectorAll("[id], [name], [for], [data-begins]")) {
      for (const name of ["id", "name", "for", "data-begins"]) {
        const value = each.getAttribute(name);
        if (value && value.startsWith(from)) {
          each.setAttribute(name, to + value.slice(from.length));
        }
      }
    }
  }

  /* The fields of each row have its number in their names. Two that had one name for a moment would be one choice: so all are renamed twice. */
  function renumber(list) {
    const rows = rowsIn(list);
    const key = list.dataset.rows;
    for (const each of rows) {
      const found = each.querySelector("[name]").name.slice(key.length + 1);
      rename(each, key + "-" + found.slice(0, found.indexOf("-") + 1), key + "-moved" + rows.indexOf(each) + "-");
    }
    for (const each of rows) {
      const at = rows.indexOf(each);
      rename(each, key + "-moved" + at + "-", key + "-" + at + "-");
    }
  }

  function emptied(row) {
    for (const each of row.querySelectorAll("input, textarea, select")) {
      each.required = false;
      if (each.matches("[type=checkbox], [type=radio]")) {
        each.checked = false;
      } else if (!each.matches("select")) {
        each.value = "";
      } else if (each.querySelector("option[value='']")) {
        each.value = "";
      }
    }
    return row;
  }

  function mayGrow(list) {
    return rowsIn(list).length > 0 && rowsIn(list).length < MOST;
  }

  /* One row more at the end, made of the last one. */
  function added(list) {
    const rows = rowsIn(list);
    const last = rows[rows.length - 1];
    const copy = last.cloneNode(true);
    rename(copy, list.dataset.rows + "-" + (rows.length - 1) + "-", list.dataset.rows + "-" + rows.length + "-");
    last.parentNode.appendChild(emptied(copy));
    return copy;
  }

  /* A row with nothing in it; another one is made where all are filled in. One whose words were taken out is no longer what it was. */
  function freeRow(list) {
    const row = rowsIn(list).find(isEmpty) || added(list);
    for (const key of row.querySelectorAll("input[type=hidden]")) {
      key.value = "";
    }
    return row;
  }

  /* Which of its buttons a row has: an empty one none, and at an end there is no way on. */
  function showTools(list) {
    const filled = rowsIn(list).filter(function (row) { return !isEmpty(row); });
    for (const row of rowsIn(list)) {
      const tools = row.querySelector("[data-row-moves]");
      const at = filled.indexOf(row);
      if (tools) {
        tools.hidden = at < 0 || filled.length < 2;
        tools.querySelector("[data-to=up]").disabled = at === 0;
        tools.querySelector("[data-to=down]").disabled = at === filled.length - 1;
      }
    }
    const more = list.querySelector("[data-add-row]");
    if (more) {
      more.hidden = !mayGrow(list);
    }
  }

  function move(list, button) {
    const row = button.closest("[data-row]");
    const filled = rowsIn(list).filter(function (each) { return !isEmpty(each); });
    const isUp = button.dataset.to === "up";
    const at = filled.indexOf(row) + (isUp ? -1 : 1);
    row.parentNode.insertBefore(row, isUp ? filled[at] : filled[at].nextSibling);
    renumber(list);
    showTools(list);
    // The button keeps the focus, so that its row can go on; at an end the other one takes over.
    (button.disabled ? row.querySelector("[data-to]:enabled") : button).focus();
    const status = list.querySelector("[data-moved]");
    status.textContent = status.dataset.moved.replace("{at}", at + 1).replace("{all}", filled.length);
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* As if it were typed, so that Ctrl+Z takes it back. */
  function type(input, text) {
    input.focus();
    if (!document.execCommand("insertText", false, text)) {
      input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  /* The rows into which lines go: the one with the field, then those after it in which that field is empty, then new ones. */
  function rowsFor(list, row, place, count) {
    const rows = rowsIn(list);
    const open = rows.slice(rows.indexOf(row) + 1).filter(function (each) { return words(each)[place].value.trim() === ""; });
    const found = [row].concat(open).slice(0, count);
    if (rows.length + count - found.length > MOST) {
      return null;
    }
    while (found.length < count) {
      found.push(added(list));
    }
    return found;
  }

  /* The cells of a line into the fields of a row; what stands there already stays. */
  function put(fields, cells, input) {
    for (const to of fields.slice(0, cells.length)) {
      const cell = cells[fields.indexOf(to)].trim();
      if (cell && (to === input || to.value.trim() === "")) {
        type(to, cell);
      }
    }
  }

  function paste(list, event) {
    const input = event.target;
    const row = input.closest("[data-row]");
    const text = row && input.matches("input[type=text]") && event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    const lines = text.split(BREAKS).map(function (line) { return line.replace(BULLET, ""); }).filter(function (line) { return line.trim(); });
    if (lines.length < 2 && !(lines.length && lines[0].trim().includes("\t"))) {
      return;
    }
    const place = words(row).indexOf(input);
    const rows = rowsFor(list, row, place, lines.length);
    if (!rows) {
      return;
    }
    event.preventDefault();
    for (const at of lines.keys()) {
      put(words(rows[at]).slice(place), lines[at].split("\t"), input);
    }
    showTools(list);
  }

  for (const list of document.querySelectorAll("[data-rows]")) {
    const tools = list.querySelector("[data-row-tools]");
    if (tools) {
      for (const row of rowsIn(list)) {
        row.appendChild(document.importNode(tools.content, true));
      }
      list.addEventListener("click", function (event) {
        const button = event.target.closest("button");
        if (button && button.dataset.to) {
          move(list, button);
        } else if (button && button.closest("[data-add-row]")) {
          words(added(list))[0].focus();
          showTools(list);
        }
      });
      // A picture that is looked for comes back to the row as it is called then, wherever it was moved to.
      list.addEventListener("click", function (event) {
        const link = event.target.closest("a[data-begins]");
        if (link) {
          link.href = link.href.replace(/([?&]row=)[^&]*/, "$1" + link.dataset.begins.slice(0, -1));
        }
      });
      list.addEventListener("paste", function (event) { paste(list, event); });
      list.addEventListener("input", function () { showTools(list); });
      showTools(list);
    }
  }
  window.perilleRows = { added: added, field: field, freeRow: freeRow, listOf: listOf, rowsIn: rowsIn, isEmpty: isEmpty, mayGrow: mayGrow, write: write };
})();
