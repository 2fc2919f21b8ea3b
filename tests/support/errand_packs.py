"""A course with errands that are due, and words; for tests of the lists that are made of them."""

from __future__ import annotations

from pathlib import Path

from support.whole_packs import CHECK, FACTS, catalogue, write_facts, write_way

_DAY = """
[{key}]
kind = "{kind}"
label = "A deadline"
value = "{value}"
source = "https://vero.fi"
confidence = "A"
checked_on = 2026-11-20
review_due = 2099-05-22
"""
DEADLINES = "".join(
    _DAY.format(key=key, kind=kind, value=value)
    for key, kind, value in (
        ("tax.last-day", "date", "2099-03-31"),
        ("school.last-day", "date", "2099-01-15"),
        ("club.last-day", "date", "2020-01-15"),
        ("move.days", "number", "7"),
    )
)


def errand(key: str, title: str, *, when: str = "", more: str = "") -> str:
    """Write an errand; *when*: what its line "By when" says."""
    due = f"- **By when:** {when}\n" if when else ""
    return f"::: errand {key}\n# {title}\n- **What:** Do {title.lower()}.\n{due}{more}:::\n\n"


HELLO = (
    "# Hello there\n\n"
    + errand("library", "Get a library card")
    + errand("club", "Join the club", when="{fact: club.last-day}")
    + errand("move", "Tell your address", when="At the latest {fact: move.days} days after the move")
    + ":::: for temporary-protection\n"
    + errand("card", "Fetch your new card", when="{fact: tax.last-day}")
    + "::::\n\n## Words\n\n"
    + "::: words\n- kotikunta · KO-ti-kun-ta · your home town\n- äiti · · mother\n- osoite · O-soi-te · the address\n:::\n"
)
SECOND = (
    "# The second lesson\n\n"
    + errand("tax", "Check the tax form", when="{fact: tax.last-day}", more="- **Bring:** the form; a pen, or two\n")
    + errand("school", "Choose a school", when="By {fact: school.last-day}")
    + "::: words\n- osoite · O-soi-te · where you live\n- verokortti · · the tax card\n:::\n"
)
ARABIC = {
    ("lesson/hello", "Tell your address"): "بلّغوا عن عنوانكم",
    ("lesson/hello", "kotikunta · KO-ti-kun-ta · your home town"): "kotikunta · كوتيكُنتا · بلدية إقامتكم",
}
#: The keys of its errands, in the order in which they are due.
IN_ORDER = ["school", "card", "tax", "move", "library", "club"]


def write_errands(root: Path, **changes: object) -> tuple[Path, Path]:
    """Write the course `way` with errands, in Arabic too, and the facts that it needs."""
    values: dict[str, object] = {
        "lessons": {"hello": HELLO, "second": SECOND},
        "items": {"check": CHECK},
        "translations": {"ar": catalogue(ARABIC)},
    }
    return write_facts(root, FACTS + DEADLINES), write_way(root, **{**values, **changes})
