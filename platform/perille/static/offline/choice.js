// One of several choices, in words or in pictures (interactions/choice.py).
(function (perille) {
  "use strict";
  const { onlyValue, authored } = perille;
  const rightKeys = (item) => item.options.filter((option) => option.right).map((option) => option.key);

  const choice = {
    parse(item, form, name) {
      const value = onlyValue(form, name);
      return item.options.some((option) => option.key === value) ? [value] : null;
    },
    score(item, response) {
      const right = rightKeys(item);
      const success = right.length === response.length && right[0] === response[0];
      return { scaled: Number(success), success, feedback: authored(item, response.map((key) => `choice/${key}/feedback`)) };
    },
    mark(item, response, outcome) {
      return response.map((key) => ["", key, outcome.success]);
    },
  };
  perille.scorers.choice = choice;
  perille.scorers["picture-choice"] = choice;
})(self.perille);
