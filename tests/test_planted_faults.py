"""Each rule of `test_style.py` and `test_layout.py` finds the fault that it forbids, where that is planted."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import test_layout
import test_style
from support.places import ROOT

PERILLE = "platform/perille"
HASH = "--hash=sha256:" + "0" * 64
#: Rule -> files that break it, by path. Written apart where this file would break the rule itself.
FILES: list[tuple[Callable[[], None], dict[str, str]]] = [
    (test_style.test_nothing_commits_but_the_one_place, {f"{PERILLE}/learning/planted.py": "session.commit()"}),
    (
        test_style.test_no_function_is_too_long_to_see_at_once,
        {f"{PERILLE}/core/planted.py": "def long() -> None:" + "\n    pass" * 40},
    ),
    (
        test_style.test_few_functions_have_many_ways_through,
        {f"{PERILLE}/core/planted.py": "def one(a):\n" + "    if a: a()\n" * 20},
    ),
    (
        test_style.test_few_functions_have_many_ways_through,
        {f"{PERILLE}/core/planted.py": ("def many(a):\n" + "    if a: a()\n" * 10) * 100},
    ),
    (
        test_style.test_few_values_may_be_anything,
        {f"{PERILLE}/core/planted.py": "def take(what: Any) -> Any: ...\n" * 100},
    ),
    (
        test_style.test_no_modules_import_each_other_in_a_circle,
        {
            f"{PERILLE}/core/planted.py": "from perille.core.other import give",
            f"{PERILLE}/core/other.py": "if TYPE_CHECKING:\n    from perille.core import planted",
        },
    ),
    (
        test_style.test_services_and_rules_never_read_the_request,
        {f"{PERILLE}/planted/services.py": "from flask import request"},
    ),
    (
        test_style.test_services_and_rules_never_read_the_request,
        {f"{PERILLE}/domain/planted.py": "from flask import g"},
    ),
    (
        test_style.test_arrows_inside_a_feature_point_down,
        {f"{PERILLE}/learning/models.py": "from perille.learning.services import find"},
    ),
    (
        test_style.test_arrows_inside_a_feature_point_down,
        {f"{PERILLE}/learning/forms.py": "import perille.learning.views"},
    ),
    (
        test_style.test_no_feature_uses_the_views_or_forms_of_another,
        {f"{PERILLE}/learning/planted.py": "from perille.safety.views import leave"},
    ),
    (
        test_style.test_features_use_each_other_in_one_direction,
        {
            f"{PERILLE}/learning/planted.py": "from perille.assessment import attempts",
            f"{PERILLE}/assessment/planted.py": "from perille.learning.services import find",
        },
    ),
    (
        test_style.test_docstrings_name_exceptions_that_exist,
        {f"{PERILLE}/core/planted.py": '"""Raises NobodyWroteThis."""'},
    ),
    (test_style.test_the_platform_imports_no_pack, {f"{PERILLE}/learning/planted.py": "import course_finland"}),
    (test_style.test_packs_import_the_api_alone, {"courses/course_planted/more.py": "from perille.core import config"}),
    (test_style.test_no_work_is_left_for_later_and_no_test_is_left_out, {"docs/planted.md": "TO" + "DO: later"}),
    (
        test_style.test_no_work_is_left_for_later_and_no_test_is_left_out,
        {"tests/test_planted.py": "@pytest.mark." + "skip\ndef test_it(): ..."},
    ),
    (
        test_style.test_no_file_remembers_the_day_on_which_it_was_read,
        {"tests/test_planted.py": "DAY = utcnow().date()"},
    ),
    (
        test_style.test_no_file_remembers_the_day_on_which_it_was_read,
        {f"{PERILLE}/core/planted.py": "class Row:\n    made = datetime.now(UTC)"},
    ),
    (
        test_style.test_no_file_remembers_the_day_on_which_it_was_read,
        {f"{PERILLE}/core/planted.py": "def since(day: date = date.today()) -> date: ..."},
    ),
    (
        test_style.test_style_sheets_and_scripts_load_nothing_from_elsewhere,
        {f"{PERILLE}/static/planted.css": "@import 'other.css';"},
    ),
    (
        test_style.test_style_sheets_and_scripts_load_nothing_from_elsewhere,
        {f"{PERILLE}/static/planted.js": "fetch('https://elsewhere.example/')"},
    ),
    (partial(test_layout.test_no_python_file_lies_in_a_source_root, "platform"), {"platform/planted.py": ""}),
    (test_layout.test_the_top_level_holds_what_was_agreed_and_nothing_else, {"notes.txt": ""}),
    (
        partial(test_layout.test_packs_are_named_so_that_they_shadow_no_standard_module, "courses", "course_"),
        {"courses/json/pack.toml": ""},
    ),
    (test_layout.test_every_first_party_pack_is_an_entry_point, {"courses/course_planted/pack.toml": ""}),
    (
        test_layout.test_every_feature_is_a_package_whose_templates_have_its_name,
        {f"{PERILLE}/templates/planted/page.html": ""},
    ),
    (test_layout.test_modules_have_plain_names, {f"{PERILLE}/core/two words.py": ""}),
    (test_layout.test_tests_are_named_by_what_they_test, {"tests/helpers.py": ""}),
    (test_layout.test_no_file_is_too_long_to_read, {f"{PERILLE}/core/planted.py": "\n" * 351}),
    (
        test_layout.test_no_file_names_an_index_of_packages_or_a_place_on_somebodys_machine,
        {"docs/planted.md": "see https://py" + "pi.org/project/perille"},
    ),
    (
        test_layout.test_no_file_names_an_index_of_packages_or_a_place_on_somebodys_machine,
        {"docs/planted.md": "cd /ro" + "ot/perille"},
    ),
]
#: What `test_no_template_holds` forbids -> a template that has it.
TEMPLATES = {
    "a script inside the page": "<script>alert(1)</script>",
    "a style inside the page": '<p style="color: red">',
    "a handler inside the page": '<p onclick="go()">',
    "something from another site": '<img src="https://elsewhere.example/a.png">',
    "text that is not escaped": "{{ words | safe }}",
    "words joined from pieces": "{{ _('Hello') ~ name }}",
}
#: Rule -> files that stand in place of those of the repository.
REPLACED: list[tuple[Callable[[], None], dict[str, str]]] = [
    (
        partial(test_layout.test_locks_hold_names_versions_and_hashes_and_no_address, "requirements.lock"),
        {"requirements.lock": "flask==3.0.0\n"},
    ),
    (
        partial(test_layout.test_locks_hold_names_versions_and_hashes_and_no_address, "requirements.lock"),
        {"requirements.lock": f"--index-url https://index.example\nflask==3.0.0 \\\n    {HASH}\n"},
    ),
    (
        test_layout.test_the_lock_of_npm_holds_no_address,
        {"tests/package-lock.json": json.dumps({"packages": {"node_modules/a": {"version": "1"}}})},
    ),
    (
        test_layout.test_the_tests_use_the_same_libraries_as_the_program,
        {"requirements.lock": "flask==3.0.0 \\\n", "requirements-test.lock": "flask==2.0.0 \\\n"},
    ),
]


def rule_of(rule: Any) -> str:
    return str(getattr(rule, "func", rule).__name__)


def plant(monkeypatch: pytest.MonkeyPatch, planted: dict[str, str]) -> None:
    """Let the rules see these files too."""
    known = {Path(path): text for path, text in planted.items()}

    def texts(*endings: str) -> Iterator[tuple[Path, str]]:
        yield from ((path, text) for path, text in known.items() if path.suffix in endings or not endings)

    inside = {path.relative_to(PERILLE): text for path, text in known.items() if path.is_relative_to(PERILLE)}
    modules = {path: ast.parse(text) for path, text in inside.items() if path.suffix == ".py"}
    every = (*test_layout.files(), *known)
    for module in (test_layout, test_style):
        monkeypatch.setattr(module, "files", lambda: every)
        monkeypatch.setattr(module, "texts", texts)
    monkeypatch.setattr(test_style, "modules", lambda: modules)


@pytest.mark.parametrize(("rule", "planted"), FILES, ids=[rule_of(rule) for rule, _planted in FILES])
def test_what_a_rule_forbids_is_found(
    rule: Callable[[], None], planted: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, planted)
    with pytest.raises(AssertionError):
        rule()
    monkeypatch.undo()
    plant(monkeypatch, {})
    rule()


@pytest.mark.parametrize(("what", "markup"), TEMPLATES.items())
def test_what_no_template_may_hold_is_found(what: str, markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = dict(test_style.test_no_template_holds.pytestmark[0].args[1])[what]
    plant(monkeypatch, {f"{PERILLE}/templates/learning/planted.html": markup})
    with pytest.raises(AssertionError, match=re.escape(what)):
        test_style.test_no_template_holds(what, pattern)


@pytest.mark.parametrize(("rule", "replaced"), REPLACED, ids=[rule_of(rule) for rule, _replaced in REPLACED])
def test_a_file_that_breaks_its_rule_is_found(
    rule: Callable[[], None], replaced: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path, text in replaced.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    monkeypatch.setattr(test_layout, "ROOT", tmp_path)
    with pytest.raises(AssertionError):
        rule()


def test_a_folder_that_hides_the_standard_module_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_layout.platform, "__file__", str(ROOT / "platform" / "__init__.py"))
    with pytest.raises(AssertionError):
        test_layout.test_the_standard_module_platform_is_not_shadowed()


def test_every_rule_is_tried() -> None:
    rules = {name for module in (test_style, test_layout) for name in vars(module) if name.startswith("test_")}
    tried = {rule_of(rule) for rule, _files in (*FILES, *REPLACED)}
    alone = {"test_no_template_holds", "test_the_standard_module_platform_is_not_shadowed"}
    assert rules == tried | alone
    marks = test_style.test_no_template_holds.pytestmark[0].args[1]
    assert {what for what, _pattern in marks} == set(TEMPLATES)
