"""The page of one lesson: a strip of phone screens, the blocks of one screen as cards, and the page as its learner will see it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl
from uuid import UUID

from flask import Response, request

from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.letters import collapse_whitespace
from perille.core.security import takes_files
from perille.core.web.responses import see_other
from perille.packs.source.files import MAX_TEXT_FILE
from perille.studio.block_forms import UnusableText, checked_block
from perille.studio.block_moves import moved, number_of_screen, screen_of
from perille.studio.drafts import RevisionKind, just_saved
from perille.studio.form_reading import posted_fields
from perille.studio.headings import changed_heads
from perille.studio.lesson_page import lesson_values
from perille.studio.lesson_paths import LESSON, lesson_path
from perille.studio.lesson_source import BlockKind, LessonBlock, LessonSource, read_source
from perille.studio.merging import find_block
from perille.studio.models import StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, page, whole_number
from perille.studio.pasted import clean
from perille.studio.presence_views import lesson_hash, who_is_here
from perille.studio.saving import (
    BlockRef,
    Saved,
    change_lesson,
    keep_beside,
    lesson_text,
    save_block,
    write_lesson,
)
from perille.studio.unsaved_fields import typed_words
from perille.studio.views import blueprint

#: Fields of a new block, so that its card has something to fill in.
NEW_BLOCKS = {
    BlockKind.TEXT: "…",
    BlockKind.PICTURE: "::: picture picture\n…\n:::",
    BlockKind.STORY: ":::: story\n::: picture picture\n…\n:::\n\n…\n::::",
    BlockKind.NOTE: "::: note\n…\n:::",
    BlockKind.WARNING: "::: warning\n…\n:::",
    BlockKind.DIALOGUE: "::: dialogue\n- **…:** …\n:::",
    BlockKind.TALK: "::: talk\n…\n:::",
    BlockKind.ASK: "::: ask emergency\n:::",
    BlockKind.TABLE: "| … | … |\n| --- | --- |\n| … | … |",
    BlockKind.ERRAND: "::: errand {key}\n# …\n- **What:** …\n:::",
    BlockKind.WORDS: "::: words\n- … · · …\n:::",
    BlockKind.FOR: ":::: for temporary-protection\n…\n::::",
}


def lesson_url(draft: StudioDraft, name: str, screen: int, block: int | None = None) -> str:
    """Return the address of a screen of a lesson in the Studio."""
    address = draft_url(draft, "studio.lesson", name=name, screen=max(1, screen))
    return address if block is None else f"{address}#block-{block}"


@blueprint.get(LESSON)
@require_in_draft("studio.translate")
def lesson(lang: str, draft_id: UUID, name: str) -> Response:
    """Show one screen of a lesson with its blocks, the strip of all screens, and the preview."""
    return lesson_page(opened(draft_id), name, whole_number("screen", 1, source=request.args.get), lang)


def lesson_page(draft: StudioDraft, name: str, asked: int, lang: str, **more: object) -> Response:
    """Make the page of a lesson with the screen that is *asked* for, or the nearest there is."""
    source = read_source(lesson_text(db.session, draft, lesson_path(name)))
    number = min(max(asked, 1), max(1, len(source.screens)))
    new, to = whole_number("new", -1, source=request.args.get), request.args.get("to", "")
    values = lesson_values(draft, name, source, number, lang, new, to)
    present = who_is_here(draft, name, number)
    return page("lesson", present=present, lesson_hash=lesson_hash(draft, lesson_path(name)), **values | more)


def lesson_reply(
    draft: StudioDraft, name: str, screen: int, words: str, *, block: int | None = None, undo: bool = True
) -> Response:
    """Lead back to a screen of a lesson, or to one block, with words about what was done."""
    return done(lesson_url(draft, name, screen, block), words, undo=undo)


def _ref(name: str) -> BlockRef:
    return BlockRef(
        lesson_path(name), whole_number("place"), request.form.get("digest", "")[:16], whole_number("revision")
    )


@blueprint.post(f"{LESSON}/block")
@require_in_draft("studio.author")
@takes_files(MAX_TEXT_FILE)
def save_words(lang: str, draft_id: UUID, name: str) -> Response:
    """Save the words of a block, in the lesson as it is now."""
    draft = locked(draft_id)
    screen, ref = whole_number("screen", 1), _ref(name)
    fields = posted_fields(request.form)
    try:
        words = checked_block(fields)
    except UnusableText:
        keep_beside(db.session, draft, ref, "", request.form.get("f-words", ""), account_id())
        told = _("These words would break their block. They are kept below; take signs such as ``` out of them.")
        return done(
            lesson_url(draft, name, screen), told, stop=True, kept=typed_words(request.form).keys() <= {"f-words"}
        )
    became = save_block(db.session, draft, ref, words, account_id(), typed_from=_typed_from())
    return save_reply(draft, name, screen, became, ref.place)


def _typed_from() -> str | None:
    """Return the block's text from which the words were typed, where a script says that it is not the one that the form names.

    While somebody types, their page learns of what others save and shows it only where nobody types. "" for a text that can be no block,
    which is like nothing that is there.
    """
    sent = request.form.get("typed-from", "")
    if not sent:
        return None
    try:
        return checked_block(posted_fields(dict(parse_qsl(sent, keep_blank_values=True))))
    except UnusableText:
        return ""


def save_reply(draft: StudioDraft, name: str, screen: int, became: Saved, place: int) -> Response:
    """Lead back to a block, and say what became of the words that were saved in it."""
    address = lesson_url(draft, name, screen, place)
    if became is Saved.UNCHANGED:
        return see_other(address)
    if became is Saved.KEPT_BESIDE:
        told = _("Somebody else has changed the same words. Both are kept: choose below which of them stay.")
        return done(lesson_url(draft, name, screen), told, stop=True, kept=True)
    merged = _("Saved. Somebody else had changed this block too: both changes are in it.")
    return done(address, merged if became is Saved.MERGED else _("Saved."), undo=True)


@blueprint.post(f"{LESSON}/add")
@require_in_draft("studio.author")
def add_block(lang: str, draft_id: UUID, name: str) -> Response:
    """Add a block to a screen: before another one, or at its end. Pressed twice makes one."""
    draft = locked(draft_id)
    path = lesson_path(name)
    now = lesson_text(db.session, draft, path)
    seen = _seen_before_first_press(draft, path, RevisionKind.BLOCK_ADDED)
    new, place = _with_new_block(LessonSource(now if seen is None else seen))
    if seen is None or new != now:
        new, place = _with_new_block(LessonSource(now))
        write_lesson(db.session, draft, path, new, account_id(), RevisionKind.BLOCK_ADDED)
    # Without a fragment, which would keep the browser from giving the new block the focus.
    address = draft_url(draft, "studio.lesson", name=name, screen=max(1, whole_number("screen", 1)), new=place)
    return done(address, _("The block is added. Write its words."), undo=True)


def _seen_before_first_press(draft: StudioDraft, path: str, deed: RevisionKind) -> str | None:
    """Return the lesson as the page showed it, where the newest save may be the first press of the same form; None where it is not.

    It is, where the same press on what the page showed gives what the lesson is now.
    """
    seen = whole_number("revision")
    if not 0 < seen == draft.revision - 1 or not just_saved(db.session, draft, account_id(), deed):
        return None
    return lesson_text(db.session, draft, path, seen)


def _with_new_block(source: LessonSource) -> tuple[str, int]:
    """Return a lesson with the block that the form asks for, and the number of the block in it."""
    number, wished = whole_number("screen", 1), request.form.get("kind", "")
    kind = BlockKind(wished) if wished in set(NEW_BLOCKS) else BlockKind.TEXT
    screen = source.screens[min(number, len(source.screens)) - 1] if source.screens else None
    before = sum(len(each.blocks) for each in source.screens[: number - 1])
    place = len(screen.blocks) if screen else 0
    if request.form.get("before", "").isdigit():
        place = min(whole_number("before"), place)
    text = NEW_BLOCKS[kind].format(key=_errand_key(source))
    new = source.add_block(screen, text, place) if screen else source.insert(len(source.lines), text)
    return new, before + place


def _errand_key(source: LessonSource) -> str:
    number = 1 + sum(block.kind is BlockKind.ERRAND for block in source.blocks)
    return f"errand-{number}-{len(source.lines)}"


def _with_block(
    draft_id: UUID,
    name: str,
    deed: RevisionKind,
    words: str,
    change: Callable[[LessonSource, LessonBlock, int], tuple[str, int]],
    **focus: str,
) -> Response:
    """Change the lesson around the block that the form names, and lead to where it is then; where it has changed since, change nothing.

    *focus*: which button of the block has the focus on the page that comes.
    """
    draft = locked(draft_id)
    screen, ref = whole_number("screen", 1), _ref(name)
    source = LessonSource(lesson_text(db.session, draft, ref.path))
    block = find_block(source, ref.digest, ref.place)
    if block is None:
        told = _("Somebody has changed this block since you opened the page. Look at it, and press again.")
        return done(lesson_url(draft, name, screen), told, stop=True)
    text, place = change(source, block, source.blocks.index(block))
    write_lesson(db.session, draft, ref.path, text, account_id(), deed)
    if deed is not RevisionKind.BLOCK_GONE:
        screen = number_of_screen(LessonSource(text), place)
    if focus:
        return done(draft_url(draft, "studio.lesson", name=name, screen=screen, new=place, **focus), words, undo=True)
    return lesson_reply(draft, name, screen, words, block=place)


@blueprint.post(f"{LESSON}/move")
@require_in_draft("studio.author")
def move_block(lang: str, draft_id: UUID, name: str) -> Response:
    """Move a block up or down, over the edge of its screen too; its button keeps the focus, to be pressed again."""
    to, step = ("up", -1) if request.form.get("to") == "up" else ("down", 1)
    return _with_block(
        draft_id,
        name,
        RevisionKind.BLOCK_MOVED,
        _("Moved."),
        lambda source, block, place: moved(source, block, place, step),
        to=to,
    )


@blueprint.post(f"{LESSON}/delete")
@require_in_draft("studio.author")
def delete_block(lang: str, draft_id: UUID, name: str) -> Response:
    """Take a block out; undo brings it back."""
    return _with_block(
        draft_id,
        name,
        RevisionKind.BLOCK_GONE,
        _("The block is out."),
        lambda source, block, place: (source.replace(block, ""), place),
    )


@blueprint.post(f"{LESSON}/split")
@require_in_draft("studio.author")
def split_screen(lang: str, draft_id: UUID, name: str) -> Response:
    """Begin a new screen at a block."""
    heading = collapse_whitespace(clean(request.form.get("heading", ""))) or _("New screen")

    def parted(source: LessonSource, _block: LessonBlock, place: int) -> tuple[str, int]:
        screen, at = screen_of(source, place)
        return source.split(screen, at, heading), place

    return _with_block(draft_id, name, RevisionKind.SCREENS, _("A new screen begins here."), parted)


@blueprint.post(f"{LESSON}/screen")
@require_in_draft("studio.author")
def save_screen(lang: str, draft_id: UUID, name: str) -> Response:
    """Save the title of the lesson and the heading of a screen, or add a screen after it."""
    if request.form.get("do") == "add":
        return _add_screen(draft_id, name)
    draft = locked(draft_id)
    number, path = whole_number("screen", 1), lesson_path(name)
    source = LessonSource(lesson_text(db.session, draft, path))
    heads, refused = changed_heads(source, number, _heads("had-"), _heads(""))
    was_written = write_lesson(db.session, draft, path, heads, account_id(), RevisionKind.SCREENS)
    if refused:
        return done(lesson_url(draft, name, number), " ".join(refused), undo=was_written, stop=True, kept=True)
    return lesson_reply(draft, name, number, _("Saved.")) if was_written else see_other(lesson_url(draft, name, number))


def _heads(prefix: str) -> dict[str, str]:
    """Return what the form says of the title and of the heading: with "had-" as its page showed them."""
    names = [name for name in ("heading", "title") if f"{prefix}{name}" in request.form]
    return {name: collapse_whitespace(clean(request.form[f"{prefix}{name}"]))[:200] for name in names}


def _add_screen(draft_id: UUID, name: str) -> Response:
    """Add a screen after another one. Pressed twice makes one."""
    draft = locked(draft_id)
    number, path, heading = whole_number("screen", 1), lesson_path(name), _heads("").get("heading", "")

    def added(source: LessonSource) -> str:
        screen = source.screens[min(number, len(source.screens)) - 1] if source.screens else None
        return source.add_screen(screen, heading or _("New screen"))

    seen = _seen_before_first_press(draft, path, RevisionKind.SCREENS)
    if seen is None or added(LessonSource(seen)) != lesson_text(db.session, draft, path):
        change_lesson(db.session, draft, path, account_id(), RevisionKind.SCREENS, added)
    return lesson_reply(draft, name, number + 1, _("The screen is added."))
