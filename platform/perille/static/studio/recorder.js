/* What the page of the recorder shows: what is said, which buttons can be pressed, time and level, and what else waits on this device. */
(function () {
  "use strict";
  const OPEN = { idle: ["record"], asking: [], recording: ["stop"], stopped: ["listen", "redo", "keep"], sending: [] };
  let held = false;

  function tell(box, words) {
    const line = box.querySelector("[data-said]");
    if (line.textContent !== words) {
      line.textContent = words;
    }
  }

  function set(box, state) {
    const open = OPEN[state];
    // A button that cannot be pressed any more loses the focus: it goes to the next one that can.
    held = held || (box.contains(document.activeElement) && Boolean(document.activeElement.dataset.do));
    box.dataset.state = state;
    for (const button of box.querySelectorAll("[data-do]")) {
      button.disabled = open.indexOf(button.dataset.do) < 0;
    }
    if (held && open.length) {
      box.querySelector("[data-do=" + open[0] + "]").focus();
      held = false;
    }
  }

  function clock(box, milliseconds) {
    const seconds = Math.floor(milliseconds / 1000);
    box.querySelector("[data-time]").textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }

  /* *share*: from 0, silence, to 1. */
  function meter(box, share) {
    box.querySelector("[data-level]").style.transform = "scaleX(" + Math.max(0, Math.min(1, share)).toFixed(3) + ")";
  }

  /* Links to the recordings of other screens that wait on this device. */
  function offerOthers(words, others) {
    const line = document.querySelector("[data-waiting]");
    if (!line) {
      return;
    }
    line.textContent = words + " ";
    for (const each of others) {
      const link = document.createElement("a");
      link.href = each.address;
      link.textContent = each.title;
      link.dir = "auto";
      line.appendChild(link);
      line.appendChild(document.createTextNode(" "));
    }
    line.hidden = false;
  }

  window.perilleRecorder = { tell: tell, set: set, clock: clock, meter: meter, offerOthers: offerOthers };
})();
