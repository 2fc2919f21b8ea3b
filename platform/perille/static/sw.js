// The worker that keeps pages on the phone. From the first visit: help, the page one is on, and what they are made of. Of a course that
// was taken along: all of it (taken.js fills its cache). It never reloads a page, and keeps only what is the same for everybody.
"use strict";
// Address of the site, and its path; both with a slash at their end.
const SITE = self.registration.scope;
const BASE = new URL(SITE).pathname;
const PAGES = "perille-pages";
const COURSE = "perille-course:";
// Is there while the browser is to forget all (leave.js).
const FORGET = "perille-forget";
// On answers of ours: whether all people get the same one. Other networks' answers have none.
const MARK = "perille";
const PATIENCE_MS = 3000;
const FRESH_MS = 6 * 3600 * 1000;

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

function pathOf(address) {
  const url = new URL(address, SITE);
  return url.href.startsWith(SITE) ? url.pathname + url.search : "";
}

const below = (path) => path.slice(BASE.length);

// What is kept at a path, in one cache or in any. Nothing is kept with a Vary (copyOf, bundle.py), by which Firefox would miss it.
const match = (path, cacheName) => caches.match(path, { cacheName });

async function pathsIn(cache) {
  return (await cache.keys()).map((request) => pathOf(request.url));
}

// "ar/courses/finland" and what comes after it; null for pages that are of no course.
function courseOf(path) {
  const found = /^([a-z-]+\/(?:courses|modules)\/[^/?]+)(.*)$/.exec(below(path));
  return found ? { name: COURSE + found[1], isBelow: found[2].startsWith("/") } : null;
}

const isPart = (path) => /^(static|media)\//.test(below(path));
const languageOf = (path) => below(path).split(/[/?]/)[0];

// Whether something is kept. What is not read to its end stays open, and an open file outlives its deletion.
async function isThere(asked) {
  const found = await asked;
  if (found) await found.arrayBuffer();
  return !!found;
}

const isKept = (path, cacheName) => isThere(match(path, cacheName));

async function copyOf(response) {
  const headers = new Headers(response.headers);
  for (const name of ["vary", "content-encoding", "content-length"]) headers.delete(name);
  return new Response(await response.blob(), { headers });
}

// Whether an answer may be kept: ours, whole, not the end of a redirect (browsers refuse those for a page), not secret, the same for all.
function mayKeep(response, path) {
  const marked = response.headers.get(MARK);
  const isSame = marked === "same" || (marked && isPart(path));
  return isSame && response.status === 200 && !response.redirected && !/store/.test(response.headers.get("cache-control"));
}

async function store(cache, path, cacheMode) {
  const response = await fetch(path, { cache: cacheMode, mode: "same-origin" });
  if (mayKeep(response, path)) await cache.put(path, await copyOf(response));
}

async function isFresh(path) {
  const kept = await match(path, PAGES);
  return (await isThere(kept)) && Math.abs(Date.now() - Date.parse(kept.headers.get("date"))) < FRESH_MS;
}

// What a page asks to have kept. Each by itself: one that fails takes no other with it.
async function keep(asked) {
  if (await caches.has(FORGET)) return;
  const cache = await caches.open(PAGES);
  const parts = asked.parts.map(pathOf).filter(Boolean);
  // A page of no country, such as home, keeps the numbers of the last one, in its own language.
  const country = /\?country=\w+/.exec((await wordsOf()).helping) || "";
  const helping = asked.helping.map((each) => pathOf(each.includes("?") ? each : each + country)).filter(Boolean);
  const page = pathOf(asked.page);
  // With another style sheet, as after an upgrade, what helps is kept anew: the old one goes.
  const dressed = await isKept(parts[0] || "");
  const work = parts.map(async (path) => (await isKept(path)) || store(cache, path, "default"));
  work.push(...helping.map(async (path) => (dressed && (await isFresh(path))) || store(cache, path, "no-cache")));
  // From the browser's own cache alone. A page of one person is not in there, and asking the server for it again would take what it shows
  // once (core/web/flash_cookie.py), such as the card of a new PIN, from the page that is to show it.
  if (page && !(await isKept(page))) work.push(store(cache, page, "only-if-cached"));
  work.push(cache.put(`${BASE}kept`, new Response(JSON.stringify({ look: asked.look, helping }))));
  await Promise.all(work.map((each) => each.catch(() => undefined)));
  // What was shown in the place of a page that could not be had takes nothing away.
  if (await isKept(page, PAGES)) await prune(cache, new Set([page, `${BASE}kept`].concat(parts)));
}

