"""Drafts at addresses of the learner's own pages: `draft-<id>` for staff who are signed in, `look-<token>` for who has a private link.

The pages are the learner's: the same views, templates and compiler. Nothing is recorded, no cache keeps them, and no search engine lists
them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import zstandard
from flask import Flask, Response, g, request, url_for
from sqlalchemy import delete, select

from perille.core.database import Session, utcnow
from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, language_of
from perille.core.lru_cache import LruCache
from perille.core.security import CONTENT_SECURITY_POLICY
from perille.core.tokens import token_hash
from perille.core.web.responses import no_store
from perille.domain.content import LessonWords, LocalizedCourse, Screen
from perille.domain.course import PackKind, Trace
from perille.packs.compiler.compiled import CompiledPack, digest
from perille.packs.format.audio_files import audio_type
from perille.packs.format.lesson_model import EASY
from perille.packs.format.media import MIME_TYPES
from perille.packs.published.edition import Edition, marked
from perille.packs.published.library import Picture, current_library
from perille.packs.publishing.models import PackVersion
from perille.people.gate import may_in
from perille.people.models import Organisation
from perille.studio.addresses import address_now
from perille.studio.builds import DraftBuild, build
from perille.studio.models import StudioBlob, StudioDraft, StudioLink

_DRAFT, _LOOK = "draft-", "look-"
#: An address of a private link, or the beginning of one that was not copied whole: a course may be called "look-around", too.
_LINK = re.compile(f"{_LOOK}[0-9a-f]{{0,64}}")
#: Things made of one draft that stay as long as the page that shows it is made.
_MADE_KEPT = 100
#: Days for which a private link works, as its maker may choose.
LIFETIMES = (1, 7, 30)
#: The pages of staff beside which the preview stands are the only ones that may frame it.
_FRAMED = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


@dataclass(frozen=True)
class DraftEdition(Edition):
    """A draft as pages use a course; it is in no table of published packs."""

    compiled: CompiledPack
    is_draft = True

    def _read_words(self, language: str) -> LocalizedCourse:
        found = self.language_of_words(language)
        words = self.compiled.words[found]
        return _with_screens(words if found == language else marked(words, found))


def _with_screens(words: LocalizedCourse) -> LocalizedCourse:
    """Give a lesson that has no words yet an empty screen, since a page shows one."""
    return replace(words, units={key: _with_screen(lesson) for key, lesson in words.units.items()})


def _with_screen(lesson: LessonWords) -> LessonWords:
    variants = {country: _with_screen(each) for country, each in lesson.variants.items()}
    screens = lesson.screens or (Screen(heading=None, pieces=()),)
    easy = _with_screen(lesson.easy) if lesson.easy else None
    return replace(lesson, screens=screens, variants=variants, easy=easy)


def edition_of(made: DraftBuild, slug: str) -> Edition | None:
    """Return a compiled draft as pages use a course, None where no page can be made of it."""
    compiled = made.compiled
    if compiled is None:
        return None
    # What leaves no trace gives nothing at its end, and its preview promises nothing.
    earned = compiled.structure.credential if compiled.structure.trace is not Trace.NONE else None
    # A page that is kept must not be shown for another draft with the same words, or after the next save.
    hashes = {code: digest(slug, made.revision, value) for code, value in compiled.words_hashes.items()}
    return DraftEdition(
        id=made.draft_id,
        pack_id=compiled.summary.pack_id,
        structure_hash=compiled.structure_hash,
        summary=replace(compiled.summary, slug=slug, trace=Trace.NONE),
        structure=replace(compiled.structure, trace=Trace.NONE, credential=earned),
        media=compiled.media,
        words_hashes=hashes,
        _session=db.session,
        # A page asks for the same words some twenty times; they go with the page.
        _keep=LruCache[object](_MADE_KEPT).get,
        _plain=current_library().plain,
        compiled=compiled,
    )


class DraftEditions:
    """Finds drafts for `PackLibrary` where nothing published has the address."""

    def find(self, kind: PackKind, slug: str) -> Edition | None:
        """Return the draft at an address, None for none, for a stranger, and for a link that has ended.

        Raise Conflict where it has no pages.
        """
        draft = _draft_at(slug)
        if draft is None:
            return None
        wanted = (language_of(), request.args.get("with", ""))
        made = build(db.session, draft, languages=[code for code in wanted if code in LANGUAGES])
        g.draft_shown = slug
        edition = edition_of(made, slug)
        if edition is None:
            raise Conflict(_no_pages(made, slug))
        return edition if edition.summary.kind == kind else None

    def absent(self, slug: str) -> str:
        """Say of a private link that it has ended: of one that never was, too, so that nobody learns which there are."""
        if not _LINK.fullmatch(slug) or _was_published(db.session, slug):
            return ""
        return _("This private link has ended, or it is not whole. Ask who sent it to you for a new one.")

    def moved(self, kind: PackKind, slug: str) -> str:
        """Return the address at which a draft that was published at this one is published now, "" for none."""
        return address_now(db.session, kind, slug)

    def picture(self, session: Session, stamp: str) -> Picture | None:
        """Return a picture of a draft by the beginning of its hash, which nobody guesses."""
        wanted = select(StudioBlob.body).where(StudioBlob.sha256 >= stamp, StudioBlob.sha256 < f"{stamp}g").limit(1)
        body = session.scalar(wanted)
        if body is None:
            return None
        content = zstandard.decompress(body)
        mime = _picture_type(content) or audio_type(content)
        return Picture(mime, content) if mime else None


def _no_pages(made: DraftBuild, slug: str) -> str:
    """Return why a draft has no pages; what the compiler says is for staff, and only where no check says it."""
    words = _("This course has errors because of which no page can be shown. They stand at their places.")
    return f"{words} ({made.failure})" if slug.startswith(_DRAFT) and not made.errors else words


def _picture_type(content: bytes) -> str:
    """Return the media type of a picture of a draft, "" for none. SVG has no fixed beginning: a mark, spaces, comments may stand first."""
    if content.startswith(b"RIFF"):
        return "image/webp"
    return MIME_TYPES[".svg"] if _DRAWING.match(content) else ""


#: How a drawing begins: its first tag may have a prefix. What was passed is not looked at once more (?>): a file that begins with
#: many comments and is no drawing, as a lesson may, would take years.
_DRAWING = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b|(?>(?:<\?.*?\?>|<!--.*?-->)\s*)*<(?:[\w.-]+:)?svg\b)", re.DOTALL
)


def _draft_at(slug: str) -> StudioDraft | None:
    if slug.startswith(_DRAFT):
        draft = _seen_draft(slug.removeprefix(_DRAFT))
    elif slug.startswith(_LOOK):
        draft = _behind_link(db.session, slug.removeprefix(_LOOK))
    else:
        return None
    return draft if draft is not None and draft.deleted_at is None else None


def _seen_draft(word: str) -> StudioDraft | None:
    """Return the draft of an address where who is signed in may read it."""
    try:
        draft = db.session.get(StudioDraft, UUID(word))
    except ValueError:
        return None
    return draft if draft is not None and may_in("studio.translate", draft.organisation_id) else None


def _behind_link(session: Session, token: str) -> StudioDraft | None:
    link = session.get(StudioLink, token_hash(token))
    draft = session.get(StudioDraft, link.draft_id) if link is not None and link.expires_at > utcnow() else None
    return draft if draft is not None and not _is_closed(session, draft.organisation_id) else None


def _was_published(session: Session, slug: str) -> bool:
    """Tell whether a course had this address, which is in no list any more."""
    return session.scalar(select(PackVersion.id).where(PackVersion.slug == slug).limit(1)) is not None


def _is_closed(session: Session, organisation_id: UUID | None) -> bool:
    """Tell whether a draft is of an organisation that was closed: nobody is left there who could end its links."""
    organisation = session.get(Organisation, organisation_id) if organisation_id is not None else None
    return organisation is not None and organisation.closed_at is not None


def make_link(session: Session, draft: StudioDraft, account_id: UUID | None, days: int, secret: bytes) -> str:
    """Make a private link to a draft that works for some days, and return its word in addresses; only now can it be read.

    *secret*: 32 bytes; the same ones again are the same link.
    """
    token = secret.hex()
    if session.get(StudioLink, token_hash(token)) is not None:
        return f"{_LOOK}{token}"
    ends = utcnow() + timedelta(days=days if days in LIFETIMES else LIFETIMES[0])
    session.add(StudioLink(token_hash=token_hash(token), draft_id=draft.id, made_by=account_id, expires_at=ends))
    session.flush()
    return f"{_LOOK}{token}"


def links_of(session: Session, draft: StudioDraft) -> list[StudioLink]:
    """Return the links to a draft that work."""
    wanted = select(StudioLink).where(StudioLink.draft_id == draft.id, StudioLink.expires_at > utcnow())
    return list(session.scalars(wanted.order_by(StudioLink.expires_at)))


def end_link(session: Session, draft: StudioDraft, link_id: UUID) -> None:
    """Make a link work no longer."""
    session.execute(delete(StudioLink).where(StudioLink.draft_id == draft.id, StudioLink.id == link_id))


def draft_slug(draft: StudioDraft) -> str:
    """Return the word for a draft in addresses of staff who are signed in."""
    return f"{_DRAFT}{draft.id.hex}"


def preview_url(draft: StudioDraft, lang: str, kind: str, lesson: str, screen: int = 1) -> str:
    """Return the address of a screen of a draft, as its learner will see it. *lesson*: name of its file, without the ending."""
    unit = lesson.partition(".")[0]
    address = url_for(
        "learning.unit", lang=lang, kind="modules" if kind == "module" else "courses", slug=draft_slug(draft), key=unit
    )
    query = ({"screen": screen} if screen > 1 else {}) | ({"easy": 1} if lesson.endswith(EASY) else {})
    return f"{address}?{urlencode(query)}" if query else address


def course_preview_url(draft: StudioDraft, lang: str, kind: str) -> str:
    """Return the address of the first page of a draft, as its learners will see it; *kind*: the word for it in addresses."""
    return url_for("learning.course", lang=lang, kind=kind, slug=draft_slug(draft))


def configure_previews(app: Flask) -> None:
    """Let pages find drafts, say that they are drafts, and keep them out of caches and search engines."""
    current_library.of(app).private = DraftEditions()
    app.jinja_env.globals["shows_draft"] = lambda: bool(g.get("draft_shown"))
    app.after_request(_keep_private)


def _keep_private(response: Response) -> Response:
    shown: str = g.get("draft_shown", "")
    if shown:
        no_store(response)
        response.headers.pop("ETag", None)
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers["Referrer-Policy"] = "no-referrer"
        if shown.startswith(_DRAFT) and request.method == "GET":
            response.headers["Content-Security-Policy"] = _FRAMED
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
