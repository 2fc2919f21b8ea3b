// Comfort for a bad line: answers come back without loading the page anew, and the place is remembered.
function note() {
  const place = document.querySelector("form[data-place]");
  if (!place || !navigator.sendBeacon) return;
  // Old browsers send a plain URLSearchParams as text/plain, which is no form.
  const type = "application/x-www-form-urlencoded";
  navigator.sendBeacon(place.action, new Blob([new URLSearchParams(new FormData(place))], { type }));
}

// At once: a phone that runs empty says nothing any more when its page goes.
note();
addEventListener("pageshow", (event) => event.persisted && note());

// Whoever listens uses the phone, though nobody presses anything: three pictures that are asked for after a while wait until it is quiet.
function sounds() {
  const voice = window.speechSynthesis;
  return Boolean(voice && voice.speaking && !voice.paused) || [...document.querySelectorAll("audio, video")].some((each) => !each.paused && !each.ended);
}

setInterval(() => {
  if (!sounds()) return;
  // A page that is kept closes the lock by itself (app.js).
  window.dispatchEvent(new Event("perille-used"));
  if (document.querySelector("form[data-place] [name=profile]")) note();
}, 60000);

// What somebody wrote is in no address, so the page that comes back does not know it: it stays where it was.
function keepWritten(old, fresh) {
  for (const field of old.querySelectorAll("textarea, input[type=text]")) {
    const same = fresh.querySelector(`[name="${CSS.escape(field.name)}"]`);
    if (same && !same.value) same.value = field.value;
  }
  for (const field of old.querySelectorAll("input[type=radio]:checked")) {
    const group = [...fresh.querySelectorAll(`input[type=radio][name="${CSS.escape(field.name)}"]`)];
    const same = group.find((each) => each.value === field.value);
    if (same && !group.some((each) => each.checked)) same.checked = true;
  }
}

async function answer(form, button) {
  const body = new URLSearchParams(new FormData(form));
  // A button with a name is an answer, too: a choice in a role-play.
  if (button.name) body.append(button.name, button.value);
  button.disabled = true;
  try {
    const reply = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const fresh = page.getElementById(form.id);
    if (!fresh) throw new Error("no such question in the answer");
    keepWritten(form, fresh);
    form.replaceWith(fresh);
    // As without script, a role-play that is loaded again goes on where one was: its way is in the address, in the place of the one before.
    if (button.name) history.replaceState(history.state, "", reply.url);
    attach(fresh);
    orderSteps(fresh);
    const said = fresh.querySelector("[id$='-result']") || fresh;
    said.setAttribute("tabindex", "-1");
    said.focus({ preventScroll: true });
    said.scrollIntoView({ block: "nearest" });
  } catch (error) {
    // The line is cut, or the page has changed: the form goes the ordinary way, and the browser says what is wrong.
    button.disabled = false;
    form.removeEventListener("submit", onSubmit);
    send(form, button);
  }
}

// Browsers before 2020 know neither requestSubmit() nor which button sent a form: a press on the button says both.
function send(form, button) {
  if (form.requestSubmit) form.requestSubmit(button);
  else button.click();
}

let pressed = null;

function onSubmit(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const known = event.submitter || (pressed && form.contains(pressed) ? pressed : null);
  answer(form, known || form.querySelector("button"));
}

function attach(form) {
  form.addEventListener("submit", onSubmit);
  form.addEventListener("click", (event) => {
    pressed = event.target.closest("button");
  });
}

for (const form of document.querySelectorAll("form[data-check]")) attach(form);

// Easy words or ordinary ones, without asking the server: a kept course has both.
const looks = () => (document.documentElement.getAttribute("data-look") || "").split(" ").filter((word) => word);
const versionForm = () => document.querySelector("form[data-version]");

function chooseVersion(event) {
  event.preventDefault();
  const version = event.currentTarget;
  const look = looks().filter((word) => word !== "easy");
  if (version.elements.easy) look.push("easy");
  const secure = location.protocol === "https:" ? "; secure" : "";
  const age = look.length ? 365 * 24 * 3600 : 0;
  const life = look.length && /(?:^|; )perille_guest=/.test(document.cookie) ? "" : `; max-age=${age}`;
  const site = document.documentElement.getAttribute("data-site") || "/";
  document.cookie = `perille_look=${look.join(".")}; path=${site}${life}; samesite=lax${secure}`;
  location.href = version.getAttribute("data-version");
}

