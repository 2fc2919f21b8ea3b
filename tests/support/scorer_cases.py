"""Answers of every question type that a phone marks, made by chance, and what the server and the phone's own script say of them."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from perille.api.folding import FOLDS, LETTERS
from perille.core.paths import STATIC
from perille.core.web.static_files import sent_script
from perille.domain.item import Interaction, Item, Option, offline_script
from perille.interactions import plugin
from perille.offline.items import item_rules
from support.programs import find_node

#: Question types that have a script, by name.
TYPES: Mapping[str, Interaction] = {each.name: each for each in plugin.interactions if offline_script(each)}
NAME = "a-q"
_RUN = """
const fs = require("fs");
globalThis.self = globalThis;
const given = JSON.parse(fs.readFileSync(0, "utf8"));
for (const text of given.scripts) (0, eval)(text);
Object.assign(perille.letters, given.letters);
process.stdout.write(JSON.stringify(given.cases.map((each) => {
  const scorer = perille.scorers[each.item.type];
  const response = scorer.parse(each.item, each.form, "a-q");
  const outcome = response ? scorer.score(each.item, response) : perille.noAnswer();
  const marks = response ? scorer.mark(each.item, response, outcome).map((mark) => mark[2]) : [];
  return [response, outcome, marks];
})));
"""

Case = tuple[Item, dict[str, list[str]]]


_WORDS = (
    "Kela",
    "ещё",
    "İzmir",
    "STRASSE",
    "straße",
    "مستشفى",
    "مُستَشفي",
    "o’zbek",
    "Ďakujem",
    "ΟΔΟΣ",
    "Ťažké",
    "１１２",
    "ሰላም፡ነው",
    "kela kela",
)
_MARKS = (
    "",
    " ",
    ".",
    "!",
    "؟",
    "\u200f",
    "\u00ad",
    "«",
    "»",
    "(",
    ")",
    "'",
    "’",
    "\t",
    "\u3000",
    "\0",
    "🙂",
    "٫",
    "، ",
)
_NUMBERS = (
    "112",
    "1,000",
    "1.000,5",
    "٣،٥",
    "۱۲",
    "−7",
    "0.10",
    "1 000 000",
    "1.1.2",
    "numero 112!",
    "5 %",
    "11O",
    "2+2",
    "½",
    "1e5",
    "०९",
    "-0",
    "+3",
    ",5",
)
_KEYS = tuple("abcdefgh")


def cases(interaction: str, count: int, seed: int = 1) -> list[Case]:
    """Return *count* items of a type with forms: right, wrong, incomplete, and what no page of ours sends."""
    chance = random.Random(f"{interaction} {seed}")
    return [_case(TYPES[interaction], chance) for _number in range(count)]


def _case(interaction: Interaction, chance: random.Random) -> Case:
    item = _MAKE[interaction.name](interaction.name, chance)
    form = dict(_FORM[interaction.name](item, chance))
    if chance.random() < 0.05:
        form[f"{NAME}.stranger"] = ["a"]
    if chance.random() < 0.05:
        form[chance.choice([*form, NAME])] = ["a", "b"]
    return item, form


def _some(chance: random.Random, least: int) -> list[str]:
    return chance.sample(_KEYS, chance.randint(least, len(_KEYS)))


def _parts(keys: Sequence[str], chance: random.Random) -> tuple[str, ...]:
    every = ["feedback_right", "feedback_wrong", "feedback_true", "feedback_false"]
    every += [f"{kind}/{key}/feedback" for kind in ("choice", "area") for key in keys]
    return tuple(part for part in every if chance.random() < 0.7)


def _choice_item(name: str, chance: random.Random) -> Item:
    keys = _some(chance, 2)
    several = name in ("multiple-choice", "hotspot")
    right = chance.sample(keys, chance.randint(1, len(keys)) if several else 1)
    options = tuple(Option(key=key, right=key in right) for key in keys)
    return Item(key="q", interaction=name, options=options, parts=_parts(keys, chance))


def _choice_form(item: Item, chance: random.Random) -> dict[str, list[str]]:
    keys = [option.key for option in item.options] + ["z"] * (chance.random() < 0.1)
    right = [option.key for option in item.options if option.right]
    one = item.interaction in ("choice", "picture-choice")
    chosen = right if chance.random() < 0.3 else chance.sample(keys, 1 if one else chance.randint(0, len(keys)))
    return {NAME: chosen} if chosen else {}


def _truth_item(name: str, chance: random.Random) -> Item:
    return Item(key="q", interaction=name, accepted=(chance.choice(["true", "false"]),), parts=_parts((), chance))


def _truth_form(_item: Item, chance: random.Random) -> dict[str, list[str]]:
    return chance.choice([{NAME: ["true"]}, {NAME: ["false"]}, {NAME: ["maybe"]}, {NAME: []}, {}])


def _pair_item(name: str, chance: random.Random) -> Item:
    keys = _some(chance, 2)
    options = tuple(Option(key=key) for key in keys)
    groups = ["g", "h", "i"]
    extra = {
        "gap-fill": {"gaps": groups, "fits": {key: (groups + [""])[at % 4] for at, key in enumerate(keys + groups)}},
        "grouping": {"groups": groups, "group_of": {key: chance.choice(groups) for key in keys}},
    }.get(name, {})
    extras = ("x", "y") if name == "matching" else ()
    return Item(key="q", interaction=name, options=options, extras=extras, extra=extra, parts=_parts(keys, chance))


def _pair_form(item: Item, chance: random.Random) -> dict[str, list[str]]:
    keys = [option.key for option in item.options]
    sources, targets = keys, [*keys, *item.extras]
    right = {key: key for key in keys}
    if item.interaction == "gap-fill":
        fits: Any = item.extra["fits"]
        sources, right = ["g", "h", "i"], {gap: key for key, gap in fits.items() if gap and key in keys}
    elif item.interaction == "grouping":
        targets, right = ["g", "h", "i"], dict(item.extra["group_of"])  # type: ignore[call-overload]
    sure = chance.random()
    form = {}
    for source in sources:
        target = (
            right.get(source, "") if chance.random() < sure else chance.choice([*targets, "", "z"][: len(targets) + 1])
        )
        form[f"{NAME}.{source}"] = [target]
    return form


def _step_item(name: str, chance: random.Random) -> Item:
    keys = _some(chance, 2)
    return Item(key="q", interaction=name, options=tuple(Option(key=key) for key in keys), parts=_parts(keys, chance))


def _step_form(item: Item, chance: random.Random) -> dict[str, list[str]]:
    keys = [option.key for option in item.options]
    order = list(keys)
    for _swap in range(chance.randint(0, 3)):
        one, other = chance.sample(range(len(order)), 2)
        order[one], order[other] = order[other], order[one]
    form = {f"{NAME}.{key}": [str(at + 1)] for at, key in enumerate(order)}
    if chance.random() < 0.2:
        form[f"{NAME}.{chance.choice(keys)}"] = [chance.choice(["", "1", "99", "٢", "x"])]
    return form


def _word_item(name: str, chance: random.Random) -> Item:
    return Item(key="q", interaction=name, accepted=tuple(chance.sample(_WORDS, 2)), parts=_parts((), chance))


def _word_form(item: Item, chance: random.Random) -> dict[str, list[str]]:
    word = chance.choice([*item.accepted, chance.choice(_WORDS)])
    swaps = [(char, fold.to) for fold in FOLDS for char in fold.characters]
    for char, to in chance.sample(swaps, 20):
        word = word.replace(to, char, 1) if to and chance.random() < 0.5 else word.replace(char, to)
    cased = chance.choice([word.upper(), word.lower(), word.title(), word])
    before, after = ("".join(chance.choices(_MARKS, k=chance.randint(0, 3))) for _side in range(2))
    return {NAME: [before + cased + after + ("a" * 200 if chance.random() < 0.02 else "")]}


def _number_item(name: str, chance: random.Random) -> Item:
    answer = chance.choice(["112", "0", "-7", "3.5", "1000", "1000.5", "999999999999999", "0.000000000001"])
    return Item(
        key="q",
        interaction=name,
        accepted=(answer,),
        tolerance=chance.choice(["0", "0.5", "10"]),
        parts=_parts((), chance),
    )


def _number_form(item: Item, chance: random.Random) -> dict[str, list[str]]:
    made = f"{chance.uniform(-20, 2000):.{chance.randint(0, 3)}f}"
    text = chance.choice([item.accepted[0], made, chance.choice(_NUMBERS)])
    digits = chance.choice(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９"])
    text = text.translate(str.maketrans("0123456789", digits)).replace(".", chance.choice([".", ",", "٫"]))
    return {NAME: [chance.choice(["", "n. ", " ", "\u200e"]) + text + chance.choice(["", ".", " €", "!", " kpl", "3"])]}


_MAKE: Mapping[str, Callable[[str, random.Random], Item]] = {
    **dict.fromkeys(("choice", "picture-choice", "multiple-choice", "hotspot"), _choice_item),
    **dict.fromkeys(("matching", "gap-fill", "grouping"), _pair_item),
    "true-false": _truth_item,
    "sequencing": _step_item,
    "fill-in": _word_item,
    "numeric": _number_item,
}
_FORM: Mapping[str, Callable[[Item, random.Random], dict[str, list[str]]]] = {
    **dict.fromkeys(("choice", "picture-choice", "multiple-choice", "hotspot"), _choice_form),
    **dict.fromkeys(("matching", "gap-fill", "grouping"), _pair_form),
    "true-false": _truth_form,
    "sequencing": _step_form,
    "fill-in": _word_form,
    "numeric": _number_form,
}


def on_the_server(case: Case, interaction: Interaction | None = None) -> list[Any]:
    """Return what the server makes of an answer: its response, and what that is worth."""
    item, form = case
    interaction = interaction or TYPES[item.interaction]
    response = interaction.parse(item, form, NAME)
    outcome = interaction.score(item, response)
    worth = {"scaled": outcome.scaled, "success": outcome.success, "feedback": list(outcome.feedback)}
    return [None if response is None else list(response), worth]


def on_the_phone(interaction: str, given: Sequence[Case]) -> list[Any]:
    """Return the same by the scripts that a phone has, and which of its marks are ticks."""
    return by_script(STATIC / offline_script(TYPES[interaction]), given)


def by_script(script: Path, given: Sequence[Case]) -> list[Any]:
    """Return the same by the script of a question type, which a plugin may have brought."""
    node = find_node()
    assert node is not None, "make setup-test brings Node"
    scripts = [sent_script(path).decode() for path in (STATIC / "offline/shared.js", script)]
    sent = {
        "scripts": scripts,
        "letters": LETTERS,
        "cases": [{"item": item_rules(item), "form": form} for item, form in given],
    }
    done = subprocess.run([str(node), "-e", _RUN], input=json.dumps(sent), capture_output=True, text=True, check=True)
    said: list[Any] = json.loads(done.stdout)
    return said


def differences(interaction: str, count: int, seed: int = 1) -> list[tuple[Case, Any, Any]]:
    """Return the answers on which server and phone do not agree."""
    given = cases(interaction, count, seed)
    both = zip(given, map(on_the_server, given), on_the_phone(interaction, given), strict=True)
    return [(case, here, there) for case, here, there in both if here != there[:2]]
