"""A module with a lesson for each country: Finland's has two screens and a question, Sweden's three screens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from support.packs import CHOICE

MODULE = "/en/modules/lands"
OWN = f"{MODULE}/own"
MANIFEST = """
id = "module_lands"
kind = "module"
slug = "lands"
version = "1.0.0"
title = "Lands"
summary = "A module for two countries."
source_language = "en"
languages = ["en", "ar"]
countries = ["FI", "SE"]
audiences = ["social-worker"]
licence = "CC-BY-4.0"
authors = ["The authors"]

[[block]]
key = "all"
title = "All"
units = ["hello", "own", "final"]

[unit.hello]
minutes = 5

[unit.own]
title = "Your own country"
minutes = 5
variants = "country"

[unit.final]
kind = "assessment"
title = "The test"
minutes = 5
items = "bank"
move_on = "Passed"

[unit.final.rules]
feedback = "end"

[credential]
kind = "completion"
rule = "all-core-and-safety-check"
"""
FILES = {
    "__init__.py": '"""A module."""\n',
    "pack.toml": MANIFEST,
    "lessons/hello.md": "# Hello\n\nRead [the lesson of your country](lesson:own).\n",
    "lessons/own.fi.md": (
        "# Finland\n\nHere it is {fact: emergency.number}.\n\n::: check fire\n:::\n\n## Then\n\nThe end of Finland.\n"
    ),
    "lessons/own.se.md": "# Sweden\n\nHere it is {fact: own.number}.\n\n## Then\n\nWords.\n\n## Last\n\nThe end of Sweden.\n",
    "items/lessons.toml": CHOICE,
    "items/bank.toml": "".join(
        CHOICE.replace('key = "fire"', f'key = "fire-{code.lower()}"\ncountry = "{code}"') for code in ("FI", "SE")
    ),
    "facts/SE.toml": """
[own.number]
kind = "phone"
label = "A number"
value = "114 14"
source = "https://a.example"
confidence = "A"
checked_on = 2026-11-22
review_due = 2027-05-22
""",
    "translations/ar.po": (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgctxt "lesson/own.se"\nmsgid "Sweden"\nmsgstr "السويد"\n\n'
        'msgctxt "unit/own/title"\nmsgid "Your own country"\nmsgstr "بلدكم"\n'
    ),
}


def write_lands(root: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the module and return its folder. *changes*: path -> text, None to leave a file out."""
    folder = root / "module_lands"
    for path, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    return folder
