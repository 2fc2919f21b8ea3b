"""House rules that no linter knows."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from support.complexity import ways_through
from support.places import ROOT
from support.repo_files import FEATURES, files, texts

PACKAGE = Path("platform/perille")
#: The decorator that guards pages of staff stands beside signing in.
_SHARED_VIEWS = {("administration", "people.views")}
#: What a file of this name may not import from its own feature: arrows point down.
_ABOVE = {
    "models": {"services", "forms", "views"},
    "services": {"forms", "views"},
    "forms": {"services", "views"},
}


@cache
def modules() -> dict[Path, ast.Module]:
    """Return the parsed code of the platform, by its path inside the package."""
    found = [path for path in files() if path.is_relative_to(PACKAGE) and path.suffix == ".py"]
    return {path.relative_to(PACKAGE): ast.parse((ROOT / path).read_text("utf-8"), str(path)) for path in found}


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the names of what a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(tree: ast.Module, method: str) -> Iterator[int]:
    """Yield the lines on which a method of that name is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method:
            yield node.lineno


#: `run_in_transaction`, and the record store's own session, which is what it commits there.
_COMMITS = {Path("core/database.py"), Path("lrs/storage/connection.py")}


def test_nothing_commits_but_the_one_place() -> None:
    found = {str(path): list(calls(tree, "commit")) for path, tree in modules().items() if path not in _COMMITS}
    assert {path: lines for path, lines in found.items() if lines} == {}


#: Lines of a function with its signature and docstring: what a screen shows at once.
_LONGEST_FUNCTION = 40


def test_no_function_is_too_long_to_see_at_once() -> None:
    lengths = {
        f"{path}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > _LONGEST_FUNCTION} == {}


#: Ways through a function that a reader can still hold together, and the most that one may have.
_MANY_WAYS, _MOST_WAYS = 10, 20
#: Functions with more than the first. Write them as smaller steps with names; let this number only fall.
_WITH_MANY_WAYS = 14


def test_few_functions_have_many_ways_through() -> None:
    ways = {
        f"{path}: {node.name} ({node.lineno})": ways_through(node)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: number for name, number in ways.items() if number > _MOST_WAYS} == {}
    many = sorted(name for name, number in ways.items() if number > _MANY_WAYS)
    assert len(many) <= _WITH_MANY_WAYS, many


#: How often `Any` is written, which lets mypy look at nothing: a type of `core/type_aliases.py`, a type variable or `object` says more.
#: Let this number only fall.
_ANY = 145


def test_few_values_may_be_anything() -> None:
    found = {
        str(path): sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(tree))
        for path, tree in modules().items()
    }
    assert sum(found.values()) <= _ANY, {path: count for path, count in found.items() if count}


def test_no_modules_import_each_other_in_a_circle() -> None:
    # Imports for types alone count: whoever reads one of the modules must know all others of the circle.
    names = {".".join(("perille", *path.with_suffix("").parts)).removesuffix(".__init__"): path for path in modules()}
    arrows = {
        name: {each for each in imports(modules()[path]) if each in names and each != name}
        for name, path in names.items()
    }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from error


def test_services_and_rules_never_read_the_request() -> None:
    layers = {"services.py", "models.py"}
    wrong = [
        str(path)
        for path, tree in modules().items()
        if (path.name in layers or path.parts[0] == "domain")
        and {"flask.request", "flask.g", "flask.session"} & set(imports(tree))
    ]
    assert wrong == []


def test_arrows_inside_a_feature_point_down() -> None:
    wrong = []
    for path, tree in modules().items():
        if path.parts[0] in FEATURES and path.stem in _ABOVE:
            above = {f"perille.{path.parts[0]}.{name}" for name in _ABOVE[path.stem]}
            wrong += [f"{path}: {name}" for name in set(imports(tree)) & above]
    assert wrong == []


def test_no_feature_uses_the_views_or_forms_of_another() -> None:
    wrong = []
    for path, tree in modules().items():
        for name in set(imports(tree)) if path.parts[0] in FEATURES else ():
            found = re.fullmatch(r"perille\.(\w+)\.(views|forms)", name)
            if found and found[1] not in (path.parts[0], "lrs"):
                wrong.append((path.parts[0], f"{found[1]}.{found[2]}"))
    assert set(wrong) <= _SHARED_VIEWS


def test_features_use_each_other_in_one_direction() -> None:
    uses = {
        (path.parts[0], found[1])
        for path, tree in modules().items()
        for name in (imports(tree) if path.parts[0] in FEATURES else ())
        if (found := re.match(r"perille\.(\w+)", name)) and found[1] in FEATURES and found[1] != path.parts[0]
    }
    # Who reads one of a pair that use each other must know both.
    assert {frozenset(pair) for pair in uses if pair[::-1] in uses} == set()


