"""What a course is: its title, summary, address and country, whether it is sensitive or about the law; two who change it lose nothing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Response, request

from perille.core.countries import country_name
from perille.core.extensions import db
from perille.core.i18n import _
from perille.packs.format.manifest import MANIFEST, Manifest
from perille.studio.builds import build
from perille.studio.drafts import RevisionKind, file_at, files_at, manifest_of, save
from perille.studio.edit_conflicts import MergedTable, in_words, merge_tables
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.outline import UneditableToml, rename_pack, set_values, settings_of
from perille.studio.outline_views import not_in_one_place, outline_page, saved
from perille.studio.pages import account_id, done, draft_url, locked, refused, whole_number
from perille.studio.views import address_problem, blueprint, country_codes

_LONGEST = 120


@blueprint.post("/<lang:lang>/studio/<uuid:draft_id>/settings")
@require_in_draft("studio.author")
def save_settings(lang: str, draft_id: UUID) -> Response:
    """Save what the course is: title, summary, address, country, whether it is sensitive."""
    draft = locked(draft_id)
    manifest = build(db.session, draft).pack.manifest
    now, words = settings_of(manifest), _("Saved.")
    wanted = _typed(now)
    sent = merge_tables(_then(draft, now), wanted, now)
    if sent.both:
        return refused(outline_page(draft, setting=_whole(sent.table), theirs=_theirs(sent, now)))
    if _whole(sent.table) != wanted:
        words = _("Saved. Somebody else had changed this too: both changes are in it.")
    wanted = _whole(sent.table)
    slug = str(wanted["slug"])
    problem = address_problem(manifest.id, str(manifest.kind), slug) if slug != manifest.slug else ""
    if problem:
        # The address stays as it was; what else was typed is saved, and not lost with it.
        slug = manifest.slug
    files = files_at(db.session, draft)
    try:
        changes = set_values(files, _in_manifest(wanted, manifest))
        if slug != manifest.slug:
            changes = rename_pack({**files, MANIFEST: changes[MANIFEST] or b""}, slug)
    except UneditableToml:
        return not_in_one_place(draft)
    if problem:
        changed = save(db.session, draft, changes, account_id(), RevisionKind.OUTLINE)
        return done(f"{draft_url(draft)}#settings", problem, undo=changed, stop=True, kept=True)
    return saved(draft, changes, RevisionKind.OUTLINE, words, f"{draft_url(draft)}#settings")


def _in_manifest(wanted: Mapping[str, object], manifest: Manifest) -> dict[str, object]:
    """Return settings as pack.toml says them, all but the address, which is in more files."""
    values = {name: wanted[name] for name in ("title", "summary", "sensitive")}
    # A course that never said it is about the law says nothing of it: its file stays as it was written.
    values["law"] = True if wanted["law"] else (None if not manifest.law else False)
    # The page offers one country: those of a course for several stay.
    if len(manifest.countries) < 2:
        values["countries"] = [wanted["country"]] if wanted["country"] in country_codes() else []
    return values


def _typed(now: Mapping[str, object]) -> dict[str, object]:
    """Return the settings of the form; what is left empty stays as it is."""
    form = request.form
    return {
        "title": " ".join(form.get("title", "").split())[:_LONGEST] or now["title"],
        "summary": " ".join(form.get("summary", "").split())[:400] or now["summary"],
        "slug": form.get("slug", str(now["slug"])).strip().lower(),
        "country": form.get("country", "") if form.get("country", "") in country_codes() else "",
        "sensitive": "sensitive" in form,
        "law": "law" in form,
    }


def _then(draft: StudioDraft, now: Mapping[str, object]) -> Mapping[str, object]:
    """Return the settings of which the form was made."""
    revision = whole_number("revision")
    if not 0 < revision < draft.revision:
        return now
    return settings_of(manifest_of(file_at(db.session, draft, MANIFEST, revision) or b"", ""))


def _whole(table: Mapping[str, object]) -> dict[str, object]:
    """Return settings with those that a table leaves out."""
    return {"sensitive": False, "law": False} | dict(table)


def _theirs(sent: MergedTable, now: Mapping[str, object]) -> list[tuple[str, str]]:
    names = {
        "title": _("Title"),
        "summary": _("What it is about, in one sentence"),
        "slug": _("Its address"),
        "country": _("Country"),
    }
    country = str(now["country"])
    shown = dict(now) | {"country": country_name(country) if country else _("For none in particular")}
    return [(names.get(key, key), in_words(shown.get(key))) for key in sent.both]
