"""The picture that stands beside a link to a course where somebody shares it.

Programs that show links take no SVG, so the cover of the course is drawn as dots when it is first asked for.
"""

from __future__ import annotations

import logging

import typst
from flask import Blueprint, Response, request

from perille.core.errors import NotFound
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.lru_cache import LruCache
from perille.courses.learner_course import KINDS
from perille.learning.covers import DRAWING, own_cover, shown_picture
from perille.packs.published.library import current_library

blueprint = Blueprint("link_preview", __name__)
log = logging.getLogger(__name__)

#: Seconds for which a picture may be kept: another cover is seen the day after.
_KEPT = 86_400
#: Pictures that are remembered: some 40 kB each.
_REMEMBERED = 64
#: 1,200 x 630 dots, the size that programs ask for, in points of which two dots are one.
_PAGE = b"""#set page(width: 600pt, height: 315pt, margin: 0pt, fill: rgb("#e8eef2"))
#place(center + horizon, block(fill: white, radius: 16pt, inset: 12pt,
  image(bytes(sys.inputs.at("picture")), format: "svg", width: 520pt, height: 267pt, fit: "contain")))
"""
_DOTS = 144

_pictures = AppSlot[LruCache[bytes]]("link_previews", lambda: LruCache(_REMEMBERED))


@blueprint.get("/<lang:lang>/<any(courses, modules):kind>/<slug>/preview.png")
def preview(lang: str, kind: str, slug: str) -> Response:
    """Serve the cover of a course as PNG; of a sensitive one there is none, since its link shows nothing."""
    edition = current_library().find(KINDS[kind], slug)
    name = own_cover(edition, lang) if edition is not None and not edition.summary.sensitive else ""
    if edition is None or not name:
        raise NotFound(_("There is no such course here."))
    sha256 = shown_picture(edition, name, lang).sha256
    drawn = _pictures().get(sha256, lambda: _drawn(sha256))
    if not drawn:
        raise NotFound(_("There is no such course here."))
    response = Response(drawn, mimetype="image/png")
    response.headers["Cache-Control"] = f"public, max-age={_KEPT}"
    response.set_etag(sha256[:20])
    response.make_conditional(request)
    return response


def _drawn(sha256: str) -> bytes:
    """Return a drawing as PNG; nothing where it cannot be drawn, which is remembered too: the same bytes would fail again."""
    found = current_library().media_body(db.session, sha256)
    if found is None or found.mime != DRAWING:
        raise NotFound(_("There is no such course here."))
    try:
        made = typst.compile(
            _PAGE,
            format="png",
            ppi=_DOTS,
            sys_inputs={"picture": found.body.decode("utf-8", "replace")},
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        log.warning("the picture %s cannot be drawn as dots: %s", sha256[:20], error)
        return b""
    assert isinstance(made, bytes), "one page"
    return made
