// Pairs to be joined, gaps to be filled, members to be sorted (interactions/matching.py, gap_fill.py, grouping.py).
(function (perille) {
  "use strict";
  const { valuesByKey, graded, PAIR_MARK } = perille;
  const keys = (item) => item.options.map((option) => option.key);

  // Of each type: what is joined, with what, and whether a pair is right.
  const types = {
    matching: {
      sources: keys,
      targets: (item) => keys(item).concat(item.extras),
      fits: (item, source, target) => source === target,
    },
    "gap-fill": {
      sources: (item) => item.extra.gaps,
      targets: keys,
      fits: (item, source, target) => item.extra.fits[target] === source,
    },
    grouping: {
      sources: keys,
      targets: (item) => item.extra.groups,
      fits: (item, source, target) => item.extra.group_of[source] === target,
    },
  };

  function scorer(type) {
    const isRight = (item, pair) => {
      const at = pair.indexOf(PAIR_MARK);
      return type.fits(item, pair.slice(0, at), pair.slice(at + PAIR_MARK.length));
    };
    return {
      parse: (item, form, name) => {
        const given = valuesByKey(form, name, type.sources(item)) || {};
        const joined = type.sources(item).filter((source) => given[source]);
        if (!joined.length || !joined.every((source) => type.targets(item).includes(given[source]))) return null;
        return joined.map((source) => source + PAIR_MARK + given[source]);
      },
      score: (item, response) => {
        const count = type.sources(item).length;
        const right = response.filter((pair) => isRight(item, pair)).length;
        return graded(item, right / count, right === count);
      },
      mark: (item, response) => response.map((pair) => pair.split(PAIR_MARK).concat([isRight(item, pair)])),
    };
  }

  for (const name of Object.keys(types)) perille.scorers[name] = scorer(types[name]);
})(self.perille);
