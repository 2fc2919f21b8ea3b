"""Style sheets as phones get them: without comments and white space. Nothing is painted on a slow line before the whole of one is there."""

from __future__ import annotations

import re

_TEXT = r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
#: Atomic: a comment ends at its first end, whatever follows.
_GAP = r"(?>\s|/\*[\s\S]*?\*/)++"
#: What needs no space on either side. Not the colon: "a :hover" is another selector than "a:hover". Nor "+" and "-", for calc().
_MARK = "[{};,>]"
_PART = re.compile(
    rf"(?P<text>{_TEXT})|(?P<last>(?:{_GAP})?;(?:{_GAP})?(?=\}}))|(?:{_GAP})?(?P<mark>{_MARK})(?:{_GAP})?|(?P<colon>:){_GAP}|{_GAP}"
)


def minified_style(style: str) -> str:
    """Return a style sheet that says the same in fewer bytes.

    >>> minified_style('/* Why. */\\na > b, i { margin: 0 2px; content: "; }"; }\\n')
    'a>b,i{margin:0 2px;content:"; }"}'
    """
    return _PART.sub(_shortest, style).strip()


def _shortest(part: re.Match[str]) -> str:
    return "" if part["last"] else part["text"] or part["mark"] or part["colon"] or " "
