// Answers of a test are kept as they are given: on this device at once, and on the server as soon as it can be reached.
// The copy on the device is dropped only when the server has said that it has the same answers.
const form = document.querySelector("form[data-test]");
const line = form && form.querySelector("[data-saved]");
const key = form && `perille-test-${form.dataset.test}-${form.querySelector("[name=number]").value}`;
// What the server refuses for good: handed in elsewhere, time over, an answer that is none of the question's.
const REFUSED = [400, 403, 404, 409, 410];
let waiting = 0;
let running = null;
let again = false;

function body() {
  const data = new FormData(form);
  data.set("do", "save");
  return new URLSearchParams(data).toString();
}

// What the server showed, before anything kept here is put into it.
const shown = form && body();

// What waits here, "" for nothing. It is written sealed (offline/vault.js).
let held = "";
const SEALED = "sealed ";

async function write(text) {
  // Without https browsers have no cryptography.
  const sealed = await self.perille.seal(text).then((done) => SEALED + done, () => text);
  if (held === text) localStorage.setItem(key, sealed);
}

function copy(...text) {
  if (text.length === 0) return held;
  held = text[0];
  try {
    if (!held) localStorage.removeItem(key);
  } catch (error) {
    // A device that keeps nothing still has the server.
  }
  if (held) write(held).catch(() => undefined);
  return "";
}

async function readCopy() {
  const kept = localStorage.getItem(key) || "";
  return kept.startsWith(SEALED) ? self.perille.unseal(kept.slice(SEALED.length)) : kept;
}

async function send() {
  const sent = body();
  copy(sent);
  let reply = null;
  try {
    const type = "application/x-www-form-urlencoded;charset=UTF-8";
    reply = await fetch(form.action, { method: "POST", body: sent, headers: { "Content-Type": type } });
  } catch (error) {
    // No connection.
  }
  const refused = reply && REFUSED.includes(reply.status);
  if (refused || (reply && reply.redirected)) {
    // The page itself says what is wrong. Where the attempt is not found (somebody left in another window), the copy stays.
    if (refused) copy("");
    // A form that is on its way leads to a page of its own (app.js).
    if (!document.documentElement.hasAttribute("data-sending")) location.reload();
    return false;
  }
  const kept = Boolean(reply) && reply.status === 204;
  // Half of an order, or a number that nobody can read: the server keeps none of it, so the copy stays and nothing is said of it.
  const half = Boolean(reply) && reply.status === 202;
  // What was changed meanwhile is still only here.
  if (kept && copy() === sent) copy("");
  line.textContent = kept ? line.dataset.wordsSaved : half ? "" : line.dataset.wordsWaiting;
  return kept || half;
}

// One request at a time, so that an older answer never arrives after a newer one.
function save() {
  if (running) {
    again = true;
    return running;
  }
  running = send().then((kept) => {
    running = null;
    if (!again) return kept;
    again = false;
    return save();
  });
  return running;
}

function fill(kept) {
  for (const field of form.elements) {
    if (!field.name || field.type === "hidden" || field.type === "submit") continue;
    const values = kept.getAll(field.name);
    // A box that was unticked is not in the copy: all is cleared first.
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else field.value = values.length ? values[0] : "";
  }
}

function restore(text) {
  // An answer that was given meanwhile is newer.
  if (!text || held) return undefined;
  held = text;
  const kept = new URLSearchParams(text);
  const same = kept.getAll("item").join() === new URLSearchParams(shown).getAll("item").join();
  if (text === shown || !same) return copy("");
  fill(kept);
  return save();
}

function changed() {
  copy(body());
  clearTimeout(waiting);
  waiting = setTimeout(save, 300);
}

function pressed(event) {
  clearTimeout(waiting);
  // Nothing waits here: the form goes its ordinary way.
  if (!copy() && !running) return;
  const button = event.submitter || form.querySelector("button[name=do]");
  event.preventDefault();
  save().then((kept) => kept && go(button));
}

function go(button) {
  form.removeEventListener("submit", pressed);
  // Browsers before 2020 know no requestSubmit().
  if (form.requestSubmit) form.requestSubmit(button);
  else button.click();
}

if (form) {
  readCopy().then(restore).catch(() => undefined);
  form.addEventListener("change", changed);
  form.addEventListener("submit", pressed);
  addEventListener("online", () => copy() && save());
  addEventListener("pagehide", () => {
    const type = "application/x-www-form-urlencoded";
    if (copy() && navigator.sendBeacon) navigator.sendBeacon(form.action, new Blob([body()], { type }));
  });
}

// What was handed in is with the server: nothing of it waits on this device any more.
function dropCopies(start) {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(start)) localStorage.removeItem(name);
  } catch (error) {
    // A device that keeps nothing has nothing to drop.
  }
}

const over = document.querySelector("[data-handed-in]");
if (over) dropCopies(`perille-test-${over.dataset.handedIn}-`);

// The time that is left. Only differences of this device's clock count: what it shows may be wrong.
const timer = document.querySelector("[data-timer]");
const said = document.querySelector("[data-timer-said]");
let ended = false;

function handIn() {
  const last = form || document.querySelector("form[data-hand-in]");
  if (ended || !last) return;
  if (navigator.onLine === false) {
    // What was kept before is marked when there is a line again.
    addEventListener("online", handIn, { once: true });
    if (line) line.textContent = line.dataset.wordsWaiting;
    return;
  }
  ended = true;
  clearTimeout(waiting);
  if (form) {
    // The copy stays until the page of the result says that it was handed in: on a bad line this may be tried again.
    copy(body());
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "do", value: "hand-in" });
    form.append(field);
  }
  // submit() tells nobody.
  document.documentElement.setAttribute("data-sending", "");
  last.submit();
}

function countDown(end) {
  const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const seconds = left % 60;
  timer.querySelector("bdi").textContent = `${Math.floor(left / 60)}:${seconds < 10 ? "0" : ""}${seconds}`;
  if (left <= 60) said.textContent = said.dataset.wordsOne;
  else if (left <= 300) said.textContent = said.dataset.wordsFive;
  if (left) setTimeout(countDown, 500, end);
  else handIn();
}

if (timer) {
  timer.hidden = false;
  countDown(Date.now() + 1000 * Number(timer.dataset.seconds));
}
