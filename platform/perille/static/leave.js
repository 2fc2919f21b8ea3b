// Leaving works before the network does: the page is covered, the browser is marked as left, a neutral page is drawn in
// place, and only then another site is asked for. Loaded in the head and run at once, so that a page that was left and
// is reached by Back is covered before it is painted.
(function () {
  "use strict";
  const root = document.documentElement;
  // The path below which the site is, "" for the root of its host.
  const SITE = root.getAttribute("data-site") || "";
  const NEUTRAL = `${SITE}/today`;
  const YEAR_S = 365 * 24 * 3600;
  const WINDOW_MS = 5000;
  const PRESSES = 3;
  const SLOWEST_MS = 3000;
  const KEY_MS = 500;
  // A cache that is there while the browser is to forget all. It is on the disk at once; cookies and localStorage are half a minute later.
  const FORGET = "perille-forget";
  const OPENED = Date.now();
  const DATABASES = ["perille", "perille-recordings"];

  // How somebody wants pages to look (core/web/display_preferences.py), before anything is painted: a kept page was made for everybody.
  const look = /(?:^|; )perille_look=([a-z.]*)/.exec(document.cookie);
  if (look) root.setAttribute("data-look", look[1].replace(/\./g, " "));
  else root.removeAttribute("data-look");

  let exit = "";

  // The form is gone once the neutral page is drawn, so the address is remembered.
  function rememberExit() {
    const form = document.querySelector("form[data-exit]");
    if (form) exit = form.getAttribute("data-exit");
  }

  // How often this tab was left. Each page opened afterwards stamps its history entry with it; older entries lack the stamp.
  function timesLeft() {
    try {
      return Number(sessionStorage.getItem("perille-left")) || 0;
    } catch (error) {
      return 0;
    }
  }

  function stamp() {
    return (history.state && history.state.left) || 0;
  }

  function isForgotten() {
    return /(?:^|; )perille_left=forget/.test(document.cookie);
  }

  // Of a page that was held ready for Back. Firefox gives it the sessionStorage of when it was last seen, which knows nothing of a later leaving.
  function isOlderThanLeaving() {
    if (timesLeft() > stamp() || isForgotten()) return true;
    try {
      return Number(localStorage.getItem("perille-left")) > OPENED;
    } catch (error) {
      return false;
    }
  }

  function mark(value) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `perille_left=${value}; path=${SITE || "/"}; max-age=${YEAR_S}; samesite=lax${secure}`;
    // That a guest learned here (core/web/guest.py) must not be read there afterwards, nor wait for a line to go.
    document.cookie = `perille_guest=; path=${SITE || "/"}; max-age=0`;
  }

  // What a lesson remembers in this tab (lesson.js).
  function forgetStatus() {
    try {
      sessionStorage.removeItem("perille-status");
    } catch (error) {
      // Nothing is kept where storage is switched off.
    }
  }

  function cover() {
    root.classList.add("leaving");
    forgetStatus();
    document.title = "";
    // On a slow line the page stays until the next one comes: nobody shall hear it meanwhile.
    for (const voice of Array.from(document.querySelectorAll("audio"))) voice.pause();
    // First whoever would go on with the next sentence, then the phone's own voice.
    window.dispatchEvent(new Event("perille-left"));
    if (window.speechSynthesis) window.speechSynthesis.cancel();
  }

  function cell(row, name, text) {
    const made = row.appendChild(document.createElement(name));
    made.textContent = text;
    return made;
  }

  // The months and then the days of a language of which browsers may know no words (safety/calendar_words.py).
  const calendar = (root.getAttribute("data-calendar") || "").split("|");

  // A language of which the browser knows no words would give "2026 M11"; one of another calendar another month.
  function written(parts) {
    return new Intl.DateTimeFormat([`${root.lang}-u-ca-gregory-nu-latn`, "en"], parts);
  }

  function monthTable(now) {
    const table = document.createElement("table");
    const days = written({ weekday: "narrow" });
    let row = table.createTHead().insertRow();
    // 1 January 2024 was a Monday.
    for (let day = 1; day < 8; day += 1) cell(row, "th", calendar[day + 11] || days.format(new Date(2024, 0, day)));
    const body = table.createTBody();
    const last = new Date(now.getFullYear(), now.getMonth() + 1, 0).getDate();
    const blank = (new Date(now.getFullYear(), now.getMonth(), 1).getDay() + 6) % 7;
    for (let at = 0; at < blank + last; at += 1) {
      if (at % 7 === 0) row = body.insertRow();
      const made = cell(row, "td", at < blank ? "" : String(at - blank + 1));
      if (at - blank + 1 === now.getDate()) made.setAttribute("aria-current", "date");
    }
    return table;
  }

  // The same calendar as the server's /today, made here because there may be no connection; also on the empty page that the worker shows there.
  function drawNeutral() {
    const now = new Date();
    const name = calendar[now.getMonth()];
    const month = name ? `${name} ${now.getFullYear()}` : written({ month: "long", year: "numeric" }).format(now);
    rememberExit();
    const body = document.createElement("body");
    const main = body.appendChild(document.createElement("main"));
    cell(main, "h1", month);
    main.appendChild(monthTable(now));
    document.title = month;
    for (const icon of Array.from(document.querySelectorAll("link[rel=icon]"))) icon.href = "data:,";
    root.replaceChild(body, document.body);
    root.className = "today";
    history.replaceState({ left: timesLeft() }, "", NEUTRAL);
  }

  function goOut() {
    // What a browser says of being offline is right; that it is online proves nothing, and its own error page names the other site.
    if (exit && navigator.onLine !== false) location.replace(exit);
  }

  function countLeft() {
    try {
      sessionStorage.setItem("perille-left", String(timesLeft() + 1));
      // Other tabs hear of it and cover themselves.
      localStorage.setItem("perille-left", String(Date.now()));
    } catch (error) {
      // Storage is switched off: Back is then covered by nothing but the server's no-store.
    }
  }

  // Ends when *work* does, well or not, or when the time is over.
  function within(time, work) {
    return Promise.race([Promise.resolve().then(work).catch(() => undefined), new Promise((done) => setTimeout(done, time))]);
  }

  // First of all: what is kept of somebody is encrypted, and this is the key (offline/vault.js). The mark lets the worker, or the next page,
  // go on where a browser ends before all is deleted.
  function dropKey() {
    return Promise.all([caches.open(FORGET), emptyCache("perille-key")]);
  }

  // What this tab alone holds, but for how often it was left.
  function clearTab() {
    const left = timesLeft();
    try {
      sessionStorage.clear();
      sessionStorage.setItem("perille-left", String(left));
    } catch (error) {
      // Nothing is kept where storage is switched off.
    }
  }

  function clearStorage() {
    // Which courses were taken along (app.js).
    document.cookie = `perille_taken=; path=${SITE || "/"}; max-age=0`;
    try {
      localStorage.clear();
    } catch (error) {
      // Nothing is kept where storage is switched off.
    }
    clearTab();
    return Promise.all([emptyCaches, ...DATABASES.map((name) => () => emptyDatabase(name))].map((each) => within(SLOWEST_MS / 2, each)));
  }

  // Entry by entry: a cache that is dropped whole stays on the disk until the site is opened again.
  function dropEntries(name, which) {
    return caches.open(name).then((cache) => cache.keys()
      .then((keys) => Promise.all(keys.filter(which).map((key) => cache.delete(key, { ignoreVary: true })))));
  }

  function emptyCache(name) {
    return dropEntries(name, () => true).then(() => caches.delete(name));
  }

  // What the worker draws the calendar with goes last: where a browser ends meanwhile, the next start goes on there, also without a line.
  const tells = (key) => !/\/(?:static\/|offline(?:\?|$))/.test(key.url);

  function emptyCaches() {
    return caches.keys().then((names) => {
      const all = names.filter((name) => name !== FORGET);
      return Promise.all(all.map((name) => dropEntries(name, tells))).then(() => Promise.all(all.map(emptyCache)));
    });
  }

  // What waits to be sent (queue.js), or was recorded and not sent (studio/takes.js). Its rows go before the database does, for the same reason.
  function emptyDatabase(which) {
    return new Promise((done) => {
      const asked = indexedDB.open(which);
      asked.onerror = done;
      asked.onblocked = done;
      asked.onsuccess = () => {
        const database = asked.result;
        const drop = () => {
          database.close();
          const gone = indexedDB.deleteDatabase(which);
          gone.onsuccess = gone.onerror = gone.onblocked = done;
        };
        const names = Array.from(database.objectStoreNames);
        if (!names.length) return drop();
        const change = database.transaction(names, "readwrite");
        for (const name of names) change.objectStore(name).clear();
        change.oncomplete = change.onabort = drop;
      };
    });
  }

  // When nothing is left to do the worker goes, and the mark.
  function dropWorker() {
    return navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((each) => each.unregister())))
      .catch(() => undefined).then(() => caches.delete(FORGET));
  }

  function leave() {
    cover();
    mark("1");
    countLeft();
    if (navigator.sendBeacon) navigator.sendBeacon(`${SITE}/leave`, new URLSearchParams({ quiet: "1" }));
    drawNeutral();
    goOut();
  }

  function whenDrawable() {
    // In the head the body, and the form with the address, are not there yet.
    return new Promise((done) => {
      if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", done);
      else done();
    });
  }

  function tellServer() {
    return fetch(`${SITE}/forget`, { method: "POST", credentials: "same-origin" }).then((reply) => {
      // Another network's page has deleted nothing.
      if (!reply.ok || !reply.headers.has("perille")) throw new Error("no answer of ours");
      return dropWorker().then(() => true);
    });
  }

  // The cookie makes the server finish this at the next contact, should there be none now. Whoever sees the calendar knows that the key is gone.
  function forget() {
    cover();
    mark("forget");
    return Promise.all([within(KEY_MS, dropKey), whenDrawable()]).then(() => {
      drawNeutral();
      return within(SLOWEST_MS, () => clearStorage().then(tellServer));
    });
  }

  function leaveAndForget() {
    // Before other tabs hear of it: they forget, too.
    mark("forget");
    countLeft();
    // Whoever has no line stays with the calendar, also where the line comes back before all is deleted: the tab may be used again by then.
    const online = navigator.onLine !== false;
    forget().then(() => online && goOut());
  }

  // A browser that ended before it had forgotten all: that comes first. The worker shows nothing that was kept meanwhile.
  const wanted = location.href;
  within(SLOWEST_MS, () => caches.has(FORGET).then((found) => {
    if (found) forget().then((told) => told && location.replace(wanted));
  }));

  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.hasAttribute("data-clears")) within(SLOWEST_MS, () => dropKey().then(clearStorage).then(dropWorker));
    if (!form.hasAttribute("data-exit") && !form.hasAttribute("data-forget")) return;
    event.preventDefault();
    if (form.hasAttribute("data-forget")) leaveAndForget();
    else leave();
  });

  let presses = [];
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift") {
      presses = [];
      return;
    }
    const now = Date.now();
    presses = presses.filter((at) => now - at < WINDOW_MS).concat(now);
    if (presses.length >= PRESSES) leave();
  });

  function coverAgain() {
    cover();
    whenDrawable().then(() => {
      drawNeutral();
      goOut();
    });
  }

  function cameBack() {
    const entry = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    return entry ? entry.type === "back_forward" : performance.navigation.type === 2;
  }

  if (root.hasAttribute("data-draw")) whenDrawable().then(drawNeutral);
  else if (timesLeft() > stamp()) {
    if (cameBack()) coverAgain();
    else history.replaceState(Object.assign({}, history.state, { left: timesLeft() }), "");
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted && isOlderThanLeaving()) coverAgain();
  });
  addEventListener("storage", (event) => {
    if (isForgotten()) clearTab();
    if (event.key === "perille-left" && event.newValue) coverAgain();
  });
})();
