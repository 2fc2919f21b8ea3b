"""What a course is: its title, address, country and audiences, what it keeps of learners and gives them; two who change it lose nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from flask import Response, request

from perille.catalogue.services import audience_name, audience_names
from perille.core.countries import country_name
from perille.core.extensions import db
from perille.core.i18n import _
from perille.domain.course import BADGE, Trace
from perille.packs.format.manifest import MANIFEST
from perille.studio.builds import build
from perille.studio.course_settings import (
    CERTIFICATE,
    credential_kinds,
    problems_of,
    settings_of,
    traces,
    write_settings,
)
from perille.studio.drafts import RevisionKind, file_at, files_at, manifest_of, save
from perille.studio.edit_conflicts import MergedTable, in_words, merge_tables
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.outline import UneditableToml, rename_pack
from perille.studio.outline_views import not_in_one_place, outline_page, saved
from perille.studio.pages import account_id, done, draft_url, locked, refused, whole_number
from perille.studio.views import address_problem, blueprint, country_codes

_LONGEST = 120


@blueprint.post("/<lang:lang>/studio/<uuid:draft_id>/settings")
@require_in_draft("studio.author")
def save_settings(lang: str, draft_id: UUID) -> Response:
    """Save what the course is: title, summary, address, country, whether it is sensitive."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    manifest = made.pack.manifest
    now, words = settings_of(manifest), _("Saved.")
    wanted = _typed(now)
    sent = merge_tables(_then(draft, now), wanted, now)
    if sent.both:
        return refused(outline_page(draft, setting=_whole(sent.table), theirs=_theirs(sent, now)))
    if _whole(sent.table) != wanted:
        words = _("Saved. Somebody else had changed this too: both changes are in it.")
    wanted = _whole(sent.table)
    if problems := problems_of(wanted, made.plans):
        return _with_problems(outline_page(draft, setting=wanted, problems=problems))
    slug = str(wanted["slug"])
    problem = address_problem(manifest.id, str(manifest.kind), slug) if slug != manifest.slug else ""
    if problem:
        # The address stays as it was; what else was typed is saved, and not lost with it.
        slug = manifest.slug
    files = files_at(db.session, draft)
    try:
        changes = write_settings(files, wanted, manifest)
        if slug != manifest.slug:
            changes = rename_pack({**files, MANIFEST: changes[MANIFEST] or b""}, slug)
    except UneditableToml:
        return not_in_one_place(draft)
    if problem:
        changed = save(db.session, draft, changes, account_id(), RevisionKind.OUTLINE)
        return done(f"{draft_url(draft)}#settings", problem, undo=changed, stop=True, kept=True)
    return saved(draft, changes, RevisionKind.OUTLINE, words, f"{draft_url(draft)}#settings")


def _with_problems(response: Response) -> Response:
    response.status_code = 422
    return response


def _typed(now: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of the form; what is left empty, and what a form of an older page has not, stays as it is."""
    form = request.form
    return {
        "title": " ".join(form.get("title", "").split())[:_LONGEST] or now["title"],
        "summary": " ".join(form.get("summary", "").split())[:400] or now["summary"],
        "slug": form.get("slug", str(now["slug"])).strip().lower(),
        "country": _one_of((*country_codes(), str(now["country"])), "country", ""),
        "sensitive": "sensitive" in form,
        "law": "law" in form,
        "audiences": _audiences(now["audiences"]),
        "trace": _one_of(Trace, "trace", now["trace"]),
        "credential": _one_of(("", BADGE, CERTIFICATE), "credential", now["credential"]),
        "months": form.get("months", str(now["months"])).strip()[:_LONGEST],
    }


def _one_of(values: Iterable[str], name: str, otherwise: object) -> object:
    return chosen if (chosen := request.form.get(name)) is not None and chosen in list(values) else otherwise


def _audiences(now: object) -> object:
    """Return the audiences that were chosen: those of before in the order of the file, new ones after them."""
    chosen = request.form.getlist("audience")
    if not chosen:
        return now
    known = [*(now if isinstance(now, list) else ()), *audience_names()]
    return [key for key in dict.fromkeys(known) if key in chosen]


def _then(draft: StudioDraft, now: Mapping[str, object]) -> Mapping[str, object]:
    """Return the settings of which the form was made."""
    revision = whole_number("revision")
    if not 0 < revision < draft.revision:
        return now
    return settings_of(manifest_of(file_at(db.session, draft, MANIFEST, revision) or b"", ""))


def _whole(table: Mapping[str, object]) -> dict[str, object]:
    """Return settings with those that a table leaves out."""
    return {"sensitive": False, "law": False, "audiences": []} | dict(table)


def _theirs(sent: MergedTable, now: Mapping[str, object]) -> list[tuple[str, str]]:
    names = {
        "title": _("Title"),
        "summary": _("What it is about, in one sentence"),
        "slug": _("Its address"),
        "country": _("Country"),
        "audiences": _("Who it is for"),
        "trace": _("What is kept of learners"),
        "credential": _("What one gets at the end"),
        "months": _("For how many months it counts"),
    }
    country, audiences = str(now["country"]), now["audiences"]
    shown = dict(now) | {
        "country": country_name(country) if country else _("For none in particular"),
        "audiences": [audience_name(key) for key in audiences] if isinstance(audiences, list) else "",
        "trace": traces().get(str(now["trace"])),
        "credential": credential_kinds().get(str(now["credential"])),
    }
    return [(names.get(key, key), in_words(shown.get(key))) for key in sent.both]
