// "Delete my data" where others learn on this phone: their acts that wait to be sent stay, sealed anew under another key, and so do courses
// that were taken along. All else that the phone keeps goes. Where this fails, leave.js and the server's answer delete everything.
const { seal, unseal, ask } = self.perille;
const form = document.querySelector("form[data-mine]");
const mine = form.dataset.mine.split(" ");
// Whether what waits under nobody's name is another one's too: of whose progress is open, while that of the account that goes is not.
const nobodysStays = form.hasAttribute("data-nobodys");
const SLOWEST_MS = 3000;
const OTHER = "other ";
// The names that offline/queue.js gives them.
const ACTS = "acts";
const KNOWN = "known";

// A database that is there; null for one that is not, which must not be made without what queue.js keeps in it.
function open(name) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(name);
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = () => (asked.error.name === "AbortError" ? done(null) : failed(asked.error));
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
  });
}

function rows(database, name) {
  return new Promise((done, failed) => {
    const asked = database.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

// Leaves in a database what *kept* has by the name of its store, and nothing else.
function rewrite(database, kept) {
  const names = Array.from(database.objectStoreNames);
  return new Promise((done, failed) => {
    const change = database.transaction(names, "readwrite");
    for (const name of names) {
      const store = change.objectStore(name);
      store.clear();
      for (const row of kept[name] || []) store.put(row);
    }
    change.oncomplete = done;
    change.onabort = () => failed(change.error);
  });
}

// What nobody can read any more goes as well, and what belongs to nobody, as what was done while the phone was left ("-"), unless it is said to
// be another one's.
async function actsOfOthers(database) {
  const found = await Promise.all((await rows(database, ACTS)).map(async (row) => {
    const act = row.sealed ? JSON.parse((await unseal(row.sealed)) || "{}") : row;
    return Object.assign({}, act, { refused: row.refused });
  }));
  return found.filter((act) => ((act.who || "-") === "-" ? nobodysStays && act.kind : !mine.includes(act.who)));
}

// Whose profile was open when an act had to wait is said beside it; it is asked again.
async function sealedAnew(act) {
  const refused = act.refused && !act.refused.startsWith(OTHER) ? { refused: act.refused } : {};
  const sealed = await seal(JSON.stringify(Object.assign({}, act, { refused: undefined })));
  return Object.assign({ id: act.id, sealed }, refused);
}

async function emptyCache(name) {
  const cache = await caches.open(name);
  // Entry by entry, as in leave.js: a cache that is dropped whole stays on the disk.
  await Promise.all((await cache.keys()).map((key) => cache.delete(key, { ignoreVary: true })));
  await caches.delete(name);
}

// Other tabs hear of it, and take the new key (offline/vault.js).
function clearStorage() {
  const left = sessionStorage.getItem("perille-left");
  localStorage.setItem("perille-key", "");
  localStorage.clear();
  sessionStorage.clear();
  if (left) sessionStorage.setItem("perille-left", left);
}

async function forgetMine() {
  const database = await open("perille");
  const acts = database ? await actsOfOthers(database) : [];
  await emptyCache("perille-key");
  await emptyCache("perille-pages");
  try {
    clearStorage();
  } catch (error) {
    // Nothing is kept where storage is switched off.
  }
  window.dispatchEvent(new Event("storage"));
  if (database) {
    // The next act comes after those that stay.
    const known = { count: Math.max(0, ...acts.map((act) => act.count)) };
    const all = acts.length ? [{ name: "all", sealed: await seal(JSON.stringify(known)) }] : [];
    await rewrite(database, { [ACTS]: await Promise.all(acts.map(sealedAnew)), [KNOWN]: all });
    database.close();
  }
  const recordings = await open("perille-recordings");
  if (recordings) {
    await rewrite(recordings, {});
    recordings.close();
  }
}

// No other tab writes meanwhile, where the browser knows how.
function alone(work) {
  return ask("perille-add", () => ask("perille-known", work));
}

function inTime(work) {
  return Promise.race([work, new Promise((done, failed) => setTimeout(failed, SLOWEST_MS, new Error("slow")))]);
}

let pressed = false;
let failed = false;

async function go() {
  // No script loads the page anew meanwhile (app.js).
  document.documentElement.setAttribute("data-sending", "");
  try {
    await inTime(alone(forgetMine));
    form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "spares", value: form.dataset.mine }));
  } catch (error) {
    failed = true;
    form.dispatchEvent(new Event("submit", { bubbles: true }));
  }
  pressed = false;
  form.submit();
}

form.addEventListener("submit", (event) => {
  if (failed) return;
  event.preventDefault();
  event.stopPropagation();
  if (!pressed) go();
  pressed = true;
});
