"""The page on which somebody chooses how pages look."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from perille.core.web.display_preferences import CHOICES, current_look, keep_look, look_of, look_with
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import see_other

blueprint = Blueprint("comfort", __name__)


@blueprint.get("/<lang:lang>/look")
def display_preferences(lang: str) -> Response:
    """Show the choices, with some words to try them on."""
    return cached_page(("look",), lambda: render_template("comfort/look.html", chosen=current_look().split()))


@blueprint.post("/<lang:lang>/pictures")
def set_picture_mode(lang: str) -> Response:
    """Show the way by pictures and sound, or by words again, and begin at home."""
    response = see_other(url_for("catalogue.home", lang=lang))
    keep_look(response, look_with("pictures", wanted=request.form.get("pictures") == "1"))
    return response


@blueprint.post("/<lang:lang>/look")
def save_preferences(lang: str) -> Response:
    """Keep what was chosen in this browser. The page's script does the same without asking the server."""
    response = see_other(url_for(".display_preferences", lang=lang) + "#look-form")
    wanted = look_of(".".join(request.form.get(name, "") for name in CHOICES))
    keep_look(response, wanted)
    return response
