// The phone's own voice reads a screen or a question, where no recording does. Nothing speaks before a press, nothing is loaded for it.
// A sentence an utterance: Chromium falls silent after 14 seconds, and on Android a pause is an end.
const THREE_LETTERS = { ara: "ar", eng: "en", est: "et", fas: "fa", fin: "fi", isl: "is", lit: "lt", rus: "ru", slk: "sk", som: "so", spa: "es", swe: "sv", ukr: "uk" };
const LONGEST = 160;
const KEPT = "perille-voice";
const QUESTIONS = "form.check";
// Told to say.js when it changes who is to have ears beside what can be chosen.
const CHANGED = "perille-voice";

// "ar_EG", "eng-US-f000" and "ar-SA" as browsers name voices. Dari is not read by a Persian voice: those who do not read would be misled.
export function speaks(tag, language) {
  const first = tag.toLowerCase().replace(/_/g, "-").split("-")[0];
  return (THREE_LETTERS[first] || first) === language;
}

// A voice of the phone itself, never one that says that it sends the words away.
export function chooseVoice(voices, language) {
  const fitting = voices.filter((voice) => voice.localService && speaks(voice.lang, language));
  return fitting.find((voice) => voice.default) || fitting[0] || null;
}

// Sentences of at most LONGEST letters, cut between words where one is longer.
export function sentences(text) {
  const found = text.replace(/\s+/g, " ").match(/.+?[.!?؟…]+[»”")]*(?=\s|$)|.+$/g) || [];
  return found.reduce((parts, sentence) => parts.concat(shortened(sentence.trim())), []).filter(Boolean);
}

function shortened(sentence) {
  if (sentence.length <= LONGEST) return [sentence];
  const at = sentence.lastIndexOf(" ", LONGEST);
  const end = at > 0 ? at : LONGEST;
  return [sentence.slice(0, end)].concat(shortened(sentence.slice(end).trim()));
}

// A telephone number is said digit by digit: voices read 112 as a hundred and twelve.
export function digitByDigit(number) {
  return number.replace(/[\s-]+/g, "").split("").join(" ");
}

// How long a sentence may take before the voice counts as silent, in milliseconds.
export function patience(text, rate) {
  return (3000 + 150 * text.length) / rate;
}

const BLOCKS = "h1, h2, h3, p, li, dt, dd, td, th, legend, summary, .choice-words, .choice-picture, .field label";
const NOT_READ = ".voice, .listen, .hidden, .checked, .ear, [hidden], select, button, svg";

// A number in passing is a telephone number where the page has it as one, as in the help box; so is what a choice consists of where it
// looks like a help line. "110 km" is neither.
const NUMBER = /\b\d{3,}(?:[\s-]\d{2,4})*\b/g;
const HELP_LINE = /^[\s.]*11\d ?(?:\d{3})?[\s.]*$/;
const bare = (number) => number.replace(/\D+/g, "");

function sayNumbers(text) {
  const telephones = [...document.querySelectorAll(".tel")].map((each) => bare(each.textContent)).concat("112");
  const alone = HELP_LINE.test(text);
  return text.replace(NUMBER, (number) => (alone || telephones.includes(bare(number)) ? digitByDigit(number) : number));
}

export function words(block) {
  const copy = block.cloneNode(true);
  // The things to choose from in a list of pairs are said once, after the last.
  const choices = block.matches(".pair:last-child") ? [...block.querySelectorAll("option")].slice(1) : [];
  for (const picture of copy.querySelectorAll(".choice-picture img, :scope > img")) picture.replaceWith(picture.alt.replace(/\.?$/, picture.alt ? ". " : ""));
  for (const each of copy.querySelectorAll(NOT_READ)) each.remove();
  for (const each of copy.querySelectorAll(".tel")) each.textContent = ` ${digitByDigit(each.textContent)}. `;
  const text = [copy.textContent].concat(choices.map((each) => each.textContent.trim())).join(". ");
  return sayNumbers(text);
}

// What stands in another language alone is said by its voice, such as a choice or a word of a list; among other words it goes with them.
export function languageOf(block) {
  const marked = block.querySelector("bdi[lang]");
  const alone = marked && marked.textContent.trim() === block.textContent.trim();
  return (alone ? marked : block.closest("[lang]")).lang;
}

// [{ text, lang, block }] of what stands under a root, in its order.
function queueOf(root) {
  const blocks = [...(root.matches(BLOCKS) ? [root] : []), ...root.querySelectorAll(BLOCKS)];
  const read = blocks.filter((block) => !block.querySelector(BLOCKS) && !block.closest(NOT_READ) && block.getClientRects().length);
  return read.reduce((queue, block) => {
    const lang = languageOf(block);
    return queue.concat(sentences(words(block)).map((text) => ({ text, lang, block })));
  }, []);
}

function kept(change) {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT)) || {};
    if (change) localStorage.setItem(KEPT, JSON.stringify(Object.assign(found, change)));
    return found;
  } catch (error) {
    // Storage is switched off: what somebody chose holds for this page.
    return change || {};
  }
}

