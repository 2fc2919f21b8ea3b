// One of several choices, in words or in pictures (interactions/choice.py).
(function (perille) {
  "use strict";
  const { onlyValue, authored } = perille;

  const choice = {
    parse: (item, form, name) => {
      const value = onlyValue(form, name);
      return item.options.some((option) => option.key === value) ? [value] : null;
    },
    score: (item, response) => {
      const success = item.options.every((option) => option.right === response.includes(option.key));
      return { scaled: +success, success, feedback: authored(item, response.map((key) => `choice/${key}/feedback`)) };
    },
    mark: (item, response, outcome) => response.map((key) => ["", key, outcome.success]),
  };
  perille.scorers.choice = choice;
  perille.scorers["picture-choice"] = choice;
})(self.perille);
