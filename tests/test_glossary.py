"""The glossary names what is in the code, and no name twice."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable

from support.places import ROOT
from support.repo_files import texts

_ROWS = re.compile(r"^\| (?P<word>[^|]+) \|.*\| `(?P<name>perille\.[\w.]+)` \|$", re.MULTILINE)


def _rows() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [(found["word"], found["name"]) for found in _ROWS.finditer(text)]


def test_every_name_of_the_glossary_is_in_the_code() -> None:
    missing = []
    for _word, name in _rows():
        module, attribute = name.rsplit(".", 1)
        if not hasattr(importlib.import_module(module), attribute):
            missing.append(name)
    assert _rows()
    assert missing == []


def test_no_word_and_no_name_stands_twice() -> None:
    words, names = zip(*_rows(), strict=True)
    assert len(set(words)) == len(words)
    assert len(set(names)) == len(names)
    assert len({name.rsplit(".", 1)[1] for name in names}) == len(names)


#: Everyday words that say nothing of what a page does; a reader who looks for roles, attendance or consents finds none of them.
_EVERYDAY = frozenset(
    [
        "act",
        "aside",
        "ask",
        "change",
        "depart",
        "door",
        "drop",
        "ease",
        "everywhere",
        "first",
        "front",
        "give",
        "go",
        "held",
        "hello",
        "here",
        "keep",
        "knock",
        "listed",
        "look",
        "make",
        "meet",
        "mine",
        "name",
        "note",
        "offer",
        "one",
        "opened",
        "out",
        "page",
        "paper",
        "press",
        "put",
        "read",
        "say",
        "send",
        "sent",
        "shown",
        "take",
        "tell",
        "tick",
        "tile",
        "untie",
        "ways",
        "who",
        "whose",
    ]
)
_VIEW = re.compile(r"^@\w+\.(?:get|post)\(.*\)\n(?:@.*\n)*def (\w+)\(", re.MULTILINE)


def _everyday_views(sources: Iterable[str]) -> set[str]:
    return {name for source in sources for name in _VIEW.findall(source)} & _EVERYDAY


def test_views_are_named_by_what_they_do() -> None:
    assert _everyday_views(text for path, text in texts(".py") if path.parts[0] == "platform") == set()
    assert _everyday_views(
        ['@blueprint.post(f"{_ONE}/x")\n@require(Action.READ)\ndef take(lang: str) -> Response:\n']
    ) == {"take"}
