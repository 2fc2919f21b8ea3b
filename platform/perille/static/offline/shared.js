// What the question types share on the phone: form fields, text as people type it (api/answers.py, api/folding.py). The tests hold each
// function to what the server does.
self.perille = self.perille || { scorers: {} };
(function (perille) {
  "use strict";
  const PAIR_MARK = "[.]";
  const LONGEST_ANSWER = 200;
  // Made when the script runs: browsers without such classes mark no typed answers, and say so.
  const all = (name) => new RegExp(`\\p{${name}}`, "gu");
  // What Python takes for space.
  const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
  // Signs of control, and halves of letters.
  const UNTYPED = /[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]/gu;
  // Which characters count as one (api/folding.py): they come with the course, and a course with typed answers brings this script.
  const letters = {};

  function onlyValue(form, name) {
    const values = form[name] || [];
    return values.length === 1 ? values[0] : null;
  }

  function valuesByKey(form, name, keys) {
    const fields = keys.map((key) => `${name}.${key}`);
    if (Object.keys(form).some((field) => field.startsWith(`${name}.`) && !fields.includes(field))) return null;
    const values = {};
    for (const key of keys) {
      const given = form[`${name}.${key}`] || [];
      if (given.length > 1) return null;
      values[key] = given[0] || "";
    }
    return values;
  }

  function typedText(form, name) {
    const value = onlyValue(form, name);
    if (value === null || [...value].length > LONGEST_ANSWER) return null;
    return value.replace(UNTYPED, "").split(SPACE).filter(Boolean).join(" ") || null;
  }

  // Digits of every script stand in rows of ten that begin at a code ending in 0 or 6.
  function digitOf(char) {
    const plain = char.normalize("NFKC");
    if (/^[0-9]$/.test(plain)) return plain;
    const code = char.codePointAt(0);
    const low = code % 16;
    return String(all("Nd").test(String.fromCodePoint(code - low)) ? low : low - 6);
  }

  function latinDigits(text) {
    return text.replace(all("Nd"), digitOf);
  }

  function withoutMarks(text) {
    return text.replace(all("Cf"), "").replace(/[\ufe00-\ufe0f]/g, "");
  }

  const exchanged = (text) => [...text].map((char) => (char in letters.folds ? letters.folds[char] : char)).join("");
  // Case folding is lowering, but for letters of which two belong to one capital.
  const lowered = (text) => text.toLowerCase().toUpperCase().toLowerCase().replace(/ς/g, "σ");

  function fold(text) {
    const undotted = lowered(exchanged(text).normalize("NFKC")).normalize("NFKD").replace(/i\u0307/g, "i");
    return exchanged(undotted.normalize("NFKC")).normalize("NFKC");
  }

  function stripped(text) {
    const chars = [...text];
    while (chars.length && letters.ends.includes(chars[chars.length - 1])) chars.pop();
    while (chars.length && letters.starts.includes(chars[0])) chars.shift();
    return chars;
  }

  function withoutEnds(text) {
    let bare = stripped(text);
    if (bare.length > 2 && letters.brackets[bare[0]] === bare[bare.length - 1]) bare = bare.slice(1, -1);
    return stripped(bare.join("")).join("");
  }

  function normalised(text) {
    return withoutEnds(latinDigits(fold(withoutMarks(text))).split(SPACE).filter(Boolean).join(" "));
  }

  const authored = (item, parts) => parts.filter((part) => item.parts.includes(part));
  const noAnswer = () => ({ scaled: 0, success: false, feedback: [] });
  const graded = (item, scaled, success) => ({ scaled, success, feedback: authored(item, [success ? "feedback_right" : "feedback_wrong"]) });

  Object.assign(perille, {
    PAIR_MARK, SPACE, letters, onlyValue, valuesByKey, typedText, latinDigits, withoutMarks, withoutEnds, normalised, authored, noAnswer, graded,
  });
})(self.perille);
