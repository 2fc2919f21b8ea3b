"""A hint explains and never counts: how many answers are right is found out, in every shipped question and in every language."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from perille.packs.checks.item_writing import tells_number
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
ITEMS = (*ROOT.glob("modules/*/items"), *ROOT.glob("courses/*/items"))
PACKS = sorted(folder.parent for folder in ITEMS)
#: Language -> how the numbers from two to five begin, or are written where a beginning would be that of other words too.
COUNTED = {
    "ar": (r"(?:و|ال|وال)?(?:اثن|كلا)\w*", r"(?:و|ال|وال)?ثلاث\w*", r"(?:و|ال|وال)?أربع\w*", r"(?:و|ال|وال)?خمس\w*"),
    "es": (r"dos|ambas|ambos", r"tres", r"cuatro", r"cinco"),
    "et": (r"kaks|kahe\w*|mõlema\w*", r"kolm\w*", r"nel[ij]\w*", r"viis|viie\w*"),
    "fi": (r"kaksi|kah[dt]\w*|molem\w*", r"kolm\w*", r"nelj\w*", r"viisi|viide\w*|viittä"),
    "is": (r"tv(?:eir|ær|ö|ei[mr]|eggja|ennt)|báð[ia]r|bæði", r"þr(?:ír|jár|jú|já|emur|iggja|ennt)", r"f(?:jór|ern)\w*", r"fimm\w*"),
    "lt": (r"du|dvi|dviej\w*|abu|abi", r"trys|trij\w*|tris", r"ketur\w*", r"penk\w*"),
    "prs": (r"دو|هردو", r"سه", r"چهار\w*", r"پنج"),
    "ru": (r"два|две|двух|двумя|оба|обе", r"три|тр[её]х", r"четыр\w*", r"пять|пяти"),
    "sk": (r"dva|dve|dvaja|dvoch|oba|obe", r"tri|traja|troch", r"štyr\w*", r"päť|piat[ií]ch"),
    "so": (r"lab[ao]\w*", r"saddex\w*", r"afar\w*", r"shan\w*"),
    "sv": (r"två|båda", r"tre", r"fyra", r"fem"),
    "uk": (r"два|дві|двох|двома|обидв\w+", r"три|трьох|трьома", r"чотир\w*", r"п.ять|п.яти"),
}  # fmt: skip


def tells_count(hint: str, right: int, language: str) -> bool:
    """Tell whether a hint in *language* names *right*, the number of right answers."""
    forms = COUNTED[language]
    named = forms[right - 2] if 2 <= right < len(forms) + 2 else "(?!)"
    return re.search(rf"\b(?:{named}|{right})\b", hint, re.IGNORECASE) is not None


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_no_hint_tells_how_many_are_right(folder: Path) -> None:
    assert [key for key, item in shipped_pack(folder).items.items() if tells_number(item)] == []


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_no_hint_tells_it_in_other_languages(folder: Path) -> None:
    several = {
        f"item/{key}/hint": sum(option.right for option in item.item.options)
        for key, item in shipped_pack(folder).items.items()
        if item.item.interaction == "multiple-choice"
    }
    told = [
        (catalogue.stem, entry.msgctxt, entry.msgstr)
        for catalogue in sorted(folder.glob("translations/*.po"))
        for entry in polib.pofile(str(catalogue))
        if entry.msgctxt in several
        if tells_count(entry.msgstr, several[entry.msgctxt], catalogue.stem)
    ]
    assert told == []


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("ar", "ثلاثة من الأربعة عادلة."),
        ("es", "Tres de las cuatro son justas."),
        ("et", "Neljast on ausad kolm."),
        ("fi", "Kolme neljästä kuuluu tarjoukseen."),
        ("is", "Þrennt af þessu fernu er sanngjarnt."),
        ("lt", "Sąžiningi trys iš keturių."),
        ("prs", "سه تا از این چهار عادلانه است."),
        ("ru", "Честно — три из четырёх."),
        ("sk", "Správne sú tri zo štyroch."),
        ("so", "Afarta saddex ka mid ah ayaa caddaalad ah."),
        ("sv", "Tre av de fyra är rättvisa."),
        ("uk", "Чесні три з чотирьох."),
    ],
)
def test_a_count_is_seen_in_each_language(language: str, hint: str) -> None:
    assert tells_count(hint, 3, language)
    assert tells_count(hint, 4, language)
    assert not tells_count(hint, 2, language)
    assert not tells_count(hint, 5, language)
