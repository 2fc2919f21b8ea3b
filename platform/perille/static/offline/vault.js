// What a device keeps of one person is written encrypted (AES-GCM). The key is a file of its own, an entry of a cache: forgetting deletes it
// before all else (leave.js), and at once, while a database, localStorage and sessionStorage hold deleted text in their logs.
self.perille = self.perille || { scorers: {} };
(function (perille) {
  "use strict";
  const NAME = "perille-key";
  const IV = 12;
  // One tab after the other, where the browser knows how.
  const ask = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());
  let made = null;

  // Somebody's data were deleted (forget_mine.js), in this tab or another: others go on with a new one.
  addEventListener("storage", (event) => { if (!event.key) made = null; });

  // It stands in the entry's address: an old browser holds a body that was read open, and an open file outlives its deletion.
  async function read() {
    const cache = await caches.open(NAME);
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    if (!(await cache.keys()).length) await cache.put(`/key?${bytes}`, new Response());
    // Where two tabs come first at once, both take the one that was there first.
    const [first] = await cache.keys();
    return crypto.subtle.importKey("raw", Uint8Array.from(first.url.split("?")[1].split(",")), "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  function key() {
    made = made || ask(NAME, read);
    made.catch(() => { made = null; });
    return made;
  }

  // Text -> what may be written. Fails where the browser has no cache or no cryptography, as without https.
  async function seal(text) {
    const iv = crypto.getRandomValues(new Uint8Array(IV));
    const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(text));
    return btoa([...iv, ...new Uint8Array(body)].map((byte) => String.fromCharCode(byte)).join(""));
  }

  // The text again, "" for what nobody can read any more.
  async function unseal(sealed) {
    try {
      const all = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
      const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: all.slice(0, IV) }, await key(), all.slice(IV));
      return new TextDecoder().decode(plain);
    } catch (error) {
      return "";
    }
  }

  Object.assign(perille, { seal, unseal, ask });
})(self.perille);
