"""Style sheets as phones get them: without comments and white space. Nothing is painted on a slow line before the whole of one is there."""

from __future__ import annotations

import re

_TEXT = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
#: Atomic: a comment ends at its first end, whatever follows.
_COMMENT = r"/\*[\s\S]*?\*/"
_GAP = rf"(?>\s|{_COMMENT})++"
#: What needs no space on either side. Not the colon: "a :hover" is another selector than "a:hover". Nor "+" and "-", for calc().
_MARK = "[{};,>]"
_PART = re.compile(
    rf"(?P<text>{_TEXT})|(?P<last>(?:{_GAP})?;(?:{_GAP})?(?=\}}))|(?:{_GAP})?(?P<mark>{_MARK})(?:{_GAP})?"
    # A property of our own without a value: older browsers drop it where nothing at all follows the colon.
    rf"|(?P<empty>:{_GAP}(?=[;}}]))|(?P<colon>:){_GAP}|(?P<gap>{_GAP})"
)


def minified_style(style: str) -> str:
    """Return a style sheet that says the same in fewer bytes.

    >>> minified_style('/* Why. */\\na > b, i { margin: 0 2px; content: "; }"; }\\n')
    'a>b,i{margin:0 2px;content:"; }"}'
    """
    return _PART.sub(_shortest, style).strip()


def _shortest(part: re.Match[str]) -> str:
    if part["last"]:
        return ""
    if part["empty"]:
        return ": "
    return part["text"] or part["mark"] or part["colon"] or _apart(part["gap"])


def _apart(gap: str) -> str:
    """Return what keeps two words apart as *gap* did: a comment alone is no space, "a/**/:hover" is not "a :hover"."""
    return " " if re.sub(_COMMENT, "", gap) else "/**/"
