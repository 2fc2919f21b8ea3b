"""What the page of a lesson shows: screens, blocks as forms, findings at their places, what can be chosen."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from perille.core.extensions import db
from perille.core.i18n import lazy_gettext
from perille.domain.status import Status
from perille.learning.status_names import status_name
from perille.packs.checks.minutes import count_words, expected_minutes
from perille.packs.format.media import chosen_pictures
from perille.packs.source.markdown import without_languages
from perille.studio import drafts
from perille.studio.block_forms import ERRAND_LABELS, ROW_FIELDS, BlockFields, read_block
from perille.studio.builds import DraftBuild, build, libraries
from perille.studio.cards import REVISION_MARK, BlockCard, card_keeper
from perille.studio.comments import CommentThread, threads
from perille.studio.findings import Finding, at_blocks, findings_of
from perille.studio.first_steps import first_steps, next_step
from perille.studio.lesson_readability import reading_ease
from perille.studio.lesson_source import BlockKind, LessonBlock, LessonScreen, LessonSource
from perille.studio.models import StudioDraft
from perille.studio.pages import draft_url
from perille.studio.previews import preview_url
from perille.studio.saving import their_block, unmerged
from perille.studio.style import Readership
from perille.studio.style_words import checklist, readers_of, style_in_words
from perille.studio.topic_names import topic_names

#: What a kind of block is called, in the order of the menu.
KIND_NAMES = {
    BlockKind.TEXT: lazy_gettext("Text"),
    BlockKind.PICTURE: lazy_gettext("Picture"),
    BlockKind.STORY: lazy_gettext("Picture story"),
    BlockKind.NOTE: lazy_gettext("Good to know"),
    BlockKind.WARNING: lazy_gettext("Warning before a hard topic"),
    BlockKind.DIALOGUE: lazy_gettext("Dialogue"),
    BlockKind.TALK: lazy_gettext("Talk about it"),
    BlockKind.ASK: lazy_gettext("Where to ask"),
    BlockKind.CHECK: lazy_gettext("Question"),
    BlockKind.TABLE: lazy_gettext("Table"),
    BlockKind.ERRAND: lazy_gettext("Something to do"),
    BlockKind.WORDS: lazy_gettext("Words to know"),
    BlockKind.FOR: lazy_gettext("For some people only"),
    BlockKind.SOURCE: lazy_gettext("Source"),
}
#: What the fields of a block are called.
FIELD_NAMES = {
    "words": lazy_gettext("Words"),
    "speaker": lazy_gettext("Who speaks"),
    "picture": lazy_gettext("Picture"),
    "description": lazy_gettext("What the picture shows"),
    "word": lazy_gettext("Word"),
    "sound": lazy_gettext("How it sounds"),
    "meaning": lazy_gettext("What it means"),
    "title": lazy_gettext("Title"),
    "what": lazy_gettext("What"),
    "where": lazy_gettext("Where"),
    "bring": lazy_gettext("What to bring"),
    "when": lazy_gettext("By when"),
    "cost": lazy_gettext("What it costs"),
    "ask": lazy_gettext("Whom to ask"),
    "form-words": lazy_gettext("Words on the form"),
}
#: Words of a screen: beyond the first figure it is long, beyond the second too long. About 60 fit a phone.
LONG_SCREEN, TOO_LONG_SCREEN = 70, 110
_DOTS = "…"
#: Empty rows below those that are filled in.
_SPARE = 2


@dataclass(frozen=True, slots=True)
class StripScreen:
    """A screen in the strip."""

    number: int
    heading: str
    excerpt: str
    errors: int
    #: How many comments are open at its blocks.
    comments: int
    url: str
    is_here: bool


def lesson_values(
    draft: StudioDraft, name: str, source: LessonSource, number: int, lang: str, new: int = -1, to: str = ""
) -> dict[str, object]:
    """Return everything that the template needs. *new*: number of the block that was just added, or moved *to* "up" or "down"."""
    made = build(db.session, draft, languages=(lang,))
    path = f"lessons/{name}.md"
    findings = findings_of(made.diagnostics)
    found = at_blocks(findings, path, source)
    screen = source.screens[number - 1] if source.screens else None
    before = sum(len(each.blocks) for each in source.screens[: number - 1])
    talks = threads(db.session, draft, path)
    topics, blocks = _topics(made), screen.blocks if screen else ()
    talked_of = frozenset(each.head.place for each in talks)
    return {
        "draft": draft,
        "name": name,
        "number": number,
        "screen": screen,
        "source": source,
        "strip": [_strip(draft, name, source, n, number, found, talks) for n in range(1, len(source.screens) + 1)],
        "kept_card": card_keeper(
            draft, name, lang, number, _chosen_from(made, topics), talked_of, len(blocks), new, to
        ),
        "revision_mark": REVISION_MARK,
        "cards": _cards(screen, before, found, readers_of(made, name)),
        "checklist": checklist(made),
        **_comments(talks, len(source.blocks)),
        "loose": found.get(-1, []),
        "faults": sorted(
            (each for each in findings if each.path == path and each.is_mistake), key=lambda each: each.line
        ),
        **_size(made, name, screen),
        "ease": reading_ease(draft, made, name, source),
        "preview": _preview(draft, made, lang, name, number),
        **_menus(made, topics),
        "waiting": [(row, their_block(source, row)) for row in unmerged(db.session, draft, path)],
        "next_step": next_step(first_steps(draft, made)),
        "can_undo": drafts.undo_target(db.session, draft) > 0,
        "language_of_pack": made.pack.manifest.source_language,
    }


def _size(made: DraftBuild, name: str, screen: LessonScreen | None) -> dict[str, object]:
    words = _words(screen)
    long = {"is_long": words > LONG_SCREEN, "is_too_long": words > TOO_LONG_SCREEN}
    return {"words": words, "minutes": _minutes(made, name), "weight": _weight(made, screen), **long}


def _comments(talks: list[CommentThread], blocks: int) -> dict[str, object]:
    """Return the comments by the block at which they stand, and the open ones whose block is gone."""
    at: dict[int, list[CommentThread]] = {}
    for each in talks:
        at.setdefault(each.head.place, []).append(each)
    beyond = [each for each in talks if each.is_open and each.head.place >= blocks]
    return {
        "comments_at": at,
        "lost_comments": beyond + [each for each in talks if each.is_open and each.head.place < 0],
    }


def _menus(made: DraftBuild, topics: Mapping[str, str]) -> dict[str, object]:
    """Return what the forms of blocks are called and let one choose from."""
    return {
        "kinds": {kind: name for kind, name in KIND_NAMES.items() if kind not in (BlockKind.SOURCE, BlockKind.CHECK)},
        "kind_names": KIND_NAMES,
        "field_names": FIELD_NAMES,
        "errand_fields": ERRAND_LABELS,
        "pictures": sorted(chosen_pictures(made.pack.media)),
        "topics": topics,
        "statuses": {status.value: status_name(status) for status in Status},
        "questions": {key: item.words.get("prompt", key) for key, item in made.pack.items.items()},
    }


def _chosen_from(made: DraftBuild, topics: Mapping[str, str]) -> Mapping[BlockKind, Hashable]:
    """Return what the form of a block lets one choose from, where that is the draft's own."""
    pictures = tuple(sorted(chosen_pictures(made.pack.media)))
    questions = tuple((key, item.words.get("prompt", key)) for key, item in made.pack.items.items())
    source = made.pack.manifest.source_language
    found = {
        BlockKind.PICTURE: pictures,
        BlockKind.STORY: pictures,
        BlockKind.ASK: tuple(topics.items()),
        BlockKind.CHECK: questions,
    }
    return {kind: (source, found.get(kind)) for kind in BlockKind}


