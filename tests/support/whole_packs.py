"""The packs of the test site: a course, one that leaves no trace, a module for staff, and the facts of Finland."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from support.packs import CHOICE, write_pack

#: The lesson of two screens: a question on the first, words with a number on the second.
HELLO = """# Hello there

Welcome to your course.

::: check fire
:::

## Who helps

Call {fact: emergency.number} when you are in danger.

::: ask emergency
:::
"""
SECOND = "# The second lesson\n\nOne screen is enough.\n"

#: Two questions of the safety check; `a` is right in both, `b` is wrong.
CHECK = """
[[item]]
key = "one"
interaction = "choice"
objective = "K: one"
critical = true
prompt = "Question one?"
hint = "Think of the first lesson."

[[item.choice]]
key = "a"
text = "Right"
right = true
feedback = "Well done."

[[item.choice]]
key = "b"
text = "Wrong"
feedback = "Look again at the first lesson."

[[item]]
key = "two"
interaction = "choice"
objective = "K: two"
prompt = "Question two?"

[[item.choice]]
key = "a"
text = "Yes"
right = true

[[item.choice]]
key = "b"
text = "No"
"""

FACTS = """
[emergency.number]
kind = "phone"
label = "Emergency number"
value = "112"
hours = "always"
languages = ["fi", "sv"]
free = true
topics = ["emergency"]
help = "emergency"
source = "https://112.fi"
confidence = "A"
checked_on = 2026-11-22
review_due = 2099-05-22
"""

FACTS_MANIFEST = """
id = "course_facts"
kind = "library"
slug = "facts"
version = "1.0.0"
title = "Facts"
summary = "Facts."
source_language = "en"
languages = ["en"]
countries = ["FI", "SE"]
licence = "CC-BY-4.0"
"""

#: Catalogues of the course: its title, a lesson's words and a question, in Finnish and Arabic.
FINNISH = {
    ("pack/title", "The way course"): "Tie-kurssi",
    ("lesson/hello", "Hello there"): "Hei sinä",
    ("lesson/hello", "Welcome to your course."): "Tervetuloa kurssille.",
    ("item/fire/prompt", "The kitchen is on fire. What do you do first?"): "Keittiö palaa. Mitä teet ensin?",
}
ARABIC = {
    ("pack/title", "The way course"): "دورة الطريق",
    ("lesson/hello", "Welcome to your course."): "أهلا بك في دورتك.",
}
CREDENTIAL = '\n[credential]\nkind = "completion"\nrule = "all-core-and-safety-check"\n'


def catalogue(entries: Mapping[tuple[str, str], str]) -> str:
    """Return a gettext catalogue."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    return head + "".join(
        f'\nmsgctxt "{context}"\nmsgid "{source}"\nmsgstr "{words}"\n' for (context, source), words in entries.items()
    )


def write_way(root: Path, **changes: object) -> Path:
    """Write the course `way`: lessons hello (two screens) and second, then the test "check". *changes*: see `write_pack`."""
    values: dict[str, object] = {
        "lessons": {"hello": HELLO, "second": SECOND},
        "items": {"bank": CHOICE, "check": CHECK},
        "assessments": {"check": "check"},
        "translations": {"fi": catalogue(FINNISH), "ar": catalogue(ARABIC)},
        "extra": CREDENTIAL,
    }
    return write_pack(root, "course_way", **{**values, **changes})  # type: ignore[arg-type]


def write_quiet(root: Path) -> Path:
    """Write the course `quiet`, which leaves no trace."""
    return write_pack(
        root,
        "course_quiet",
        lessons={"hello": HELLO, "second": SECOND},
        items={"bank": CHOICE, "check": CHECK},
        assessments={"check": "check"},
        trace="none",
        sensitive=True,
    )


def write_facts(root: Path, finland: str = FACTS) -> Path:
    """Write the library of facts: Finland's as given, and an emergency number of Sweden."""
    folder = root / "course_facts"
    sweden = FACTS.replace("112.fi", "112.se").replace("Emergency number", "Emergency number of Sweden")
    for path, text in {
        "pack.toml": FACTS_MANIFEST,
        "facts/FI.toml": finland,
        "facts/SE.toml": sweden,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def write_all(root: Path) -> tuple[Path, ...]:
    """Write every pack of the test site and return their folders."""
    module = write_pack(
        root,
        "module_staff",
        lessons={"first": "# For staff\n\nWords.\n"},
        audiences=["social-worker"],
        countries=["SE"],
    )
    return (write_facts(root), write_way(root), write_quiet(root), module)
