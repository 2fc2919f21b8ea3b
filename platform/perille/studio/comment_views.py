"""Comments at blocks: writing, answering, saying that it is done, and the list of all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request

from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _
from perille.core.letters import unix_newlines
from perille.packs.format.manifest import MANIFEST
from perille.studio import comments
from perille.studio.comments import GONE, LONGEST, CommentThread
from perille.studio.drafts import file_at, manifest_of
from perille.studio.lesson_source import LessonSource, read_source
from perille.studio.merging import find_block, follow_blocks
from perille.studio.models import StudioComment, StudioDraft
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, opened, page, whole_number
from perille.studio.saving import BlockRef, lesson_text
from perille.studio.views import blueprint

_DRAFT = "/<lang:lang>/studio/<uuid:draft_id>"
#: What a form on the page of a translation says of its page: language, state that is shown, number of the first words.
_TRANSLATION = re.compile(r"translation:([a-z]{2,3}(?:[_-][A-Za-z]{2,4})?):([a-z]{0,20}):(\d{1,6})")


@dataclass(frozen=True, slots=True)
class ListedThread:
    """A comment in a list, with the place that it is about."""

    thread: CommentThread
    url: str
    #: Title of the lesson and, where it has one, heading of the screen.
    where: str
    #: The first words of the block; of one that is gone, its last words.
    block_words: str
    is_gone: bool


def listed(draft: StudioDraft, found: list[CommentThread]) -> list[ListedThread]:
    """Return comments with the places they are about, as they are now."""
    sources: dict[str, LessonSource] = {}
    for thread in found:
        path = thread.head.path
        if path not in sources:
            sources[path] = read_source((file_at(db.session, draft, path) or b"").decode("utf-8", "replace"))
    return [_listed(draft, thread, sources[thread.head.path]) for thread in found]


def _listed(draft: StudioDraft, thread: CommentThread, source: LessonSource) -> ListedThread:
    head = thread.head
    name = head.path.removeprefix("lessons/").removesuffix(".md")
    title = source.title or name
    if not 0 <= head.place < len(source.blocks):
        url = draft_url(draft, "studio.lesson", name=name) if source.blocks else draft_url(draft, "studio.comment_list")
        return ListedThread(thread, f"{url}#comment-{head.id}", title, _first_words(head.lost_text), is_gone=True)
    number, heading = _screen_at(source, head.place)
    url = draft_url(draft, "studio.lesson", name=name, screen=number)
    where = f"{title} › {heading}" if heading else title
    return ListedThread(
        thread, f"{url}#comment-{head.id}", where, _first_words(source.blocks[head.place].text), is_gone=False
    )


def _screen_at(source: LessonSource, place: int) -> tuple[int, str]:
    for number, screen in enumerate(source.screens, 1):
        if place < len(screen.blocks):
            return number, screen.heading
        place -= len(screen.blocks)
    return 1, ""


def _first_words(text: str) -> str:
    lines = (line for line in text.split("\n") if not line.startswith(":::"))
    words = " ".join(" ".join(lines).replace("*", "").split())
    return words if len(words) <= 90 else f"{words[:90]}…"


@blueprint.get(f"{_DRAFT}/comments")
@require_in_draft("studio.translate")
def comment_list(lang: str, draft_id: UUID) -> Response:
    """List the comments of a draft: those that are open first."""
    draft = opened(draft_id)
    found = listed(draft, comments.threads(db.session, draft))
    return page(
        "comments",
        draft=draft,
        language_of_pack=manifest_of(file_at(db.session, draft, MANIFEST) or b"", "").source_language,
        open_comments=[each for each in found if each.thread.is_open],
        done_comments=[each for each in found if not each.thread.is_open],
    )


@blueprint.post(f"{_DRAFT}/lessons/<name>/comment")
@require_in_draft("studio.comment")
def add_comment(lang: str, draft_id: UUID, name: str) -> Response:
    """Write a comment at a block."""
    draft = locked(draft_id)
    path = f"lessons/{name}.md"
    ref = BlockRef(path, whole_number("place"), request.form.get("digest", "")[:16], whole_number("revision"))
    now = read_source(lesson_text(db.session, draft, path))
    words = _words()
    if words is None:
        return done(_page_url(draft, name, now, ref.place), _too_long(), stop=True)
    if not words:
        return done(_page_url(draft, name, now, ref.place), _("Please write your comment first."), stop=True)
    place, lost = _place_now(draft, ref, now)
    row = comments.comment(db.session, draft, path, place, lost, words, account_id())
    told = _("Your comment stands at the block.")
    if place == GONE:
        told = _(
            "Somebody took the block out while you wrote. Your comment is kept below, with the words of the block."
        )
    return done(_page_url(draft, name, now, place, row), told)


def _place_now(draft: StudioDraft, ref: BlockRef, now: LessonSource) -> tuple[int, str]:
    """Return where the block that somebody saw is now, and its words where it is gone."""
    body = file_at(db.session, draft, ref.path, ref.revision) if 0 < ref.revision < draft.revision else None
    seen = now if body is None else read_source(body.decode("utf-8", "surrogateescape"))
    block = find_block(seen, ref.digest, ref.place)
    if block is None:
        return GONE, ""
    return follow_blocks(seen, now).get(seen.blocks.index(block), GONE), block.text


def _words() -> str | None:
    """Return the words of the form, None where they are too many."""
    words = unix_newlines(request.form.get("words", "")).strip()
    return words if len(words) <= LONGEST else None


def _too_long() -> str:
    return _(
        "The comment was not saved: it is longer than %(number)s letters. Go back, and write it in two.", number=LONGEST
    )


def _lesson_url(
    draft: StudioDraft, name: str, source: LessonSource, place: int, row: StudioComment | None = None
) -> str:
    number, _heading = _screen_at(source, place) if place != GONE else (1, "")
    address = draft_url(draft, "studio.lesson", name=name, screen=number)
    return f"{address}#block-{place}" if row is None else f"{address}#comment-{row.id}"


def _page_url(draft: StudioDraft, name: str, source: LessonSource, place: int, row: StudioComment | None = None) -> str:
    """Return the page from which a form was sent: that of a translation, or the lesson at the block."""
    translation = _translation_url(draft)
    # A comment whose block is gone stands at the head of the lesson alone.
    if translation and place != GONE:
        return translation if row is None else f"{translation}#comment-{row.id}"
    return _lesson_url(draft, name, source, place, row)


def _translation_url(draft: StudioDraft) -> str:
    """Return the address of the page of a translation that the form names, "" where it names none."""
    found = _TRANSLATION.fullmatch(request.form.get("back", ""))
    if found is None or found[1] not in LANGUAGES:
        return ""
    more = {name: value for name, value in (("show", found[2]), ("from", found[3])) if value not in ("", "0")}
    return draft_url(draft, "studio.translation", language=found[1], **more)


def _back(draft: StudioDraft, head: StudioComment) -> str:
    """Return the page on which a button was pressed."""
    translation = _translation_url(draft)
    if translation:
        return f"{translation}#comment-{head.id}"
    body = file_at(db.session, draft, head.path)
    if request.form.get("back") == "list" or body is None:
        return f"{draft_url(draft, 'studio.comment_list')}#comment-{head.id}"
    name = head.path.removeprefix("lessons/").removesuffix(".md")
    source = read_source(body.decode("utf-8", "surrogateescape"))
    return _lesson_url(draft, name, source, head.place, head)


@blueprint.post(f"{_DRAFT}/comments/<uuid:comment_id>/answer")
@require_in_draft("studio.comment")
def answer_comment(lang: str, draft_id: UUID, comment_id: UUID) -> Response:
    """Answer a comment."""
    draft = locked(draft_id)
    head = comments.find_comment(db.session, draft, comment_id)
    words = _words()
    if words is None:
        return done(_back(draft, head), _too_long(), stop=True)
    if not words:
        return done(_back(draft, head), _("Please write your answer first."), stop=True)
    comments.answer(db.session, head, words, account_id())
    return done(_back(draft, head), _("Your answer stands below the comment."))


@blueprint.post(f"{_DRAFT}/comments/<uuid:comment_id>/state")
@require_in_draft("studio.comment")
def resolve_comment(lang: str, draft_id: UUID, comment_id: UUID) -> Response:
    """Say that a comment is done, or open it again."""
    draft = locked(draft_id)
    head = comments.find_comment(db.session, draft, comment_id)
    is_done = request.form.get("state") != "open"
    comments.set_done(db.session, head, account_id(), done=is_done)
    return done(_back(draft, head), _("The comment is done.") if is_done else _("The comment is open again."))
