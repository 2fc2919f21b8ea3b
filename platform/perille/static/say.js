// Ears: buttons that say what stands beside them, by the voice of voice.js, at a press and never by itself. In picture mode beside all that can
// be chosen, and a choice that is pressed says itself; else beside the choices of questions, for who has listened to one.
const ear = document.querySelector("[data-ear]");
const voice = window.perilleVoice;
const pictures = (document.documentElement.getAttribute("data-look") || "").split(" ").includes("pictures");
const HEARD = "data-heard";
const CHOICES = "form.check .choice, form.check .step-words, form.check .pair-source";
const ACTS = "main .main, form.check > p > button:first-child";

// Of a choice its words count, not what is said beside them of an answer.
function languageOf(said) {
  return voice.languageOf(said.querySelector(".choice-words") || said).split("-")[0];
}

function earOf(said) {
  const language = languageOf(said);
  if (!voice.voiceOf(language)) return null;
  const button = ear.cloneNode(true);
  button.removeAttribute("data-ear");
  button.hidden = false;
  button.setAttribute("aria-label", `${ear.textContent.trim()}: ${voice.words(said).trim()}`);
  button.addEventListener("click", () => voice.say(voice.words(said), language));
  return button;
}

// Puts an ear beside an element: in a row with it, or where *place* says.
function addEar(element, said, place) {
  if (element.hasAttribute(HEARD)) return;
  const button = earOf(said);
  if (!button) return;
  element.setAttribute(HEARD, "");
  if (place) place.appendChild(button);
  else {
    const row = document.createElement("span");
    row.className = "with-ear";
    element.parentNode.insertBefore(row, element);
    row.appendChild(element);
    row.appendChild(button);
  }
}

function placeOf(element) {
  if (element.matches(".step-words")) return element.parentNode.querySelector(".step-moves") || element.parentNode;
  // No button inside a label.
  if (element.matches(".pair-source")) return element.localName === "label" ? element.parentNode : element;
  if (!element.matches("p > button")) return null;
  element.parentNode.classList.add("with-ear");
  return element.parentNode;
}

function addAll() {
  for (const link of document.querySelectorAll("[data-say]")) addEar(link, link.querySelector("[data-said]") || link, link.parentNode);
  if (pictures || voice.listens()) for (const choice of document.querySelectorAll(CHOICES)) addEar(choice, choice, placeOf(choice));
  if (pictures) for (const act of document.querySelectorAll(ACTS)) addEar(act, act, placeOf(act));
}

// Voices come late or never: asked twelve times in three seconds.
function begin(tries) {
  addAll();
  if (tries) setTimeout(begin, 250, tries - 1);
}

// A choice says itself; a number its digits, as they are typed.
function sayChange(event) {
  const field = event.target;
  const label = event.type === "change" && field.checked && field.closest("form.check .choice");
  if (label) voice.say(voice.words(label), languageOf(label));
  else if (event.type === "input" && field.closest(".item-numeric")) voice.say(voice.digitByDigit(field.value), document.documentElement.lang);
}

if (ear && voice) {
  begin(12);
  document.addEventListener(voice.changed, addAll);
  // A check that was answered is a new form, and listening mode brings new screens.
  new window.MutationObserver(addAll).observe(document.querySelector("main"), { childList: true, subtree: true });
  if (pictures) {
    document.addEventListener("change", sayChange);
    document.addEventListener("input", sayChange);
  }
}
