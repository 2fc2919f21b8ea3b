// Several of several choices, or of places in a picture (interactions/multiple_choice.py, hotspot.py).
(function (perille) {
  "use strict";
  const { authored } = perille;
  const isRight = (item, key) => item.options.some((option) => option.key === key && option.right);

  const several = {
    parse(item, form, name) {
      const values = form[name] || [];
      const keys = item.options.map((option) => option.key);
      const twice = new Set(values).size < values.length;
      if (values.length > keys.length || twice || !values.every((value) => keys.includes(value))) return null;
      const chosen = keys.filter((key) => values.includes(key));
      return chosen.length ? chosen : null;
    },
    score(item, response) {
      const kind = item.type === "hotspot" ? "area" : "choice";
      const count = item.options.filter((option) => option.right).length;
      const right = response.filter((key) => isRight(item, key)).length;
      const points = 2 * right - response.length;
      const feedback = authored(item, response.map((key) => `${kind}/${key}/feedback`));
      return { scaled: Math.max(0, points) / count, success: right === count && response.length === count, feedback };
    },
    mark(item, response) {
      return response.map((key) => ["", key, isRight(item, key)]);
    },
    // What was right and not chosen, where one of several was.
    missed(item, response) {
      const kind = item.type === "hotspot" ? "area" : "choice";
      const right = item.options.filter((option) => option.right).map((option) => option.key);
      const left = right.filter((key) => !response.includes(key));
      return right.length > 1 && left.length < right.length ? left.map((key) => `${kind}/${key}/text`) : [];
    },
  };
  perille.scorers["multiple-choice"] = several;
  perille.scorers.hotspot = several;
})(self.perille);
