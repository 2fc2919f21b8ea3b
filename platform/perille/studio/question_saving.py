"""What is done with questions of a draft: added, saved, taken out; a type with files of its own has its file made with the question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from uuid import UUID

from babel.numbers import format_decimal
from flask import Response, request

from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import _, babel_locale, language_of
from perille.core.type_aliases import TomlTable
from perille.domain.item_form import FieldKind, ItemForm
from perille.packs.authoring.item_forms import (
    BadQuestion,
    QuestionFields,
    item_of,
    key_from,
    read_question,
)
from perille.packs.source.toml_table import KEY
from perille.studio.builds import build
from perille.studio.drafts import RevisionKind, file_at, files_at, just_saved, save
from perille.studio.edit_conflicts import MergedTable, in_words, merge_tables, same_table, text_then
from perille.studio.form_reading import posted_question
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, page, refused, whole_number
from perille.studio.question_views import banks_of, find_item, form_values
from perille.studio.question_words import field_name, list_name
from perille.studio.questions import drop_item, file_of_item, form_named, item_files_named, items_of, put_item
from perille.studio.saving import lesson_text
from perille.studio.toml_edit import UneditableToml
from perille.studio.views import blueprint

_QUESTIONS = "/<lang:lang>/studio/<uuid:draft_id>/questions"


@blueprint.post(f"{_QUESTIONS}/new")
@require_in_draft("studio.author")
def add_question(lang: str, draft_id: UUID) -> Response:
    """Save a new question, and put it into the lesson that it was begun from. Pressed twice makes one."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    form = _posted_form()
    bank = request.form.get("bank", "")
    bank = bank if KEY.fullmatch(bank) else banks_of(made)[0]
    if (before := _just_added(draft, bank, form)) is not None:
        return _saved(draft, before, form, _("The question is saved."))
    key = key_from(request.form.get("f-prompt", ""), ["new", *made.pack.items])
    return _save(draft, bank, posted_question(request.form, key, form), form, _("The question is saved."), is_new=True)


def _posted_form() -> ItemForm:
    form = form_named(request.form.get("interaction", ""))
    if form is None:
        raise NotFound(_("There is no such kind of question here."))
    return form


def _just_added(draft: StudioDraft, bank: str, form: ItemForm) -> str | None:
    """Return the key of the question that the first of two presses has added; None where this is the first."""
    if not just_saved(db.session, draft, account_id(), RevisionKind.QUESTION):
        return None
    try:
        added = _newest_question(draft, bank)
        key = str(added.get("key", ""))
        if not key or not _is_posted(added, key, form):
            return None
    except (BadQuestion, UneditableToml):
        return None
    lesson = request.form.get("lesson", "")
    asked = not lesson or f"::: check {key}" in lesson_text(db.session, draft, f"lessons/{lesson}.md")
    return key if asked else None


def _newest_question(draft: StudioDraft, bank: str) -> TomlTable:
    """Return the question that the newest revision added to a bank, {} where it added none; raise UneditableToml."""
    path = f"items/{bank}.toml"
    before, now = (
        items_of((file_at(db.session, draft, path, number) or b"").decode("utf-8", "replace"))
        for number in (draft.revision - 1, draft.revision)
    )
    return now[-1] if len(now) == len(before) + 1 else {}


def _is_posted(question: TomlTable, key: str, form: ItemForm) -> bool:
    """Tell whether the form that was sent makes this question; a name of a file, made with it, tells nothing. Raise BadQuestion."""
    made = {each.key for each in form.fields if each.kind is FieldKind.FILE}
    typed = {name: value for name, value in question.items() if name not in made}
    return typed == item_of(posted_question(request.form, key, form), form)


@blueprint.post(f"{_QUESTIONS}/<key>")
@require_in_draft("studio.author")
def save_question(lang: str, draft_id: UUID, key: str) -> Response:
    """Save a question in place; every other one keeps its bytes."""
    draft = locked(draft_id)
    bank, item = find_item(build(db.session, draft), key)
    form = _posted_form()
    fields = posted_question(request.form, key, form)
    if fields.interaction != item.get("interaction"):
        raise NotFound(_("There is no such question in this draft."))
    words, then = _("The question is saved."), _item_then(draft, bank, key)
    if then is not None:
        try:
            sent = merge_tables(then, item_of(fields, form, then), item)
        except BadQuestion as wrong:
            raise no_number(wrong) from wrong
        merged = read_question(sent.table, form)
        if sent.both or merged is None:
            return _both_shown(draft, fields, form, bank, item, sent)
        if not same_table(sent.table, item_of(fields, form, then)):
            fields, words = merged, _("Saved. Somebody else had changed this too: both changes are in it.")
    if form.needs_picture and fields.values.get("picture", "") != item.get("picture"):
        words += " " + _("Its picture is another one now. Look at each of its places again.")
    return _save(draft, bank, fields, form, words, before=item if then is None else then)


def _item_then(draft: StudioDraft, bank: str, key: str) -> TomlTable | None:
    """Return a question as it was when its form was made; None where the form is of now, or does not say."""
    text = text_then(db.session, draft, f"items/{bank}.toml", whole_number("revision"))
    try:
        return None if text is None else next((each for each in items_of(text) if each.get("key") == key), {})
    except UneditableToml:
        return {}


