// Listening mode: goes through a lesson in one document, screen by screen, by recordings or by the phone's own voice (voice.js). One document,
// because Firefox and WebKit refuse sound in the next one until somebody presses again. Loaded when somebody wants it.
(function () {
  "use strict";
  const root = document.documentElement;
  const bar = document.querySelector("[data-listening]");
  const part = (name) => bar.querySelector(`[data-listening-${name}]`);
  // In the document, so that leaving pauses it.
  const audio = bar.appendChild(document.createElement("audio"));
  const note = document.querySelector("[data-listening-note]");
  // On a course that one must not be seen with, nothing is read but recordings, nothing goes to the lock screen, nothing goes on unseen.
  const quiet = bar.dataset.listening === "quiet";
  // Time to think about a question, before it goes on by itself.
  const THINK_MS = 8000;
  let on = false;
  let paused = false;
  let turn = 0;
  let waiting = 0;

  const reader = () => self.perilleReader;
  const screen = () => [document.querySelector("main h1"), document.querySelector("main .screen")].filter(Boolean);
  const recordings = () => [...document.querySelectorAll("main .listen audio")];
  const link = () => document.querySelector("main .ways a[rel=next].main");
  const addressOf = (each) => each.currentSrc || each.src || (each.querySelector("source") || {}).src || "";

  function say(name) {
    part("said").textContent = name ? bar.dataset[name] : "";
  }

  function show() {
    bar.hidden = !on;
    root.classList.toggle("listening", on);
    part("pause").setAttribute("aria-pressed", String(paused));
    part("word").textContent = paused ? bar.dataset.goOn : bar.dataset.pause;
    if (!quiet && navigator.mediaSession) navigator.mediaSession.playbackState = on ? (paused ? "paused" : "playing") : "none";
  }

  function hush() {
    turn += 1;
    clearTimeout(waiting);
    audio.pause();
    if (reader()) reader().stop();
  }

  // Plays the recordings of a screen one after the other, in the one element that a press has allowed.
  function play(list, then) {
    const mine = turn;
    const next = list.shift();
    if (!next) return then();
    const done = () => mine === turn && play(list, then);
    audio.onended = done;
    // A recording that is broken is passed over; without a line none is there, and nobody is led past screens that nobody read.
    audio.onerror = () => mine === turn && fetch(addressOf(next)).then(done, () => mine === turn && stop("line"));
    audio.src = addressOf(next);
    const begun = audio.play();
    if (begun) begun.catch(() => undefined);
  }

  function read() {
    hush();
    show();
    say("");
    const mine = turn;
    const then = () => mine === turn && think();
    const recorded = recordings().filter(addressOf);
    if (recorded.length) play(recorded, then);
    else if (quiet || !reader() || !reader().voice) stop("none");
    else reader().readAll(screen(), then, () => mine === turn && stop("none"));
  }

  function think() {
    const asks = document.querySelector("main form[data-check]");
    const mine = turn;
    if (asks) say("think");
    waiting = setTimeout(() => mine === turn && next(), asks ? THINK_MS : 800);
  }

  async function pageAt(address) {
    const at = new URL(address, location.href);
    let reply;
    try {
      reply = await fetch(at.href);
    } catch (error) {
      // No line: the screen of a course that was taken along.
      reply = self.caches && (await caches.match(at.pathname + at.search, { ignoreVary: true }));
    }
    if (!reply || !reply.ok) throw new Error("line");
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!page.querySelector("main .screen")) throw new Error("other");
    return page;
  }

  function put(page, address) {
    const main = document.querySelector("main");
    const fresh = page.querySelector("main");
    const box = reader() && reader().box;
    const theirs = fresh.querySelector("[data-voice]");
    // The box of the voice stays the one that voice.js knows.
    if (box && theirs) theirs.replaceWith(box);
    while (main.firstChild) main.removeChild(main.firstChild);
    while (fresh.firstChild) main.appendChild(document.adoptNode(fresh.firstChild));
    document.title = page.title;
    // In the place of the entry before: Back leads out of the lesson, and never to a page that leave.js cannot cover.
    history.replaceState(history.state, "", address);
    if (self.perilleLesson) self.perilleLesson();
    window.scrollTo(0, 0);
  }

  async function next() {
    const to = link();
    hush();
    if (!to) return stop("end");
    const mine = turn;
    try {
      const page = await pageAt(to.href);
      if (mine !== turn || !on) return;
      put(page, to.href);
      paused = false;
      read();
    } catch (error) {
      stop("line");
    }
  }

  function pause() {
    paused = !paused;
    if (paused) {
      hush();
      show();
    } else read();
  }

  function stop(why) {
    hush();
    on = false;
    paused = false;
    show();
    keys(null);
    note.hidden = !why;
    note.textContent = why ? note.dataset[why] : "";
    const button = document.querySelector("main .ways .main");
    if (why === "end" && button) button.focus();
  }

  // Keys of a headset and of the lock screen, which shows a title that tells nothing.
  function keys(work) {
    const media = navigator.mediaSession;
    if (!media || quiet) return;
    const acts = { play: work && (() => paused && pause()), pause: work && (() => paused || pause()), nexttrack: work && next };
    for (const name of Object.keys(acts)) {
      try {
        media.setActionHandler(name, acts[name]);
      } catch (error) {
        // A browser that knows fewer keys.
      }
    }
    if (window.MediaMetadata) media.metadata = work ? new window.MediaMetadata({ title: bar.dataset.title }) : null;
  }

  function start() {
    on = true;
    paused = false;
    note.hidden = true;
    keys(true);
    read();
  }

  part("pause").addEventListener("click", pause);
  part("next").addEventListener("click", next);
  part("stop").addEventListener("click", () => stop(""));
  addEventListener("keydown", (event) => {
    if (!on) return;
    if (event.key === "MediaPlayPause") pause();
    else if (event.key === "MediaTrackNext") next();
  });
  addEventListener("perille-left", () => stop(""));
  addEventListener("pagehide", () => on && stop(""));
  document.addEventListener("visibilitychange", () => {
    // The phone's own voice ends when nobody looks; where a course is sensitive, a recording does, too.
    if (document.hidden && on && !paused && (quiet || !recordings().length)) pause();
  });
  self.perilleListen = start;
  start();
})();
