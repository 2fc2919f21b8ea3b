"""The blueprint of certificates: its answers are for one reader, and leave no copy behind."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from perille.core.i18n import offered_languages
from perille.core.web.responses import keep_private

blueprint = Blueprint("credentials", __name__)
#: Address of a course's certificate.
CERTIFICATE = "/<lang:lang>/<any(courses, modules):kind>/<slug>/certificate"
#: Address of a course's badge.
BADGE = "/<lang:lang>/<any(courses, modules):kind>/<slug>/badge"


@blueprint.before_request
def take_language() -> None:
    """Let a link choose the language of /verify, which has none in its address."""
    if request.args.get("lang") in offered_languages() and "lang" not in (request.view_args or {}):
        g.language = request.args["lang"]


@blueprint.after_request
def keep_certificates_private(response: Response) -> Response:
    """Leave no copy behind, and none in another language."""
    response.vary.add("Accept-Language")
    return keep_private(response)
