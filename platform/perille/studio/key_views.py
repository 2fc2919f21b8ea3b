"""The keys of the Studio: which there are, and a switch for those of one letter."""

from __future__ import annotations

from flask import Response

from perille.core.permissions import require
from perille.studio.pages import page
from perille.studio.views import blueprint


@blueprint.get("/<lang:lang>/studio/keys")
@require("studio.open")
def keyboard_shortcuts(lang: str) -> Response:
    """List the keys; script shows the list beside the page on which ? is pressed."""
    return page("keys", draft=None)
