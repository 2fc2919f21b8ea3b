"""What was typed into a form that cannot be saved: it stands on the page that says why, so that it is not lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flask import Response, request

from perille.core.errors import PerilleError, error_page
from perille.studio.views import blueprint

#: Fields into which one types; those of blocks, questions and rows have names of their own.
_TYPED = frozenset({"words", "source", "title", "heading", "summary", "description"})
_ROW_FIELD = re.compile(r"[a-z_]+-\d+-(?!key$)[a-z_]+")


def typed_words(form: Mapping[str, str]) -> Iterator[str]:
    """Yield what somebody typed into a form of the Studio, each text once.

    >>> list(typed_words({"revision": "3", "f-words": "Go home.", "choice-0-text": "Yes", "choice-0-key": "a", "heading": " "}))
    ['Go home.', 'Yes']
    """
    # A translation is sent with the words that it translates.
    names = _TYPED - {"source"} if "context" in form else _TYPED
    values = (value for name, value in form.items() if name in names or name[:2] == "f-" or _ROW_FIELD.fullmatch(name))
    yield from dict.fromkeys(value for value in values if value.strip())


@blueprint.errorhandler(PerilleError)
def not_saved(error: PerilleError) -> Response:
    """Say why a form was not saved, with what was typed: somebody took its question out, or nobody is signed in any more."""
    typed = list(typed_words(request.form)) if request.method == "POST" else []
    return error_page(error, "studio/not_saved.html", typed=typed) if typed else error_page(error)
