"""Questions of a draft: the list by bank, and the form of each type."""

from __future__ import annotations

from uuid import UUID

from flask import Response, request

from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _, lazy_gettext
from perille.packs.source.registry import current_interactions
from perille.packs.source.toml_table import KEY
from perille.studio.builds import Build, build
from perille.studio.clinic import flaws_in_words, titles_of_tested
from perille.studio.drafts import Deed, file_at, files_at, just_saved, save
from perille.studio.findings import findings_of
from perille.studio.form_reading import posted_question
from perille.studio.lesson_source import LessonSource
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, page, whole_number
from perille.studio.questions import (
    TYPES,
    BadQuestion,
    QuestionFields,
    drop_item,
    item_of,
    items_of,
    key_from,
    put_item,
    read_question,
)
from perille.studio.saving import lesson_text
from perille.studio.toml_edit import UneditableToml
from perille.studio.views import blueprint

_QUESTIONS = "/<lang:lang>/studio/<uuid:draft_id>/questions"
#: The bank of questions that stand in lessons, where a draft has none yet.
CHECKS = "checks"
#: What a question type is called; one of a plugin has its own name.
TYPE_NAMES = {
    "choice": lazy_gettext("One right answer"),
    "multiple-choice": lazy_gettext("Several right answers"),
    "true-false": lazy_gettext("True or false"),
    "gap-fill": lazy_gettext("Fill the gaps of a text"),
    "sequencing": lazy_gettext("Put steps in order"),
    "matching": lazy_gettext("Join what belongs together"),
    "grouping": lazy_gettext("Sort into groups"),
    "picture-choice": lazy_gettext("One right picture"),
    "fill-in": lazy_gettext("Type a word"),
    "numeric": lazy_gettext("Type a number"),
    "likert": lazy_gettext("Ask for an opinion"),
    "free-text": lazy_gettext("Write in one’s own words"),
}
#: What fields of questions are called.
QUESTION_FIELDS = {
    "prompt": lazy_gettext("Question"),
    "hint": lazy_gettext("Hint, if you like"),
    "objective": lazy_gettext("What it asks for, such as “K: when to call 112”"),
    "text": lazy_gettext("Words"),
    "feedback": lazy_gettext("What is said to who chooses it: why it is right or wrong"),
    "right": lazy_gettext("This is right"),
    "feedback_true": lazy_gettext("What is said to who answers “true”"),
    "feedback_false": lazy_gettext("What is said to who answers “false”"),
    "feedback_right": lazy_gettext("What is said after a right answer"),
    "feedback_wrong": lazy_gettext("What is said after a wrong answer"),
    "answer": lazy_gettext("The right answer"),
    "tolerance": lazy_gettext("How far off it may be"),
    "accepted": lazy_gettext("Answers that are right, one on each line"),
    "source": lazy_gettext("Left"),
    "target": lazy_gettext("Right: what belongs to it"),
    "picture": lazy_gettext("Picture"),
    "picture_description": lazy_gettext("What the picture shows"),
    "gap": lazy_gettext("Gap that it fills; empty for a word that fits none"),
    "group": lazy_gettext("Group that it belongs to"),
    "key": lazy_gettext("Name of the gap: write [name] in the text"),
    "model": lazy_gettext("A good answer, shown afterwards"),
    "points": lazy_gettext("What belongs in it, one on each line"),
}
ROW_NAMES = {
    "choice": lazy_gettext("Answers"),
    "step": lazy_gettext("Steps in the right order"),
    "pair": lazy_gettext("Pairs"),
    "extra": lazy_gettext("Words on the right that fit nothing"),
    "gap": lazy_gettext("Gaps"),
    "word": lazy_gettext("Words to choose from"),
    "group": lazy_gettext("Groups"),
    "member": lazy_gettext("Words to sort"),
    "level": lazy_gettext("Levels, from least to most"),
}


