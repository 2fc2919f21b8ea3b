"""Examples in docstrings run, and the modules in which a newcomer lands first have some."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.places import ROOT

PACKAGE = ROOT / "platform" / "perille"
MARK = ">>> "
WITH_EXAMPLES = [path for path in sorted(PACKAGE.rglob("*.py")) if MARK in path.read_text("utf-8")]
#: Rooms in which a newcomer lands first: what others call to read, compare or mark, without a site around it.
EXPLAINED = ("api", "domain", "interactions", "lrs/xapi")
#: What makes an error that is raised -> its class.
MADE = {"bad_request": "XapiError", "too_large": "XapiError", "_wrong": "XapiError", "_refusal": "XapiError"}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "platform").with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=module_of)
def test_examples_give_what_they_say(path: Path) -> None:
    found = doctest.testmod(importlib.import_module(module_of(path)))
    assert found.failed == 0


def public_functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield the public functions of a module, each with all that is said of it: its docstring and the module's."""
    beside = ast.get_docstring(tree) or ""
    for each in tree.body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            yield each, f"{ast.get_docstring(each) or ''}\n{beside}"


def has_example(function: ast.FunctionDef, said: str) -> bool:
    """Tell whether an example calls a function, in its own docstring or in the module's."""
    lines = (line for line in said.splitlines() if line.lstrip().startswith((MARK, "... ")))
    return any(re.search(rf"\b{function.name}\(", line) for line in lines)


def unnamed_errors(function: ast.FunctionDef, said: str) -> list[str]:
    """Return the errors that a function raises and nothing says so."""
    raised = (node.exc for node in ast.walk(function) if isinstance(node, ast.Raise) and node.exc is not None)
    made = (each.func if isinstance(each, ast.Call) else each for each in raised)
    names = (getattr(each, "id", getattr(each, "attr", "")) for each in made)
    return [name for name in (MADE.get(each, each) for each in names) if name[:1].isupper() and name not in said]


def missing_of(tree: ast.Module) -> list[str]:
    """Return what is not said of the public functions of a module."""
    found = []
    for function, said in public_functions(tree):
        found += [] if has_example(function, said) else [f"{function.name} has no example"]
        found += [f"{function.name} does not name {error}" for error in unnamed_errors(function, said)]
    return found


@pytest.mark.parametrize("room", EXPLAINED)
def test_public_functions_of_the_first_rooms_have_an_example_and_name_their_errors(room: str) -> None:
    paths = sorted((PACKAGE / room).rglob("*.py"))
    assert paths
    missing = {str(path.relative_to(PACKAGE)): missing_of(ast.parse(path.read_text("utf-8"))) for path in paths}
    assert {path: each for path, each in missing.items() if each} == {}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('def half(n):\n    """Return half."""', ["half has no example"]),
        ('def half(n):\n    """Return half.\n\n    >>> half(2)\n    1.0\n    """', []),
        ('"""Numbers.\n\n>>> half(2)\n1.0\n"""\ndef half(n):\n    """Return half."""', []),
        (
            'def check(n):\n    """Check.\n\n    >>> check(2)\n    """\n    raise bad_request(n)',
            ["check does not name XapiError"],
        ),
    ],
)
def test_what_is_missing_is_found(source: str, missing: list[str]) -> None:
    assert missing_of(ast.parse(source)) == missing
