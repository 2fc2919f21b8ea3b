"""The file of a question, such as a role-play: its drawing, its own fields, and its rows one at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Response, make_response, request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.security import CONTENT_SECURITY_POLICY
from perille.core.web.responses import keep_private
from perille.domain.item_form import FileForm
from perille.packs.authoring.item_forms import BadQuestion, field_texts, field_values
from perille.packs.format.media import chosen_pictures
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import RevisionKind, file_at, just_saved, save
from perille.studio.edit_conflicts import MergedTable, in_words, merge_tables, same_table, text_then
from perille.studio.findings import Finding, findings_of
from perille.studio.form_reading import posted_form_rows, posted_values
from perille.studio.item_drawing import drawing_for, linked_drawing
from perille.studio.item_file_source import NEW_ROW, ItemFileSource, RowFields
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, page, refused, whole_number
from perille.studio.question_saving import no_number
from perille.studio.question_views import find_item, form_words, shown_rows
from perille.studio.question_words import field_name, list_name, type_name
from perille.studio.questions import file_form_named, file_of_item
from perille.studio.toml_edit import UneditableToml
from perille.studio.views import blueprint

_FILE = "/<lang:lang>/studio/<uuid:draft_id>/questions/<key>/scenes"
#: Not below it: a row may be called "new".
_ROW = "/<lang:lang>/studio/<uuid:draft_id>/questions/<key>/scene/<row>"
#: A drawing has its style in itself, runs nothing, and stands in a frame of the page.
_DRAWING_POLICY = (
    CONTENT_SECURITY_POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'")
    .replace("script-src 'self'", "script-src 'none'")
    .replace("frame-ancestors 'none'", "frame-ancestors 'self'")
)
#: How a check tells of a field without anything in it.
_LEFT_EMPTY = re.compile(r'"(\w+)" is (?:missing|empty)$')


@dataclass(frozen=True)
class _ItemFile:
    """The file of a question of a draft."""

    key: str
    interaction: str
    path: str
    form: FileForm
    made: DraftBuild
    text: str

    @property
    def source(self) -> ItemFileSource:
        """Its text with its form; UneditableToml where it does not parse."""
        return ItemFileSource(self.text, self.form)

    @property
    def findings(self) -> list[Finding]:
        """What the checks say of it; of a field that is left empty, which one it is on the form."""
        names = _field_names(self.form)
        return [_named(each, names) for each in findings_of(self.made.diagnostics) if each.path == self.path]


def _field_names(form: FileForm) -> dict[str, str]:
    """Return key -> name of the fields of a form; a key that means two fields is left out."""
    rows, inner = form.rows, form.rows.inner
    found = [(each.key, field_name(each)) for each in form.fields]
    found += [(each.key, field_name(each, rows.key)) for each in rows.fields]
    found += [(each.key, field_name(each, f"{rows.key}/{inner.key}")) for each in inner.fields] if inner else []
    keys = [key for key, _name in found]
    return {key: name for key, name in found if keys.count(key) == 1}


def _named(finding: Finding, names: Mapping[str, str]) -> Finding:
    left = _LEFT_EMPTY.match(finding.message)
    name = names.get(left[1]) if left is not None else None
    return finding if name is None else replace(finding, advice=f"{name}: {finding.advice}")


def _file_of(draft: StudioDraft, key: str) -> _ItemFile:
    made = build(db.session, draft)
    _bank, item = find_item(made, key)
    interaction, path = str(item.get("interaction", "")), file_of_item(item)
    form = file_form_named(interaction)
    if form is None or not path:
        raise NotFound(_("There is no such question in this draft."))
    text = (file_at(db.session, draft, path) or b"").decode("utf-8", "surrogateescape")
    return _ItemFile(key, interaction, path, form, made, text)


def _source(file: _ItemFile) -> ItemFileSource:
    try:
        return file.source
    except UneditableToml as error:
        raise NotFound(_("This question is broken. Mend its source first.")) from error


@blueprint.get(_FILE)
@require_in_draft("studio.translate")
def item_file(lang: str, draft_id: UUID, key: str) -> Response:
    """Show the drawing of a question's file, its own fields and its rows with what is wrong with each."""
    draft = opened(draft_id)
    file = _file_of(draft, key)
    return _file_page(draft, file, _source(file))