def _language(made: DraftBuild, lang: str) -> str:
    """Return the language of the preview: that of the page where the draft has it, else its source."""
    return lang if lang in made.pack.manifest.languages else made.pack.manifest.source_language


def _strip(
    draft: StudioDraft,
    name: str,
    source: LessonSource,
    number: int,
    here: int,
    found: dict[int, list[Finding]],
    talks: list[CommentThread],
) -> StripScreen:
    screen = source.screens[number - 1]
    before = sum(len(each.blocks) for each in source.screens[: number - 1])
    errors = sum(each.is_mistake for at in range(before, before + len(screen.blocks)) for each in found.get(at, ()))
    places = range(before, before + len(screen.blocks))
    open_here = sum(each.is_open and each.head.place in places for each in talks)
    text = next((block.text for block in screen.blocks if block.kind is BlockKind.TEXT), "")
    words = " ".join(without_languages(text).replace("*", "").split())
    url = draft_url(draft, "studio.lesson", name=name, screen=number)
    heading = screen.heading or (source.title if number == 1 else "")
    return StripScreen(number, heading, words[:70], errors, open_here, url, number == here)


def _preview(draft: StudioDraft, made: DraftBuild, lang: str, name: str, number: int) -> str:
    """Return the address of the screen as its learner sees it, "" where no page can be made."""
    kind = str(made.pack.manifest.kind)
    return preview_url(draft, _language(made, lang), kind, name, number) if made.has_pages else ""


