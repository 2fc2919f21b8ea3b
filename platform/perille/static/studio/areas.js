/* Places of a question drawn on its picture, with a pointer or with keys. What is sent are the numbers in the list, which work without this. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const bench = document.querySelector("[data-areas]");
  const select = document.getElementById("f-picture");
  const rows = Array.from(document.querySelectorAll("[data-area-fields]")).map(function (box) {
    return { box: box, shape: box.querySelector("select"), coords: box.querySelector("input"), button: null };
  });
  const said = document.createElement("p");
  let size = null;
  let svg = null;
  let active = null;
  let corners = [];
  let from = null;

  function numbers(row) {
    const found = row.coords.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    return found.every(Number.isFinite) ? found : [];
  }

  function write(row, list) {
    row.coords.value = list.map(Math.round).join(", ");
    row.coords.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function element(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const key of Object.keys(attributes)) {
      made.setAttribute(key, attributes[key]);
    }
    return made;
  }

  function drawn(shape, list) {
    if (shape === "rect" && list.length === 4 && list[0] < list[2] && list[1] < list[3]) {
      return element("rect", { x: list[0], y: list[1], width: list[2] - list[0], height: list[3] - list[1] });
    }
    if (shape === "circle" && list.length === 3) {
      return element("circle", { cx: list[0], cy: list[1], r: list[2] });
    }
    return shape === "poly" && list.length > 3 && list.length % 2 === 0 ? element("polygon", { points: list.join(" ") }) : null;
  }

  function show() {
    if (!svg) {
      return;
    }
    const letters = (size[0] + size[1]) / 28;
    svg.textContent = "";
    rows.forEach(function (row, number) {
      const list = row === active && corners.length ? corners : numbers(row);
      const shape = drawn(row.shape.value, list);
      if (shape) {
        const group = element("g", { "class": row === active ? "area-shape area-active" : "area-shape" });
        const name = element("text", { x: list[0], y: list[1] + letters, "font-size": letters });
        name.textContent = String(number + 1);
        group.appendChild(shape);
        group.appendChild(name);
        svg.appendChild(group);
      }
    });
  }

  /* A place on the page in the picture's own units, inside it. */
  function at(event) {
    const box = svg.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * size[0];
    const y = (event.clientY - box.top) / box.height * size[1];
    return [Math.min(Math.max(x, 0), size[0]), Math.min(Math.max(y, 0), size[1])];
  }

  function shapeFrom(one, two) {
    if (active.shape.value === "circle") {
      return [one[0], one[1], Math.max(Math.hypot(two[0] - one[0], two[1] - one[1]), 1)];
    }
    return [Math.min(one[0], two[0]), Math.min(one[1], two[1]), Math.max(one[0], two[0]), Math.max(one[1], two[1])];
  }

  function finish() {
    if (corners.length > 5) {
      write(active, corners);
    }
    corners = [];
    show();
  }

  function corner(place) {
    const near = (size[0] + size[1]) / 40;
    if (corners.length > 5 && Math.hypot(place[0] - corners[0], place[1] - corners[1]) < near) {
      finish();
    } else {
      corners = corners.concat(place);
      show();
    }
  }

  function moved(list, x, y, larger) {
    if (active.shape.value === "circle") {
      return larger ? [list[0], list[1], Math.max(list[2] + x - y, 1)] : [list[0] + x, list[1] + y, list[2]];
    }
    if (active.shape.value === "rect" && larger) {
      return [list[0], list[1], Math.max(list[2] + x, list[0] + 1), Math.max(list[3] + y, list[1] + 1)];
    }
    return list.map(function (each, place) { return each + (place % 2 ? y : x); });
  }

  function inside(list) {
    return list.map(function (each, place) {
      const most = active.shape.value === "circle" && place === 2 ? size[0] : size[place % 2];
      return Math.min(Math.max(each, 0), most);
    });
  }

  function beginning() {
    const x = size[0] / 2;
    const y = size[1] / 2;
    const part = Math.min(x, y) / 4;
    const shapes = {
      rect: [x - part, y - part, x + part, y + part],
      circle: [x, y, part],
      poly: [x - part, y - part, x + part, y - part, x, y + part],
    };
    return shapes[active.shape.value] || shapes.rect;
  }

  function onKey(event) {
    const step = Math.max(Math.round((size[0] + size[1]) / 200), 1);
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const way = ways[event.key];
    if (!active || !(way || event.key === "Enter")) {
      return;
    }
    event.preventDefault();
    if (corners.length) {
      finish();
    } else if (way && numbers(active).length) {
      write(active, inside(moved(numbers(active), way[0], way[1], event.shiftKey)));
    } else if (!numbers(active).length) {
      write(active, beginning());
    }
    show();
  }

  function choose(row) {
    active = row;
    corners = [];
    for (const each of rows) {
      each.button.setAttribute("aria-pressed", each === row ? "true" : "false");
    }
    const number = String(rows.indexOf(row) + 1);
    const how = row.shape.value === "poly" ? " " + bench.dataset.corner : "";
    said.textContent = bench.dataset.drawing.replace("{number}", number) + "." + how + " " + bench.dataset.keys;
    show();
    if (svg) {
      svg.focus();
    }
  }

  function listen() {
    svg.addEventListener("pointerdown", function (event) {
      if (active && event.button === 0) {
        event.preventDefault();
        svg.focus();
        if (active.shape.value === "poly") {
          corner(at(event));
        } else {
          from = at(event);
          svg.setPointerCapture(event.pointerId);
        }
      }
    });
    svg.addEventListener("pointermove", function (event) {
      if (from) {
        corners = shapeFrom(from, at(event));
        show();
      }
    });
    svg.addEventListener("pointerup", function (event) {
      if (from) {
        const list = shapeFrom(from, at(event));
        from = null;
        corners = [];
        if (list.length === 3 ? list[2] > 2 : list[2] - list[0] > 2 && list[3] - list[1] > 2) {
          write(active, list);
        }
        show();
      }
    });
    svg.addEventListener("pointercancel", function () {
      from = null;
      corners = [];
      show();
    });
    svg.addEventListener("keydown", onKey);
  }

  function place() {
    const option = select.options[select.selectedIndex];
    const old = bench.querySelector(".area-picture");
    if (old) {
      old.remove();
    }
    size = option && option.dataset.src ? [Number(option.dataset.width), Number(option.dataset.height)] : null;
    svg = null;
    if (size) {
      const box = document.createElement("div");
      const picture = document.createElement("img");
      box.className = "area-picture";
      picture.src = option.dataset.src;
      picture.alt = "";
      picture.width = size[0];
      picture.height = size[1];
      svg = element("svg", { viewBox: "0 0 " + size[0] + " " + size[1], tabindex: "0", role: "application", "aria-label": bench.dataset.name });
      box.appendChild(picture);
      box.appendChild(svg);
      bench.appendChild(box);
      bench.querySelector(".hint").textContent = bench.dataset.size.replace("{size}", size[0] + " × " + size[1]);
      listen();
    }
    show();
  }

  said.setAttribute("role", "status");
  bench.insertBefore(said, bench.querySelector(".area-picture"));
  rows.forEach(function (row) {
    row.button = document.createElement("button");
    row.button.type = "button";
    row.button.className = "second small-button";
    row.button.textContent = bench.dataset.draw;
    row.button.setAttribute("aria-pressed", "false");
    row.button.addEventListener("click", function () { choose(row); });
    row.box.appendChild(row.button);
    row.coords.addEventListener("input", show);
    // What comes back into the form is shown, and asks nobody to draw.
    row.shape.addEventListener("change", function (event) { if (event.isTrusted) { choose(row); } else { show(); } });
  });
  select.addEventListener("change", place);
  place();
})();