def _both_shown(
    draft: StudioDraft, fields: QuestionFields, form: ItemForm, bank: str, item: TomlTable, sent: MergedTable
) -> Response:
    """Show the form with what was typed, and beside it what somebody else has saved: pressed again, it is saved."""
    names = {row.key: list_name(row) for row in form.rows} | {each.key: field_name(each) for each in form.fields}
    theirs = [(names.get(key) or field_name(key), in_words(item.get(key))) for key in sent.both]
    typed = read_question(sent.table, form) or fields
    values = form_values(draft, build(db.session, draft), typed, bank)
    return refused(page("question", **values | {"theirs": theirs}))


def no_number(wrong: BadQuestion) -> BadRequest:
    """Return what is said of a field whose number is none, or is too large."""
    if wrong.most:
        least, most = (format_decimal(each, locale=babel_locale(language_of())) for each in (-wrong.most, wrong.most))
        name = field_name(wrong.field)
        return BadRequest(
            _("“%(field)s” must be a number from %(least)s to %(most)s.", field=name, least=least, most=most)
        )
    return BadRequest(_("“%(field)s” must be a number.", field=field_name(wrong.field)))


def _save(
    draft: StudioDraft,
    bank: str,
    fields: QuestionFields,
    form: ItemForm,
    words: str,
    *,
    is_new: bool = False,
    before: TomlTable | None = None,
) -> Response:
    path = f"items/{bank}.toml"
    text = (file_at(db.session, draft, path) or b"").decode("utf-8", "surrogateescape")
    fields, changes = _with_file(draft, fields, form)
    try:
        changed = put_item(text, item_of(fields, form, before))
    except BadQuestion as wrong:
        raise no_number(wrong) from wrong
    except UneditableToml:
        refusal = _("This bank of questions is broken. Mend its source first.")
        return done(draft_url(draft, "studio.questions"), refusal, stop=True)
    changes[path] = changed.encode("utf-8", "surrogateescape")
    lesson = request.form.get("lesson", "")
    if is_new and lesson:
        changes[f"lessons/{lesson}.md"] = _with_check(draft, lesson, fields.key).encode("utf-8", "surrogateescape")
    save(db.session, draft, changes, account_id(), RevisionKind.QUESTION)
    return _saved(draft, fields.key, form, words)


def _with_file(
    draft: StudioDraft, fields: QuestionFields, form: ItemForm
) -> tuple[QuestionFields, dict[str, bytes | None]]:
    """Return a question with the name of its file, and the file where it is not there yet; as it is, where its type has none."""
    files = item_files_named(fields.interaction)
    field = next((each.key for each in form.fields if each.kind is FieldKind.FILE), "")
    if files is None or not field or fields.values.get(field):
        return fields, {}
    there = files_at(db.session, draft)
    taken = [path.rpartition("/")[2].removesuffix(".toml") for path in there if path.startswith(f"{files.folder}/")]
    name = key_from(fields.values.get("prompt", ""), taken, files.key)
    return replace(fields, values={**fields.values, field: name}), {f"{files.folder}/{name}.toml": b""}


def _saved(draft: StudioDraft, key: str, form: ItemForm, words: str) -> Response:
    """Lead to the file of a question, to the lesson that it was begun from, or to the question."""
    lesson = request.form.get("lesson", "")
    if any(each.kind is FieldKind.FILE for each in form.fields):
        back = draft_url(draft, "studio.item_file", key=key)
    elif lesson:
        back = draft_url(draft, "studio.lesson", name=lesson, screen=whole_number("screen", 1))
    else:
        back = draft_url(draft, "studio.question", key=key)
    return done(back, words, undo=True)


def _with_check(draft: StudioDraft, lesson: str, key: str) -> str:
    """Return a lesson with a question at the end of the screen that it was begun from."""
    source = LessonSource(lesson_text(db.session, draft, f"lessons/{lesson}.md"))
    number = whole_number("screen", 1)
    block = f"::: check {key}\n:::"
    if not source.screens:
        return source.insert(len(source.lines), block)
    return source.add_block(source.screens[min(number, len(source.screens)) - 1], block)


@blueprint.post(f"{_QUESTIONS}/<key>/remove")
@require_in_draft("studio.author")
def remove_question(lang: str, draft_id: UUID, key: str) -> Response:
    """Take a question out of its bank, with the file that it alone names; a lesson that asks it has a finding then."""
    draft = locked(draft_id)
    bank, item = find_item(build(db.session, draft), key)
    path = f"items/{bank}.toml"
    files = files_at(db.session, draft)
    changed = drop_item(files[path].decode("utf-8", "surrogateescape"), key)
    changes: dict[str, bytes | None] = {path: changed.encode("utf-8", "surrogateescape")}
    own = file_of_item(item)
    if own in files and not any(own == file_of_item(each) for each in _all_items(files) if each.get("key") != key):
        changes[own] = None
    save(db.session, draft, changes, account_id(), RevisionKind.QUESTION)
    return done(draft_url(draft, "studio.questions"), _("The question is out."), undo=True)


def _all_items(files: Mapping[str, bytes]) -> Iterator[dict[str, object]]:
    for path, body in files.items():
        if path.startswith("items/"):
            try:
                yield from items_of(body.decode("utf-8", "replace"))
            except UneditableToml:
                continue
