"""`::: words NAME`: a list that a lesson of a library takes from the course that uses it."""

from __future__ import annotations

from pathlib import Path

from packs.conftest import Compile, FaultsOf, catalogue, library_folder, line_of
from packs.published import MakePack
from perille.domain.content import Piece, PieceKind
from perille.packs.compiler.compile import load_library
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.lesson_reader import read_lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.registry import InteractionRegistry

TAKES = "# Call\n\nSay where.\n\n::: words help\n:::\n\nLast.\n"
GIVES = "# Hello\n\nFirst.\n\n::: words help\n- apua · A-pu-a · help\n- poliisi · · police\n:::\n"
IN_ARABIC = catalogue(("lesson/hello", "apua · A-pu-a · help", "apua · آبوا · مساعدة"))


def made(root: Path, make_pack: MakePack, registry: InteractionRegistry, hello: str = GIVES) -> tuple[Path, LoadedPack]:
    """Write a course with the lesson *hello* and a library's lesson that takes its words."""
    folder = library_folder(root / "packs", "course_calls", "shared", {"lessons/call.md": TAKES}, ["call"])
    more = '\n[[block]]\nkey = "more"\ntitle = "More"\nunits = ["shared:call"]\n'
    pack = make_pack(lessons={"hello": hello}, translations={"ar": IN_ARABIC}, extra=more)
    return pack, load_library(folder, registry)


def shown(pack: CompiledPack, language: str) -> list[Piece]:
    return list(pack.words[language].units["call"].screens[0].pieces)


def test_a_lesson_of_a_library_shows_the_words_of_the_course(
    tmp_path: Path, make_pack: MakePack, registry: InteractionRegistry, compiled: Compile
) -> None:
    pack, library = made(tmp_path, make_pack, registry)
    prose, words, last = shown(compiled(pack, library), "ar")
    assert (prose.kind, last.kind) == (PieceKind.PROSE, PieceKind.PROSE)
    assert [(each.key, each.label, each.text.plain, each.text.language) for each in words.entries] == [
        ("apua", "آبوا", "مساعدة", "ar"),
        ("poliisi", "", "police", "en"),
    ]


def test_a_course_without_that_list_shows_none_and_its_author_is_told(
    tmp_path: Path, make_pack: MakePack, registry: InteractionRegistry, compiled: Compile, faults_of: FaultsOf
) -> None:
    pack, library = made(tmp_path, make_pack, registry, GIVES.replace("words help", "words hello"))
    assert [each.kind.value for each in shown(compiled(pack, library), "en")] == ["prose", "prose"]
    (fault,) = [each for each in faults_of(pack, library) if "has the words" in each.message]
    assert (fault.path, fault.line) == ("pack.toml", line_of(pack, "pack.toml", "shared:call"))
    assert 'course_calls/lessons/call.md:5: No lesson of this course has the words "help"' in fault.message


def test_a_library_alone_is_warned_of_nothing(
    tmp_path: Path, make_pack: MakePack, registry: InteractionRegistry, faults_of: FaultsOf
) -> None:
    _pack, library = made(tmp_path, make_pack, registry)
    folder = tmp_path / "packs" / "course_calls"
    assert library.diagnostics.errors == ()
    assert [each for each in faults_of(folder) if "words" in each.message] == []


def test_a_name_stands_once_in_a_course(make_pack: MakePack, faults_of: FaultsOf) -> None:
    pack = make_pack(lessons={"hello": f"{GIVES}\n::: words help\n- osoite · · address\n:::\n"})
    (fault,) = faults_of(pack)
    assert fault.path == "lessons/hello.md"
    assert 'A second word list is called "help"' in fault.message


def test_a_list_without_a_name_and_without_words_is_refused() -> None:
    diagnostics = Diagnostics()
    read_lesson("lessons/a.md", "# A\n\n::: words\n:::\n\n::: words Für uns\n- a · · b\n:::\n", "course_x", diagnostics)
    first, second = diagnostics.errors
    assert "::: words holds one list" in first.message
    assert "::: words needs a name of lower-case letters" in second.message