def _file_page(draft: StudioDraft, file: _ItemFile, source: ItemFileSource, **more: object) -> Response:
    at_rows: dict[str, list[Finding]] = {}
    for each in file.findings:
        at_rows.setdefault(source.row_at(each.line), []).append(each)
    return page("item_file", **_values(draft, file, source) | {"at_rows": at_rows, "values": source.values} | more)


def _values(draft: StudioDraft, file: _ItemFile, source: ItemFileSource) -> dict[str, object]:
    rows = source.rows
    naming = next((each.key for each in file.form.rows.fields), "")
    return {
        "draft": draft,
        "key": file.key,
        "form": file.form,
        "type_name": type_name(file.interaction),
        "row_words": {row.key: row.values.get(naming) or row.key for row in rows},
        "has_drawing": bool(_drawing(file)),
        "pictures": chosen_pictures(file.made.pack.media),
        "new_row": NEW_ROW,
    } | form_words(file.made)


def _drawing(file: _ItemFile) -> str:
    return drawing_for(file.made.pack.own_files.get(file.path.removesuffix(".toml")))


@blueprint.get(f"{_FILE}/drawing")
@require_in_draft("studio.translate")
def item_drawing(lang: str, draft_id: UUID, key: str) -> Response:
    """Return the drawing of a question's file as SVG whose rows lead to their forms."""
    draft = opened(draft_id)
    drawn = _drawing(_file_of(draft, key))
    if not drawn:
        raise NotFound(_("There is nothing to draw yet."))
    response = make_response(
        linked_drawing(drawn, lambda row: draft_url(draft, "studio.item_row", key=key, row=row)),
        {"Content-Type": "image/svg+xml; charset=utf-8"},
    )
    response.headers["Content-Security-Policy"] = _DRAWING_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return keep_private(response)


@blueprint.post(_FILE)
@require_in_draft("studio.author")
def save_item_file(lang: str, draft_id: UUID, key: str) -> Response:
    """Save the own fields of a question's file; every other line keeps its bytes."""
    draft = locked(draft_id)
    file = _file_of(draft, key)
    source, then = _source(file), _then(draft, file)
    values, words = posted_values(request.form, file.form.fields), _("Saved.")
    if then is not None:
        base, mine, now = (field_values(file.form.fields, each) for each in (then.values, values, source.values))
        sent = merge_tables(base, mine, now)
        values = field_texts(file.form.fields, sent.table)
        if sent.both:
            return refused(_file_page(draft, file, source, values=values, theirs=_theirs(file, sent, now)))
        if not same_table(sent.table, mine):
            words = _("Saved. Somebody else had changed this too: both changes are in it.")
    _write(draft, file, source.put_values(values))
    return done(draft_url(draft, "studio.item_file", key=key), words, undo=True)


def _then(draft: StudioDraft, file: _ItemFile) -> ItemFileSource | None:
    """Return the file as it was when a form was made of it; None where the form is of now, or the file of then cannot be read."""
    text = text_then(db.session, draft, file.path, whole_number("revision"))
    try:
        return None if text is None else ItemFileSource(text, file.form)
    except UneditableToml:
        return None


