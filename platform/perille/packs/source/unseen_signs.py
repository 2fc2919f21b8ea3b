"""Signs that a program for writing leaves in a file and that no author sees: each is told with its line.

Markdown takes a line for a heading, a list or a container only where its first signs are the plain ones. A no-break space or a
right-to-left mark there turns two screens into one, and nothing on the author's screen shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import PackFiles
from perille.packs.source.read_cache import Keep, kept_reading, read_anew

_MARKS = "\u200b\u200e\u200f\u061c\u2060\ufeff\u00a0\u202f"
_SEPARATORS = {"\x85": "U+0085", "\u2028": "U+2028", "\u2029": "U+2029"}
_OVERRIDE = re.compile("[\u202a-\u202e]")
_SEPARATOR = re.compile(f"[{''.join(_SEPARATORS)}]")
#: Most files have none of these: they are not looked at line by line. One sign at a time is found in a tenth of a pattern's time.
_ANYWHERE = ("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", *_SEPARATORS)

#: (pattern, what the author has to do) for lines of lessons. What two parts of a pattern take is not given back ("*+"): a no-break space is
#: a space and a mark, and a line of very many would be tried in the square of their number of ways.
_OF_LESSONS = (
    (
        re.compile(rf"(?:(?![{_MARKS}])\s)*+[{_MARKS}][{_MARKS}\s]*+(?:#|:::|[-*+>] |\d+[.)] |\|)"),
        "An unseen sign (a no-break space or a mark of direction) stands before the first sign of the line: delete it",
    ),
    (
        re.compile(rf" {{0,3}}(?:#{{1,6}}|[-*+>]|\d+[.)])[{_MARKS}]"),
        "A no-break space or another unseen sign stands where a plain space must be: type the space again",
    ),
    (
        re.compile(r"(?:\t| {1,3}\t| {4})\s*:::"),
        "A container stands at the margin: delete the tab or the spaces before :::",
    ),
    (re.compile(r" {0,3}#{2,6}[^\s#]"), "A heading needs a space after its last #"),
    (
        re.compile(rf"\s*+[{_MARKS}]*+[\u0660-\u0669\u06f0-\u06f9]+[.)\-]\s"),
        'A numbered list is written with 1. 2. 3.: pages show the digits of their language, and "-" works in any',
    ),
)


def check_signs(files: PackFiles, diagnostics: Diagnostics, keep: Keep = read_anew) -> None:
    """Add a fault for each line of a source file, and a warning for each line of a catalogue, that has such a sign."""
    for path in files.files:
        if path.endswith((".md", ".toml", ".po")) and path != "README.md":
            _check_kept(path, files.text(path), diagnostics, keep)


def _check_kept(path: str, text: str, diagnostics: Diagnostics, keep: Keep) -> None:
    kept_reading(keep, ("signs", path, text), diagnostics, lambda found: _check_text(path, text, found))


def _check_text(path: str, text: str, diagnostics: Diagnostics) -> None:
    if any(sign in text for sign in _ANYWHERE):
        add = diagnostics.warn if path.endswith(".po") else diagnostics.add
        for number, line in enumerate(text.split("\n"), 1):
            for problem in _anywhere(line):
                add(path, number, problem)
    if path.startswith("lessons/"):
        _check_lesson(path, text, diagnostics)


def _check_lesson(path: str, text: str, diagnostics: Diagnostics) -> None:
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced:
            _check_line(path, number, line, diagnostics)


def _anywhere(line: str) -> Iterator[str]:
    """Yield what is wrong with a line of any file."""
    if found := _OVERRIDE.search(line):
        sign = f"U+{ord(found[0]):04X}"
        yield f"The line has a sign that turns the direction of all that follows ({sign}): delete it"
    if found := _SEPARATOR.search(line):
        yield f"The line has a line break that only Word knows ({_SEPARATORS[found[0]]}): type it again"


def _check_line(path: str, number: int, line: str, diagnostics: Diagnostics) -> None:
    for pattern, message in _OF_LESSONS:
        if pattern.match(line):
            diagnostics.add(path, number, message)
            return
