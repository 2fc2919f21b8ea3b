"""Questions of a draft: the list by bank, and the form of each type. What is done with them: `question_saving`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Response, request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.domain.course import UnitKind
from perille.domain.item_form import FieldKind, FormRows
from perille.packs.authoring.item_forms import QuestionFields, read_question
from perille.packs.format.media import chosen_pictures
from perille.studio.areas import shown_areas
from perille.studio.builds import DraftBuild, build
from perille.studio.clinic import flaws_in_words, titles_of_tested
from perille.studio.findings import Finding, findings_of, findings_of_item
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.outline import outline_of
from perille.studio.pages import opened, page
from perille.studio.picture_library import described_elsewhere
from perille.studio.question_words import field_name, list_name, type_name, types_with_form, value_names
from perille.studio.questions import file_form_named, form_named, items_of
from perille.studio.toml_edit import UneditableToml
from perille.studio.views import blueprint

_QUESTIONS = "/<lang:lang>/studio/<uuid:draft_id>/questions"
#: The bank of questions that stand in lessons, where a draft has none yet.
CHECKS = "checks"
#: As many rows as a form is read with.
_MOST_ROWS = 60
_ROW = re.compile(r"([a-z_]+)-(\d{1,3})")


def banks_of(made: DraftBuild) -> list[str]:
    """Return the banks of a draft, that of lessons first."""
    names = sorted(path[6:-5] for path in made.pack.files.files if path.startswith("items/") and path.endswith(".toml"))
    tests = titles_of_tested(made)
    lessons = [name for name in names if name not in tests]
    return [*(lessons or [CHECKS]), *(name for name in names if name in tests)]


@dataclass(frozen=True, slots=True)
class ListedQuestion:
    """A question in the list; one that cannot be used yet stands there too."""

    key: str
    prompt: str
    type_name: str
    findings: Sequence[Finding]


@blueprint.get(_QUESTIONS)
@require_in_draft("studio.translate")
def questions(lang: str, draft_id: UUID) -> Response:
    """List the questions of a draft by bank, with what the checks say of each."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    titles = titles_of_tested(made)
    found = [each for each in findings_of(made.diagnostics) if each.path.startswith("items/")]
    banks = [(name, titles.get(name, ""), _listed(made, name, found)) for name in banks_of(made)]
    shown = {id(each) for _name, _title, listed in banks for question in listed for each in question.findings}
    return page("questions", draft=draft, banks=banks, findings=[each for each in found if id(each) not in shown])


def _listed(made: DraftBuild, bank: str, found: Sequence[Finding]) -> list[ListedQuestion]:
    body = made.pack.files.files.get(f"items/{bank}.toml", b"")
    try:
        tables = items_of(body.decode("utf-8", "replace"))
    except UneditableToml:
        return []
    keys = [(str(each.get("key", "")), each) for each in tables]
    return [
        ListedQuestion(
            key,
            str(each.get("prompt") or key),
            type_name(str(each.get("interaction", ""))),
            findings_of_item(found, bank, key),
        )
        for key, each in keys
        if key
    ]


