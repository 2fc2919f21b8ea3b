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
    "translations/ar.po": (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgctxt "lesson/own.se"\nmsgid "Sweden"\nmsgstr "السويد"\n\n'
        'msgctxt "unit/own/title"\nmsgid "Your own country"\nmsgstr "بلدكم"\n'
    ),
}
#: The library beside it, which has a fact that the lesson of Sweden names.
NUMBERS = {
    "pack.toml": """
id = "course_numbers"
kind = "library"
slug = "numbers"
version = "1.0.0"
title = "Numbers"
summary = "Facts."
languages = ["en"]
countries = ["FI", "SE"]
licence = "CC-BY-4.0"
""",
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
}


def write_lands(root: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the module and the library beside it, and return the module's folder.

    *changes*: path -> text, None to leave a file out; those of facts/ are the library's.
    """
    for name, files in (("course_numbers", NUMBERS), ("module_lands", FILES)):
        wanted = {
            path: text for path, text in (changes or {}).items() if path.startswith("facts/") == (files is NUMBERS)
        }
        for path, text in {**files, **wanted}.items():
            if text is not None:
                (root / name / path).parent.mkdir(parents=True, exist_ok=True)
                (root / name / path).write_text(text, "utf-8")
    return root / "module_lands"


def lands(root: Path, changes: Mapping[str, str | None] | None = None) -> tuple[Path, Path]:
    """Write both, and return the folders to publish."""
    folder = write_lands(root, changes)
    return folder, root / "course_numbers"
