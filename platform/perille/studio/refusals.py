"""What was typed into a form that cannot be saved: it stands on the page that says why, so that it is not lost."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.exc import DBAPIError

from perille.core.errors import PerilleError, TooLarge, database_error_page, error_page
from perille.studio.unsaved_fields import typed_words
from perille.studio.views import blueprint

_TEMPLATE = "studio/not_saved.html"


@blueprint.errorhandler(PerilleError)
def not_saved(error: PerilleError) -> Response:
    """Say why a form was not saved, with what was typed: somebody took its question out, or nobody is signed in any more."""
    # Of a form that is too large nothing can be read.
    typed = [] if isinstance(error, TooLarge) else _typed()
    return error_page(error, _TEMPLATE, typed=typed) if typed else error_page(error)


@blueprint.errorhandler(DBAPIError)
def not_written(error: DBAPIError) -> Response:
    """Say that nothing can be saved, as where the disk is full, with what was typed: no page of the Studio is kept to go back to."""
    typed = _typed()
    return database_error_page(error, _TEMPLATE, typed=typed) if typed else database_error_page(error)


def _typed() -> list[str]:
    return list(dict.fromkeys(typed_words(request.form).values())) if request.method == "POST" else []
