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


ONE = {"one": MediaFile(path="media/one.svg", sha256="one", mime="image/svg+xml", size=9)}


def test_a_block_without_words_takes_none_of_what_follows() -> None:
    lesson = b"# A\n\n::: picture one\n:::\n\nA secret.\n\n::: note\nMore.\n:::\n"
    assert index_pack({"lessons/a.md": lesson}, ONE, "en")["one"].described()[1] == ""


def test_tables_that_stand_very_deep_are_read_all_the_same() -> None:
    key = ".".join("a" * 150)
    deep = 'picture = "one", text = "A door"'
    for _level in range(9):
        deep = f"{key} = [\n{{ {deep} }}\n]"
    bank = f"[[item]]\n{deep}\n"
    found = index_pack(
        {"items/a.toml": bank.encode(), "media/credits.toml": f"[one]\nauthor = {{ {key} = 1 }}\n".encode()}, ONE, "en"
    )
    assert found["one"].described()[1] == "A door"
    assert found["one"].licence == ""


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
        ("CC BY-NonCommercial", Reuse.FORBIDDEN),
        ("CC-BY-NoDerivatives", Reuse.FORBIDDEN),
        ("CC BY-NCND", Reuse.FORBIDDEN),
        ("All rights reserved", Reuse.FORBIDDEN),
        ("", Reuse.UNKNOWN),
        ("Mittwoch", Reuse.UNKNOWN),
        ("with a friendly permission", Reuse.UNKNOWN),
    ],
)
def test_what_a_licence_says_of_use_in_another_course(licence: str, reuse: Reuse) -> None:
    assert reuse_of(licence) is reuse
