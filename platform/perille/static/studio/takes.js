/* Recordings of the Studio on the device: written second by second, and forgotten when the server has them. */
(function () {
  "use strict";
  const DATABASE = "perille-recordings";
  /* Milliseconds that the store may take, and for which a recording may still be going on in another tab. */
  const PATIENCE = 2000;
  const RECENT = 5000;
  /* A voice that nobody sent for so long goes, whoever uses the device now. */
  const LONGEST = 30 * 24 * 3600 * 1000;
  let store = null;

  function within(promise) {
    return Promise.race([promise, new Promise(function (_go, fail) { setTimeout(function () { fail(new Error("late")); }, PATIENCE); })]);
  }

  function asked(request) {
    return new Promise(function (go, fail) {
      request.onsuccess = function () { go(request.result); };
      request.onerror = function () { fail(request.error); };
    });
  }

  function opened() {
    if (!store) {
      store = new Promise(function (go, fail) {
        const request = indexedDB.open(DATABASE, 1);
        request.onupgradeneeded = function () {
          request.result.createObjectStore("takes", { keyPath: "id" });
          request.result.createObjectStore("parts", { autoIncrement: true }).createIndex("take", "take");
        };
        request.onsuccess = function () { go(request.result); };
        request.onerror = function () { fail(request.error); };
      });
    }
    return store;
  }

  function done(work) {
    return new Promise(function (go, fail) {
      work.oncomplete = go;
      work.onabort = work.onerror = function () { fail(work.error); };
    });
  }

  async function write(take, part) {
    const database = await within(opened());
    const work = database.transaction(["takes", "parts"], "readwrite");
    take.touched = Date.now();
    work.objectStore("takes").put(take);
    if (part) {
      work.objectStore("parts").add({ take: take.id, part: part });
    }
    await within(done(work));
  }

  async function forget(id) {
    try {
      const database = await within(opened());
      const work = database.transaction(["takes", "parts"], "readwrite");
      work.objectStore("takes").delete(id);
      // Nothing is awaited inside of a transaction: some browsers end it then.
      work.objectStore("parts").index("take").getAllKeys(id).onsuccess = function (event) {
        for (const key of event.target.result) {
          work.objectStore("parts").delete(key);
        }
      };
      await within(done(work));
    } catch (error) {
      // What stays is offered again, which is better than nothing.
    }
  }

  async function takes(who) {
    try {
      const database = await within(opened());
      const all = await within(asked(database.transaction("takes").objectStore("takes").getAll()));
      for (const each of all) {
        if (Date.now() - each.touched > LONGEST) {
          forget(each.id);
        }
      }
      return all.filter(function (each) { return each.who === who && Date.now() - each.touched > RECENT && Date.now() - each.touched <= LONGEST; });
    } catch (error) {
      return [];
    }
  }

  async function parts(id) {
    const database = await within(opened());
    const found = await within(asked(database.transaction("parts").objectStore("parts").index("take").getAll(id)));
    return found.map(function (each) { return each.part; });
  }

  window.perilleTakes = { write: write, forget: forget, of: takes, parts: parts };
})();
