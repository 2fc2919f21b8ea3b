// Steps in the right order (interactions/sequencing.py).
(function (perille) {
  "use strict";
  const { valuesByKey, graded, latinDigits } = perille;
  const keys = (item) => item.options.map((option) => option.key);

  perille.scorers.sequencing = {
    parse: (item, form, name) => {
      const given = valuesByKey(form, name, keys(item)) || {};
      const steps = {};
      for (const key of Object.keys(given)) steps[latinDigits(given[key])] = key;
      const order = keys(item).map((key, at) => steps[at + 1]);
      return order.every(Boolean) ? order : null;
    },
    score: (item, response) => {
      const right = response.filter((key, at) => item.options[at].key === key).length;
      return graded(item, right / response.length, right === response.length);
    },
    mark: (item, response) => response.map((key, at) => [key, String(at + 1), item.options[at].key === key]),
  };
})(self.perille);
