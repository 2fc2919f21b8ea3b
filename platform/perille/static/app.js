// Comfort on every page. Leaving is in leave.js, which does not wait for this.
// One voice at a time. The event does not bubble, so it is caught on its way down.
addEventListener("play", (event) => {
  for (const voice of document.querySelectorAll("audio")) if (voice !== event.target) voice.pause();
}, true);

// Of a course that was taken along without sound there is none without a line. Such an element is dead until it is loaded anew.
function showUnheard(voice, unheard) {
  const said = voice.localName === "audio" && voice.parentNode.querySelector("[data-unheard]");
  if (said) said.hidden = !unheard;
}
addEventListener("error", (event) => {
  showUnheard(event.target, true);
  if (event.target.localName === "audio") addEventListener("online", () => event.target.load(), { once: true });
}, true);
addEventListener("playing", (event) => showUnheard(event.target, false), true);

// One menu at a time; Escape and a press elsewhere close it.
const menus = [...document.querySelectorAll("details.menu")];
for (const menu of menus) {
  menu.addEventListener("toggle", () => {
    if (menu.open) for (const other of menus) if (other !== menu) other.open = false;
  });
}
addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) {
    if (menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
});

// Of a guest nothing is kept here (core/web/guest.py).
const isGuest = () => /(?:^|; )perille_guest=/.test(document.cookie);
const madeForGuest = document.documentElement.hasAttribute("data-guest");

// A language that was picked is remembered for "/"; the cookie holds the language's code and nothing else.
addEventListener("click", (event) => {
  const link = event.target.closest(".languages a[hreflang], .picker a[hreflang]");
  if (!link || isGuest()) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  const path = document.documentElement.getAttribute("data-site") || "/";
  document.cookie = `lang=${link.hreflang}; path=${path}; max-age=31536000; samesite=lax${secure}`;
});

// While a form is being sent no script may load the page anew: that would cancel it. Every script that does so looks for this mark. What leaves
// the page where it is, such as a download, takes the mark away after a minute.
const SENT_MS = 60000;
function markSending(sending) {
  if (sending) document.documentElement.setAttribute("data-sending", "");
  else document.documentElement.removeAttribute("data-sending");
}
addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  markSending(true);
  setTimeout(markSending, SENT_MS, false);
});
addEventListener("pageshow", () => markSending(false));
function loadAnew() {
  if (!document.documentElement.hasAttribute("data-sending")) location.reload();
}

// A page with progress that Back takes from the browser's cache may be out of date: ask, and load it anew if it is.
async function refresh() {
  const shown = document.querySelector("[data-progress]");
  const reply = await fetch(location.href, { cache: "no-cache" });
  if (!reply.ok) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("[data-progress]");
  if (page && page.getAttribute("data-progress") !== shown.getAttribute("data-progress")) loadAnew();
}

addEventListener("pageshow", (event) => {
  const entry = performance.getEntriesByType("navigation")[0];
  const back = event.persisted || Boolean(entry && entry.type === "back_forward");
  // Without a connection what is shown stays.
  if (back && document.querySelector("[data-progress]")) refresh().catch(() => undefined);
});

// The line is there again: what was done without it is sent first, then the page is the server's, with the certificate.
addEventListener("online", () => {
  const send = self.perille && self.perille.send;
  if (send && document.querySelector("[data-progress]")) send().then(refresh).catch(() => undefined);
});

// Where several use a phone, another person's progress may have been opened since this page was: in another tab, or before Back.
// After the picture and a name the cookie (enrolment/opened_cookie.py) says that a page without a line chose that one ("1"), or after how many minutes
// without use three pictures stand before it again, and in which second of this phone it was last used.
const opened = /(?:^|; )perille_profile=(\d+)(?:\.(\w+)\.(\d+)(?:\.(\d+))?)?/;
function openedNow() {
  const found = opened.exec(document.cookie);
  return found ? found[1] : "";
}
function writeOpened(value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  const path = document.documentElement.getAttribute("data-site") || "/";
  document.cookie = `perille_profile=${value}; path=${path}; max-age=31536000; samesite=lax${secure}`;
}
addEventListener("perille-opened", (event) => writeOpened(event.value));
// A lock closes without a line, too, also where the clock was set back. What a script writes some browsers keep for seven days: it is written anew.
function noteUse(isUse) {
  const [, picture, name, minutes, used] = opened.exec(document.cookie) || [];
  const now = Math.floor(Date.now() / 1000);
  if (used && Math.abs(now - used) > minutes * 60) writeOpened("0");
  else if (minutes && isUse && +used !== now) writeOpened(`${picture}.${name}.${minutes}${minutes > 1 ? `.${now}` : ""}`);
}
noteUse(true);
// Whoever listens (lesson.js) or fills in a form uses the phone, too, though no page is loaded.
addEventListener("perille-used", () => noteUse(true));
const badge = document.querySelector("[data-profile]");
const mine = badge ? badge.dataset.profile : openedNow();
let written = false;
// Steps that are put in order by buttons say "change" alone (lesson.js), and so do boxes in old browsers.
for (const kind of ["input", "change"]) {
  addEventListener(kind, () => {
    written = true;
    noteUse(true);
  });
}
function lookAgain() {
  noteUse(false);
  // What was written is not thrown away: whoever sends it is asked for whom it is.
  if ((openedNow() !== mine || isGuest() !== madeForGuest) && !written) loadAnew();
}
// The worker's copy of a page knows of no guest. One that comes once more, since there is no line, stays.
const arrival = performance.getEntriesByType("navigation")[0];
if (isGuest() && !madeForGuest && arrival && arrival.type === "navigate") loadAnew();
addEventListener("pageshow", (event) => event.persisted && lookAgain());
addEventListener("visibilitychange", () => document.visibilityState === "visible" && lookAgain());
addEventListener("focus", lookAgain);
// A page of a course that was taken along keeps what is pressed for whose progress is open. That is another one's now: it comes anew, and
// says so. What was locked meanwhile waits for its owner, and of a guest nothing is kept: that page has no such scripts then. The way out asks nobody.
addEventListener("submit", (event) => {
  noteUse(true);
  const form = event.target.closest("main form:not([data-exit]):not([data-forget])");
  if (!form || !(self.perille || {}).add || (!isGuest() && ["0", mine].includes(openedNow()))) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  location.reload();
}, true);