def banks_of(made: Build) -> list[str]:
    """Return the banks of a draft, that of lessons first."""
    names = sorted(path[6:-5] for path in made.pack.files.files if path.startswith("items/") and path.endswith(".toml"))
    tests = titles_of_tested(made)
    lessons = [name for name in names if name not in tests]
    return [*(lessons or [CHECKS]), *(name for name in names if name in tests)]


@blueprint.get(_QUESTIONS)
@require_in_draft("studio.translate")
def questions(lang: str, draft_id: UUID) -> Response:
    """List the questions of a draft by bank, with what the checks say of each."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    titles = titles_of_tested(made)
    banks = [(name, titles.get(name, ""), list(made.pack.banks.get(name, ()))) for name in banks_of(made)]
    found = [each for each in findings_of(made.diagnostics) if each.path.startswith("items/")]
    return page("questions", draft=draft, banks=banks, findings=found, type_names=TYPE_NAMES)


@blueprint.get(f"{_QUESTIONS}/new")
@require_in_draft("studio.author")
def new_question(lang: str, draft_id: UUID) -> Response:
    """Choose the type of a new question, then show its form."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    interaction = request.args.get("type", "")
    if interaction not in TYPES:
        return page("question_type", draft=draft, type_names=TYPE_NAMES, args=_args())
    bank = request.args.get("bank", "") or banks_of(made)[0]
    return page("question", **_form_values(draft, made, QuestionFields("", interaction), bank))


def _args() -> dict[str, str]:
    return {name: request.args[name] for name in ("bank", "lesson", "screen") if name in request.args}


@blueprint.get(f"{_QUESTIONS}/<key>")
@require_in_draft("studio.translate")
def question(lang: str, draft_id: UUID, key: str) -> Response:
    """Show the form of a question; of a type without a form, its source."""
    draft = opened(draft_id)
    made = build(db.session, draft)
    bank, item = _find(made, key)
    fields = read_question(item) or QuestionFields(key, str(item.get("interaction", "")))
    has_form = read_question(item) is not None
    values = _form_values(draft, made, fields, bank)
    found = made.pack.items.get(key)
    near = [
        each
        for each in findings_of(made.diagnostics)
        if each.path == f"items/{bank}.toml" and f"Item {key}:" in each.message
    ]
    flaws = flaws_in_words(made, found) if found is not None else ()
    return page("question", **values | {"has_form": has_form, "findings": near, "flaws_here": flaws})


def _find(made: Build, key: str) -> tuple[str, dict[str, object]]:
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


def _form_values(draft: StudioDraft, made: Build, fields: QuestionFields, bank: str) -> dict[str, object]:
    spec = TYPES.get(fields.interaction)
    return {
        "draft": draft,
        "fields": fields,
        "spec": spec,
        "rows": _rows(fields),
        "bank": bank,
        "args": _args(),
        "has_form": spec is not None,
        "findings": [],
        "flaws_here": (),
        "pictures": sorted(made.pack.media),
        "type_names": TYPE_NAMES,
        "field_names": QUESTION_FIELDS,
        "row_names": ROW_NAMES,
        "language_of_pack": made.pack.manifest.source_language,
        "type_name": TYPE_NAMES.get(fields.interaction)
        or getattr(current_interactions().get(fields.interaction), "friendly_name", ""),
    }


