// A word or a few, typed (interactions/fill_in.py).
(function (perille) {
  "use strict";
  const { typedText, normalised, graded } = perille;
  perille.scorers["fill-in"] = {
    parse: (item, form, name) => {
      const text = typedText(form, name);
      return text && normalised(text) ? [text] : null;
    },
    score: (item, response) => {
      const success = item.accepted.map(normalised).includes(normalised(response[0]));
      return graded(item, +success, success);
    },
    mark: () => [],
  };
})(self.perille);
