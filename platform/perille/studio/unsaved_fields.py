"""Which fields of a form of the Studio hold what somebody typed, so that nothing of it is lost where the form is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Fields into which one types; those of blocks, questions and rows have names of their own.
_TYPED = frozenset({"words", "source", "title", "heading", "summary", "description", "author", "note"})
#: Those of a fact, beside the day of its check; what is chosen of a list is chosen anew.
_OF_FACT = frozenset({"label", "value", "e164", "hours", "for_whom", "links", "source", "source_name", "page_date"})
_ROW_FIELD = re.compile(r"[a-z_]+-\d+-(?!key$)[a-z_]+")


def typed_words(form: Mapping[str, str]) -> dict[str, str]:
    """Return what somebody typed into a form of the Studio, by the names of its fields.

    >>> typed_words({"revision": "3", "f-words": "Go home.", "choice-0-text": "Yes", "choice-0-key": "a", "heading": " "})
    {'f-words': 'Go home.', 'choice-0-text': 'Yes'}
    """
    # A translation is sent with the words that it translates.
    names = _TYPED - {"source"} if "context" in form else _TYPED | (_OF_FACT if "checked_on" in form else set())
    found = (each for each in form.items() if each[0] in names or each[0][:2] == "f-" or _ROW_FIELD.fullmatch(each[0]))
    return {name: value for name, value in found if value.strip()}
