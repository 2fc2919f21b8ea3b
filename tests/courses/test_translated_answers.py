"""A translated answer says what its source says: no two choices of a question have become one, and no feedback has turned round."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import polib
import pytest

from perille.core.letters import collapse_whitespace

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(path for folder in ("courses", "modules") for path in (ROOT / folder).glob("*/translations/*.po"))
LANGUAGES = sorted({path.stem for path in CATALOGUES})
CHOICE = re.compile(r"item/([^/]+)/(choice|member|step)/([^/]+)/text")
FEEDBACK = re.compile(r"item/[^/]+/(?:.+/)?feedback(?:_\w+)?")
#: What says first that an answer is right.
YES = re.compile(r"(?:Yes|Right)[.,:]")
#: So alike are two sentences that differ in a letter or two, and so unlike their sources in as many as a word.
ALIKE, UNLIKE = 0.95, 0.9
#: Shorter choices, such as "before" and "after", may differ in a letter in one language and wholly in another.
LONG = 25
#: A word that so large a share of sentences with a yes begins with is a yes of its language.
OFTEN = 0.05


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one.casefold(), other.casefold(), autojunk=False).ratio()


def entries(path: Path) -> Iterator[polib.POEntry]:
    return (each for each in polib.pofile(str(path)) if each.msgctxt and each.msgstr and not each.obsolete)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_choices_have_become_one(language: str) -> None:
    same = []
    for path in CATALOGUES:
        if path.stem != language:
            continue
        questions = defaultdict(list)
        for entry in entries(path):
            if (found := CHOICE.fullmatch(entry.msgctxt)) and len(entry.msgstr) >= LONG:
                questions[found[1], found[2]].append(entry)
        for question, choices in questions.items():
            same += [
                (path.parent.parent.name, question, one.msgstr, other.msgstr)
                for one, other in combinations(choices, 2)
                if likeness(one.msgstr, other.msgstr) > ALIKE and likeness(one.msgid, other.msgid) < UNLIKE
            ]
    assert same == []


def first_word(words: str) -> str:
    found = re.match(r"\w+", collapse_whitespace(words))
    return found[0].casefold() if found else ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_right_is_said_to_be_right(language: str) -> None:
    """The other way round a language may say yes where English has none: "It is so." begins with "Kyllä" in Finnish."""
    told = [
        (path.parent.parent.name, entry)
        for path in CATALOGUES
        if path.stem == language
        for entry in entries(path)
        if FEEDBACK.fullmatch(entry.msgctxt) and YES.match(entry.msgid)
    ]
    begins = Counter(first_word(entry.msgstr) for _pack, entry in told)
    yes = {word for word, count in begins.items() if count > OFTEN * len(told)}
    assert [(pack, entry.msgctxt, entry.msgstr) for pack, entry in told if first_word(entry.msgstr) not in yes] == []
