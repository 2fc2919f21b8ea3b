"""What the files of a pack say of its pictures, and what a licence says of their use in another course."""

from __future__ import annotations

import pytest

from perille.packs.format.media import MediaFile
from perille.studio.picture_index import Reuse, index_pack, reuse_of, translated
from support.whole_packs import catalogue


def test_what_a_picture_shows_is_read_from_lessons_and_questions() -> None:
    texts = {
        "lessons/a.md": b"# A\n\n::: story\n::: picture one\nA  story\nof two.\n:::\n\nWords.\n:::\n",
        "items/b.toml": b'[[item]]\npicture = "nurse"\npicture_description = "A nurse"\n'
        b'[[item.choice]]\npicture = "door"\ntext = "A door"\n',
        "media/credits.toml": b'one = "By hand, CC0"\n[nurse]\nauthor = "A"\nlicence = "CC0-1.0"\n',
    }
    media = {
        name: MediaFile(path=f"media/{name}.svg", sha256=name, mime="image/svg+xml", size=9)
        for name in ("one", "nurse", "nurse.rtl", "door")
    }
    found = index_pack(texts, media, "en")
    shown = {name: each.described()[1] for name, each in found.items()}
    assert shown == {"one": "A story of two.", "nurse": "A nurse", "door": "A door"}
    assert {name: reuse_of(each.licence) for name, each in found.items()} == {
        "one": Reuse.UNKNOWN,
        "nurse": Reuse.OPEN,
        "door": Reuse.UNKNOWN,
    }
    assert found["nurse"].mirrored == "nurse.rtl"


def test_outdated_words_of_a_catalogue_describe_nothing() -> None:
    entries = catalogue({("lesson/a", "One"): "Yksi"}) + '\n#, fuzzy\nmsgid "Two"\nmsgstr "Kaksi"\n'
    assert translated(entries.encode(), ["One", "Two", "Three"]) == {"One": "Yksi"}


@pytest.mark.parametrize(
    ("licence", "reuse"),
    [
        ("CC0-1.0", Reuse.OPEN),
        ("PDM-1.0", Reuse.OPEN),
        ("MIT", Reuse.OPEN),
        ("CC BY-SA 3.0", Reuse.OPEN),
        ("CC-BY-NC-4.0", Reuse.FORBIDDEN),
        ("CC-BY-NC-ND-4.0", Reuse.FORBIDDEN),
        ("All rights reserved", Reuse.FORBIDDEN),
        ("", Reuse.UNKNOWN),
        ("Mittwoch", Reuse.UNKNOWN),
        ("with a friendly permission", Reuse.UNKNOWN),
    ],
)
def test_what_a_licence_says_of_use_in_another_course(licence: str, reuse: Reuse) -> None:
    assert reuse_of(licence) is reuse
