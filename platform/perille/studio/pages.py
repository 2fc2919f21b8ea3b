"""What every page of the Studio shares: who is there, what was just done, headers, and the way back to a draft."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from babel.dates import format_datetime
from flask import Response, make_response, render_template, request, url_for

from perille.core.extensions import db
from perille.core.i18n import _, babel_locale, language_of
from perille.core.security import CONTENT_SECURITY_POLICY
from perille.core.web.flash_cookie import CookieTooLong, show_once, shown_once
from perille.core.web.responses import keep_private
from perille.core.web.too_large import too_large_words
from perille.people.current import the_account
from perille.people.gate import may_in
from perille.people.models import Account
from perille.studio.drafts import find_draft, lock_draft
from perille.studio.models import StudioDraft
from perille.studio.unsaved_fields import typed_words

#: The preview of a draft stands in a frame, and nothing else may.
_POLICY = CONTENT_SECURITY_POLICY.replace("frame-src 'none'", "frame-src 'self'")

#: Letters of what is said once, where a cookie does not hold all of it.
_LONGEST_NOTICE = 400


def account_id() -> UUID:
    """Return who is signed in; for views that `require` has let through."""
    return the_account().id


def called(account_id: UUID | None) -> str:
    """Return how a member of staff is called on pages of staff: their name, or what stands before the @ of their address."""
    account = None if account_id is None else db.session.get(Account, account_id)
    return _("Somebody") if account is None else account.label.partition("@")[0]


def isolated(name: str) -> str:
    """Return a name so that a sentence of the other direction keeps its order around it, where no tag can stand (FSI and PDI).

    >>> isolated("Anna")
    '\\u2068Anna\\u2069'
    """
    return f"\u2068{name}\u2069"


def moment(at: datetime) -> str:
    """Write a time to the minute, in UTC, in the reader's language."""
    return format_datetime(at, "short", tzinfo=UTC, locale=babel_locale(language_of()))


def page(template: str, **values: object) -> Response:
    """Return a page of the Studio with what was just done."""
    draft = values.get("draft")
    may_author = isinstance(draft, StudioDraft) and may_in("studio.author", draft.organisation_id)
    shared = {
        "notice": _notice(),
        "called": called,
        "isolated": isolated,
        "moment": moment,
        "may_author": may_author,
        # What the page keeps in the browser is shown to nobody else.
        "who": account_id(),
    }
    body = render_template(f"studio/{template}.html", **shared | values)
    return protect(make_response(body))


def file_limit(most: int) -> dict[str, object]:
    """Return what the template of a form with a file knows of its limit of *most* bytes: `files.js` says it before the file is sent."""
    return {"most_file": most, "too_large": too_large_words(most)}


def refused(response: Response) -> Response:
    """Say to programs that a page shows words which were not saved, because somebody else has saved others."""
    response.status_code = 409
    return response


def protect(response: Response) -> Response:
    """Leave no copy behind, and let the page frame its previews; what has a policy of its own keeps it."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    return keep_private(response)


def _notice() -> dict[str, Any] | None:
    found = shown_once("studio")
    return found if isinstance(found, dict) else None


def done(address: str, words: str, *, undo: bool = False, stop: bool = False, kept: bool = False) -> Response:
    """Lead to a page that says what was done. *undo*: with a button that takes it back; *stop*: it was not done.

    What was typed into a form of which nothing was done goes along, as far as a cookie holds it. *kept*: not that, since the page has it.
    """
    path, _sep, fragment = address.partition("#")
    told: dict[str, object] = {"words": words, "undo": undo, "stop": stop}
    typed = {"typed": typed_words(request.form)} if stop and not (undo or kept) else {}
    try:
        response = show_once(path, "studio", told | typed)
    except CookieTooLong:
        response = show_once(path, "studio", told | {"words": words[:_LONGEST_NOTICE]})
    if fragment:
        response.location = f"{path}#{fragment}"
    return response


def opened(draft_id: UUID) -> StudioDraft:
    """Return the draft of this address, for reading."""
    return find_draft(db.session, draft_id)


def locked(draft_id: UUID) -> StudioDraft:
    """Return the draft of this address, for saving."""
    return lock_draft(db.session, draft_id)


def draft_url(draft: StudioDraft, endpoint: str = "studio.outline", **values: object) -> str:
    """Return the address of a page of a draft in the language of this page."""
    lang = (request.view_args or {}).get("lang", "en")
    return url_for(endpoint, lang=lang, draft_id=draft.id, **values)  # type: ignore[arg-type]


def whole_number(name: str, default: int = 0, *, source: Callable[[str], str | None] | None = None) -> int:
    """Return a number of the form, or of what *source* reads; the default for what is none."""
    text = (source or request.form.get)(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def uploaded(name: str) -> bytes:
    """Return the bytes of a file of the form, none where no file was chosen."""
    file = request.files.get(name)
    if file is None:
        return b""
    with closing(file):
        body: bytes = file.read()
    return body
