// In a room no worker answers while the line to the laptop is cut (plain http), and a press would end at the browser's own page. So the laptop
// is asked first; where it does not answer, the page stays as it is and says so. The way out waits for nobody.
const PATIENCE_MS = 4000;
const said = document.querySelector("[data-probe]");
let asking = false;
let passing = null;

function isThere() {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS, false));
  const asked = fetch(said.dataset.probe, { method: "HEAD", cache: "no-store" }).then(() => true, () => false);
  return Promise.race([asked, late]);
}

function hold(event, goOn) {
  event.preventDefault();
  if (asking) return;
  asking = true;
  isThere().then((there) => {
    asking = false;
    said.hidden = there;
    if (there) return goOn();
    document.documentElement.removeAttribute("data-sending");
    said.scrollIntoView({ block: "center" });
  });
}

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.requestSubmit || form.matches("[data-exit], [data-forget]")) return;
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
