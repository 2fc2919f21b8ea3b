"""People of every gender are exploited, control and help in what a pack tells, in lessons as in questions (role-plays: test_role_plays)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import polib
import pytest

from perille.packs.format.loading import Message, messages_of
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
PACKS = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))
TRANSLATED = [path for path in PACKS if path.parent.name == "modules" and (path / "translations" / "sv.po").exists()]
#: Words for women and girls, and for men and boys, who act in a case.
WORDS = {
    "en": (
        re.compile(
            r"\b(?:she|hers?|herself|woman|women|aunts?|sisters?|mothers?|daughters?|wife|wives|girls?)\b", re.I
        ),
        re.compile(r"\b(?:he|him|his|himself|man|men|uncles?|brothers?|fathers?|sons?|husbands?|boys?)\b", re.I),
    ),
    "sv": (
        re.compile(r"\b(?:hon|henne|hennes|kvinna|kvinnan|kvinnor|mor|mamma|dotter|syster|flicka|flickan)\b", re.I),
        re.compile(r"\b(?:han|honom|hans|mannen|män|far|pappa|son|bror|pojke|pojken)\b", re.I),
    ),
}
PRONOUNS = {
    "woman": re.compile(r"\b(?:she|hers?|herself)\b", re.I),
    "man": re.compile(r"\b(?:he|him|his|himself)\b", re.I),
}
#: People who are made up, in questions that go on about them without a name.
NAMED = {
    "woman": re.compile(
        r"\b(?:Clara|Dalia|Daria|Farida|Fatou|Hilja|Ines|Iris|Kaisa|Liisa|Lina|Mina|Mira|Mirela|Nadja|Noor|Oksana|Petra"
        r"|Ulla|Vera|Yasmin|Zita)\b"
    ),
    "man": re.compile(
        r"\b(?:Andrei|Anton|Emil|Farid|Goran|Jon|Kofi|Marko|Ravi|Robert|Samir|Taras|Tomas|Viktor|Yusuf)\b"
    ),
}
#: A picture with its description, and the sentences below it.
STORY = re.compile(r"^::: picture (\S+)\n(.+)\n:::\n\n(.+)$", re.MULTILINE)
#: Pictures of somebody else than the one of whom the sentence speaks: a child, a father who comes along, who is ill, who is paid.
SOMEBODY_ELSE = {
    ("course_finland/children.md", "clear-rule"),
    ("course_iceland/health.md", "nurse-visit"),
    ("course_iceland/which-help.md", "advice-call"),
    ("course_lithuania/home.md", "own-account"),
    ("course_sweden/which-number.md", "advice-call"),
}
#: Share of the words that may be for either, and how few words are too few to speak of a share.
LEAST, MOST, FEWEST = 0.4, 0.6, 30


@cache
def _messages(folder: Path) -> tuple[Message, ...]:
    return tuple(messages_of(shipped_pack(folder)))


def _share(texts: Iterable[str], language: str) -> float | None:
    women, men = WORDS[language]
    female = male = 0
    for text in texts:
        female += len(women.findall(text))
        male += len(men.findall(text))
    return round(female / (female + male), 2) if female + male >= FEWEST else None


def _is_even(share: float | None) -> bool:
    return share is None or LEAST <= share <= MOST


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
@pytest.mark.parametrize("parts", [("lesson/",), ("lesson/", "item/")], ids=["lessons", "lessons and questions"])
def test_women_and_men_act_alike_often(folder: Path, parts: tuple[str, ...]) -> None:
    share = _share((each.msgid for each in _messages(folder) if each.context.startswith(parts)), "en")
    assert _is_even(share), f"{share} of the words are for women"


@pytest.mark.parametrize("folder", TRANSLATED, ids=lambda path: path.name)
def test_a_translation_that_marks_gender_keeps_the_balance(folder: Path) -> None:
    entries = polib.pofile(str(folder / "translations" / "sv.po"))
    share = _share((each.msgstr for each in entries if each.msgctxt.startswith(("lesson/", "item/"))), "sv")
    assert _is_even(share), f"{share} of the words are for women"


def _wrong_pronouns(text: str) -> bool:
    """Tell whether a question names people of one gender, and speaks of the other alone."""
    of = {gender for gender, names in NAMED.items() if names.search(text)}
    said = {gender for gender, words in PRONOUNS.items() if words.search(text)}
    return len(of) == 1 == len(said) and of != said


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_who_is_named_in_a_question_stays_the_same_person(folder: Path) -> None:
    questions: dict[str, list[str]] = {}
    for each in _messages(folder):
        if each.context.startswith("item/"):
            questions.setdefault(each.context.split("/")[1], []).append(each.msgid)
    assert [key for key, texts in questions.items() if _wrong_pronouns(" ".join(texts))] == []


def _one_gender(text: str) -> str:
    """Return of whom alone a text speaks; "" for both and for nobody."""
    said = [gender for gender, words in zip(PRONOUNS, WORDS["en"], strict=True) if words.search(text)]
    return said[0] if len(said) == 1 else ""


@pytest.mark.parametrize("folder", PACKS, ids=lambda path: path.name)
def test_who_a_story_speaks_of_is_drawn_beside_it(folder: Path) -> None:
    other = {
        (f"{folder.name}/{lesson.name}", picture)
        for lesson in sorted((folder / "lessons").glob("*.md"))
        for picture, shown, told in STORY.findall(lesson.read_text("utf-8"))
        if {_one_gender(shown), _one_gender(told)} == {*PRONOUNS}
    }
    assert other <= SOMEBODY_ELSE


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("Ines says no. Right, with him.", True), ("Ines says no to him. She goes.", False), ("He asks.", False)],
)
def test_a_wrong_pronoun_is_seen(text: str, wrong: bool) -> None:
    assert _wrong_pronouns(text) is wrong


@pytest.mark.parametrize(("text", "share"), [("she " * 30, 1.0), ("she he " * 15, 0.5), ("he is here", None)])
def test_the_share_is_counted(text: str, share: float | None) -> None:
    assert _share([text], "en") == share
