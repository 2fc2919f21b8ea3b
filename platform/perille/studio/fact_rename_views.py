"""Giving a fact of a draft another name: all that names it in the draft is changed with it, in one save, or nothing is."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from perille.core.database import run_in_transaction
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.before_transaction import Prepared
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, files_at, save
from perille.studio.fact_form_views import FACT, NOT_BY_FORM, fact_file, fact_table, refused_form, to_fact
from perille.studio.fact_rename import Renaming, countries_meant, renamed_files
from perille.studio.fact_source import LONGEST_KEY, FactFile, facts_in, is_key, place_of, texts_of
from perille.studio.fact_use import known_facts, published_uses
from perille.studio.models import StudioDraft
from perille.studio.organisations import may_in_address, require_in_draft
from perille.studio.pages import account_id, locked, opened
from perille.studio.toml_edit import TomlText, UneditableToml
from perille.studio.views import blueprint


def _looked_at() -> None:
    """Compile the draft and read what uses facts before the transaction of the view: while that writes, nobody else can."""
    run_in_transaction(db.session, _compile, write=False)


def _compile() -> None:
    values = request.view_args or {}
    if may_in_address("studio.author"):
        made = build(db.session, opened(values["draft_id"]), languages=(values["lang"],))
        published_uses(db.session, made.pack.manifest.id)


looked_at = Prepared(_looked_at)


@blueprint.post(f"{FACT}/rename")
@require_in_draft("studio.author")
@looked_at
def rename_fact(lang: str, draft_id: UUID, country: str, key: str) -> Response:
    """Give a fact another name. Pressed twice it has it already."""
    draft = locked(draft_id)
    file, name = fact_file(draft, country), request.form.get("key", "").strip()[:LONGEST_KEY]
    table = fact_table(file, key)
    if table is None:
        if fact_table(file, name) is not None:
            return to_fact(draft, country, name, _("Saved."))
        raise NotFound(_("This is not there any more."))
    if name == key:
        return to_fact(draft, country, key, _("Saved."))
    made = build(db.session, draft, languages=(lang,))
    wanted, told = _allowed(made, file, key, name)
    if told:
        shown = texts_of(table) | {"key": name}
        return refused_form(draft, country, key, shown, 422, errors={"key": [(told, "")]})
    return _rename(draft, wanted)


def _allowed(made: DraftBuild, file: FactFile, key: str, name: str) -> tuple[Renaming, str]:
    """Return what is to be done, and why it may not be; "" where it may."""
    others = {country for country, each in known_facts(db.session, made) if each == key} - {file.country}
    meant = countries_meant(made.pack, key)
    wanted = Renaming(file.country, key, name, is_meant_alone=not meant & others)
    if not is_key(name):
        return wanted, _("Small letters, digits, points and hyphens alone, such as health.line.")
    if _is_taken(file, name):
        return wanted, _("There is a fact of this name already. Choose another name, or change that one.")
    if file.country in meant and not wanted.is_meant_alone:
        told = _(
            "Texts here name it without a country, and other countries have a fact of this name too. "
            "Write %(name)s in them first.",
            name=f"{{fact: {file.country}/{key}}}",
        )
        return wanted, told
    return wanted, _named_by_courses(made, file.country, key)


def _is_taken(file: FactFile, name: str) -> bool:
    """Tell whether a fact has a name, or has a value where the table of that name would be."""
    read, place = TomlText(file.text), place_of(name)
    around = (read.value_at(place[:count]) for count in range(1, len(place) + 1))
    return name in facts_in(file.text) or any(not isinstance(each, dict | None) for each in around)


def _named_by_courses(made: DraftBuild, country: str, key: str) -> str:
    """Say which published courses would show no value any more; "" for none."""
    uses = published_uses(db.session, made.pack.manifest.id)
    courses = sorted(use.title for use in uses if (country, key) in use.named)
    if not courses:
        return ""
    return _(
        "Published courses name it: %(courses)s. Add the fact under its new name, change the courses, and take this one out then.",
        courses=_(", ").join(courses),
    )


def _rename(draft: StudioDraft, wanted: Renaming) -> Response:
    try:
        changes = renamed_files(files_at(db.session, draft), wanted)
    except UneditableToml as error:
        raise NotFound(str(NOT_BY_FORM)) from error
    save(db.session, draft, changes, account_id(), RevisionKind.FACT)
    return to_fact(draft, wanted.country, wanted.name, _("Saved."))
