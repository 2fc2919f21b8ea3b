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
        re.compile(r"\b(?:han|honom|hans|man(?=nen)|mannen|män|far|pappa|son|bror|pojke|pojken)\b", re.I),
    ),
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


@pytest.mark.parametrize(("text", "share"), [("she " * 30, 1.0), ("she he " * 15, 0.5), ("he is here", None)])
def test_the_share_is_counted(text: str, share: float | None) -> None:
    assert _share([text], "en") == share
