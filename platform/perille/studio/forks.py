"""A copy takes what was changed since in its origin: block by block, question by question, and no words of either are lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from perille.core.letters import unix_newlines
from perille.core.type_aliases import TomlTable
from perille.packs.format.manifest import MANIFEST
from perille.studio.edit_conflicts import merge_tables, same_table
from perille.studio.lesson_source import LessonBlock, LessonSource, read_source
from perille.studio.merging import follow_blocks, merge
from perille.studio.outline import set_values
from perille.studio.questions import drop_item, items_of, put_item
from perille.studio.toml_edit import TomlText, UneditableToml

Files = Mapping[str, bytes]
#: What is the copy's own: its name and address, and the number of its version.
_OWN = ("id", "slug", "version")


@dataclass(frozen=True, slots=True)
class BlockConflict:
    """A block that both changed in the same lines, or that the copy took out: one decides."""

    path: str
    base: str
    theirs: str
    #: Number of the block in the lesson as it becomes, -1 where the copy has it no more.
    place: int


@dataclass(slots=True)
class OriginMerge:
    """What a copy becomes with the changes of its origin."""

    #: Changed files, None for one that goes.
    changes: dict[str, bytes | None] = field(default_factory=dict)
    beside: list[BlockConflict] = field(default_factory=list)
    #: Files, or questions of files, that both changed: those of the copy stay.
    kept: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to take and nothing to say."""
        return not (self.changes or self.beside or self.kept)


def merge_origin(base: Files, mine: Files, theirs: Files) -> OriginMerge:
    """Return what becomes of a copy. *base*: the origin as it was when its changes were taken last; *theirs*: as it is now."""
    found = OriginMerge()
    base, theirs = _as_own(base, mine), _as_own(theirs, mine)
    for path in sorted({*base, *mine, *theirs}):
        before, here, there = base.get(path), mine.get(path), theirs.get(path)
        if there in (before, here):
            continue
        if here == before:
            found.changes[path] = there
        elif before is None or here is None or there is None:
            found.kept.append(path)
        else:
            _take_text(found, path, before, here, there)
    return found


def _as_own(files: Files, mine: Files) -> Files:
    """Return an origin's files with the name and version of the copy, which are no changes."""
    try:
        own = TomlText(mine[MANIFEST].decode("utf-8"))
        values = {key: own.value_at((key,)) for key in _OWN}
        return {**files, MANIFEST: set_values(files, values)[MANIFEST] or b""}
    except (UneditableToml, KeyError, UnicodeDecodeError):
        return files


def _take_text(found: OriginMerge, path: str, before: bytes, here: bytes, there: bytes) -> None:
    try:
        base, mine, theirs = (each.decode("utf-8") for each in (before, here, there))
        if path.startswith("lessons/"):
            merged: str | None = _lesson(found, path, base, mine, theirs)
        elif path.startswith("items/"):
            merged = _bank(found, path, base, mine, theirs)
        else:
            merged = merge(base, mine, theirs)
    except (UnicodeDecodeError, UneditableToml):
        merged = None
    if merged is None:
        found.kept.append(path)
    elif merged.encode() != here:
        found.changes[path] = merged.encode()


def _lesson(found: OriginMerge, path: str, base: str, mine: str, theirs: str) -> str:
    """Return a lesson of the copy with what the origin changed; a block stays where the copy has it."""
    before, here, there = (read_source(each) for each in (base, mine, theirs))
    to_theirs, to_mine = follow_blocks(before, there), follow_blocks(before, here)
    edits: dict[int, str] = {}
    gone: list[tuple[LessonBlock, LessonBlock]] = []
    both: list[tuple[int, LessonBlock, LessonBlock]] = []
    for at, block in enumerate(before.blocks):
        new, own = to_theirs.get(at), to_mine.get(at)
        if new is None:
            if own is not None and here.blocks[own].digest == block.digest:
                edits[own] = ""
        elif there.blocks[new].digest == block.digest:
            continue
        elif own is None:
            gone.append((block, there.blocks[new]))
        else:
            text = merge(*(unix_newlines(each.text) for each in (block, here.blocks[own], there.blocks[new])))
            if text is None:
                both.append((own, block, there.blocks[new]))
            elif text != unix_newlines(here.blocks[own].text):
                edits[own] = text
    added = list(_added(before, there, here, to_theirs, to_mine))
    text = _edited(here, edits, added)
    _put_beside(found, path, gone, [(here.blocks[own], block, new) for own, block, new in both], read_source(text))
    return _with_heads(before, there, text)


