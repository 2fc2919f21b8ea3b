// True or false (interactions/true_false.py).
(function (perille) {
  "use strict";
  const { onlyValue, authored } = perille;
  perille.scorers["true-false"] = {
    parse: (item, form, name) => {
      const value = onlyValue(form, name);
      return value === "true" || value === "false" ? [value] : null;
    },
    score: (item, response) => {
      const success = response[0] === item.accepted[0];
      return { scaled: +success, success, feedback: authored(item, [`feedback_${response[0]}`]) };
    },
    mark: (item, response, outcome) => [["", response[0], outcome.success]],
  };
})(self.perille);
