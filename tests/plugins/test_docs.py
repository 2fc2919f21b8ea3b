"""The pages on plugins name all that there is, and their examples work."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

import perille.api
from perille.api import InteractionType, Item, Plugin
from perille.app import Perille
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import Table
from perille.testing import InteractionConformance, Sample
from support.doors import owned, problems_of
from support.places import ROOT

FOLDER = ROOT / "docs" / "plugins"
PAGES = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.md")}
#: Every name that stands as code, in a block or in a line.
WORDS = {
    word
    for text in PAGES.values()
    for block in re.split(r"```\w*\n", text)
    for code in ([block] if "import " in block else re.findall(r"`([^`]+)`", block))
    for word in re.findall(r"\w+", code)
}


def test_every_name_of_the_api_is_on_a_page() -> None:
    assert sorted(set(perille.api.__all__) - WORDS) == []
    assert all(hasattr(perille.api, name) for name in perille.api.__all__)


def test_every_field_of_a_plugin_is_in_the_table_of_what_it_can_bring() -> None:
    table = PAGES["README.md"].split("## What a plugin can bring")[1].split("##")[0]
    assert [each.name for each in fields(Plugin) if f"`{each.name}`" not in table] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_between_the_pages_lead_somewhere(page: str) -> None:
    assert [name for name in re.findall(r"\]\(([^):#]+)\)", PAGES[page]) if not (FOLDER / name).exists()] == []


class _Kit(InteractionConformance):
    """The kit, for the type of the example: a reader copies it and runs the kit on it."""

    __test__ = False
    samples = (Sample(item='[[item]]\nkey = "now"', right={"": "high"}, wrong={"": "low"}),)


def test_the_example_of_a_question_type_works() -> None:
    code, _form, _files = re.findall(r"```python\n(.*?)```", PAGES["question-types.md"], re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    tide = names["Tide"]()  # type: ignore[operator]  # the class of the example
    item = tide.read({"key": "now", "interaction": "tide", "prompt": "What is it?", "tide": "High"}).item
    response = tide.parse(item, {"a": ["high "]}, "a")
    assert tide.score(item, response).success
    assert not tide.score(item, None).success
    assert tide.describe(item).interaction_type is InteractionType.FILL_IN
    assert tide.respond(item, response) == "high"
    _Kit.interaction = tide
    _Kit().test_a_right_response_matches_the_pattern_of_right_responses({"now": item})


def test_the_example_of_files_of_its_own_works() -> None:
    _type, _form, code = re.findall(r"```python\n(.*?)```", PAGES["question-types.md"], re.DOTALL)
    names: dict[str, object] = {}
    exec(code, names)
    songs = names["Songs"]()  # type: ignore[operator]  # the class of the example
    file, found = read_toml("songs/spring.toml", 'verses = ["One.", "Two."]\n', Diagnostics()), Diagnostics()
    reading = songs.read("spring", Table(file.data, file, found))
    assert (dict(reading.words), found.all, list(songs.check(reading))) == (
        {"verse/1": "One.", "verse/2": "Two."},
        (),
        [],
    )
    item = songs.attach(Item(key="sing", interaction="song"), songs.compiled(reading, str))
    assert item.parts == ("verse/1", "verse/2")
    assert [each.answers for each in songs.ways(reading)] == [1]


#: What an example takes from the plugin around it.
_OF_THE_PLUGIN = {"Thanks", "blueprint", "post", "ranking_group", "tidy"}


@pytest.mark.parametrize("page", PAGES)
def test_an_example_says_where_each_of_its_names_is_from(page: str) -> None:
    for code in re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL):
        names = {node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)} | _defined(code)
        assert {node.id for node in names} - made - set(dir(builtins)) <= _OF_THE_PLUGIN


def _defined(code: str) -> set[str]:
    """Return the names that a piece of code imports, defines or takes as arguments."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def test_the_example_of_a_theme_can_be_read(make_app: Callable[..., Perille]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGES["themes.md"], re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    (theme,) = names["plugin"].themes
    app = make_app(owned(Plugin(themes=(replace(theme, logo=""),))), theme=theme.name)
    assert problems_of(app) == []