def _cards(
    screen: LessonScreen | None, before: int, found: dict[int, list[Finding]], readers: Readership
) -> list[BlockCard]:
    """Return the blocks of a screen with their forms; *before*: how many blocks the screens before it have."""
    blocks = screen.blocks if screen else ()
    return [_card(block, before + at, found, readers) for at, block in enumerate(blocks)]


def _card(block: LessonBlock, place: int, found: dict[int, list[Finding]], readers: Readership) -> BlockCard:
    fields = _without_dots(read_block(block))
    names = ROW_FIELDS.get(fields.kind, ())
    if fields.kind is BlockKind.TABLE:
        names = tuple(f"c{number}" for number in range(int(fields.values["columns"])))
    empty = [dict.fromkeys(names, "") for _number in range(_SPARE)] if names else []
    rows = tuple({name: row.get(name, "") for name in names} for row in (*fields.rows, *empty))
    style = style_in_words(block.text, readers)
    return BlockCard(place, block, fields, str(KIND_NAMES[fields.kind]), tuple(found.get(place, ())), rows, style)


def _without_dots(fields: BlockFields) -> BlockFields:
    """Return the fields of a new block as empty ones: nobody wants to delete dots first."""
    values = {key: "" if value == _DOTS else value for key, value in fields.values.items()}
    rows = [{key: "" if value == _DOTS else value for key, value in row.items()} for row in fields.rows]
    return BlockFields(fields.kind, fields.name, values, rows)


def _words(screen: LessonScreen | None) -> int:
    if screen is None:
        return 0
    lines = (line for block in screen.blocks for line in block.text.split("\n") if not line.startswith(":::"))
    return count_words(" ".join((screen.heading, *lines)))


def _minutes(made: DraftBuild, name: str) -> int:
    unit = name.partition(".")[0]
    expected = next((expected_minutes(plan) for plan in made.plans if plan.key == unit), None)
    return max(1, round(expected or 0))


def _weight(made: DraftBuild, screen: LessonScreen | None) -> int:
    """Return the kilobytes of a screen's words and pictures, as they travel."""
    if screen is None:
        return 0
    size = sum(len(block.text.encode()) for block in screen.blocks)
    names = {line.split()[-1] for block in screen.blocks for line in block.text.split("\n") if ": picture " in line}
    size += sum(made.pack.media[name].size for name in names if name in made.pack.media)
    return -(-size // 1024)


def _topics(made: DraftBuild) -> dict[str, str]:
    """Return topic -> name for which the course's countries have contacts; all topics where it has no country."""
    countries = made.pack.manifest.countries
    known = (fact.fact for library in libraries(db.session) for fact in library.facts)
    return topic_names(topic for fact in known if not countries or fact.country in countries for topic in fact.topics)
