"""A module with a test that has rules: ten questions of two objectives, of which four are drawn, one of them critical."""

from __future__ import annotations

from pathlib import Path

from support.records import acts
from support.visitor import Page, Visitor
from support.whole import Whole

TEST = "/en/modules/exam/final"
RULES = {"feedback": '"end"', "tries": "3", "pause_hours": "24", "retry": '"pool"'}


def item(number: int) -> str:
    """Return a question; `a` is right. Every third one is critical, odd ones are of the objective `one`."""
    critical = "critical = true\n" if number % 3 == 0 else ""
    return f"""
[[item]]
key = "q{number}"
interaction = "choice"
objective = "{"one" if number % 2 else "two"}"
{critical}prompt = "Question number {number}?"

[[item.choice]]
key = "a"
text = "This"
right = true
feedback = "So it is."

[[item.choice]]
key = "b"
text = "That"
feedback = "Think of it again."
"""


def write_exam(root: Path, *, version: str = "1.0.0", bank: str = "", **rules: str) -> Path:
    """Write the module `exam`; *rules* are lines of its [unit.final.rules], *bank* replaces its questions."""
    lines = "\n".join(f"{name} = {value}" for name, value in {**RULES, **rules}.items())
    folder = root / "module_exam"
    files = {
        "__init__.py": '"""An exam."""\n',
        "pack.toml": f"""
id = "module_exam"
kind = "module"
slug = "exam"
version = "{version}"
title = "Exam"
summary = "An exam."
source_language = "en"
languages = ["en"]
countries = ["FI"]
audiences = ["social-worker"]
licence = "CC-BY-4.0"
authors = ["The authors"]

[objectives]
one = "K: one"
two = "K: two"

[[block]]
key = "all"
title = "All"
units = ["hello", "final"]

[unit.hello]
kind = "lesson"
minutes = 5

[unit.final]
kind = "assessment"
title = "The test"
minutes = 10
move_on = "Passed"
mastery = 0.8

[unit.final.rules]
{lines}

[[unit.final.section]]
key = "part"
title = "Part"
bank = "bank"
draw = {{ one = 2, two = 2 }}
critical = 1

[credential]
kind = "completion"
rule = "all-core-and-safety-check"
""",
        "lessons/hello.md": "# Hello\n\nWords.\n",
        "items/bank.toml": bank or "".join(item(number) for number in range(1, 11)),
    }
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def asked_on(page: Page) -> list[str]:
    """Return the keys of the questions of a page."""
    return [each["value"] for each in page.all("input", type="hidden") if each["name"] == "item"]


def questions(visitor: Visitor) -> list[str]:
    """Return the keys of the questions of the open attempt, in their order."""
    found = []
    for number in range(1, 5):
        found += asked_on(visitor.get(f"{TEST}?q={number}"))
    return found


def begin(visitor: Visitor) -> list[str]:
    """Begin the test and return what it asks. The browser has chosen a language before: it is known to keep cookies."""
    visitor.client.set_cookie("lang", "en")
    assert visitor.post(TEST, {"do": "begin"}).status == 303
    return questions(visitor)


def attempt_on(visitor: Visitor, test: str = TEST) -> dict[str, str]:
    """Return the field that names the attempt on the page of a test, empty where none is open."""
    fields = visitor.get(f"{test}?q=review").all("input", type="hidden")
    return {each["name"]: each["value"] for each in fields if each["name"] == "attempt"}


def hand_in(visitor: Visitor, test: str = TEST) -> Page:
    """Hand the open attempt in."""
    return visitor.post(test, {**attempt_on(visitor, test), "do": "hand-in"})


def keep(visitor: Visitor, key: str, choice: str, *, do: str = "next", number: int = 1, attempt: str = "") -> Page:
    """Answer one question, of the open attempt or of the one that is named."""
    of = {"attempt": attempt} if attempt else attempt_on(visitor)
    return visitor.post(TEST, {**of, "do": do, "item": key, "number": str(number), f"a-{key}": choice})


def take(visitor: Visitor, *, wrong: int = 0) -> Page:
    """Take the whole test, the first *wrong* questions wrongly, and return the page of its result."""
    keys = begin(visitor)
    attempt = attempt_on(visitor)["attempt"]  # asked for once: to answer changes nothing of it
    for place, key in enumerate(keys):
        keep(visitor, key, "b" if place < wrong else "a", number=place + 1, attempt=attempt)
    assert hand_in(visitor).location == f"{TEST}?q=result"
    return visitor.get(f"{TEST}?q=result")


def recorded(whole: Whole) -> list[str]:
    """Return what was recorded of the test, without its opening."""
    return [act for act in acts(whole) if "final" in act and not act.startswith("initialized")]
