// Steps in the right order (interactions/sequencing.py).
(function (perille) {
  "use strict";
  const { valuesByKey, graded, latinDigits } = perille;
  const keys = (item) => item.options.map((option) => option.key);

  perille.scorers.sequencing = {
    parse(item, form, name) {
      const given = valuesByKey(form, name, keys(item)) || {};
      const steps = {};
      for (const key of Object.keys(given)) steps[latinDigits(given[key])] = key;
      const places = keys(item).map((key, at) => String(at + 1));
      const whole = Object.keys(steps).length === places.length && places.every((place) => place in steps);
      return whole ? places.map((place) => steps[place]) : null;
    },
    score(item, response) {
      const right = response.filter((key, at) => item.options[at].key === key).length;
      return graded(item, right / response.length, right === response.length);
    },
    mark(item, response) {
      return response.map((key, at) => [key, String(at + 1), item.options[at].key === key]);
    },
  };
})(self.perille);
