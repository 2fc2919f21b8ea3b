from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf, catalogue, library_folder, line_of
from perille.domain.content import TranslationState
from perille.domain.course import MoveOn, Unit, UnitKind
from perille.packs.compiler.compile import compile_pack, load_library
from perille.packs.compiler.compiled import canonical, without_defaults
from perille.packs.format.loading import LoadedPack
from perille.packs.source.diagnostics import Level, PackError
from perille.packs.source.files import in_memory, read_folder
from perille.packs.source.registry import InteractionRegistry
from support.packs import CHOICE

MakePack = Callable[..., Path]

LESSON = "# Hello\n\nCall {fact: emergency.number} now.\n\n::: check fire\n:::\n\n::: ask emergency\n:::\n"
AR = catalogue(
    ("lesson/hello", "Hello", "مرحبا"),
    ("lesson/hello", "Call {fact: emergency.number} now.", "اتصل بـ {fact: emergency.number} الآن."),
    ("item/fire/choice/leave/text", "Get out", "اخرج"),
)


def edit(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text("utf-8")
    assert old in text
    (folder / path).write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def course(make_pack: MakePack) -> Path:
    return make_pack(
        lessons={"hello": LESSON}, items={"bank": CHOICE}, assessments={"final-check": "bank"}, translations={"ar": AR}
    )


def test_structure_has_units_items_and_rules(course: Path, compiled: Compile) -> None:
    structure = compiled(course).structure
    assert structure.order == ("hello", "final-check")
    assert [unit.kind for unit in structure.units] == [UnitKind.LESSON, UnitKind.ASSESSMENT]
    assert [unit.items for unit in structure.units] == [("fire",), ("fire",)]
    assert structure.units[1].move_on is MoveOn.PASSED
    assert structure.units[1].mastery == 1.0
    assert [option.right for option in structure.items[0].options] == [True, False]


def test_a_newer_perille_gives_an_old_pack_the_structure_that_it_had(course: Path, compiled: Compile) -> None:
    # Whoever is enrolled keeps a structure by its hash: a field added to the domain must not change it while it is left alone.
    assert compiled(course).structure_hash == "b9407628f7555d3c1f69dd710737fbd2722ba958f918771c8b5913d4a544e8d7"


def test_what_is_as_by_default_is_no_part_of_a_structure() -> None:
    plain = Unit(key="a", minutes=4)
    assert without_defaults((plain,)) == [{"key": "a", "minutes": 4}]
    assert without_defaults(replace(plain, variants={"FI": 2}, core=False)) == {
        "key": "a",
        "minutes": 4,
        "core": False,
        "variants": {"FI": 2},
    }


def test_words_fall_back_to_the_source_marked_as_such(course: Path, compiled: Compile) -> None:
    words = compiled(course).words["ar"]
    assert (words.units["hello"].title.plain, words.units["hello"].title.language) == ("مرحبا", "ar")
    assert (words.title.language, words.title.state) == ("en", TranslationState.MISSING)
    texts = words.items["fire"]
    assert texts["choice/leave/text"].plain == "اخرج"
    assert (texts["choice/water/text"].plain, texts["choice/water/text"].language) == ("Throw water on it", "en")
    assert words.states == {"draft": 3, "missing": 8}


def test_every_language_has_the_same_pieces(course: Path, compiled: Compile) -> None:
    words = compiled(course).words
    shapes = [
        [[piece.kind for piece in screen.pieces] for screen in words[code].units["hello"].screens]
        for code in ("en", "ar")
    ]
    assert shapes[0] == shapes[1]


def test_a_corrected_sentence_changes_words_and_not_structure(course: Path, compiled: Compile) -> None:
    before = compiled(course)
    edit(course, "lessons/hello.md", "Call", "Please call")
    after = compiled(course)
    assert after.structure_hash == before.structure_hash
    assert after.words_hash != before.words_hash
    assert after.words_hashes.keys() == before.words_hashes.keys()


def test_a_changed_right_answer_changes_the_structure(course: Path, compiled: Compile) -> None:
    before = compiled(course).structure_hash
    edit(course, "items/bank.toml", "right = true\n", "")
    edit(course, "items/bank.toml", 'text = "Throw water on it"', 'text = "Throw water on it"\nright = true')
    assert compiled(course).structure_hash != before


def test_a_translation_changes_only_the_words_of_its_language(course: Path, compiled: Compile) -> None:
    before = compiled(course)
    edit(course, "translations/ar.po", "اخرج", "اخرجوا")
    after = compiled(course)
    assert after.structure_hash == before.structure_hash
    assert after.words_hashes["en"] == before.words_hashes["en"]
    assert after.words_hashes["ar"] != before.words_hashes["ar"]


def test_words_in_the_language_in_which_they_were_written_wait_for_nobody(course: Path, compiled: Compile) -> None:
    """Also where a course in another language takes the lesson along."""
    waits = {
        language: not all(each.reviewed for each in words.screens())
        for language, words in compiled(course).words.items()
    }
    assert waits == {"en": False, "ar": True}


@pytest.mark.parametrize("seed", range(5))
def test_hashes_do_not_depend_on_the_order_or_the_place_of_files(
    course: Path, compiled: Compile, registry: InteractionRegistry, facts_library: LoadedPack, seed: int
) -> None:
    files = list(read_folder(course).files.items())
    random.Random(seed).shuffle(files)
    shuffled = compile_pack(in_memory("course_small", dict(files)), (facts_library,), registry)
    straight = compiled(course)
    assert (shuffled.structure_hash, shuffled.words_hash) == (straight.structure_hash, straight.words_hash)
    assert str(course.parent).encode() not in canonical((shuffled.structure, shuffled.words, shuffled.summary))


def test_a_shared_lesson_brings_its_items_and_its_words(
    make_pack: MakePack, compiled: Compile, registry: InteractionRegistry, tmp_path: Path
) -> None:
    library = shared_library(tmp_path / "packs", registry)
    course = make_pack(extra='\n[[block]]\nkey = "more"\ntitle = "More"\nunits = ["shared:safety"]\n')
    result = compiled(course, library)
    unit = result.structure.unit("safety")
    assert unit is not None
    assert (unit.minutes, unit.items) == (4, ("fire",))
    assert result.words["en"].units["safety"].title.plain == "Hello"
    assert result.words["en"].units["safety"].objectives[0].plain == "what to do"


def test_what_the_course_says_of_a_shared_unit_counts(
    make_pack: MakePack, compiled: Compile, registry: InteractionRegistry, tmp_path: Path
) -> None:
    library = shared_library(tmp_path / "packs", registry)
    more = '\n[[block]]\nkey = "more"\ntitle = "More"\nunits = ["shared:safety"]\n[unit.safety]\nminutes = 9\ntitle = "Here"\n'
    result = compiled(make_pack(extra=more), library)
    unit = result.structure.unit("safety")
    assert unit is not None
    assert unit.minutes == 9
    assert result.words["en"].units["safety"].title.plain == "Here"


def test_a_shared_unit_may_not_take_the_key_of_an_own_one(
    make_pack: MakePack, faults_of: FaultsOf, registry: InteractionRegistry, tmp_path: Path
) -> None:
    library = shared_library(tmp_path / "packs", registry, unit="hello")
    course = make_pack(extra='\n[[block]]\nkey = "more"\ntitle = "More"\nunits = ["shared:hello"]\n')
    diagnostics = faults_of(course, library)
    assert [fault.line for fault in diagnostics if 'second unit is called "hello"' in fault.message] == [
        line_of(course, "pack.toml", "shared:hello")
    ]


def test_faults_come_all_at_once_with_file_and_line(make_pack: MakePack, compiled: Compile) -> None:
    folder = make_pack(
        lessons={"hello": "# Hello\n\n{fact: no.such}\n\n::: check nothing\n:::\n\n::: picture gone\nA house.\n:::\n"},
        items={"bank": CHOICE.replace("right = true\n", "")},
        colour="red",
    )
    edit(folder, "pack.toml", 'languages = ["en"]', 'languages = ["en", "fi", "xx"]')
    with pytest.raises(PackError) as raised:
        compiled(folder)
    found = {(fault.path, fault.line) for fault in raised.value.diagnostics if fault.level is Level.ERROR}
    assert found >= {
        ("pack.toml", line_of(folder, "pack.toml", "languages")),
        ("pack.toml", line_of(folder, "pack.toml", "colour")),
        ("lessons/hello.md", 3),
        ("lessons/hello.md", 5),
        ("lessons/hello.md", 8),
    }
    assert any(path == "items/bank.toml" for path, _line in found)
    assert any("translations/fi.po" in fault.message for fault in raised.value.diagnostics)


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("{fact: emergency.numbre}", 'Did you mean "FI/emergency.number"'),
        ("{fact: SE/emergency.number}", 'no fact "SE/emergency.number"'),
        ("{fact: crisis.old}", "grade C"),
        ("See [x](lesson:nowhere).", '"nowhere"'),
    ],
)
def test_what_a_sentence_names_must_be_there(
    make_pack: MakePack, faults_of: FaultsOf, sentence: str, says: str
) -> None:
    diagnostics = faults_of(make_pack(lessons={"hello": f"# Hello\n\nA word. {sentence}\n"}))
    assert [(fault.path, fault.line, says in fault.message) for fault in diagnostics] == [("lessons/hello.md", 3, True)]


def test_a_missing_fact_never_suggests_the_number_of_another_country(make_pack: MakePack, faults_of: FaultsOf) -> None:
    diagnostics = faults_of(make_pack(lessons={"hello": "# Hello\n\nA word. {fact: SE/emergency.number}\n"}))
    assert [fault.message for fault in diagnostics] == ['There is no fact "SE/emergency.number".']


def test_a_card_that_nobody_stands_on_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    diagnostics = faults_of(make_pack(lessons={"hello": "# Hello\n\n::: ask crisis\n:::\n"}))
    assert ["crisis" in fault.message for fault in diagnostics] == [True]


def shared_library(root: Path, registry: InteractionRegistry, unit: str = "safety") -> LoadedPack:
    files = {f"lessons/{unit}.md": LESSON, "items/bank.toml": CHOICE}
    return load_library(library_folder(root, "course_shared", "shared", files, [unit]), registry)