@blueprint.get(f"{_QUESTIONS}/new")
@require_in_draft("studio.author")
def new_question(lang: str, draft_id: UUID) -> Response:
    """Choose the type of a new question, then show its form."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    interaction, names = request.args.get("type", ""), types_with_form()
    if interaction not in names:
        return page("question_type", draft=draft, type_names=names, args=_args())
    bank = request.args.get("bank", "") or banks_of(made)[0]
    fields = _with_chosen(draft, made, QuestionFields("", interaction))
    return page("question", **form_values(draft, made, fields, bank))


def _with_chosen(draft: StudioDraft, made: DraftBuild, fields: QuestionFields) -> QuestionFields:
    """Return a question with the picture that was just taken from the library in its form: it is saved with the rest of it."""
    name = request.args.get("picture", "")
    if name not in chosen_pictures(made.pack.media):
        return fields
    source = made.pack.manifest.source_language
    said = described_elsewhere(db.session, draft, (source,), made.pack.media[name].sha256)
    row = request.args.get("row", "")
    if row:
        return _with_row_chosen(fields, row, name)
    words = said.get(source) or fields.values.get("picture_description", "")
    return replace(fields, values={**fields.values, "picture": name, "picture_description": words})


def _with_row_chosen(fields: QuestionFields, row: str, name: str) -> QuestionFields:
    """Return a question with a picture in its row "list-number"; as it is, where its type has no such list with pictures."""
    found = _ROW.fullmatch(row)
    key, at = (found[1], int(found[2])) if found else ("", 0)
    field = _picture_field(fields.interaction, key)
    if not field or at >= _MOST_ROWS:
        return fields
    rows = [*fields.rows.get(key, ())]
    rows += [{} for _number in range(len(rows), at + 1)]
    rows[at] = {**rows[at], field: name}
    return replace(fields, rows={**fields.rows, key: rows})


def _picture_field(interaction: str, key: str) -> str:
    """Return the field of a list of a type in which a picture is chosen, "" where there is none."""
    form = form_named(interaction)
    of_list = (each for row in form.rows if row.key == key for each in row.fields) if form else iter(())
    return next((each.key for each in of_list if each.kind is FieldKind.PICTURE), "")


def _args() -> dict[str, str]:
    return {name: request.args[name] for name in ("bank", "lesson", "screen") if name in request.args}


@blueprint.get(f"{_QUESTIONS}/<key>")
@require_in_draft("studio.translate")
def question(lang: str, draft_id: UUID, key: str) -> Response:
    """Show the form of a question; of a type without a form, its source."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    bank, item = find_item(made, key)
    interaction = str(item.get("interaction", ""))
    read = read_question(item, form_named(interaction))
    fields, has_form = _with_chosen(draft, made, read or QuestionFields(key, interaction)), read is not None
    values = form_values(draft, made, fields, bank)
    found = made.pack.items.get(key)
    near = findings_of_item(findings_of(made.diagnostics), bank, key)
    flaws = flaws_in_words(made, found) if found is not None else ()
    return page("question", **values | {"has_form": has_form, "findings": near, "flaws_here": flaws})


def find_item(made: DraftBuild, key: str) -> tuple[str, dict[str, object]]:
    """Return the bank of a question of a draft, and its table; raise NotFound."""
    for path, body in made.pack.files.files.items():
        if path.startswith("items/"):
            try:
                items = items_of(body.decode("utf-8", "replace"))
            except UneditableToml:
                continue
            for item in items:
                if item.get("key") == key:
                    return path[6:-5], item
    raise NotFound(_("There is no such question in this draft."))


def form_values(draft: StudioDraft, made: DraftBuild, fields: QuestionFields, bank: str) -> dict[str, object]:
    """Return what the page of a question shows of it, and of what can be chosen there."""
    form = form_named(fields.interaction)
    return {
        "draft": draft,
        "fields": fields,
        "form": form,
        "rows": {row.key: shown_rows(row, fields.rows.get(row.key, ())) for row in form.rows} if form else {},
        "bank": bank,
        "args": _args(),
        "has_form": form is not None,
        "findings": [],
        "flaws_here": (),
        "pictures": chosen_pictures(made.pack.media),
        "areas": shown_areas(made.pack.media.get(fields.values.get("picture", "")), fields, form),
        "has_file": file_form_named(fields.interaction) is not None,
        "type_name": type_name(fields.interaction),
    } | form_words(made)


def form_words(made: DraftBuild) -> dict[str, object]:
    """Return what pages with a form of a type need beside its fields: how fields are called, and what can be chosen."""
    units = [unit for part in outline_of(made.pack.files.files) for unit in part.units if unit.kind == UnitKind.LESSON]
    return {
        "field_name": field_name,
        "list_name": list_name,
        "value_names": value_names,
        "lessons": {unit.key: unit.title for unit in units},
        "language_of_pack": made.pack.manifest.source_language,
    }


def shown_rows(row: FormRows, filled: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Return rows with empty ones below: as many as are needed at least, and two to spare."""
    return [*filled, *({} for _number in range(max(row.least + 1 - len(filled), 2)))]
