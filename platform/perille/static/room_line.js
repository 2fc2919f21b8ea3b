// In a room no worker answers while the line to the laptop is cut (plain http), and a press would end at the browser's own page. So the laptop
// is asked first; where it does not answer, the page stays as it is and says so. The way out waits for nobody.
const PATIENCE_MS = 4000;
let asking = null;
let passing = null;
// The laptop may be there and only slow: after one wait in vain the next press goes its ordinary way.
let waited = false;

// Somebody left meanwhile (leave.js): nothing comes back over the calendar.
const isLeft = () => /leaving|today/.test(document.documentElement.className);

function answerOf(address) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, "late"));
  const asked = fetch(address, { method: "HEAD", cache: "no-store" }).then(() => "there", () => "cut");
  return Promise.race([asked, late]);
}

function hold(event, goOn) {
  // Listening mode puts another one in its place.
  const said = document.querySelector("[data-probe]");
  if (!said || waited) {
    waited = false;
    return;
  }
  event.preventDefault();
  if (asking) return;
  const mine = {};
  asking = mine;
  answerOf(said.dataset.probe).then((found) => {
    if (mine !== asking) return;
    asking = null;
    if (isLeft()) return;
    waited = found === "late";
    said.hidden = found === "there";
    if (said.hidden) return goOn();
    document.documentElement.removeAttribute("data-sending");
    said.scrollIntoView({ block: "center" });
  });
}

// Back to a page that was left while it asked: that press is over.
addEventListener("pagehide", () => { asking = null; });

addEventListener("submit", (event) => {
  const form = event.target;
  // Browsers before 2020 do not say which button sent a form, and its name and value would be lost.
  if (event.defaultPrevented || !("submitter" in event) || !form.requestSubmit || form.matches("[data-exit], [data-forget]")) return;
  if (passing === form) {
    passing = null;
    return;
  }
  const button = event.submitter;
  hold(event, () => {
    passing = form;
    form.requestSubmit(button);
  });
});

addEventListener("click", (event) => {
  const link = event.target.closest("main a[href]:not([download]):not([target])");
  const otherwise = event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || otherwise || link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
  hold(event, () => location.assign(link.href));
});