async function prune(cache, wanted) {
  const paths = await pathsIn(cache);
  const helps = (path) => /^[a-z-]+\/(help|offline)\b/.test(below(path));
  await Promise.all(paths.filter((path) => !wanted.has(path) && !helps(path)).map((path) => cache.delete(path)));
}

addEventListener("message", (event) => event.waitUntil(keep(event.data).catch(() => undefined)));

async function wordsOf() {
  const kept = await match(`${BASE}kept`);
  return kept ? kept.json() : { helping: [] };
}

// The page that is shown where there is no line and the wanted one is not kept: in its language, else in the last one.
async function offlinePage(path) {
  const cache = await caches.open(PAGES);
  const last = (await wordsOf()).helping;
  const kept = (await pathsIn(cache)).filter((each) => /^[a-z-]+\/offline/.test(below(each)));
  kept.sort((one, other) => last.includes(other) - last.includes(one));
  const found = kept.find((each) => languageOf(each) === languageOf(path)) || kept[0];
  return found ? match(found, PAGES) : undefined;
}

// Puts a sentence of the kept page for this case above a kept page.
async function withSentence(kept, name, path) {
  const words = await offlinePage(path);
  const said = words && new RegExp(`<p[^>]*data-said="${name}"[^]*?</p>`).exec(await words.text());
  const old = await kept.text();
  const html = !said || old.includes(`data-said="${name}"`) ? old : old.replace('<main id="main">', (start) => start + said[0].replace(" hidden", ""));
  return new Response(html, { headers: kept.headers });
}

// What is kept of a page, and whether its course is here. All is asked for at once: each answer costs an old phone a twentieth of a second.
async function keptPage(path, course) {
  if (course) {
    const [taken, found] = await Promise.all([isKept(`${BASE}whole`, course.name), match(path, course.name)]);
    // A course that was not stored whole counts as not taken.
    if (taken && found) return { kept: found, taken };
    await isThere(found);
  }
  return { kept: await match(path, course ? PAGES : undefined) };
}

// A kept lesson is shown at once and fetched anew behind it, so that its help numbers are today's.
async function refresh(path, name) {
  // Who finds their way by pictures has other pages; the cookie that says so stays behind with the one that tells who they are.
  const headers = /pictures/.test((await wordsOf()).look) ? { "perille-look": "pictures" } : {};
  const response = await fetch(path, { cache: "no-cache", credentials: "omit", headers });
  const html = await response.clone().text();
  // Meanwhile the course may have been removed, or all forgotten.
  if (!(await caches.has(name))) return;
  const cache = await caches.open(name);
  // Until it is there again a page says so, also without a line.
  if (response.headers.has(MARK) && response.status === 404) await cache.put(path, await withSentence(await match(path, name), "gone", path));
  if (!mayKeep(response, path)) return;
  // What it is made of, and no recording: those are loaded when somebody wants to listen.
  const parts = /<(?:img|link|script)[^>]*?(?:src|href)="([^"]*\/(?:static|media)\/[^"]+)"/g;
  for (let found = parts.exec(html); found; found = parts.exec(html)) {
    const address = pathOf(found[1]);
    if (address && !(await isKept(address))) await store(cache, address, "default");
  }
  await cache.put(path, await copyOf(response));
}

async function fromLine(request, path, kept, taken) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  // Of a kept page only what the line says now counts: the browser's own cache would hide that it is dead.
  const asked = fetch(request, kept && { cache: "no-cache" }).catch(() => undefined);
  const answer = await (kept ? Promise.race([asked, late]) : asked);
  if (!answer) {
    if (kept) return withSentence(kept, "line", path);
    return (await offlinePage(path)) || Response.error();
  }
  // A redirect cannot be looked into, and has no mark. What is kept was no redirect, so this one is another's.
  const ours = answer.headers.has(MARK);
  // A course that was taken along goes on opening when it is withdrawn, and says so.
  if (!kept || (ours && !(taken && answer.status === 404))) {
    await isThere(kept);
    return answer;
  }
  return withSentence(kept, ours ? "gone" : answer.status >= 500 && answer.status !== 511 ? "line" : "portal", path);
}

