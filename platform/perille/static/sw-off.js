// Takes the place of sw.js where the site keeps nothing on phones: deletes what an earlier worker kept, and goes.
"use strict";
self.addEventListener("install", () => self.skipWaiting());

async function empty(name) {
  const cache = await caches.open(name);
  await Promise.all((await cache.keys()).map((request) => cache.delete(request, { ignoreVary: true })));
  await caches.delete(name);
}

async function end() {
  await Promise.all((await caches.keys()).filter((name) => name.startsWith("perille-")).map(empty));
  await self.registration.unregister();
}

self.addEventListener("activate", (event) => event.waitUntil(end()));
