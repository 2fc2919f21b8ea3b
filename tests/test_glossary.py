"""The glossary names what is in the code, and no name twice."""

from __future__ import annotations

import importlib
import re

from support.places import ROOT

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
