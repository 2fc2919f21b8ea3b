// Answers of a test are kept as they are given: on the server, and on this device until the server has them.
const form = document.querySelector("form[data-test]");
const line = form && form.querySelector("[data-saved]");
const key = form && `perille-test-${form.dataset.test}-${form.querySelector("[name=number]").value}`;
let waiting = 0;

function body() {
  const data = new FormData(form);
  data.set("do", "save");
  return new URLSearchParams(data);
}

function keepHere(text) {
  try {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  } catch (error) {
    // A device that keeps nothing still has the server.
  }
}

async function save() {
  const sent = body().toString();
  keepHere(sent);
  try {
    const reply = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
    if (reply.status >= 400 && reply.status < 500) {
      // Handed in elsewhere, or the time is over: the page itself says so.
      keepHere("");
      return location.reload();
    }
    if (!reply.ok) throw new Error(reply.status);
    keepHere("");
    line.textContent = line.dataset.wordsSaved;
  } catch (error) {
    line.textContent = line.dataset.wordsWaiting;
  }
}

function restore() {
  let kept = null;
  try {
    kept = localStorage.getItem(key);
  } catch (error) {
    return;
  }
  if (!kept) return;
  for (const [name, value] of new URLSearchParams(kept)) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
      else if (field.type !== "hidden") field.value = value;
    }
  }
  save();
}

if (form) {
  restore();
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 300);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    keepHere("");
  });
  addEventListener("online", save);
}

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
    keepHere("");
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "do", value: "hand-in" });
    form.append(field);
  }
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
