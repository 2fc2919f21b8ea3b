"""What word processors, web pages and messengers leave in words that are pasted: unseen signs that would break a block, or glue words.

A sign that an author may want stays: a no-break space between words, a mark of direction, a joiner. What stands where the signs of a list
or a heading are read does not: the checks of a pack refuse it there, and nobody sees why.
"""

from __future__ import annotations

import re

#: Ends of lines that are none in a file: those of Windows and old Macs, of word processors, and of a page or column.
_BREAKS = re.compile("\r\n|[\r\u2028\u2029\x85\x0b\x0c]")
#: Control characters, the mark of a file's bytes, and signs that turn all that follows, which WhatsApp puts around telephone numbers.
_NOT_TYPED = re.compile("[\0\x02\x03\ufeff\u202a-\u202e]")
_HARD = frozenset("\u00a0\u202f")
_MARKS = _HARD.union("\u200b\u200e\u200f\u061c\u2060")
_ANY = "".join(sorted(_MARKS))
_SPACES = re.compile("[ \\t\u00a0\u202f]{2,}")
_EMPTY = re.compile(f"^[ \\t{_ANY}]+$", re.MULTILINE)
#: A line that begins with unseen signs, the sign of a block, and unseen signs.
_SIGNED = re.compile(
    rf"^(?P<before>[{_ANY}\t \x1c-\x1f\u1680\u2000-\u200a\u205f\u3000]*+)"
    rf"(?P<sign>:::|\||#{{1,6}}|(?:[-*+>]|\d+[.)])(?=[ {_ANY}]))(?P<after>[ {_ANY}]*+)",
    re.MULTILINE,
)


def clean(text: str) -> str:
    """Return what was typed or pasted with plain ends of lines and spaces, and without what nobody types; every other sign stays.

    >>> clean("Call \\u202a112\\u202c.\\u2028-\\u00a0now\\r\\n\\u00a0\\r\\n1\\u00a0000")
    'Call 112.\\n- now\\n\\n1\\xa0000'
    """
    plain = _NOT_TYPED.sub("", _BREAKS.sub("\n", text))
    plain = _SPACES.sub(lambda found: " " if _HARD.intersection(found[0]) else found[0], plain)
    plain = _EMPTY.sub(lambda found: "" if _MARKS.intersection(found[0]) else found[0], plain)
    return _SIGNED.sub(_signed, plain).strip("\n")


def _signed(found: re.Match[str]) -> str:
    return _plain(found["before"]) + found["sign"] + _plain(found["after"])


def _plain(run: str) -> str:
    """Return spaces for no-break spaces, and nothing for marks."""
    if not _MARKS.intersection(run):
        return run
    return " " if _HARD.union(" \t").intersection(run) else ""
