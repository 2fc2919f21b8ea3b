"""Names of endpoints: every one that Python, a template or a test says leads to a view, also where it is put together.

`url_for` raises only when its line runs; a table of endpoints (public ones, neutral ones, links of a menu) never does. So a view that was
renamed is looked for here in all texts that have the form of an endpoint, and not in calls alone.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from perille.app import Perille
from perille.core.feature import features_of
from perille.people.audit_words import ACTIONS
from support.repo_files import texts
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
_PLACES = (Path("platform"), Path("tests"), Path("docs"), Path("migrations"))
_ENDPOINT = re.compile(r"([a-z_]+)\.([a-z_]+)")
_RELATIVE = re.compile(r"\.[a-z_]+")
#: What stands after the dot in the name of a file or of a host, and of the column that a foreign key leads to.
_NO_VIEW = frozenset({"css", "csv", "example", "id", "js", "jsonl", "md", "py", "svg", "toml"})
#: Texts of that form that are neither a permission nor an action of the log -> what they are.
OTHER = {
    "health.advice": "a fact",
    "own.ee": "a lesson for a country",
    "people.views": "a module",
    "safety.help_pages": "planted below",
}


def views_of(app: Perille) -> dict[str, set[str]]:
    """Return the names of the views of each blueprint."""
    found = defaultdict(set)
    for endpoint in app.view_functions:
        blueprint, dot, name = endpoint.rpartition(".")
        if dot:
            found[blueprint].add(name)
    return found


def python_texts(source: str) -> Iterator[str]:
    """Yield each literal of a module, and what `f"blueprint.{name}" for name in (...)` puts together."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.GeneratorExp | ast.SetComp | ast.ListComp) and isinstance(node.elt, ast.JoinedStr):
            start = node.elt.values[0]
            if isinstance(start, ast.Constant) and isinstance(start.value, str) and start.value.endswith("."):
                yield from (start.value + name for name in _literals(node.generators[0].iter))


def _literals(node: ast.AST) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def template_texts(source: str) -> Iterator[str]:
    """Yield each literal of a template, and what `'blueprint.' ~ name` puts together in a loop over literals."""
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"]).parse(source)
    yield from (each.value for each in tree.find_all(nodes.Const) if isinstance(each.value, str))
    for loop in tree.find_all(nodes.For):
        for start in (each.nodes[0] for each in loop.find_all(nodes.Concat)):
            if isinstance(start, nodes.Const) and str(start.value).endswith(".") and isinstance(loop.iter, nodes.Tuple):
                yield from (f"{start.value}{name}" for name in _first_of_each(loop.iter))


def _first_of_each(rows: nodes.Tuple) -> Iterator[str]:
    for row in rows.items:
        first = row.items[0] if isinstance(row, nodes.Tuple) else row
        if isinstance(first, nodes.Const):
            yield str(first.value)


def relative_names(path: Path, text: str) -> Iterator[str]:
    """Yield the `.name`s of a file that are the endpoint of a call of `url_for`, `external_url` and their like."""
    if path.suffix == ".py":
        calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args)
        named = ((ast.unparse(call.func), _literals(call.args[0])) for call in calls)
        found = (each for function, said in named if function.endswith(("url_for", "_url")) for each in said)
    else:
        found = (each for each in re.findall(r"""url_for\(['"]([^'"]+)['"]""", text))
    return (each for each in found if _RELATIVE.fullmatch(each))


def may_name_a_view(text: str, views: Collection[str]) -> bool:
    """Tell whether a file is worth parsing: that costs a hundred times as much as a search."""
    return any(f"{quote}{blueprint}." in text for blueprint in views for quote in "\"'`")


def lost_names(said: Iterable[str], views: dict[str, set[str]], others: Collection[str] = ()) -> set[str]:
    """Return which of these texts name a blueprint, and no view of it."""
    found = ((each, _ENDPOINT.fullmatch(each)) for each in said)
    named = {each: match.groups() for each, match in found if match is not None and each not in others}
    return {
        each
        for each, (blueprint, name) in named.items()
        if blueprint in views and name not in views[blueprint] and name not in _NO_VIEW
    }