def _rows(fields: QuestionFields) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each list with empty ones below: as many as a question needs at least, and two to spare."""
    spec = TYPES.get(fields.interaction)
    shown: dict[str, list[dict[str, str]]] = {}
    for row in spec.rows if spec else ():
        filled = [dict(each) for each in fields.rows.get(row.name, ())]
        names = ("key", *row.words, *row.flags)
        empty = max(row.least + 1 - len(filled), 2)
        shown[row.name] = [*({name: each.get(name, "") for name in names} for each in filled)]
        shown[row.name] += [dict.fromkeys(names, "") for _number in range(empty)]
    return shown


@blueprint.post(f"{_QUESTIONS}/new")
@require_in_draft("studio.author")
def add_question(lang: str, draft_id: UUID) -> Response:
    """Save a new question, and put it into the lesson that it was begun from. Pressed twice makes one."""
    draft = locked(draft_id)
    made = build(db.session, draft)
    bank = request.form.get("bank", "")
    bank = bank if KEY.fullmatch(bank) else banks_of(made)[0]
    if (before := _just_added(draft, bank)) is not None:
        return _saved(draft, before)
    key = key_from(request.form.get("f-prompt", ""), ["new", *made.pack.items])
    return _save(draft, bank, posted_question(request.form, key), is_new=True)


def _just_added(draft: StudioDraft, bank: str) -> str | None:
    """Return the key of the question that the first of two presses has added; None where this is the first."""
    if not just_saved(db.session, draft, account_id(), Deed.QUESTION):
        return None
    path = f"items/{bank}.toml"
    try:
        before, now = (
            items_of((file_at(db.session, draft, path, number) or b"").decode("utf-8", "replace"))
            for number in (draft.revision - 1, draft.revision)
        )
        key = str(now[-1].get("key", "")) if len(now) == len(before) + 1 else ""
        same = bool(key) and now[-1] == item_of(posted_question(request.form, key))
    except (BadQuestion, UneditableToml):
        return None
    lesson = request.form.get("lesson", "")
    asked = not lesson or f"::: check {key}" in lesson_text(db.session, draft, f"lessons/{lesson}.md")
    return key if same and asked else None


@blueprint.post(f"{_QUESTIONS}/<key>")
@require_in_draft("studio.author")
def save_question(lang: str, draft_id: UUID, key: str) -> Response:
    """Save a question in place; every other one keeps its bytes."""
    draft = locked(draft_id)
    bank, item = _find(build(db.session, draft), key)
    fields = posted_question(request.form, key)
    if fields.interaction != item.get("interaction"):
        raise NotFound(_("There is no such question in this draft."))
    return _save(draft, bank, fields, is_new=False)


def _save(draft: StudioDraft, bank: str, fields: QuestionFields, *, is_new: bool) -> Response:
    path = f"items/{bank}.toml"
    text = (file_at(db.session, draft, path) or b"").decode("utf-8", "surrogateescape")
    back = draft_url(draft, "studio.questions")
    try:
        item = item_of(fields)
        changed = put_item(text, item)
    except BadQuestion as refused:
        words = _("“%(field)s” must be a number.", field=QUESTION_FIELDS.get(str(refused), str(refused)))
        return done(back, words, stop=True)
    except UneditableToml:
        return done(back, _("This bank of questions is broken. Mend its source first."), stop=True)
    changes: dict[str, bytes | None] = {path: changed.encode("utf-8", "surrogateescape")}
    lesson = request.form.get("lesson", "")
    if is_new and lesson:
        changes[f"lessons/{lesson}.md"] = _with_check(draft, lesson, fields.key).encode("utf-8", "surrogateescape")
    save(db.session, draft, changes, account_id(), Deed.QUESTION)
    return _saved(draft, fields.key)


def _saved(draft: StudioDraft, key: str) -> Response:
    """Lead to the lesson that a question was begun from, or to the question."""
    lesson = request.form.get("lesson", "")
    if lesson:
        back = draft_url(draft, "studio.lesson", name=lesson, screen=whole_number("screen", 1))
    else:
        back = draft_url(draft, "studio.question", key=key)
    return done(back, _("The question is saved."), undo=True)


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
    """Take a question out of its bank; a lesson that asks it has a finding then."""
    draft = locked(draft_id)
    bank, _item = _find(build(db.session, draft), key)
    path = f"items/{bank}.toml"
    text = files_at(db.session, draft)[path].decode("utf-8", "surrogateescape")
    save(
        db.session, draft, {path: drop_item(text, key).encode("utf-8", "surrogateescape")}, account_id(), Deed.QUESTION
    )
    return done(draft_url(draft, "studio.questions"), _("The question is out."), undo=True)