// What is read of a page: of a lesson its screen, of others what they say and ask.
function wholeScreen() {
  const screen = document.querySelectorAll("main .screen");
  const rest = screen.length ? screen : document.querySelectorAll("main .lead, main form.check, main .done-line, main .field");
  return [...document.querySelectorAll("main h1"), ...rest];
}

class Reader {
  constructor(box, speech) {
    this.box = box;
    this.speech = speech;
    this.language = document.documentElement.lang;
    this.voice = null;
    this.queue = [];
    this.place = 0;
    this.turn = 0;
    this.button = null;
    this.after = null;
  }

  part(name) {
    return this.box.querySelector(`[data-voice-${name}]`);
  }

  // Voices come late or never: asked twelve times in three seconds.
  findVoice(tries = 12) {
    this.voice = chooseVoice(this.speech.getVoices(), this.language);
    if (this.voice) this.show();
    else if (tries) setTimeout(() => this.findVoice(tries - 1), 250);
    else this.miss();
  }

  miss() {
    this.box.hidden = false;
    this.part("none").hidden = false;
    this.part("controls").hidden = this.part("whose").hidden = true;
  }

  show() {
    this.box.hidden = false;
    const refused = kept()[this.language] === "no";
    this.part("controls").hidden = refused;
    this.part("again").hidden = !refused;
    this.part("slow").setAttribute("aria-pressed", String(Boolean(kept().slow)));
    for (const form of document.querySelectorAll(QUESTIONS)) this.addTo(form, refused);
    document.dispatchEvent(new Event(CHANGED));
  }

  addTo(form, refused) {
    const old = form.querySelector(".voice-question");
    if (old) old.remove();
    if (refused || form.querySelector(".listen")) return;
    const button = this.part("play").cloneNode(true);
    button.className = "quiet voice-question";
    button.lastElementChild.textContent = this.box.dataset.question;
    button.addEventListener("click", () => {
      kept({ listens: true });
      document.dispatchEvent(new Event(CHANGED));
      this.press(button, form);
    });
    const legend = form.querySelector("legend");
    if (legend) legend.after(button);
  }

  press(button, root) {
    const mine = this.button === button;
    if (mine && this.speaking) this.stop();
    else {
      // A screen goes on at the sentence where it was stopped; another one begins at its beginning.
      if (!mine || this.place >= this.queue.length) {
        this.stop();
        this.queue = root.reduce ? root.reduce((all, each) => all.concat(queueOf(each)), []) : queueOf(root);
        this.place = 0;
      }
      this.button = button;
      this.speaking = true;
      this.mark();
      this.speak();
    }
  }

  speak() {
    const turn = ++this.turn;
    this.speech.cancel();
    const next = this.queue[this.place];
    if (!next) return this.end("done");
    const utterance = new window.SpeechSynthesisUtterance(next.text);
    const own = next.lang === this.language ? this.voice : chooseVoice(this.speech.getVoices(), next.lang);
    // Words in a language without a voice are passed over: read by another voice they are noise.
    if (!own) return this.goOn(turn);
    utterance.voice = own;
    utterance.lang = own.lang;
    utterance.rate = kept().slow ? 0.7 : 1;
    utterance.onstart = () => (this.heard = true);
    utterance.onend = () => this.goOn(turn);
    utterance.onerror = () => this.goOn(turn);
    this.light(next.block);
    this.speech.speak(utterance);
    // Some browsers say nothing when nothing is to be heard, and Chromium stops without a word in a long text.
    setTimeout(() => turn === this.turn && (this.heard ? this.goOn(turn) : this.fail()), patience(next.text, utterance.rate));
  }

