"""Scripts and style sheets are for browsers of 2018 (Chromium 69), and mirror for languages that are written from the right."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from support.places import NODE_MODULES, ROOT
from support.programs import find_node
from support.style_sheets import declarations, later_than_chromium_69, one_sided, rules, style_sheets

_LINT = (str(NODE_MODULES / "eslint" / "bin" / "eslint.js"), "-c", str(ROOT / "tests" / "eslint.config.mjs"))


def lint(folder: Path) -> str:
    """Return what ESLint says of the scripts of a folder, "" where they are sound."""
    node = find_node()
    assert node is not None, "make setup-test brings Node"
    words = [str(node), *_LINT, "--no-error-on-unmatched-pattern", "."]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_scripts_use_nothing_of_the_language_after_2017() -> None:
    assert lint(ROOT / "platform") == ""


NEWER = {
    "chain": "export const one = document.body?.id;",
    "nullish": "export const one = document.title ?? '';",
    "assign": "let one = ''; one ||= 'a'; export { one };",
    "catch": "try { fetch('/'); } catch { location.reload(); }",
    "spread": "export const one = { ...location };",
    "entries": "export const one = Object.fromEntries([]);",
    "replace": "export const one = 'a'.replaceAll('a', 'b');",
    "flat": "export const one = [[1]].flat();",
    "clone": "structuredClone({});",
}


def test_what_is_newer_is_found(tmp_path: Path) -> None:
    for name, script in NEWER.items():
        (tmp_path / f"{name}.js").write_text(script, "utf-8")
    said = lint(tmp_path)
    assert [name for name in NEWER if f"{name}.js" not in said] == []


def test_style_sheets_hold_to_what_old_browsers_know() -> None:
    found = [
        f"{name}: {rule.selector} {{ {prop} }}"
        for name, text in style_sheets().items()
        for rule in rules(text)
        for prop, _value in declarations(rule.body)
        if later_than_chromium_69(prop)
    ]
    assert found == []


def test_style_sheets_know_left_and_right_only_where_both_are_alike_or_mirrored() -> None:
    assert {name: found for name, text in style_sheets().items() if (found := one_sided(text))} == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#a { left: 0; right: 0; }", []),
        ("#a { left: 0; right: 8px; }", ["#a { left }"]),
        ("p { margin-left: 4px; }", ["p { margin-left }"]),
        ("p { margin-left: 4px; margin-right: 4px; margin-right: 8px; }", ["p { margin-left }"]),
        ("p { text-align: left; }", ["p { text-align }"]),
        ("p { float: right; }", ["p { float }"]),
        ("p { border-top-left-radius: 1px; }", ["p { border-top-left-radius }"]),
        (".a { left: auto; right: 8px; } [dir='rtl'] .a { left: 8px; right: auto; }", []),
        (
            ".a { left: auto; right: 8px; } [dir='rtl'] .b { left: 8px; right: auto; }",
            [".a { left }", "[dir='rtl'] .b { left }"],
        ),
        ("@media print { p { padding-right: 1px; } }", ["p { padding-right }"]),
    ],
)
def test_one_sided_rules_are_found(text: str, found: list[str]) -> None:
    assert one_sided(text) == found


@pytest.mark.parametrize(
    "prop", ["inset", "inset-inline", "margin-inline", "padding-block", "border-inline", "inset-block-end"]
)
def test_properties_that_came_later_are_found(prop: str) -> None:
    assert later_than_chromium_69(prop)


@pytest.mark.parametrize("prop", ["margin-inline-start", "padding-inline-end", "border-inline-start", "left", "gap"])
def test_properties_of_2018_are_not(prop: str) -> None:
    assert not later_than_chromium_69(prop)
