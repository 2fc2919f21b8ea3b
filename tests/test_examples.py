"""Examples in docstrings run, and the modules in which a newcomer lands first have some."""

from __future__ import annotations

import ast
import doctest
import importlib
from pathlib import Path

import pytest

from support.places import ROOT

PACKAGE = ROOT / "platform" / "perille"
MARK = ">>> "
WITH_EXAMPLES = [path for path in sorted(PACKAGE.rglob("*.py")) if MARK in path.read_text("utf-8")]
#: Modules whose public functions all have an example: what others call to read, compare or mark, without a site around it.
EXPLAINED = (
    "api/answers.py",
    "api/folding.py",
    "domain/scoring.py",
    "lrs/xapi/ifi.py",
    "lrs/xapi/equivalence.py",
    "lrs/xapi/versions.py",
)


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "platform").with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_of)
def test_examples_give_what_they_say(path: Path) -> None:
    found = doctest.testmod(importlib.import_module(module_of(path)))
    assert found.failed == 0


@pytest.mark.parametrize("name", EXPLAINED)
def test_public_functions_of_the_first_modules_have_an_example(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text("utf-8"))
    public = [each for each in tree.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")]
    assert public
    assert [each.name for each in public if MARK not in (ast.get_docstring(each) or "")] == []