def _theirs(file: _ItemFile, sent: MergedTable, now: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return name -> words of what somebody else has saved of a table, where it is not what was sent."""
    inner = file.form.rows.inner
    lists = {inner.key: list_name(inner, file.form.rows.key)} if inner else {}
    fields = {each.key: field_name(each) for each in file.form.fields}
    fields |= {each.key: field_name(each, file.form.rows.key) for each in file.form.rows.fields}
    return [(lists.get(key) or fields.get(key, key), in_words(now.get(key))) for key in sent.both]


def _write(draft: StudioDraft, file: _ItemFile, text: str) -> None:
    save(db.session, draft, {file.path: text.encode("utf-8", "surrogateescape")}, account_id(), RevisionKind.QUESTION)


@blueprint.get(f"{_FILE}/new")
@require_in_draft("studio.author")
def new_item_row(lang: str, draft_id: UUID, key: str) -> Response:
    """Show an empty form for another row."""
    draft = opened(draft_id)
    file = _file_of(draft, key)
    return _row_page(draft, file, _source(file), RowFields())


@blueprint.get(f"{_ROW}")
@require_in_draft("studio.translate")
def item_row(lang: str, draft_id: UUID, key: str, row: str) -> Response:
    """Show the form of a row of a question's file, such as a scene."""
    draft = opened(draft_id)
    file = _file_of(draft, key)
    source = _source(file)
    found = source.row(row)
    if found is None:
        raise NotFound(_("This is not there any more."))
    return _row_page(draft, file, source, found)


def _row_page(draft: StudioDraft, file: _ItemFile, source: ItemFileSource, row: RowFields, **more: object) -> Response:
    inner = file.form.rows.inner
    shown = {
        "row": row,
        "has_form": not row.key or source.holds(row),
        "inner": shown_rows(inner, row.inner) if inner else [],
        "leading": source.leading_to(row.key) if row.key else [],
        "findings": [each for each in file.findings if row.key and source.row_at(each.line) == row.key],
    }
    return page("item_row", **_values(draft, file, source) | shown | more)


@blueprint.post(f"{_FILE}/new")
@require_in_draft("studio.author")
def add_item_row(lang: str, draft_id: UUID, key: str) -> Response:
    """Add a row to a question's file. Pressed twice makes one."""
    return _save_row(draft_id, key, "")


@blueprint.post(f"{_ROW}")
@require_in_draft("studio.author")
def save_item_row(lang: str, draft_id: UUID, key: str, row: str) -> Response:
    """Save a row in place; every other one keeps its bytes."""
    return _save_row(draft_id, key, row)


def _save_row(draft_id: UUID, key: str, row: str) -> Response:
    draft = locked(draft_id)
    file = _file_of(draft, key)
    source = _source(file)
    if row and source.row(row) is None:
        raise NotFound(_("This is not there any more."))
    inner = file.form.rows.inner
    values = posted_values(request.form, file.form.rows.fields)
    fields = RowFields(row, values, posted_form_rows(request.form, inner) if inner else ())
    words = _("Saved.")
    before = _before_first_press(draft, file)
    try:
        text, made = before.put_row(fields) if before is not None else (None, "")
        if text != file.text:
            typed = source.table_of(fields)
            fields, sent = _with_theirs(draft, file, source, fields)
            if sent.both:
                theirs = _theirs(file, sent, source.table(row))
                return refused(_row_page(draft, file, source, fields, has_form=True, theirs=theirs))
            if not same_table(typed, source.table_of(fields)):
                words = _("Saved. Somebody else had changed this too: both changes are in it.")
            text, made = source.put_row(fields)
            _write(draft, file, text)
    except BadQuestion as wrong:
        raise no_number(wrong) from wrong
    return done(draft_url(draft, "studio.item_row", key=key, row=made), words, undo=True)


def _before_first_press(draft: StudioDraft, file: _ItemFile) -> ItemFileSource | None:
    """Return the file as it was before the newest save, where that may be the first press of the same form; None where it is not.

    It is, where the same fields put into that file give what the file is now.
    """
    if not just_saved(db.session, draft, account_id(), RevisionKind.QUESTION):
        return None
    body = file_at(db.session, draft, file.path, draft.revision - 1)
    return ItemFileSource((body or b"").decode("utf-8", "surrogateescape"), file.form)


def _with_theirs(
    draft: StudioDraft, file: _ItemFile, source: ItemFileSource, row: RowFields
) -> tuple[RowFields, MergedTable]:
    """Return a row that was sent with what somebody else has changed in it since its form was made; raise BadQuestion."""
    then = _then(draft, file) if row.key else None
    if then is None:
        return row, MergedTable({}, ())
    sent = merge_tables(then.table(row.key), source.table_of(row), source.table(row.key))
    return source.row_of(sent.table), sent


@blueprint.post(f"{_ROW}/remove")
@require_in_draft("studio.author")
def remove_item_row(lang: str, draft_id: UUID, key: str, row: str) -> Response:
    """Take a row out of a question's file; what leads to it has a finding then."""
    draft = locked(draft_id)
    file = _file_of(draft, key)
    _write(draft, file, _source(file).drop_row(row))
    return done(draft_url(draft, "studio.item_file", key=key), _("It is out."), undo=True)
