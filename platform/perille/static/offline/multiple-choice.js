// Several of several choices, or of places in a picture (interactions/multiple_choice.py, hotspot.py).
(function (perille) {
  "use strict";
  const { authored } = perille;
  const rightKeys = (item) => item.options.filter((option) => option.right).map((option) => option.key);

  const partOf = (item, key, part) => `${item.type === "hotspot" ? "area" : "choice"}/${key}/${part}`;

  const several = {
    parse: (item, form, name) => {
      const values = form[name] || [];
      const chosen = item.options.map((option) => option.key).filter((key) => values.includes(key));
      // None is there twice, or strange.
      return chosen.length && chosen.length === values.length ? chosen : null;
    },
    score: (item, response) => {
      const right = rightKeys(item);
      const hits = response.filter((key) => right.includes(key)).length;
      const points = 2 * hits - response.length;
      const feedback = authored(item, response.map((key) => partOf(item, key, "feedback")));
      return { scaled: Math.max(0, points) / right.length, success: points === right.length, feedback };
    },
    mark: (item, response) => response.map((key) => ["", key, rightKeys(item).includes(key)]),
    // What was right and not chosen, where one of several was.
    missed: (item, response) => {
      const right = rightKeys(item);
      const left = right.filter((key) => !response.includes(key));
      return right.length > 1 && left.length < right.length ? left.map((key) => partOf(item, key, "text")) : [];
    },
  };
  perille.scorers["multiple-choice"] = several;
  perille.scorers.hotspot = several;
})(self.perille);