def not_endpoints(app: Perille) -> set[str]:
    """Return what has the form of an endpoint and is stored or configured: permissions, and actions of the log."""
    return {*ACTIONS, *OTHER, *(each.name for feature in features_of(app) for each in feature.permissions)}


def quoted_texts(source: str) -> Iterator[str]:
    """Yield what stands in quotation marks or as code: the literals of a script, the names in a page of the documentation."""
    return (found["text"] for found in re.finditer(r"""(?P<mark>["'`])(?P<text>[a-z_.]+)(?P=mark)""", source))


def said_in(path: Path, text: str) -> Iterator[str]:
    return _READERS[path.suffix](text)


_READERS = {".py": python_texts, ".html": template_texts, ".js": quoted_texts, ".md": quoted_texts}


def sources(*endings: str) -> list[tuple[Path, str]]:
    return [(path, text) for path, text in texts(*endings) if any(path.is_relative_to(place) for place in _PLACES)]


@SQLITE
def test_each_endpoint_that_is_named_is_a_view(whole: Whole) -> None:
    views, others = views_of(whole.app), not_endpoints(whole.app)
    files = [each for each in sources(*_READERS) if may_name_a_view(each[1], views)]
    found = {str(path): lost_names(said_in(path, text), views, others) for path, text in files}
    assert len(found) > 200
    assert {path: lost for path, lost in found.items() if lost} == {}


def test_each_exception_is_said_somewhere() -> None:
    together = "\n".join(text for path, text in sources(".py") if path.name != "test_endpoint_names.py")
    assert {each for each in OTHER if f'"{each}"' not in together} == {"safety.help_pages"}


@SQLITE
def test_each_relative_endpoint_is_a_view_of_its_feature(whole: Whole) -> None:
    """`.index` is a view of the blueprint that answers: of one of the feature in whose folder it is said."""
    package = Path("platform/perille")
    own = defaultdict(set)
    for endpoint, view in whole.app.view_functions.items():
        own[view.__module__.split(".")[1]].add(f".{endpoint.rpartition('.')[2]}")
    lost = {}
    for path, text in sources(".py", ".html"):
        if path.is_relative_to(package) and re.search(r"""["']\.[a-z]""", text):
            first, *inner = path.relative_to(package).parts
            lost[str(path)] = set(relative_names(path, text)) - own[inner[0] if first == "templates" else first]
    assert {path: names for path, names in lost.items() if names} == {}


@SQLITE
@pytest.mark.parametrize(
    "planted",
    [
        'url_for("safety.help_pages", lang=lang)',
        '_NEUTRAL = frozenset({"safety.help_page", "safety.help_pages"})',
        'public = frozenset(f"safety.{name}" for name in ("help_page", "help_pages"))',
        "{{ url_for('safety.help_pages', lang=language.code) }}",
        "{% set menu = {'endpoint': 'safety.help_pages'} %}",
        "{% for page, words in (('help_page', _('Help')), ('help_pages', _('Help'))) %}{{ url_for('safety.' ~ page) }}{% endfor %}",
        "The view `safety.help_pages` answers",
        'const endpoint = "safety.help_pages";',
    ],
)
def test_a_name_without_a_view_is_found(whole: Whole, planted: str) -> None:
    endings = {"{": ".html", "T": ".md", "c": ".js"}
    path = Path("page").with_suffix(endings.get(planted[0], ".py"))
    assert lost_names(said_in(path, planted), views_of(whole.app)) == {"safety.help_pages"}


@pytest.mark.parametrize("planted", ['see_other(url_for(".old", lang=lang))', "{{ url_for('.old') }}"])
def test_a_relative_name_is_found(planted: str) -> None:
    path = Path("page.html" if planted.startswith("{") else "page.py")
    assert set(relative_names(path, planted)) == {".old"}
    assert not set(relative_names(path, planted.replace(".old", "safety.help_page")))
