/* The recorder of the Studio. A recording is written to the device second by second, and forgotten there when the server has it; the page
 * works without script too, by an upload. What is read next comes into the same page, so that the microphone is asked for once. */
(function (device, kept, keys, view) {
  "use strict";
  const SLICE = 1000;
  /* Decibels: quieter is silence; so long of it is said. */
  const SILENCE = -60;
  const QUIET_FOR = 2000;
  const KINDS = ["audio/mp4", "audio/webm;codecs=opus", "audio/webm", "audio/ogg;codecs=opus"];
  let here = null;

  function said() {
    return document.querySelector("[data-narrate-words]").dataset;
  }

  /* ---- What the page shows. */

  function tell(words) {
    view.tell(here.box, words);
  }

  function set(state) {
    here.state = state;
    view.set(here.box, state);
  }

  /* ---- Recording. */

  function watch(recording, input) {
    const most = Number(recording.box.dataset.seconds) * 1000;
    let heard = Date.now();
    const end = device.meter(input, function (loud) {
      const now = Date.now();
      view.meter(here.box, 1 + loud / -SILENCE);
      view.clock(here.box, now - recording.begun);
      if (loud > SILENCE) {
        heard = now;
        tell(said().recording);
      } else if (now - heard > QUIET_FOR) {
        tell(said().quiet);
      }
      if (now - recording.begun > most) {
        stop(said().long);
      }
    });
    recording.release = function () {
      end();
      view.meter(here.box, 0);
    };
  }

  function newTake(mime) {
    const box = here.box.dataset;
    const id = String(Date.now()) + "-" + String(Math.random()).slice(2);
    return { id: id, who: box.who, draft: box.draft, language: box.language, name: box.name, title: box.title, hash: box.hash, had: box.had, mime: mime, address: location.pathname + "?what=" + encodeURIComponent(box.name) };
  }

  async function record() {
    if (here.state !== "idle") {
      return;
    }
    const mine = here;
    set("asking");
    view.clock(mine.box, 0);
    tell(said().ask);
    let input = null;
    try {
      input = await device.microphone();
    } catch (error) {
      if (mine === here) {
        set("idle");
        tell(error.name === "NotAllowedError" ? said().denied : said().none);
      }
      return;
    }
    if (mine !== here) {
      return;
    }
    const kind = KINDS.find(function (each) { return window.MediaRecorder.isTypeSupported(each); });
    const recorder = new window.MediaRecorder(input, kind ? { mimeType: kind, audioBitsPerSecond: 64000 } : {});
    mine.clip = newTake(recorder.mimeType || kind || "");
    mine.parts = [];
    mine.recorder = recorder;
    mine.begun = Date.now();
    mine.writing = keepPart(mine, null);
    recorder.addEventListener("dataavailable", function (event) {
      if (event.data && event.data.size) {
        mine.parts.push(event.data);
        mine.writing = mine.writing.then(function () { return keepPart(mine, event.data); });
      }
    });
    recorder.addEventListener("stop", function () { finish(mine); });
    recorder.addEventListener("error", function () { stop(said().lost); });
    for (const track of input.getAudioTracks()) {
      track.onended = function () { stop(said().lost); };
    }
    recorder.start(SLICE);
    watch(mine, input);
    set("recording");
    tell(said().recording);
    device.stayAwake(mine);
  }

  async function keepPart(recording, part) {
    if (recording.unstored) {
      return;
    }
    try {
      await kept.write(recording.clip, part);
    } catch (error) {
      recording.unstored = true;
    }
  }

  /* Pressed twice, or after it ended by itself, it does nothing. */
  function stop(words) {
    if (here.state === "recording" && here.recorder.state !== "inactive") {
      here.ending = words || said().stopped;
      here.recorder.stop();
    } else if (here.state === "recording") {
      here.ending = words || said().stopped;
      finish(here);
    }
  }

  function finish(recording) {
    if (recording.finished) {
      return;
    }
    recording.finished = true;
    recording.release();
    if (recording.awake) {
      recording.awake.release();
    }
    if (recording === here && !recording.parts.length) {
      // Stopped before anything came.
      kept.forget(recording.clip.id);
      here = { box: recording.box, state: "idle" };
      set("idle");
      tell(said().quiet);
    } else if (recording === here) {
      set("stopped");
      tell(recording.ending || said().lost);
    }
    if (recording.after) {
      recording.writing.then(recording.after);
    }
  }

  function blob() {
    return new Blob(here.parts, { type: here.clip.mime.split(";")[0] || "audio/webm" });
  }

  async function listen() {
    if (here.state !== "stopped") {
      return;
    }
    const mine = here;
    try {
      const length = await device.play(blob());
      // Decoding takes a moment, in which it may have been recorded anew.
      if (length && mine === here) {
        view.clock(mine.box, length);
      } else if (mine !== here) {
        device.hush();
      }
    } catch (error) {
      tell(said().none);
    }
  }

  async function redo() {
    if (here.state !== "stopped") {
      return;
    }
    device.hush();
    const old = here;
    here = { box: old.box, state: "idle" };
    set("idle");
    await old.writing;
    await kept.forget(old.clip.id);
    record();
  }

  /* ---- To the server. */

  function unsent(answer) {
    set("stopped");
    if (answer && (answer.status === 403 || answer.signedOut)) {
      tell(said().signedout);
    } else {
      tell(here.unstored ? said().unkept : said().device);
    }
  }

  async function keep() {
    if (here.state !== "stopped") {
      return;
    }
    const mine = here;
    const body = blob();
    if (body.size > Number(mine.box.dataset.bytes)) {
      tell(said().big);
      return;
    }
    const form = mine.box.querySelector("form[data-keep]");
    const fields = new FormData(form);
    fields.set("words", mine.clip.hash);
    // What the page showed when it was begun: somebody else may have recorded the same since.
    if (typeof mine.clip.had === "string") {
      fields.set("had", mine.clip.had);
    }
    fields.set("sound", body, "recording");
    device.hush();
    set("sending");
    tell(said().sending);
    let answer = null;
    try {
      await mine.writing;
      answer = await fetch(form.action, { method: "POST", body: fields, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (mine !== here) {
        return;
      }
      const ours = page.querySelector("[data-narrate-words]");
      if (answer.status === 409 && page.querySelector("[data-two]")) {
        // The server has both.
        await kept.forget(mine.clip.id);
        show(page, mine.clip.address);
        return;
      }
      if (!answer.ok || !ours) {
        unsent(answer.ok ? { signedOut: true } : answer);
        return;
      }
      const notice = page.querySelector("[data-notice]");
      if (!notice || notice.classList.contains("stop")) {
        set("stopped");
        tell(notice ? notice.textContent.trim() : said().device);
        return;
      }
      await kept.forget(mine.clip.id);
      show(page, answer.url);
    } catch (error) {
      if (mine === here) {
        unsent(answer);
      }
    }
  }

  /* ---- From one reading to the next. */

  function show(page, address) {
    const main = document.querySelector("main");
    const fresh = document.importNode(page.querySelector("main"), true);
    device.hush();
    main.parentNode.replaceChild(fresh, main);
    document.title = page.title;
    history.pushState({}, "", address);
    begin();
    const heading = document.querySelector("#two") || document.querySelector("#reading");
    if (heading) {
      heading.focus();
    }
    const notice = document.querySelector("[data-notice] p");
    if (here) {
      here.box.scrollIntoView();
      tell(notice ? notice.textContent.trim() : "");
    }
  }

  async function go(address) {
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || !page.querySelector("[data-narrate-words]")) {
        throw new Error(String(answer.status));
      }
      show(page, answer.url);
    } catch (error) {
      location.href = address;
    }
  }

  async function offer(mine) {
    const box = mine.box.dataset;
    const all = await kept.of(box.who);
    const own = all.filter(function (each) { return each.draft === box.draft && each.language === box.language && each.name === box.name; });
    const last = own.pop();
    if (last && mine === here && mine.state === "idle") {
      const found = await kept.parts(last.id).catch(function () { return []; });
      if (!found.length) {
        await kept.forget(last.id);
      } else if (mine === here && mine.state === "idle") {
        mine.clip = last;
        mine.parts = found;
        mine.writing = Promise.resolve();
        set("stopped");
        tell(said().found);
      }
    }
    const rest = all.filter(function (each) { return own.indexOf(each) < 0 && each !== last; });
    if (rest.length && mine === here) {
      view.offerOthers(said().others, rest);
    }
  }

  function begin() {
    const box = document.querySelector("[data-recorder]");
    here = null;
    if (!box || !box.querySelector("[data-live]")) {
      return;
    }
    here = { box: box, state: "deaf" };
    if (!device.hears || !window.indexedDB) {
      return;
    }
    box.querySelector("[data-live]").hidden = false;
    box.querySelector("[data-upload]").open = false;
    box.querySelector("[data-keys-choice]").hidden = false;
    box.querySelector("[data-keys]").checked = keys.used();
    set("idle");
    offer(here);
  }

  const actions = { record: record, stop: function () { stop(""); }, listen: listen, redo: redo, keep: keep };

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-do]");
    const link = event.target.closest("a[data-go]");
    if (button && here) {
      actions[button.dataset.do]();
    } else if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      if (here && here.state === "recording") {
        here.after = function () { go(link.href); };
        stop("");
      } else {
        go(link.href);
      }
    }
  });

  /* A file that is too large is refused before it is on its way. */
  document.addEventListener("submit", function (event) {
    const file = event.target.matches("form[data-keep]") && event.target.querySelector("[type=file]").files[0];
    if (file && here && file.size > Number(here.box.dataset.bytes)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      here.box.querySelector("[data-live]").hidden = false;
      tell(said().big);
    }
  }, true);

  function leave() {
    if (here && here.state === "recording") {
      stop("");
    }
    device.letGo();
  }

  window.addEventListener("pagehide", leave);
  window.addEventListener("perille-left", leave);
  window.addEventListener("popstate", function () { location.reload(); });
  window.addEventListener("beforeunload", function (event) {
    if (here && here.unstored && (here.state === "recording" || here.state === "stopped")) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
  begin();
})(window.perilleSound, window.perilleTakes, window.perilleKeys, window.perilleRecorder);
