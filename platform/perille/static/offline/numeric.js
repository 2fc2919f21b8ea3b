// A number, typed in any digits (interactions/numeric.py).
(function (perille) {
  "use strict";
  const { typedText, graded, latinDigits, withoutMarks, withoutEnds, category, SPACE } = perille;
  const PLAIN = /^[+-]?(?:[0-9]{1,15}(?:[.,][0-9]{1,12})?|[.,][0-9]{1,12})$/;
  const GROUPED = /^([+-]?[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\2[0-9]{3}){0,4})((?!\2)[.,][0-9]{1,12})?$/;
  const AMONG_WORDS = /[+-]?(?:[0-9][0-9., ]*[0-9]|[.,]?[0-9])/g;
  const SPELLED = /^[0-9]([.-])[0-9](?:\1[0-9])+$/;
  const ARITHMETIC = "+-*/=<>^~|_\\±×÷≈≤≥:";
  // Numbers that are letters.
  const IDEOGRAPHS = "一二三四五六七八九十百千万萬億亿兆零";
  const LETTER = category("L");
  const NUMBER = category("N");

  function signs(text) {
    return text.replace(/[٫．]/g, ".").replace(/[，،]/g, ",").replace(/[٬'’]/g, "").replace(/[−‐‑‒–—]/g, "-");
  }

  // A number as text: no exponent, no zeros at the ends, never "-0".
  function canonical(text) {
    const minus = text.startsWith("-");
    const [whole, part] = text.replace(/^[+-]/, "").split(".");
    const left = whole.replace(/^0+(?=.)/, "") || "0";
    const right = (part || "").replace(/0+$/, "");
    const bare = right ? `${left}.${right}` : left;
    return minus && bare !== "0" ? `-${bare}` : bare;
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
    if (numbers.length !== 1) return "";
    const at = text.indexOf(numbers[0]);
    const before = [...text.slice(0, at)];
    const after = [...text.slice(at + numbers[0].length)];
    const touching = [before[before.length - 1], after[0]].some((char) => char !== undefined && LETTER.test(char));
    const strange = before.concat(after).some((char) => ARITHMETIC.includes(char) || IDEOGRAPHS.includes(char) || NUMBER.test(char));
    return touching || strange ? "" : numbers[0];
  }

  function readings(text) {
    const plain = signs(latinDigits(withoutMarks(text)));
    const found = wholeNumber(plain);
    return found.length ? found : wholeNumber(amongWords(plain));
  }

  // Exact: 18 digits before the point and 12 after it, as three signed parts of ten digits.
  function parts(text) {
    const [whole, part] = text.replace("-", "").split(".");
    const digits = ("0".repeat(18) + whole).slice(-18) + ((part || "") + "0".repeat(12)).slice(0, 12);
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
    return left[0] > 0 || (left[0] === 0 && (left[1] > 0 || left[2] > 0));
  }

  function within(item, number) {
    const right = item.accepted[0];
    return !isOver(number, right, item.tolerance) && !isOver(right, number, item.tolerance);
  }

  perille.scorers.numeric = {
    parse(item, form, name) {
      const found = readings(typedText(form, name) || "");
      const best = found.find((number) => within(item, number)) || found[0];
      return best === undefined ? null : [best];
    },
    score(item, response) {
      const success = within(item, readings(response[0])[0]);
      return graded(item, Number(success), success);
    },
    mark() {
      return [];
    },
  };
})(self.perille);