function attachVersion() {
  const version = versionForm();
  if (version) version.addEventListener("submit", chooseVersion);
}

// A kept page may be older than the choice. Only as a page opens: in listening mode another document would end the listening.
function followChoice() {
  const version = versionForm();
  if (version && version.elements.easy && looks().includes("easy")) location.replace(version.getAttribute("data-version"));
}

attachVersion();
followChoice();

// Steps are moved up and down instead of numbered; the selects stay underneath and are what is sent.
const ARROWS = { up: "M6 15l6-6 6 6", down: "M6 9l6 6 6-6" };

function moveButton(way, word) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.dataset.move = way;
  button.innerHTML = `<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="${ARROWS[way]}"/></svg>`;
  button.dataset.word = word;
  return button;
}

function numberSteps(list) {
  const steps = [...list.children];
  steps.forEach((step, at) => {
    step.querySelector("select").value = step.firstElementChild.textContent = at + 1;
    for (const button of step.querySelectorAll("button")) {
      button.disabled = step === (button.dataset.move === "up" ? steps[0] : steps[steps.length - 1]);
      button.setAttribute("aria-label", `${at + 1}. ${step.querySelector("label").innerText}: ${button.dataset.word}`);
    }
  });
}

function moveStep(list, button) {
  const step = button.closest("li");
  if (button.dataset.move === "up") step.previousElementSibling.before(step);
  else step.nextElementSibling.after(step);
  for (const mark of list.querySelectorAll(".mark")) mark.remove();
  numberSteps(list);
  // The button keeps the focus, so that its step can go on; at an end the other button takes over.
  (button.disabled ? step.querySelector("button:enabled") : button).focus({ preventScroll: true });
}

function orderSteps(root) {
  for (const list of root.querySelectorAll("[data-sequence]")) {
    const place = (step) => Number(step.querySelector("select").value) || list.children.length;
    list.append(...[...list.children].sort((one, other) => place(one) - place(other)));
    for (const step of list.children) {
      step.prepend(Object.assign(document.createElement("span"), { className: "step-number" }));
      const moves = Object.assign(document.createElement("span"), { className: "step-moves" });
      moves.append(moveButton("up", list.dataset.up), moveButton("down", list.dataset.down));
      step.querySelector("select").after(moves);
    }
    list.classList.add("ordered");
    for (const how of list.parentElement.querySelectorAll(".how")) how.hidden = !how.hidden;
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (!button) return;
      moveStep(list, button);
      // A field that a script sets says nothing of it: what keeps the answers of a test waits for this.
      list.dispatchEvent(new Event("change", { bubbles: true }));
    });
    numberSteps(list);
  }
}

orderSteps(document);

// Listening mode (listening.js) puts the next screen into this document.
window.perilleLesson = () => {
  for (const form of document.querySelectorAll("form[data-check]")) attach(form);
  attachVersion();
  orderSteps(document);
  note();
};

for (const place of document.querySelectorAll(".listen-whole")) place.hidden = false;
// Loaded by the press that wants it; later presses find it there.
addEventListener("click", (event) => {
  const wish = event.target.closest("[data-listen]");
  if (!wish) return;
  if (window.perilleListen) window.perilleListen();
  else document.head.append(Object.assign(document.createElement("script"), { src: wish.dataset.listen }));
});

// What somebody opened that holds for one status only is open on the next page of this tab, too. It is never sent, it is sealed
// (offline/vault.js), and leave.js drops it.
const STATUS = "perille-status";
const groups = [...document.querySelectorAll("details[data-for]")];

async function chosenStatus() {
  const sealed = sessionStorage.getItem(STATUS);
  return sealed ? self.perille.unseal(sealed) : "";
}

async function chooseStatus(status, opens) {
  if (opens) sessionStorage.setItem(STATUS, await self.perille.seal(status));
  else if ((await chosenStatus()) === status) sessionStorage.removeItem(STATUS);
}

for (const group of groups) {
  group.firstElementChild.addEventListener("click", () => {
    // The click comes before the change. Where the browser keeps nothing each page begins folded.
    chooseStatus(group.dataset.for, !group.open).catch(() => undefined);
  });
}
if (groups.length) {
  chosenStatus().then((status) => {
    for (const group of groups) if (group.dataset.for === status) group.open = true;
  }).catch(() => undefined);
}
if (groups.length) document.querySelector("[data-for-note]").hidden = false;
