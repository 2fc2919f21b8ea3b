"""The form of one fact: shown, saved, moved, removed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Response, request

from perille.core.countries import country_name, is_country
from perille.core.dates import today
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _, lazy_gettext
from perille.core.type_aliases import TomlTable
from perille.domain.course import PackKind
from perille.packs.format.manifest import MANIFEST
from perille.people.gate import may_in
from perille.studio.builds import build
from perille.studio.drafts import RevisionKind, file_at, manifest_of, save
from perille.studio.edit_conflicts import merge_tables
from perille.studio.fact_confirmed import confirmed_by
from perille.studio.fact_source import LONGEST_KEY, ORDER, FactFile, faults_in_form, is_key, path_of, texts_of
from perille.studio.fact_words import HINTS, NAMES, choices_of, mended
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, page, whole_number
from perille.studio.pasted import clean
from perille.studio.toml_edit import UneditableToml
from perille.studio.views import blueprint, country_codes

FACTS = "/<lang:lang>/studio/<uuid:draft_id>/facts"
FACT = f"{FACTS}/<country>/<key>"
_COUNTRY = re.compile(r"[A-Z]{2}")
#: Stands for the name of a fact that is no name, or another one's, while the rest of its form is looked at.
_NO_NAME = "without.a-name-yet"
_LONGEST = 2_000
NOT_BY_FORM = lazy_gettext(
    "These facts are written by hand in a way that this page cannot change. Change the file, and bring it in again."
)
IN_LIBRARIES = lazy_gettext("These are the facts that this course uses. They are changed in the library that has them.")


@blueprint.get(f"{FACTS}/new")
@require_in_draft("studio.author")
def new_fact(lang: str, draft_id: UUID) -> Response:
    """Show an empty form, for a country and a name that may be given."""
    draft = opened(draft_id)
    _require_library(draft)
    texts = {"country": request.args.get("country", "")[:2], "key": request.args.get("key", "")[:LONGEST_KEY]}
    return _form(draft, "", "", {"kind": "phone", "confidence": "A", "checked_by": "page"} | texts)


def _require_library(draft: StudioDraft) -> None:
    """Raise NotFound for a course: with facts of its own it could not be published."""
    manifest = manifest_of(file_at(db.session, draft, MANIFEST) or b"", draft.pack_id)
    if manifest.kind is not PackKind.LIBRARY:
        raise NotFound(str(IN_LIBRARIES))


@blueprint.get(FACT)
@require_in_draft("studio.translate")
def fact(lang: str, draft_id: UUID, country: str, key: str) -> Response:
    """Show the form of a fact, and who confirmed it last."""
    draft = opened(draft_id)
    table = fact_table(fact_file(draft, country), key)
    if table is None:
        raise NotFound(_("This is not there any more."))
    return _form(draft, country, key, texts_of(table))


def fact_file(draft: StudioDraft, country: str, number: int | None = None) -> FactFile:
    """Return the facts of a country in a draft at a revision, by default the newest."""
    known = _COUNTRY.fullmatch(country) is not None
    return FactFile(country, (file_at(db.session, draft, path_of(country), number) or b"") if known else b"")


def fact_table(file: FactFile, key: str) -> TomlTable | None:
    """Return the table of a fact, None for none; raise NotFound where no form can read the file."""
    try:
        return file.table(key)
    except UneditableToml as error:
        raise NotFound(str(NOT_BY_FORM)) from error


def _form(draft: StudioDraft, country: str, key: str, texts: Mapping[str, str], **more: object) -> Response:
    codes = {*country_codes(), *build(db.session, draft, languages=("en",)).pack.manifest.countries}
    shown: dict[str, object] = {
        "draft": draft,
        "country": country,
        "key": key,
        "texts": {"key": key} | dict(texts),
        "fields": ORDER,
        "names": NAMES,
        "hints": HINTS,
        "choices_of": choices_of,
        "countries": {code: country_name(code) for code in sorted(codes, key=country_name)},
        "country_name": country_name,
        "may_author": may_in("studio.author", draft.organisation_id),
        "confirmed": confirmed_by(draft, country, key) if key else "",
        "longest": _LONGEST,
        "longest_key": LONGEST_KEY,
        "errors": {},
    }
    return page("fact_form", **shown | more)


@blueprint.post(f"{FACTS}/new")
@require_in_draft("studio.author")
def add_fact(lang: str, draft_id: UUID) -> Response:
    """Add a fact to its country's file. Pressed twice makes one."""
    draft = locked(draft_id)
    _require_library(draft)
    texts = _typed()
    country, key = request.form.get("country", "").strip().upper()[:2], request.form.get("key", "").strip()
    errors: dict[str, list[tuple[str, str]]] = {}
    if not is_country(country):
        errors["country"] = [(_("Choose one of the list."), "")]
    if not is_key(key):
        errors["key"] = [(_("Small letters, digits, points and hyphens alone, such as health.line."), "")]
    file = fact_file(draft, country)
    known = None if errors else fact_table(file, key)
    if known is not None and texts_of(known) == {name: texts[name].strip() for name in ORDER}:
        return to_fact(draft, country, key, _("Saved."))
    if known is not None:
        errors["key"] = [(_("There is a fact of this name already. Choose another name, or change that one."), "")]
    return _put(draft, file, key, texts, new=True, errors=errors)