// A worker keeps help and this page for when there is no line. It is asked for when the page is there, so it takes nothing from it.
function shown(image) {
  return image.complete && image.naturalWidth > 0;
}

async function keepPage() {
  const root = document.documentElement;
  const helping = root.getAttribute("data-keep");
  const workers = navigator.serviceWorker;
  if (!helping || !workers || isLeaving() || isGuest()) return;
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((each) => each.href);
  const loaded = [...document.querySelectorAll("script[src], img")].filter((each) => each.localName === "script" || shown(each));
  const parts = files.concat(loaded.map((each) => each.src));
  await workers.register(`${root.getAttribute("data-site") || ""}/sw.js`, { updateViaCache: "none" });
  const ready = await workers.ready;
  ready.active.postMessage({ page: location.href, helping: helping.split(" "), parts, look: root.getAttribute("data-look") || "" });
}

const PATIENCE_MS = 3000;
function load(address) {
  // In their order, which scripts that a script adds have not by themselves.
  const script = Object.assign(document.createElement("script"), { src: address, async: false });
  document.head.append(script);
  return new Promise((done) => { script.onload = script.onerror = done; });
}

// Where there is no line, a press before those scripts are there would send a form to nobody: it waits for them. The way out never waits.
function holdPresses(ready) {
  let held = null;
  const hold = (event) => {
    const button = event.target.closest("main form:not([data-exit]):not([data-forget]) button");
    if (!button || button.type !== "submit") return;
    event.preventDefault();
    event.stopPropagation();
    held = button;
  };
  document.addEventListener("click", hold, true);
  Promise.race([ready, new Promise((done) => setTimeout(done, PATIENCE_MS))]).catch(() => undefined).then(() => {
    document.removeEventListener("click", hold, true);
    if (held) held.click();
  });
}

// Which courses were taken along, by a cookie: it stays where a browser throws away what it keeps. Returns whether this one was.
function noteTaken(site, course, isHere) {
  const before = (/(?:^|; )perille_taken=([^;]*)/.exec(document.cookie) || ["", ""])[1].split(".").filter(Boolean);
  const was = before.includes(course);
  if (was === isHere) return was;
  const now = isHere ? before.concat(course) : before.filter((each) => each !== course);
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `perille_taken=${now.join(".")}; path=${site || "/"}; max-age=31536000; samesite=lax${secure}`;
  return was;
}

// Whether the page is covered, or the calendar stands in its place already (leave.js).
const isLeaving = () => /leaving|today/.test(document.documentElement.className);

// Pages of a course that was taken along have scripts of their own, kept with it; the course's page offers to take it.
function useTaken() {
  const site = document.documentElement.getAttribute("data-site") || "";
  const course = /^\/([a-z-]+\/(?:courses|modules)\/[^/]+)/.exec(location.pathname.slice(site.length));
  if (course && !isLeaving() && !isGuest()) holdPresses(useCourse(site, course));
}

async function useCourse(site, course) {
  const cacheName = `perille-course:${course[1]}`;
  const offer = document.querySelector("[data-take]");
  if (offer) {
    offer.hidden = false;
    offer.addEventListener("toggle", () => load(offer.dataset.script), { once: true });
  }
  const begun = await caches.has(cacheName);
  const kept = begun && (await caches.match(`${site}/whole`, { cacheName, ignoreVary: true }));
  // Somebody left meanwhile: the page that those scripts are for is gone.
  if (isLeaving()) return;
  const loaded = kept ? Promise.all((await kept.json()).scripts.map(load)) : null;
  if (kept) noteTaken(site, course[1], true);
  if (offer) offerAgain(offer, site, course, begun);
  await loaded;
}

function offerAgain(offer, site, course, begun) {
  // It was here, nobody removed it, and it is not: the phone needed the room. Said once.
  const gone = !begun && noteTaken(site, course[1], false);
  if (gone) offer.dataset.gone = "yes";
  addEventListener("perille-removed", () => noteTaken(site, course[1], false));
  if (begun || gone) offer.open = true;
}

// Where a browser forbids workers, or all storage, the site is what it is without them.
const whenLoaded = () => keepPage().catch(() => undefined);
useTaken();
if (document.readyState === "complete") whenLoaded();
else addEventListener("load", () => setTimeout(whenLoaded, 0));
