// "Take this course along": the page drives the download and stores lesson by lesson, so that it can be stopped anywhere and goes on where
// it was. A course counts as taken when its record, written last, is there.
(function () {
  "use strict";
  const box = document.querySelector("[data-take]");
  const SITE = document.documentElement.getAttribute("data-site") || "";
  const address = box.getAttribute("data-take");
  const name = `perille-course:${address.slice(SITE.length + 1).split("/").slice(0, 3).join("/")}`;
  const WHOLE = `${SITE}/whole`;
  const PART = `${SITE}/part`;
  const PIECES = `${SITE}/pieces`;
  const WAIT_MS = 3000;
  // Some minutes, with the seconds for which the server waits itself.
  const TRIES = 40;
  const find = (what) => box.querySelector(`[data-take-${what}]`);
  const words = find("words").dataset;
  // A language beside this one, and whether the recordings come along.
  const choices = [...box.querySelectorAll("[name]")];
  let running = null;
  // Whether they were chosen on this page; else they are what they were when the course was taken.
  let anew = false;

  const say = (text) => { find("said").textContent = text || ""; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => values[key]);
  // In the digits of all else on the page, also in Dari.
  const digits = { maximumFractionDigits: 1 };
  const megabytes = (bytes) => Math.max(0.1, bytes / 1e6).toLocaleString(`${document.documentElement.lang}-u-nu-latn`, digits);

  async function record(path) {
    if (!(await caches.has(name))) return null;
    const found = await (await caches.open(name)).match(path);
    return found ? found.json() : null;
  }

  const write = (cache, path, value) => cache.put(path, new Response(JSON.stringify(value)));

  function chosen() {
    const made = {};
    for (const each of choices) if (each.checked !== false && each.value) made[each.name] = each.value;
    return made;
  }

  function query(more) {
    const wanted = new URLSearchParams(address.split("?")[1]);
    for (const [key, value] of Object.entries(Object.assign(more, chosen()))) wanted.set(key, value);
    return wanted;
  }

  async function ask(part, more, tries) {
    const reply = await fetch(`${address.split("?")[0]}${part && "/" + part}?${query(more)}`, { cache: "no-cache", redirect: "manual" });
    const ours = reply.headers.get("perille");
    if (reply.ok && ours) return reply;
    // A redirect is another network's, and so is what is neither ours nor the fault of a server between.
    if (!ours || reply.status !== 503) throw new Error(ours || (reply.status >= 500 && reply.status !== 511) ? "line" : "portal");
    // Another course is being made ready there.
    if (!tries) throw new Error("late");
    say(words.wait);
    await new Promise((done) => setTimeout(done, WAIT_MS));
    if (running && running.stopped) throw new Error("stopped");
    return ask(part, more, tries - 1);
  }

  async function room() {
    const told = await navigator.storage.estimate();
    return fill(words.room, { size: Math.round((told.quota - told.usage) / 1e6) });
  }

  async function offer() {
    // Nobody presses before the size is said, which takes a while where the course is made ready first.
    find("start").hidden = true;
    if (!navigator.serviceWorker || !self.caches) throw new Error("blocked");
    const whole = await record(WHOLE);
    const part = await record(PART);
    const before = (part || whole || {}).chosen;
    if (before && !anew) for (const each of choices) each[each.type === "checkbox" ? "checked" : "value"] = before[each.name] || "";
    show(whole, part);
    find("start").hidden = true;
    try {
      const head = await (await ask("size", {}, TRIES)).json();
      const size = { words: megabytes(head.words), pictures: megabytes(head.pictures), sound: megabytes(head.sound) };
      // Some phones do not tell what room they have.
      // There may be recordings in a chosen language, and none in another.
      if (words.sound) find("sound").hidden = !head.sound;
      const sound = head.sound ? words.sound : "";
      find("size").textContent = `${fill(`${words.size} ${sound}`, size)} ${await room().catch(() => "")}`;
      const old = whole && whole.hash !== head.hash;
      say(part ? words.stopped : old ? !anew && words.old : whole ? words.whole : box.dataset.gone && words.gone);
      find("start").hidden = whole && !old && !part;
    } catch (error) {
      if (!whole) say(words[error.message] || words.line);
    }
  }

  function show(whole, part) {
    find("remove").hidden = !whole && !part;
    find("stop").hidden = true;
    find("start").hidden = whole && !part;
    find("word").textContent = part ? words.goOn : whole && !anew ? words.update : words.start;
    say(part ? words.stopped : whole ? words.whole : words.wait);
  }

  // A text comes as its own strings and, for what it shares with others, as two numbers: the first piece and how many.
  function textOf(parts, pieces) {
    let text = "";
    for (let at = 0; at < parts.length; at += 1) {
      if (typeof parts[at] === "string") text += parts[at];
      else {
        text += pieces.slice(parts[at], parts[at] + parts[at + 1]).join("");
        at += 1;
      }
    }
    return text;
  }

  function responseOf(headers, body, encoded, pieces) {
    const bytes = encoded ? Uint8Array.from(atob(body), (char) => char.charCodeAt(0)) : textOf(body, pieces);
    return new Response(bytes, { headers });
  }

  async function store(cache, line, done, shared) {
    const pieces = shared.concat(line.pieces);
    await Promise.all(line.entries.map((each) => {
      done.paths.push(each[0]);
      return cache.put(each[0], responseOf(Object.assign({}, line.headers, each[1]), each[2], each[3], pieces));
    }));
  }

  // Calls *work* with each line as soon as it is whole.
  async function lines(reply, work) {
    const reader = reply.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const next = await reader.read();
      // Chromium 83 decodes nothing that is no bytes.
      text += decoder.decode(next.value || new Uint8Array(0), { stream: !next.done });
      const found = text.split("\n");
      text = found.pop();
      for (const line of found) {
        if (!running || running.stopped) {
          await reader.cancel();
          return;
        }
        await work(JSON.parse(line));
      }
      if (next.done) return;
    }
  }

  async function take() {
    const cache = await caches.open(name);
    let done = await record(PART);
    // Without the pieces of its own first line the next ones cannot be read.
    let shared = done && (await record(PIECES + done.hash));
    if (!shared) done = { hash: "", done: 0, paths: [] };
    let head = null;
    let ended = false;
    const bar = find("progress");
    const choice = chosen();
    bar.hidden = false;
    await lines(await ask("", { as: "pieces", after: done.done, hash: done.hash }, TRIES), async (line) => {
      if (!head) {
        head = line;
        if (head.hash !== done.hash) done = { hash: head.hash, done: 0, paths: [] };
      } else if (line.entries) {
        if (line.shared) {
          shared = line.shared;
          await write(cache, PIECES + done.hash, shared);
        }
        await store(cache, line, done, shared);
        // What is being forgotten is not written down once more.
        if (running.left) return;
        done.done += 1;
        done.chosen = choice;
        await write(cache, PART, done);
      } else {
        ended = line.end === done.done && line.hash === done.hash;
      }
      bar.max = head.lines;
      bar.value = done.done;
      say(fill(words.soFar, { done: done.done, all: head.lines }));
    });
    if (running.stopped) throw new Error("stopped");
    // An answer that is cut in the middle ends like a whole one in some browsers.
    if (!ended) throw new Error("cut");
    await write(cache, WHOLE, Object.assign(head, { chosen: choice }));
    await cache.delete(PART);
    await dropOld(cache, done.paths);
    askToStay();
  }

  async function dropOld(cache, paths) {
    const wanted = new Set(paths.concat([WHOLE]).map((path) => new URL(path, location.href).href));
    await Promise.all((await cache.keys()).filter((each) => !wanted.has(each.url)).map((each) => cache.delete(each)));
  }

  function askToStay() {
    // Some browsers ask a person and never answer: nothing waits for it.
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => undefined);
  }

  async function start() {
    running = { stopped: false };
    find("start").hidden = true;
    find("stop").hidden = false;
    let said = words.whole;
    try {
      // One tab after the other, where the browser knows how: each drops what is not its own.
      await (navigator.locks ? navigator.locks.request(name, take) : take());
    } catch (error) {
      said = words[error.message] || (error.name === "QuotaExceededError" ? words.full : words.cut);
      // Of a course that was whole before, what is there goes on opening.
      if (error.name === "QuotaExceededError" && !(await record(WHOLE))) await remove();
    }
    running = null;
    find("progress").hidden = true;
    show(await record(WHOLE), await record(PART));
    say(said);
  }

  async function remove() {
    // Nobody is told later that the phone threw it away (app.js).
    window.dispatchEvent(new Event("perille-removed"));
    const cache = await caches.open(name);
    // The records first: what is half gone counts as not taken.
    await cache.delete(WHOLE);
    await Promise.all((await cache.keys()).map((each) => cache.delete(each)));
    await caches.delete(name);
  }

  // Whoever leaves the page quickly waits for nothing, and forgetting (leave.js) is not to be followed by another lesson.
  addEventListener("perille-left", () => { if (running) running.stopped = running.left = true; });
  find("start").addEventListener("click", start);
  find("stop").addEventListener("click", () => { if (running) running.stopped = true; });
  find("remove").addEventListener("click", () => remove().then(offer).then(() => say(words.removed)));
  // Asked twice at a time, the later answer would offer a download that is under way.
  const begin = () => {
    if (box.open && !running) running = offer().catch(() => say(words.blocked)).then(() => { running = null; });
  };
  // Who opens the box again, or has a line again, need not load the page anew.
  box.addEventListener("toggle", begin);
  addEventListener("online", begin);
  for (const each of choices) {
    each.addEventListener("change", () => {
      anew = true;
      begin();
    });
  }
  begin();
})();