@blueprint.post(FACT)
@require_in_draft("studio.author")
def save_fact(lang: str, draft_id: UUID, country: str, key: str) -> Response:
    """Save a fact in its place; every other line of the file keeps its bytes."""
    draft = locked(draft_id)
    file = fact_file(draft, country)
    table = fact_table(file, key)
    if table is None:
        raise NotFound(_("This is not there any more."))
    mine, now, revision = _typed(), texts_of(table), whole_number("revision")
    then = (
        texts_of(fact_table(fact_file(draft, country, revision), key) or {}) if 0 < revision < draft.revision else now
    )
    sent = merge_tables(then, mine, now)
    texts = {name: str(sent.table.get(name, "")) for name in ORDER}
    if sent.both:
        theirs = [(str(NAMES[name]), now[name] or "–") for name in sent.both]
        return refused_form(draft, country, key, texts, 409, theirs=theirs)
    return _put(draft, file, key, texts)


def _typed() -> dict[str, str]:
    return {name: clean(request.form.get(name, ""))[:_LONGEST] for name in ORDER}


def _put(
    draft: StudioDraft,
    file: FactFile,
    key: str,
    texts: Mapping[str, str],
    *,
    new: bool = False,
    errors: Mapping[str, list[tuple[str, str]]] | None = None,
) -> Response:
    """Save a fact that the check of packs has nothing against; else show the form as it was sent, with what is wrong at each field."""
    found, text = dict(errors or {}), ""
    if "country" not in found:
        # What else is wrong is said at once, though the fact has no name yet under which it could be saved.
        text, others = _checked(file, _NO_NAME if found else key, texts)
        found |= others
    if found:
        given = dict(texts) | ({"country": file.country, "key": key} if new else {})
        return refused_form(draft, "" if new else file.country, "" if new else key, given, 422, errors=found)
    save(db.session, draft, {file.path: text.encode("utf-8", "surrogateescape")}, account_id(), RevisionKind.FACT)
    return to_fact(draft, file.country, key, _("Saved."))


def _checked(file: FactFile, key: str, texts: Mapping[str, str]) -> tuple[str, dict[str, list[tuple[str, str]]]]:
    try:
        text = file.put(key, texts, today())
        return text, mended(faults_in_form(file, text, key, texts, today()))
    except UneditableToml as error:
        return "", {"": [(str(NOT_BY_FORM), str(error))]}


def refused_form(
    draft: StudioDraft, country: str, key: str, texts: Mapping[str, str], status: int, **more: object
) -> Response:
    """Return the form as it was sent, with what is wrong."""
    response = _form(draft, country, key, texts, **more)
    response.status_code = status
    return response


def to_fact(draft: StudioDraft, country: str, key: str, words: str) -> Response:
    """Lead to the page of a fact, with what was done."""
    return done(draft_url(draft, "studio.fact", country=country, key=key), words, undo=True)


@blueprint.post(f"{FACT}/move")
@require_in_draft("studio.author")
def move_fact(lang: str, draft_id: UUID, country: str, key: str) -> Response:
    """Put a fact before or after another one: contacts stand on cards in the author's order."""
    draft = locked(draft_id)
    file = fact_file(draft, country)
    other, after = request.form.get("other", ""), request.form.get("to") == "down"
    back = draft_url(draft, "studio.fact_list", country=country, topic=request.form.get("topic", "")[:60])
    if fact_table(file, key) is None or fact_table(file, other) is None or other == key:
        return done(back, _("This is not there any more."), stop=True)
    return _changed(draft, file, lambda: file.move(key, other, after=after), back)


@blueprint.post(f"{FACT}/remove")
@require_in_draft("studio.author")
def remove_fact(lang: str, draft_id: UUID, country: str, key: str) -> Response:
    """Take a fact out; courses that name it have a finding then."""
    draft = locked(draft_id)
    file = fact_file(draft, country)
    back = draft_url(draft, "studio.fact_list", country=country)
    if fact_table(file, key) is None:
        return done(back, _("This is not there any more."), stop=True)
    return _changed(draft, file, lambda: file.drop(key), back)


def _changed(draft: StudioDraft, file: FactFile, change: Callable[[], str], back: str) -> Response:
    try:
        text = change()
    except UneditableToml:
        return done(back, str(NOT_BY_FORM), stop=True)
    save(db.session, draft, {file.path: text.encode("utf-8", "surrogateescape")}, account_id(), RevisionKind.FACT)
    return done(back, _("Saved."), undo=True)
