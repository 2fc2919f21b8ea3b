"""What a translation does not keep of its source, in the translator's language; the check says it in English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from perille.core.i18n import _
from perille.studio.findings import advice_for

_LACKS = re.compile(
    r"lacks (?:facts|link targets|code|pictures) of its source: (?P<what>.*?)(?= and has |$)"
    r"|lacks words that stand on the form: (?P<form>.*)|lacks the gap (?P<gap>\(\(.*\)\))"
)
_ADDED = re.compile(
    r"has (?:facts|link targets|code|pictures) that its source has not: (?P<what>.*)"
    r"|has a gap (?P<gap>\(\(.*\)\)) too many"
)
_SIGN = re.compile(r'begins with "(?P<sign>[^"]*)", which readers would see')
_WORD = re.compile(r'begins with ".*": the word "(?P<word>.*)" stays')


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in a translation."""

    #: As the check says it, in English.
    message: str
    #: What to do, in the translator's language; "" where only the check's own words say it.
    advice: str


def problem_of(message: str) -> Problem:
    """Return what the check says of a translation with what to do."""
    return Problem(message, " ".join(_advice(message)) or advice_for(message))


def _advice(message: str) -> Iterator[str]:
    if found := _SIGN.search(message):
        yield _("It begins with “%(sign)s”, which readers would see. Take it away.", sign=found["sign"])
    if found := _LACKS.search(message):
        yield _("This is missing in the translation: %(what)s", what=found["what"] or found["form"] or found["gap"])
    if found := _ADDED.search(message):
        yield _("This is in the translation, and not in its source: %(what)s", what=found["what"] or found["gap"])
    if found := _WORD.search(message):
        yield _("The word “%(word)s” stays as it stands on doors and letters.", word=found["word"])
    if "its label in bold" in message:
        yield _("Begin with the label in bold, and write words after it, as the source does.")
    if 'is not "word' in message:
        yield _("Write it as its source: the word · how it sounds · what it means. The middle may be empty.")