def test_the_platform_imports_no_pack() -> None:
    packs = {path.parent.name for path in files() if path.name == "pack.toml"}
    wrong = [str(path) for path, tree in modules().items() if packs & {name.split(".")[0] for name in imports(tree)}]
    assert wrong == []


def test_packs_import_the_api_alone() -> None:
    wrong = []
    for path, text in texts(".py"):
        if path.parts[0] in ("courses", "modules"):
            names = {name for name in imports(ast.parse(text)) if name.split(".")[0] == "perille"}
            wrong += [f"{path}: {name}" for name in names if not name.startswith("perille.api")]
    assert wrong == []


def test_no_work_is_left_for_later_and_no_test_is_left_out() -> None:
    # Written apart, so that this file does not hold what it looks for.
    marks = re.compile("|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b", "pragma: no " + "cover")))
    outs = re.compile(r"pytest\.(?:skip|importor" + r"skip|xfail)|mark\.(?:skip|xfail)" + r"|@unittest\.skip")
    found = {
        str(path): match[0]
        for path, text in texts(".py", ".js", ".css", ".html", ".md", ".toml", ".typ")
        if (match := marks.search(text) or (outs.search(text) if path != Path("tests/test_style.py") else None))
    }
    assert found == {}


#: What asks for the time.
_CLOCKS = re.compile(r"(?:date|datetime)\.(?:today|now|utcnow)|time\.(?:time|time_ns|monotonic)|utcnow|today")


def run_at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs as soon as a file is read: all but the bodies of functions."""
    todo = [tree]
    while todo:
        node = todo.pop()
        yield node
        later = node.body if isinstance(node, ast.FunctionDef | ast.Lambda) else []
        skipped = {id(part) for part in (later if isinstance(later, list) else [later])}
        todo += [part for part in ast.iter_child_nodes(node) if id(part) not in skipped]


def clocks_read(text: str) -> list[int]:
    """Return the lines on which a file asks for the time while it is read."""
    asked = [node for node in run_at_import(ast.parse(text)) if isinstance(node, ast.Call)]
    return sorted(node.lineno for node in asked if _CLOCKS.fullmatch(ast.unparse(node.func)))


def test_no_file_remembers_the_day_on_which_it_was_read() -> None:
    # A server runs for weeks, and a run of the tests over midnight. A script that measures is run once and ends.
    of_files = {str(path): text for path, text in texts(".py") if not path.is_relative_to("tests/bench")}
    found = {path: lines for path, text in of_files.items() if (lines := clocks_read(text))}
    assert found == {}


def templates() -> list[tuple[Path, str]]:
    """Return the templates of pages."""
    return [(path, text) for path, text in texts(".html") if path.is_relative_to(PACKAGE / "templates")]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a script inside the page", r"<script(?![^>]*\bsrc=)"),
        ("a style inside the page", r"<style\b|\sstyle="),
        ("a handler inside the page", r"\son[a-z]+="),
        ("something from another site", r"<(?:script|link|img|source|iframe)[^>]*(?:src|href)=[\"']?(?:https?:)?//"),
        # A literal of the template's own may be markup: it comes from nobody else.
        ("text that is not escaped", r"(?<!')\s*\|\s*safe\b|autoescape\s+false"),
        ("words joined from pieces", r"_\([^)]*\)\s*~|~\s*_\("),
    ],
)
def test_no_template_holds(what: str, pattern: str) -> None:
    # A comment of a template reaches nobody.
    clean = {path: re.sub(r"{#.*?#}", "", text, flags=re.DOTALL) for path, text in templates()}
    found = {str(path): match[0] for path, text in clean.items() if (match := re.search(pattern, text))}
    assert found == {}, what


def test_style_sheets_and_scripts_load_nothing_from_elsewhere() -> None:
    outward = re.compile(
        r"@import|url\(\s*[\"']?(?:https?:)?//|\bfetch\(\s*[\"'`](?:https?:)?//|import\s*\(?[\"'](?:https?:)?//"
    )
    found = {str(path): match[0] for path, text in texts(".css", ".js") if (match := outward.search(text))}
    assert found == {}


_RAISED = re.compile(r"\b[Rr]aises? ([A-Z][A-Za-z]+)")


def test_docstrings_name_exceptions_that_exist() -> None:
    defined = {node.name for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    imported = {name.rpartition(".")[2] for tree in modules().values() for name in imports(tree)}
    dotted = {node.attr for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    known = defined | imported | dotted | set(dir(builtins))
    wrong = [
        f"{path}: {name}"
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
        for name in _RAISED.findall(ast.get_docstring(node) or "")
        if name not in known
    ]
    assert wrong == []
