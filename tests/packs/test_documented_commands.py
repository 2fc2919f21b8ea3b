"""Every command that the pages for authors and translators show works as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from packs.test_lookups import ITEM, SVG
from packs.test_plays import PLAY
from perille.packs.commands import packs
from perille.preview import serve_pack
from support.places import ROOT

PAGES = ("pack-format", "translating", "authoring", "testing", "writing-questions")
_SHOWN = re.compile(r"^(?:\.venv/bin/)?perille packs .+$|`(perille packs [^`]+)`", re.MULTILINE)
_MAKE = re.compile(r"^make (\w+)|`(?:\w+=\S+ )?make (\w+)`", re.MULTILINE)
#: What stands for something of the reader's -> what it is here.
_MEANT = {
    "PATH": "my_packs/course_harbour",
    "LANG": "fi",
    "LANGUAGE": "ar",
    "ITEM": "find",
    "COUNTRY": "FI",
    "ID": "course_finland",
    "FOLDER": "exported",
    "modules/module_mine": "my_packs/module_mine",
}
_NAMES = {"graph": "talk", "review": "Cleo"}


def shown(page: str) -> Iterator[str]:
    """Yield the commands that a page shows."""
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    yield from (found.group(1) or found.group() for found in _SHOWN.finditer(text))


def words_of(command: str) -> list[str]:
    """Return the arguments of a command after "perille packs", with something of ours for each placeholder."""
    name, *rest = shlex.split(command)[2:]
    return [name, *(_NAMES.get(name, word) if word == "NAME" else _MEANT.get(word, word) for word in rest)]


# As the command line does.
packs.add_command(serve_pack)
COMMANDS = sorted({command for page in PAGES for command in shown(page)})


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the packs that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    for name in ("course_harbour", "module_mine"):
        assert CliRunner().invoke(packs, ["new", f"my_packs/{name}"]).exit_code == 0
    folder = tmp_path / "my_packs" / "course_harbour"
    manifest = folder / "pack.toml"
    text = manifest.read_text("utf-8").replace('languages = ["en"]', 'languages = ["en", "fi", "ar"]')
    manifest.write_text(text.replace("countries = []", 'countries = ["FI"]'), "utf-8")
    play = re.sub(r'^lesson = ".*"$', 'lesson = "welcome"', PLAY, flags=re.MULTILINE)
    for path, content in {"items/find.toml": ITEM, "media/room.svg": SVG, "plays/talk.toml": play}.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(content, "utf-8")
    assert CliRunner().invoke(packs, ["update", str(folder)]).exit_code == 0
    return tmp_path


def test_the_pages_show_every_command_of_packs() -> None:
    assert {command.split()[2] for command in COMMANDS} == packs.commands.keys()


#: What asks the database of an installation.
_INSTALLED = ("export", "list")
_WITH_ARGUMENTS = [command for command in COMMANDS if len(command.split()) > 3]


@pytest.mark.parametrize("command", [each for each in _WITH_ARGUMENTS if each.split()[2] not in _INSTALLED])
def test_a_command_works_as_it_is_shown(command: str, here: Path) -> None:
    name, *arguments = words_of(command)
    if name == "new":
        arguments = ["my_packs/course_new"]
    if name == "import":
        # What was packed is the reader's own; here it is the pack of this folder.
        packed = shutil.make_archive("course_harbour", "zip", "my_packs/course_harbour")
        arguments = [*arguments[:-2], packed, "unpacked/course_harbour"]
    if name == "serve":
        # tests/test_preview.py runs it until Ctrl+C.
        assert serve_pack.make_context("serve", [*arguments]).params["path"] == Path(arguments[0])
        return
    result = CliRunner().invoke(packs, [name, *arguments])
    assert (result.exit_code, result.output) == (0, result.output)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_asks_an_installation_works_as_it_is_shown(here: Path, app: Flask) -> None:
    commands = [
        words_of(each) for each in COMMANDS if each.split()[2] in _INSTALLED and each not in ("perille packs export",)
    ]
    results = [CliRunner().invoke(packs, each, obj=lambda: app) for each in commands]
    assert [result.exit_code for result in results] == [0, 0]
    assert (here / "exported" / "pack.toml").is_file()


@pytest.mark.parametrize("page", PAGES)
def test_the_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    named = set(re.findall(r"`((?:tests|platform|packs|api|safety|support)/[\w/.-]+)`", text))
    missing = [
        name for name in named if not any((ROOT / at / name).exists() for at in (".", "platform/perille", "tests"))
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES)
def test_what_make_is_told_to_do_it_knows(page: str) -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    text = (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    assert {first or second for first, second in _MAKE.findall(text)} - targets == set()