def _put_beside(
    found: OriginMerge,
    path: str,
    gone: list[tuple[LessonBlock, LessonBlock]],
    both: list[tuple[LessonBlock, LessonBlock, LessonBlock]],
    after: LessonSource,
) -> None:
    found.beside += [BlockConflict(path, block.text, new.text, -1) for block, new in gone]
    places = {block.digest: place for place, block in enumerate(after.blocks)}
    found.beside += [BlockConflict(path, block.text, new.text, places.get(own.digest, -1)) for own, block, new in both]


def _added(
    before: LessonSource,
    there: LessonSource,
    here: LessonSource,
    to_theirs: Mapping[int, int],
    to_mine: Mapping[int, int],
) -> Iterator[tuple[int, str]]:
    """Yield line and text of each block that the origin added, after the one that stands before it there; a new screen with its heading."""
    known = {new: to_mine.get(old) for old, new in to_theirs.items()}
    mine = {block.digest for block in here.blocks}
    headings = {screen.heading for screen in (*before.screens, *here.screens)}
    first, line = 0, _end_of_head(here)
    for screen in there.screens:
        heading = "" if screen.heading in headings else f"## {screen.heading}\n\n"
        line = _top_of(here, screen.heading, line)
        for number, block in enumerate(screen.blocks, first):
            if number in known:
                own = known[number]
                line = here.blocks[own].end if own is not None else line
            elif block.digest not in mine:
                yield line, heading + unix_newlines(block.text)
                heading = ""
        first += len(screen.blocks)


def _end_of_head(lesson: LessonSource) -> int:
    """Return the line from which screens stand."""
    return lesson.screens[0].start if lesson.screens else len(lesson.lines)


def _top_of(lesson: LessonSource, heading: str, otherwise: int) -> int:
    """Return the line from which blocks stand below a heading, of two such screens in the last; *otherwise* where there is none."""
    screen = next((each for each in reversed(lesson.screens) if each.heading == heading), None)
    if screen is None:
        return otherwise
    return screen.blocks[0].start if screen.blocks else screen.end


def _edited(here: LessonSource, edits: Mapping[int, str], added: list[tuple[int, str]]) -> str:
    """Return the lesson with other texts of blocks ("" takes one out) and new ones; from its end: lines stay in place."""
    # On one line a block is changed before another one comes in front of it: its lines are counted as they were.
    steps = [(here.blocks[place].start, len(added) + 1, text, place) for place, text in edits.items()]
    steps += [(line, number + 1, text, -1) for number, (line, text) in enumerate(added)]
    source = here
    for line, _order, text, place in sorted(steps, reverse=True):
        source = read_source(source.insert(line, text) if place < 0 else source.replace(here.blocks[place], text))
    return source.text


def _with_heads(before: LessonSource, there: LessonSource, text: str) -> str:
    """Return a lesson with the title and headings that the origin changed and the copy did not."""
    source = read_source(text)
    if there.title and there.title != before.title == source.title:
        source = read_source(source.set_title(there.title))
    if not len(before.screens) == len(there.screens) == len(source.screens):
        return source.text
    for number, (old, new) in enumerate(zip(before.screens, there.screens, strict=True)):
        if new.heading and new.heading != old.heading == source.screens[number].heading:
            source = read_source(source.set_heading(source.screens[number], new.heading))
    return source.text


def _bank(found: OriginMerge, path: str, base: str, mine: str, theirs: str) -> str:
    """Return a bank of the copy with the questions that the origin changed, field by field."""
    before, here, there = ({str(item.get("key")): item for item in items_of(each)} for each in (base, mine, theirs))
    text = mine
    for key in dict.fromkeys((*there, *before)):
        text, is_left = _with_item(text, key, before.get(key), here.get(key), there.get(key))
        if is_left:
            found.kept.append(f"{path}: {key}")
    return text


def _with_item(
    text: str, key: str, old: TomlTable | None, own: TomlTable | None, new: TomlTable | None
) -> tuple[str, bool]:
    """Return the text of a bank with what the origin did to one question, and whether something of that was left for a person."""
    if _is_same(old, new):
        return text, False
    if new is None:
        # One that the copy has changed stays.
        return (drop_item(text, key) if _is_same(own, old) else text), False
    if own is None:
        return (put_item(text, new), False) if old is None else (text, True)
    sent = merge_tables(old or {}, own, new)
    return put_item(text, sent.table), bool(sent.both)


def _is_same(one: TomlTable | None, other: TomlTable | None) -> bool:
    return one is other if one is None or other is None else same_table(one, other)
