// Picture mode: what stands beside a picture is said by the phone's own voice, at a press and never by itself. Where the phone says that it
// has a voice of its own in the language of the page, each thing that can be chosen gets an ear.
const ear = document.querySelector("[data-ear]");
const speech = window.speechSynthesis;

function voiceFor(language) {
  const fitting = speech.getVoices().filter((voice) => voice.localService && voice.lang.toLowerCase().replace(/_/g, "-").split("-")[0] === language);
  return fitting.find((voice) => voice.default) || fitting[0] || null;
}

function say(text, language) {
  const voice = voiceFor(language);
  speech.cancel();
  if (!voice) return;
  const utterance = new window.SpeechSynthesisUtterance(text);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  speech.speak(utterance);
}

function addEar(link) {
  const words = link.querySelector("[data-said]") || link;
  const language = words.closest("[lang]").lang.split("-")[0];
  if (link.parentNode.querySelector(".ear") || !voiceFor(language)) return;
  const button = ear.cloneNode(true);
  button.hidden = false;
  const text = words.textContent.trim();
  button.setAttribute("aria-label", `${ear.textContent.trim()}: ${text}`);
  button.addEventListener("click", () => say(text, language));
  link.parentNode.appendChild(button);
}

// Voices come late or never: asked twelve times in three seconds.
function begin(tries) {
  for (const link of document.querySelectorAll("[data-say]")) addEar(link);
  if (tries) setTimeout(begin, 250, tries - 1);
}

if (ear && speech && window.SpeechSynthesisUtterance) {
  begin(12);
  addEventListener("pagehide", () => speech.cancel());
  addEventListener("perille-left", () => speech.cancel());
}
