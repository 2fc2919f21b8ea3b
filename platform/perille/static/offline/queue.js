// What a learner does without a line waits here and is sent once there is one. Each act has its own id and time: the server applies it
// once, however often it comes. One version of the database for ever, and nothing is awaited inside a transaction: browsers close it then.
// All that stands there is sealed (vault.js), but for an act's id and why it was refused.
(function (perille) {
  "use strict";
  const { seal, unseal, ask } = perille;
  const SITE = document.documentElement.getAttribute("data-site") || "";
  const ACTS = "acts";
  const KNOWN = "known";
  const OTHER = "other ";
  // Letters sent at once. The server takes 192 KB (core/security.py) and 500 acts; a letter is at most three bytes.
  const BATCH = 40000;
  const size = (act) => JSON.stringify(act).length;
  const SLOWEST_MS = 3000;
  let opened = null;

  function open() {
    if (opened) return opened;
    opened = new Promise((done, failed) => {
      // A database that never answers is as good as none.
      setTimeout(failed, SLOWEST_MS);
      const asked = indexedDB.open("perille", 1);
      asked.onupgradeneeded = () => {
        asked.result.createObjectStore(ACTS, { keyPath: "id" });
        asked.result.createObjectStore(KNOWN, { keyPath: "name" });
      };
      asked.onerror = failed;
      asked.onsuccess = () => {
        // Another tab forgets: it must not wait for this one.
        asked.result.onversionchange = () => {
          asked.result.close();
          opened = null;
        };
        done(asked.result);
      };
    });
    opened.catch(() => { opened = null; });
    return opened;
  }

  // Runs requests in one transaction; what the last one gives is the value once all is on the disk.
  async function change(store, mode, work) {
    const database = await open();
    return new Promise((done, failed) => {
      const running = database.transaction(store, mode);
      const asked = work(running.objectStore(store));
      running.oncomplete = () => done(asked && asked.result);
      running.onabort = failed;
    });
  }

  const rows = (store) => change(store, "readonly", (each) => each.getAll());
  // An earlier version sealed nothing; a phone can come back with such rows after years.
  const contents = async (row, plain) => (row.sealed ? JSON.parse((await unseal(row.sealed)) || "{}") : plain);

  async function all() {
    const acts = await Promise.all((await rows(ACTS)).map(async (row) => Object.assign(await contents(row, row), { refused: row.refused })));
    // Those of a key that is gone nobody reads any more.
    return acts.filter((act) => act.id).sort((one, other) => one.count - other.count);
  }

  // What the phone knows, in one row: its names would tell of which course.
  async function table() {
    const found = await Promise.all((await rows(KNOWN)).map((row) => contents(row, { [row.name]: row.value })));
    return Object.assign({}, ...found);
  }

  const known = (name) => table().then((found) => found[name]);
  // *work* changes the table.
  const update = (work) => ask("perille-known", async () => {
    const found = await table();
    work(found);
    const sealed = await seal(JSON.stringify(found));
    await change(KNOWN, "readwrite", (store) => {
      store.clear();
      store.put({ name: "all", sealed });
    });
  });

  // An earlier version kept what was done beside these.
  function lean(found) {
    for (const name of Object.keys(found)) if (!/^(count|who|left|open|people)$/.test(name)) delete found[name];
  }

  // Somebody else is here: what was done is put by until who did it comes back, and nothing of it is shown meanwhile. Nothing is put by of
  // whom no press opens here: three pictures stand before it, or it is not on this phone any more. What nobody did is theirs who comes.
  function changeTo(found, who) {
    const before = found.who;
    const mine = found.mine;
    const others = found.others || {};
    if (before !== who) {
      if (before) others[before] = mine;
      lean(found);
      found.mine = Object.assign({}, !before && mine, others[who]);
    }
    for (const name of Object.keys(others)) if (!`${found.people}`.includes(name)) delete others[name];
    found.who = who;
    found.others = others;
  }

  // A random UUID: each 0 becomes a random digit, the 8 one of the four that say so.
  const random = (most) => crypto.getRandomValues(new Uint8Array(1))[0] & most;
  const newId = () => "00000000-0000-4000-8000-000000000000".replace(/[08]/g, (digit) => (digit ^ random(digit > 0 ? 3 : 15)).toString(16));

  const isLeft = () => /(?:^|; )perille_left=/.test(document.cookie);
  // Whose profile is open, by its name, where several learn here (enrolment/opened_cookie.py): "0" while none is, "" where one learns alone.
  const openHere = () => (/(?:^|; )perille_profile=(?:\d+\.)?(\w+)/.exec(document.cookie) || ["", ""])[1];

  // Somebody else's profile was opened on a page that does not ask the server who it is: what they do waits under their name. Who is alone
  // here again has none until the server is asked, as before anybody was known.
  // Somebody left: what was done here before anybody was known is not for who comes next, and what was done since is not shown to who comes
  // back. Once for each leaving.
  async function setAside() {
    const left = isLeft();
    const now = openHere();
    const before = await table();
    if (!left && "open" in before && !["0", before.open].includes(now)) {
      await update((found) => {
        // Somebody who was not among them: those left, or did not come back yet.
        if (!now || !`${found.people}`.includes(now)) found.people = 0;
        changeTo(found, now);
        found.open = now;
      });
    }
    if (left === Boolean(before.left)) return;
    await update((found) => {
      lean(found);
      found.left = left;
      found.people = 0;
    });
    const acts = await all();
    await change(ACTS, "readwrite", (store) => {
      for (const act of acts) if (left && act.who.length < 2) refuse(store, act.id, "left");
    });
  }

  function refuse(store, id, why) {
    const asked = store.get(id);
    asked.onsuccess = () => asked.result && store.put(Object.assign(asked.result, { refused: why }));
  }

  // Who acts: what the server last called the open profile; "" before anybody is known here; on a phone that was left whoever begins there
  // afterwards, and nobody of before.
  // Of the places where somebody was only the last one counts. Two tabs take turns, so that no two acts have one number.
  const add = (act) => ask("perille-add", async () => {
    await setAside();
    const who = isLeft() ? "-" : (await known("who")) || "";
    let count = 0;
    await update((found) => { count = found.count = (found.count || 0) + 1; });
    const made = Object.assign({ id: newId(), who, count, at: Date.now() }, act);
    const same = (each) => each.kind === "place" && each.course === act.course && each.who === who;
    const old = act.kind === "place" ? (await all()).filter(same) : [];
    const sealed = await seal(JSON.stringify(made));
    await change(ACTS, "readwrite", (store) => {
      for (const each of old) store.delete(each.id);
      store.put({ id: made.id, sealed });
    });
  });

  async function post(acts) {
    const body = JSON.stringify({ now: Date.now(), acts });
    const reply = await fetch(`${SITE}/queue`, { method: "POST", body, redirect: "manual", headers: { "Content-Type": "application/json" } });
    // The page of a network that wants somebody to sign in takes nothing off the queue.
    if (!reply.ok || !reply.headers.get("perille")) throw new Error("portal");
    return reply.json();
  }

  async function sendAll(again) {
    await setAside();
    // Who comes after somebody who left takes nothing of theirs along.
    if (isLeft()) return;
    const who = (await known("who")) || "";
    const here = openHere();
    let now = who;
    // What is another profile's is sent again when somebody else's is open, not each minute: it may be one that is gone.
    // What is too large by itself would stop all behind it. No page of now lets such a one wait (answers.js).
    let acts = (await all()).filter((act) => size(act) < BATCH && (!act.refused || (act.refused.startsWith(OTHER) && act.refused !== OTHER + who)));
    do {
      let sum = 0;
      const batch = acts.filter((act) => (sum += size(act)) < BATCH);
      let answer = await post(batch);
      // Asked whether this browser keeps cookies.
      if (answer.again) answer = await post(batch);
      acts = acts.slice(batch.length);
      now = answer.who;
      await settle(answer.acts, now);
      const lost = batch.find((act) => act.kind !== "place" && /^(no|unr|this)/.test(answer.acts[act.id]));
      await update((found) => {
        found.people = answer.people;
        changeTo(found, now);
        found.open = here;
        if (lost) found.lost = lost.course;
      });
    } while (acts.length);
    if (now !== who && !again) await sendAll(true);
  }

  // What is stored goes; what is refused stays aside with its reason and stops nothing; what is another profile's waits for it.
  async function settle(told, who) {
    await change(ACTS, "readwrite", (store) => {
      for (const id of Object.keys(told)) {
        if (told[id] === "stored" || told[id] === "known") store.delete(id);
        else refuse(store, id, told[id] === "other" ? OTHER + who : told[id]);
      }
    });
  }

  let sending = null;

  function send() {
    const done = () => { sending = null; };
    if (!sending) (sending = ask("perille-queue", () => sendAll())).then(done, done);
    return sending;
  }

  // Whether the server answers now. What a browser says of being online proves nothing.
  function hasLine() {
    const late = new Promise((done) => setTimeout(done, SLOWEST_MS, false));
    const head = () => fetch(`${SITE}/sw.js`, { method: "HEAD", cache: "no-store" }).then((reply) => reply.headers.has("perille"));
    // That nothing could be sent may be the phone's doing: it is full, or keeps nothing.
    const asked = isLeft() ? head() : send().then(() => true, head);
    return Promise.race([asked.catch(() => false), late]);
  }

  // Tried at every chance: background sync is known to one family of browsers only.
  const chance = () => document.hidden || document.cookie.includes("left=forget") || send().catch(() => undefined);
  addEventListener("online", chance);
  addEventListener("visibilitychange", chance);
  // On a page that stays open ever more rarely, whatever is answered: each try costs.
  const later = (wait) => setTimeout(() => {
    chance();
    later(Math.min(wait * 2, 2e6));
  }, wait);
  chance();
  later(60000);

  Object.assign(perille, { add, send, all, known, update, hasLine, isLeft, openHere, SITE });
})(self.perille);
