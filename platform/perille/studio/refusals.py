"""What was typed into a form that cannot be saved: it stands on the page that says why, so that it is not lost."""

from __future__ import annotations

from flask import Response, request

from perille.core.errors import PerilleError, TooLarge, error_page
from perille.studio.typed import typed_words
from perille.studio.views import blueprint


@blueprint.errorhandler(PerilleError)
def not_saved(error: PerilleError) -> Response:
    """Say why a form was not saved, with what was typed: somebody took its question out, or nobody is signed in any more."""
    # Of a form that is too large nothing can be read.
    may_have_typed = request.method == "POST" and not isinstance(error, TooLarge)
    typed = list(dict.fromkeys(typed_words(request.form).values())) if may_have_typed else []
    return error_page(error, "studio/not_saved.html", typed=typed) if typed else error_page(error)