async function page(event, path) {
  const course = courseOf(path);
  const [forgotten, here] = await Promise.all([caches.has(FORGET), keptPage(path, course).catch(() => ({}))]);
  const { kept, taken } = here;
  if (forgotten) {
    await isThere(kept);
    // The browser ended before it had forgotten all: leave.js goes on with that, on the calendar as long as that is here.
    return (await isThere(offlinePage(""))) ? neutral() : fetch(event.request);
  }
  const again = /^(reload|no-cache)/.test(event.request.cache);
  // Lessons are the same for everybody; a check or a list of errands shows what was done, as far as the line is there.
  if (taken && course.isBelow && !again && /max-age/.test(kept.headers.get("cache-control"))) {
    event.waitUntil(refresh(path, course.name).catch(() => undefined));
    return kept;
  }
  return fromLine(event.request, path, kept, taken);
}

// The calendar of /today, drawn by leave.js: it asks for nothing and leads nowhere. It stands in the kept page for no line.
async function neutral() {
  const kept = (await offlinePage("")) || new Response("", { headers: { "content-type": "text/html" } });
  const found = /data-today='([^']*)/.exec(await kept.text()) || [];
  const headers = new Headers(kept.headers);
  headers.set("cache-control", "no-store");
  headers.set("referrer-policy", "no-referrer");
  return new Response(found[1], { headers });
}

// A file, or the part of a recording that is asked for: WebKit plays none that comes whole, and in no browser one could go back in it.
async function file(request, path) {
  const found = await match(path);
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range"));
  if (!found || !range) return found || fetch(request);
  const body = await found.blob();
  const [, first, last] = range;
  const from = first || Math.max(0, body.size - last);
  const end = first && last ? Math.min(+last + 1, body.size) : body.size;
  const headers = new Headers(found.headers);
  const isThere = from < body.size;
  headers.set("content-range", `bytes ${isThere ? `${from}-${end - 1}` : "*"}/${body.size}`);
  return new Response(body.slice(from, end), { status: isThere ? 206 : 416, headers });
}

// Without a script of the page. The server marks the browser as left, where the form stood on a page of ours.
function leave(event, isForm) {
  if (isForm) {
    event.waitUntil(fetch(`${BASE}leave`, { method: "POST", body: new URLSearchParams("quiet=1") }).catch(() => undefined));
  }
  return Response.redirect(`${SITE}today`, 303);
}

function answerOf(event) {
  const { request } = event;
  const path = pathOf(request.url);
  const name = below(path).split("?")[0];
  const isRead = request.method === "GET";
  if (path && request.mode === "navigate") {
    // A form of a page of ours: another site may send one, too, which would be taken for ours if it came from here.
    const isForm = !isRead && request.referrer.startsWith(SITE);
    if (name === "leave") return leave(event, isForm);
    if (isRead) return name === "today" ? neutral() : page(event, path);
    // Of a form on a dead line the browser would show its own page. Whether there is one is only known by trying: a dead network counts as one, and
    // a laptop that is in none reaches the site on itself. Tried on Chromium alone (the only one with this list of connections): WebKit has lost what
    // forms held, so others try only where they know that there is no line. Files go the browser's own way, since some browsers lose them here, and
    // so does what has the browser delete what it keeps: old ones heed that from the server alone.
    const isPlain = navigator.connection && /^app/.test(request.headers.get("content-type")) && !/(forget|account|end)$/.test(name);
    return isForm && (isPlain || !navigator.onLine) && fetch(request).catch(() => offlinePage(path));
  }
  return isRead && isPart(path) && file(request, path);
}

addEventListener("fetch", (event) => {
  const answer = answerOf(event);
  if (answer) event.respondWith(answer);
});
