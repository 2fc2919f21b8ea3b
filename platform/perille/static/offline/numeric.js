// A number, typed in any digits (interactions/numeric.py).
(function (perille) {
  "use strict";
  const { typedText, graded, latinDigits, withoutMarks, withoutEnds, letters, SPACE } = perille;
  const PLAIN = /^[+-]?(?:\d{1,15}(?:[.,]\d{1,12})?|[.,]\d{1,12})$/;
  const GROUPED = /^([+-]?[1-9]\d{0,2}(?:([.,])\d{3})(?:\2\d{3}){0,4})((?!\2)[.,]\d{1,12})?$/;
  const AMONG_WORDS = /[+-]?(?:\d[\d., ]*\d|[.,]?\d)/g;
  const SPELLED = /^\d([.-])\d(?:\1\d)+$/;
  // Arithmetic, numbers that are letters, other numbers, and a letter that touches the number, in whose place a sign stands that nobody
  // types. Made when it is needed: the letters come with the course.
  const kind = (name) => `\\p{${name}}`;
  const strange = () => new RegExp(`[-+*/=<>^~|_\\\\±×÷≈≤≥:${letters.numerals}]|${kind("N")}|${kind("L")}\\0|\\0${kind("L")}`, "u");

  function signs(text) {
    return text.replace(/[٫．]/g, ".").replace(/[，،]/g, ",").replace(/[٬'’]/g, "").replace(/[−‐‑‒–—]/g, "-");
  }

  // A number as text: no exponent, no zeros at the ends, never "-0".
  function canonical(text) {
    const [, minus, whole, part] = /^\+?(-?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(text);
    const bare = (whole || "0") + (part ? `.${part}` : "");
    return bare === "0" ? bare : minus + bare;
  }

  function wholeNumber(text) {
    const plain = text.split(SPACE).join("").replace(/[.,]+$/, "");
    const found = PLAIN.test(plain) ? [canonical(plain.replace(",", "."))] : [];
    const grouped = GROUPED.exec(plain);
    if (grouped) found.push(canonical(grouped[1].replace(/[.,]/g, "") + (grouped[3] || "").replace(",", ".")));
    return found;
  }

  function amongWords(text) {
    const spelled = SPELLED.exec(withoutEnds(text));
    if (spelled) return spelled[0].split(spelled[1]).join("");
    const numbers = text.match(AMONG_WORDS) || [];
    return numbers.length !== 1 || strange().test(text.replace(numbers[0], "\0")) ? "" : numbers[0];
  }

  function readings(text) {
    const plain = signs(latinDigits(withoutMarks(text)));
    const found = wholeNumber(plain);
    return found.length ? found : wholeNumber(amongWords(plain));
  }

  // Exact: 18 digits before the point and 12 after it, as three signed parts of ten digits.
  function parts(text) {
    const [whole, part = ""] = text.replace("-", "").split(".");
    const digits = whole.padStart(18, 0) + part.padEnd(12, 0);
    const sign = text.startsWith("-") ? -1 : 1;
    return [0, 10, 20].map((at) => sign * Number(digits.slice(at, at + 10)));
  }

  function isOver(one, other, distance) {
    const left = parts(one).map((each, at) => each - parts(other)[at] - parts(distance)[at]);
    for (const at of [2, 1]) {
      const carry = Math.floor(left[at] / 1e10);
      left[at] -= carry * 1e10;
      left[at - 1] += carry;
    }
    return left[0] >= 0 && left.some(Boolean);
  }

  function within(item, number) {
    const right = item.accepted[0];
    return !isOver(number, right, item.tolerance) && !isOver(right, number, item.tolerance);
  }

  perille.scorers.numeric = {
    parse: (item, form, name) => {
      const found = readings(typedText(form, name) || "");
      const best = found.find((number) => within(item, number)) || found[0];
      return best === undefined ? null : [best];
    },
    score: (item, response) => {
      const success = within(item, readings(response[0])[0]);
      return graded(item, +success, success);
    },
    mark: () => [],
  };
})(self.perille);
