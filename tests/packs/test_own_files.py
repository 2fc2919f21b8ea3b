"""Files that belong to one question type, as a stranger's type brings them."""

from __future__ import annotations

import re
import tokenize
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from packs.conftest import catalogue
from packs.plays import MakePack
from perille.api import FileReading, FileTable, Item, ItemReader, ItemReading, ItemTable, NamePicture, Plugin
from perille.interactions import plugin
from perille.interactions.choice import Choice
from perille.packs import commands
from perille.packs.compiler.compile import compile_pack
from perille.packs.source.diagnostics import PackError
from perille.packs.source.discovery import Discovery
from perille.packs.source.registry import InteractionRegistry, OwnedPlugin
from support.places import ROOT

ITEM = '[[item]]\nkey = "sing"\ninteraction = "song"\nprompt = "Which verse is missing?"\nsong = "spring"\n'
LESSON = "# Hello\n\n::: check sing\n:::\n"
Song = FileReading[tuple[str, ...]]


class Songs:
    """Songs stand in songs/<name>.toml."""

    folder = "songs"
    key = "song"

    def read(self, name: str, table: FileTable) -> Song:
        verses = table.take_texts("verses")
        table.refuse_unknown()
        words = {f"verse/{number}": verse for number, verse in enumerate(verses, 1)}
        return FileReading(value=tuple(words), words=words, lines={})

    def check(self, reading: Song) -> Iterator[tuple[int, str]]:
        if not reading.value:
            yield 1, "The song has no verses"

    def compiled(self, reading: Song, picture: NamePicture) -> list[str]:
        return list(reading.value)

    def attach(self, item: Item, compiled: list[str]) -> Item:
        return replace(item, extra={**item.extra, "verses": compiled}, parts=(*item.parts, *compiled))


class SongQuestion(Choice):
    """A question about a song."""

    name = "song"
    keys = frozenset({"song"})
    item_files: Any = Songs()

    def read(self, table: ItemTable) -> ItemReading:
        reader = ItemReader(table, self.name, self.keys)
        return reader.finish(extra={"song": reader.text("song", needed=True)})


def registry_with(files: object) -> InteractionRegistry:
    """Return our types and the stranger's, which reads its files by *files*."""
    made = SongQuestion()
    made.item_files = files
    stranger = OwnedPlugin(plugin=Plugin(interactions=(made,)), owner="stranger 2.0")
    return InteractionRegistry([OwnedPlugin(plugin=plugin, owner="perille 0.1.0"), stranger])


@pytest.fixture
def make_song(make_pack: MakePack) -> Any:
    def make(song: str = 'verses = ["The snow is gone."]\n', **settings: object) -> Any:
        folder = make_pack(lessons={"hello": LESSON}, items={"bank": ITEM}, **settings)
        (folder / "songs").mkdir(exist_ok=True)
        (folder / "songs" / "spring.toml").write_text(song, "utf-8")
        return folder

    return make


def test_items_carry_what_their_type_made_of_the_file(make_song: Any) -> None:
    fi = catalogue(("song/spring/verse/1", "The snow is gone.", "Lumi on poissa."))
    made = compile_pack(make_song(translations={"fi": fi}), [], registry_with(Songs()))
    (item,) = made.structure.items
    assert item.extra == {"song": "spring", "verses": ["verse/1"]}
    assert made.words["fi"].of_item(item)["verse/1"].plain == "Lumi on poissa."
    other = compile_pack(make_song('verses = ["The snow is gone.", "So are we."]\n'), [], registry_with(Songs()))
    assert other.structure_hash != made.structure_hash


@pytest.mark.parametrize(
    ("song", "says"),
    [
        ("verses = []\n", "The song has no verses"),
        ('verse = ["x"]\n', 'Did you mean "verses"?'),
        ('verses = ["**x"]\n', "verse/1: "),
    ],
)
def test_what_is_wrong_with_a_file_is_told_at_the_file(make_song: Any, song: str, says: str) -> None:
    with pytest.raises(PackError) as caught:
        compile_pack(make_song(song), [], registry_with(Songs()))
    assert [each.path for each in caught.value.diagnostics if says in each.message] == ["songs/spring.toml"]


@pytest.mark.parametrize("method", ["read", "check", "attach"])
def test_a_type_that_fails_is_named_and_ends_nothing(
    make_song: Any, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def fail(*_given: object) -> None:
        raise ZeroDivisionError("of a stranger")

    monkeypatch.setattr(Songs, method, fail)
    with pytest.raises(PackError) as caught:
        compile_pack(make_song(), [], registry_with(Songs()))
    assert any(
        "interaction song cannot" in str(each) and "ZeroDivisionError" in str(each) for each in caught.value.diagnostics
    )


@pytest.mark.parametrize(
    ("folder", "key", "reason"),
    [
        ("lessons", "song", 'a folder "lessons"'),
        ("songs", "unit", "none of its keys"),
        ("plays", "song", 'belongs to the interaction "role-play"'),
        ("../songs", "song", "have no folder"),
    ],
)
def test_a_folder_or_key_that_is_taken_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, folder: str, key: str, reason: str
) -> None:
    monkeypatch.setattr(Songs, "folder", folder)
    monkeypatch.setattr(Songs, "key", key)
    registry = registry_with(Songs())
    assert registry.get("song") is None
    (problem,) = registry.problems
    assert problem.path == "stranger 2.0"
    assert reason in problem.message


def test_files_without_their_methods_are_refused() -> None:
    (problem,) = registry_with(object()).problems
    assert "its files have no method read" in problem.message


def test_catalogues_are_not_brought_up_to_date_while_a_file_cannot_be_read(
    make_song: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words would be taken out of every catalogue."""
    found = Discovery(plugins=(OwnedPlugin(plugin=Plugin(interactions=(SongQuestion(),)), owner="stranger 2.0"),))
    monkeypatch.setattr(commands, "discover", lambda: found)
    folder = make_song("verses = []\n", languages=("fi",))
    result = CliRunner().invoke(commands.packs, ["update", str(folder)])
    assert result.exit_code == 1
    assert "songs/spring.toml:1: The song has no verses" in result.output


@pytest.mark.parametrize("floor", ["core", "domain", "api", "packs", "lrs", "tracking"])
def test_no_floor_below_the_question_types_knows_one_that_has_files(floor: str) -> None:
    """A word of code, not of a comment. How words were stored up to format 5 is the one thing that stays."""
    known = re.compile(r"role_play|RolePlay|[\"']plays?[/\"']|\.plays\b")
    kept = ROOT / "platform/perille/packs/publishing/serialization.py"
    found = [
        f"{path.relative_to(ROOT)}: {token.string}"
        for path in sorted((ROOT / "platform" / "perille" / floor).rglob("*.py"))
        if path != kept
        for token in code_tokens(path)
        if known.search(token.string)
    ]
    assert found == []


def code_tokens(path: Path) -> Iterator[tokenize.TokenInfo]:
    """Yield names, and texts of one line: docstrings may give an example."""
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.NAME or (token.type == tokenize.STRING and not token.string.startswith('"""')):
                yield token