  goOn(turn) {
    if (turn !== this.turn || !this.speaking) return;
    this.place += 1;
    // Once the voice has read two sentences, the listener says whether it is one that they understand.
    if (this.place === 2 && !kept()[this.language]) this.part("ask").hidden = false;
    this.speak();
  }

  fail() {
    this.miss();
    this.end("failed");
  }

  end(how) {
    const after = this.after;
    this.stop();
    if (after) after[how]();
  }

  // For listening mode: reads all that stands under *roots*, then calls *done*, or *failed* where the voice gives no sign.
  readAll(roots, done, failed) {
    this.stop();
    this.queue = roots.reduce((all, each) => all.concat(queueOf(each)), []);
    this.place = 0;
    this.button = null;
    this.speaking = true;
    this.after = { done, failed };
    this.speak();
  }

  stop() {
    this.turn += 1;
    this.speaking = false;
    this.after = null;
    this.speech.cancel();
    this.light(null);
    this.mark();
  }

  light(block) {
    for (const each of document.querySelectorAll(".reading")) each.classList.remove("reading");
    if (!block) return;
    block.classList.add("reading");
    block.scrollIntoView({ block: "nearest" });
  }

  mark() {
    for (const each of document.querySelectorAll("[data-voice-play]")) {
      each.setAttribute("aria-pressed", String(this.speaking && each === this.button));
    }
  }

  understood(answer) {
    kept({ [this.language]: answer });
    this.part("ask").hidden = true;
    if (answer === "no") this.stop();
    this.show();
  }

  listen() {
    this.part("play").addEventListener("click", () => this.press(this.part("play"), wholeScreen()));
    this.part("slow").addEventListener("click", () => {
      kept({ slow: !kept().slow });
      this.part("slow").setAttribute("aria-pressed", String(Boolean(kept().slow)));
      if (this.speaking) this.speak();
    });
    for (const each of this.box.querySelectorAll("[data-voice-answer]")) {
      each.addEventListener("click", () => this.understood(each.dataset.voiceAnswer));
    }
    this.part("again").addEventListener("click", () => this.understood(""));
    // A check that was answered is a new form.
    new window.MutationObserver(() => this.voice && this.refresh()).observe(document.querySelector("main"), { childList: true, subtree: true });
    const silent = () => this.stop();
    addEventListener("pagehide", silent);
    addEventListener("perille-left", silent);
    document.addEventListener("visibilitychange", () => document.hidden && silent());
  }

  refresh() {
    for (const form of document.querySelectorAll(QUESTIONS)) {
      if (!form.querySelector(".voice-question")) this.addTo(form, kept()[this.language] === "no");
    }
  }
}

const speech = typeof window === "undefined" || !window.SpeechSynthesisUtterance ? null : window.speechSynthesis;

// What the ears of say.js share with this: the voice of a language where there is one that the listener wants, its words, and saying them.
function voiceOf(language) {
  return kept()[language] === "no" ? null : chooseVoice(speech.getVoices(), language);
}

function say(text, language) {
  const own = voiceOf(language);
  if (window.perilleReader) window.perilleReader.stop();
  speech.cancel();
  for (const each of own ? sentences(text) : []) {
    const utterance = new window.SpeechSynthesisUtterance(each);
    Object.assign(utterance, { voice: own, lang: own.lang, rate: kept().slow ? 0.7 : 1 });
    speech.speak(utterance);
  }
}

if (speech) {
  window.perilleVoice = { voiceOf, say, words, languageOf, digitByDigit, listens: () => Boolean(kept().listens), changed: CHANGED };
  for (const gone of ["pagehide", "perille-left"]) addEventListener(gone, () => speech.cancel());
}

const box = typeof document === "undefined" ? null : document.querySelector("[data-voice]");
if (box && speech) {
  const reader = new Reader(box, speech);
  window.perilleReader = reader;
  reader.listen();
  reader.findVoice();
}
