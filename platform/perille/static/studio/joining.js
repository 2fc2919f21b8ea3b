/* Pairs joined, and words put into groups, by pressing one and then what it belongs to. What is sent are the fields below, which work without this. */
(function (rows) {
  "use strict";
  const board = document.querySelector("[data-join]");
  const field = rows.field;
  const status = document.createElement("p");
  const drawn = document.createElement("div");
  let chosen = null;

  function filled(key, name) {
    return rows.rowsIn(rows.listOf(key)).filter(function (row) { return field(row, name).value.trim(); });
  }

  function say(words, parts) {
    // Words of another direction than the page's stay together.
    status.textContent = words.replace("{words}", "\u2068" + parts.map(function (each) { return each.value.trim(); }).join(" – ") + "\u2069");
  }

  /* A button for the words of a field; *side*: 0 for what is joined, 1 for what it is joined with. */
  function press(input, side, joined) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = input.value.trim();
    button.dataset.of = input.name;
    button.setAttribute("aria-pressed", String(Boolean(chosen) && chosen.input === input));
    if (joined) {
      button.setAttribute("aria-label", input.value.trim() + " – " + joined);
    }
    button.addEventListener("click", function () { pressed(input, side); });
    return button;
  }

  function pressed(input, side) {
    const first = chosen;
    let last = input;
    chosen = first && first.input === input ? null : { input: input, side: side };
    if (first && first.side !== side) {
      chosen = null;
      last = side ? first.input : input;
      kinds[board.dataset.join].join(last, side ? input : first.input);
    }
    show();
    const again = drawn.querySelector("[data-of='" + last.name + "']");
    if (again) {
      again.focus();
    }
  }

  function add(parent, tag, name) {
    const made = document.createElement(tag);
    made.className = name;
    parent.appendChild(made);
    return made;
  }

  function loose(buttons, name) {
    if (buttons.length) {
      const heading = add(drawn, "p", "hint");
      heading.lang = document.documentElement.lang;
      heading.dir = document.documentElement.dir || "ltr";
      heading.textContent = name;
      const list = add(drawn, "div", "join-loose");
      for (const each of buttons) {
        list.appendChild(each);
      }
    }
  }

  const pairs = {
    /* Two that change their places: nothing is lost, and whoever mixed two up has both mended with two presses. */
    join: function (left, right) {
      const own = field(left.closest("[data-row]"), "target");
      if (own === right) {
        say(board.dataset.parted, [left, right]);
        rows.write(field(rows.freeRow(rows.listOf("extra")), "text"), right.value);
        rows.write(right, "");
      } else {
        const before = own.value;
        rows.write(own, right.value);
        rows.write(right, before);
        say(board.dataset.joined, [left, own]);
      }
    },
    draw: function () {
      const list = document.createElement("ul");
      list.className = "join-pairs";
      for (const row of rows.rowsIn(rows.listOf("pair"))) {
        const left = field(row, "source");
        const right = field(row, "target");
        if (left.value.trim() || right.value.trim()) {
          const place = add(list, "li", right.value.trim() && left.value.trim() ? "joined" : "");
          place.appendChild(left.value.trim() ? press(left, 0, right.value.trim()) : document.createElement("span"));
          add(place, "span", "join-line");
          place.appendChild(right.value.trim() ? press(right, 1) : document.createElement("span"));
        }
      }
      if (list.firstChild) {
        drawn.appendChild(list);
      }
      loose(filled("extra", "text").map(function (row) { return press(field(row, "text"), 1); }), rows.listOf("extra").querySelector("legend").textContent);
    },
  };

  function plain(text) {
    return text.trim().replace(/\s+/g, " ").toLowerCase();
  }

  /* Group row -> the name that its words have beside them. */
  const names = new WeakMap();

  function isIn(member, row) {
    return plain(field(member, "group").value) === plain(names.get(row) || field(row, "text").value);
  }

  /* The words of a group go along when it has got another name: once it is whole, since on the way to it it may be that of another group. */
  function keepNames() {
    const all = rows.rowsIn(rows.listOf("group"));
    for (const row of all) {
      const now = field(row, "text").value.trim();
      const before = names.get(row);
      const isOnly = !all.some(function (each) { return each !== row && plain(names.get(each) || "") === plain(before || ""); });
      if (before && now && isOnly) {
        for (const member of filled("member", "group").filter(function (each) { return isIn(each, row); })) {
          field(member, "group").value = now;
        }
      }
      if (now) {
        names.set(row, now);
      }
    }
  }

  const groups = {
    join: function (member, group) {
      const own = field(member.closest("[data-row]"), "group");
      const isOut = plain(own.value) === plain(group.value);
      say(isOut ? board.dataset.parted : board.dataset.joined, [member, group]);
      rows.write(own, isOut ? "" : group.value.trim());
    },
    draw: function () {
      const left = new Set(filled("member", "text"));
      for (const row of filled("group", "text")) {
        const box = add(drawn, "div", "join-group");
        const name = field(row, "text");
        box.appendChild(press(name, 1));
        const list = add(box, "div", "join-loose");
        for (const member of Array.from(left)) {
          if (isIn(member, row)) {
            left.delete(member);
            list.appendChild(press(field(member, "text"), 0, name.value.trim()));
          }
        }
      }
      loose(Array.from(left).map(function (row) { return press(field(row, "text"), 0); }), board.dataset.loose);
    },
  };
  const kinds = { matching: pairs, grouping: groups };

  function show() {
    drawn.textContent = "";
    kinds[board.dataset.join].draw();
    board.hidden = !drawn.firstChild;
  }

  status.setAttribute("role", "status");
  drawn.setAttribute("role", "group");
  drawn.setAttribute("aria-labelledby", "join-hint");
  const prompt = document.getElementById("f-prompt");
  drawn.lang = prompt.lang;
  drawn.dir = prompt.dir;
  board.appendChild(drawn);
  board.appendChild(status);
  board.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && chosen) {
      pressed(chosen.input, chosen.side);
    }
  });
  if (board.dataset.join === "grouping") {
    // Nothing is drawn anew here: the press that ends the writing may be one on a button of the board.
    rows.listOf("group").addEventListener("change", keepNames);
    keepNames();
  }
  board.closest("form").addEventListener("input", function (event) {
    // What has been pressed is let go when words change, unless a press has changed them.
    if (event.target.closest("[data-rows]")) {
      chosen = null;
      show();
    }
  });
  show();
})(window.perilleRows);
