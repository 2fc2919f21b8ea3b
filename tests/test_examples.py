"""Examples in docstrings run, and the modules in which a newcomer lands first have some."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
from collections.abc import Iterator, Mapping
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


def own_raises(node: ast.AST, caught: frozenset[str] = frozenset()) -> Iterator[ast.expr]:
    """Yield what a function raises and does not itself catch by its name; not what functions inside it raise."""
    if isinstance(node, ast.Raise) and node.exc is not None:
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if not caught & {"Exception", "BaseException", getattr(made, "id", getattr(made, "attr", ""))}:
            yield made
    tried = frozenset(getattr(each, "id", "") for each in ast.walk(ast.Tuple(handled_by(node), ast.Load())))
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            inside = isinstance(node, ast.Try) and child in node.body
            yield from own_raises(child, caught | tried if inside else caught)


def handled_by(node: ast.AST) -> list[ast.expr]:
    """Return the types that a `try` catches; none for any other node."""
    return [each.type for each in node.handlers if each.type is not None] if isinstance(node, ast.Try) else []


def unnamed_errors(function: ast.FunctionDef, said: str, made_by: Mapping[str, str] = MADE) -> list[str]:
    """Return the errors that a function raises and nothing says so."""
    names = (getattr(each, "id", getattr(each, "attr", "")) for each in own_raises(function))
    return [name for name in (made_by.get(each, each) for each in names) if name[:1].isupper() and name not in said]


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


def makers_of(tree: ast.Module) -> dict[str, str]:
    """Return the functions of a module -> the class that each says to return: what makes an error that is raised."""
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef))
    return MADE | {each.name: each.returns.id for each in functions if isinstance(each.returns, ast.Name)}


def called_functions(node: ast.Module | ast.ClassDef, said: str = "") -> Iterator[tuple[ast.FunctionDef, str]]:
    """Yield public functions and methods that Python calls by name, each with its docstring and those around it.

    Views and commands (decorated with a route or a command) and `validate_field` of forms are called by their framework, which
    says what becomes of an error.
    """
    said = f"{said}\n{ast.get_docstring(node) or ''}"
    for each in node.body:
        if isinstance(each, ast.ClassDef) and not each.name.startswith("_"):
            yield from called_functions(each, said)
        elif isinstance(each, ast.FunctionDef) and not by_framework(each):
            yield each, f"{said}\n{ast.get_docstring(each) or ''}"


def by_framework(function: ast.FunctionDef) -> bool:
    """Tell whether a function is private, or called by a framework that deals with its errors."""
    marked = any(isinstance(mark, ast.Call) for mark in function.decorator_list)
    return marked or function.name.startswith(("_", "validate_"))


def silent_raises(tree: ast.Module) -> list[str]:
    """Return the errors that callers of a module may meet, and of which nothing tells them."""
    makers = makers_of(tree)
    found = ((each, unnamed_errors(each, said, makers)) for each, said in called_functions(tree))
    named = ((function.name, error) for function, errors in found for error in dict.fromkeys(errors))
    # Nobody catches an AssertionError: it says that what follows cannot be reached.
    return [f"{name} does not name {error}" for name, error in named if error != "AssertionError"]


def test_each_function_that_others_call_says_which_error_it_raises() -> None:
    """Whoever calls it must know what to catch without reading its body."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "raise " in path.read_text("utf-8")]
    missing = {str(path.relative_to(PACKAGE)): silent_raises(ast.parse(path.read_text("utf-8"))) for path in paths}
    assert {path: each for path, each in missing.items() if each} == {}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ('def half(n):\n    """Return half."""\n    raise ValueError(n)', ["half does not name ValueError"]),
        ('def half(n):\n    """Return half; raise ValueError for none."""\n    raise ValueError(n)', []),
        ('def half(n):\n    """Return half."""\n    raise _no(n)\ndef _no(n) -> Odd: ...', ["half does not name Odd"]),
        ('class A:\n    """Numbers."""\n    def half(self):\n        raise Odd', ["half does not name Odd"]),
        ('class A:\n    """Numbers; each method raises Odd."""\n    def half(self):\n        raise Odd', []),
        ("def half(n):\n    try:\n        raise Odd\n    except Odd:\n        return 1", []),
        ("def half(n):\n    try:\n        pass\n    except Even:\n        raise Odd", ["half does not name Odd"]),
        ("def half(n):\n    def inner():\n        raise Odd\n    return inner", []),
        ('@blueprint.get("/")\ndef half(n):\n    raise NotFound', []),
        ("def _half(n):\n    raise Odd", []),
    ],
)
def test_an_error_that_nothing_names_is_found(source: str, missing: list[str]) -> None:
    assert silent_raises(ast.parse(source)) == missing
