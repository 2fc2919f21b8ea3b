"""A block as the fields of a form, and back: authors see words, never marks of a container.

What a form cannot hold exactly is edited as its source. The test is in `read_block`: fields are offered only where writing them gives
the same text again, white space aside, so that no form can drop what it does not show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from perille.core.letters import unix_newlines
from perille.studio.lesson_source import BlockKind, LessonBlock, LessonSource

#: Name of a field of an errand -> its label in the file, in the order in which an errand is written.
ERRAND_LABELS = {
    "what": "What",
    "where": "Where",
    "bring": "Bring",
    "when": "By when",
    "cost": "Cost",
    "ask": "Ask",
    "form-words": "Words on the form",
}
#: Fields of each row, of the kinds that have rows.
ROW_FIELDS: Mapping[BlockKind, tuple[str, ...]] = {
    BlockKind.DIALOGUE: ("speaker", "words"),
    BlockKind.STORY: ("picture", "description", "words"),
    BlockKind.WORDS: ("word", "sound", "meaning"),
}
#: Kinds whose first line names something: a picture, a topic, a question, a key, a status, a list that other lessons take.
NAMED = (BlockKind.PICTURE, BlockKind.ASK, BlockKind.CHECK, BlockKind.ERRAND, BlockKind.FOR, BlockKind.WORDS)
_OPENING = re.compile(r"(:{3,})[ \t]*(\S+)[ \t]*(.*)")
_SPOKEN = re.compile(r"-[ \t]+\*\*(.+?):\*\*[ \t]*(.*)", re.DOTALL)
_LABELLED = re.compile(r"-[ \t]+\*\*([^*:]+):\*\*[ \t]*(.*)", re.DOTALL)
_PANEL = re.compile(r"::: picture[ \t]+(\S+)[ \t]*\n(.*?)\n:::[ \t]*(?:\n|\Z)(.*)", re.DOTALL)
_CELLS = re.compile(r"(?<!\\)\|")
#: The end of a list's entry: the next line that begins one.
_ENTRY = re.compile(r"\n(?=-[ \t])")
_SPACE = re.compile(r"\s+")
#: A line whose words, or one of whose parts, are the dots that a new block has.
_UNFILLED = re.compile(r"^(?:- |# |\| )?(?:\*\*…:\*\* )?(?:\*\*What:\*\* )?…(?: [·|] .*)?[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BlockFields:
    """A block as an author fills it in."""

    kind: BlockKind
    #: What its first line names; "" for kinds that name nothing.
    name: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    rows: Sequence[Mapping[str, str]] = ()


class UnusableText(ValueError):
    """What was typed would not be this one block any more."""


def is_unfilled(text: str) -> bool:
    """Tell whether a block still has the dots of a new one in place of words.

    >>> is_unfilled("::: note\\n…\\n:::"), is_unfilled("And so on …")
    (True, False)
    """
    return bool(_UNFILLED.search(text))


def read_block(block: LessonBlock) -> BlockFields:
    """Return a block's fields; those of its source where no form can hold it."""
    text = unix_newlines(block.text)
    reader = _READERS.get(block.kind)
    found = reader(block.kind, text) if reader else None
    if found is None or _folded(write_block(found)) != _folded(text):
        return BlockFields(BlockKind.SOURCE, values={"words": text})
    return found


def write_block(fields: BlockFields) -> str:
    """Return the lines of a block that has these fields."""
    return _WRITERS[fields.kind](fields)


def checked_block(fields: BlockFields) -> str:
    """Return the lines of a block; raise UnusableText where they would be several blocks, or one of another kind."""
    text = write_block(fields)
    if fields.kind in (BlockKind.SOURCE, BlockKind.TEXT):
        return text
    read = LessonSource(f"# T\n\n{text}\n")
    if len(read.screens) != 1 or [each.kind for each in read.blocks] != [fields.kind]:
        raise UnusableText(text)
    return text


def _opened(text: str) -> tuple[str, str]:
    """Return what the first line of a container names, and its body."""
    lines = text.split("\n")
    opening = _OPENING.fullmatch(lines[0].strip())
    return (opening.group(3).strip() if opening else ""), "\n".join(lines[1:-1]).strip("\n")


def _closed(fields: BlockFields, body: str, colons: str = ":::") -> str:
    name = f" {fields.name}" if fields.name else ""
    return "\n".join((f"{colons} {fields.kind}{name}", *([body] if body else []), colons))


def _read_text(kind: BlockKind, text: str) -> BlockFields:
    return BlockFields(kind, values={"words": text})


def _write_text(fields: BlockFields) -> str:
    return fields.values.get("words", "")


def _read_plain(kind: BlockKind, text: str) -> BlockFields:
    name, body = _opened(text)
    return BlockFields(kind, name, {"words": body})


def _write_plain(fields: BlockFields) -> str:
    return _closed(fields, fields.values.get("words", ""))


def _write_group(fields: BlockFields) -> str:
    return _closed(fields, fields.values.get("words", ""), "::::")


def _read_dialogue(kind: BlockKind, text: str) -> BlockFields | None:
    _name, body = _opened(text)
    found = [_SPOKEN.fullmatch(entry.strip()) for entry in _ENTRY.split(body)]
    rows = [{"speaker": each.group(1), "words": _folded(each.group(2))} for each in found if each]
    return BlockFields(kind, rows=rows) if len(rows) == len(found) else None


def _write_dialogue(fields: BlockFields) -> str:
    rows = (f"- **{_folded(row['speaker']).rstrip(':')}:** {_folded(row['words'])}" for row in fields.rows)
    return _closed(fields, "\n".join(rows))


def _read_story(kind: BlockKind, text: str) -> BlockFields | None:
    _name, body = _opened(text)
    parts = re.split(r"\n(?=::: picture)", f"\n{body}")[1:]
    found = [_PANEL.fullmatch(part.strip("\n")) for part in parts]
    rows = [
        {"picture": each.group(1), "description": each.group(2), "words": each.group(3).strip("\n")}
        for each in found
        if each
    ]
    return BlockFields(kind, rows=rows) if rows and len(rows) == len(found) else None


def _write_story(fields: BlockFields) -> str:
    panels = (
        f"::: picture {row['picture']}\n{_folded(row['description'])}\n:::\n\n{row['words'].strip()}"
        for row in fields.rows
    )
    return _closed(fields, "\n\n".join(panels), "::::")


def _read_words(kind: BlockKind, text: str) -> BlockFields | None:
    name, body = _opened(text)
    # With a name and without a body it is a list that this lesson takes from another one.
    lines = _ENTRY.split(body) if body or not name else []
    entries = [entry.strip().removeprefix("-").split("·") for entry in lines]
    if any(len(each) != 3 for each in entries):
        return None
    rows = [dict(zip(ROW_FIELDS[kind], map(str.strip, each), strict=True)) for each in entries]
    return BlockFields(kind, name, rows=rows)


def _write_words(fields: BlockFields) -> str:
    rows = (f"- {_dotted(row['word'])} · {_dotted(row['sound'])} · {_dotted(row['meaning'])}" for row in fields.rows)
    return _closed(fields, "\n".join(row.replace("·  ·", "· ·") for row in rows))


def _dotted(text: str) -> str:
    return _folded(text.replace("·", "-"))


def _read_errand(kind: BlockKind, text: str) -> BlockFields | None:
    name, body = _opened(text)
    head, _sep, rest = body.partition("\n")
    if not head.startswith("# "):
        return None
    names = {label: key for key, label in ERRAND_LABELS.items()}
    values = {"title": head[2:].strip()}
    for entry in _ENTRY.split(rest.strip("\n")):
        found = _LABELLED.fullmatch(entry.strip())
        if found is None or found.group(1) not in names:
            return None
        values[names[found.group(1)]] = _folded(found.group(2))
    return BlockFields(kind, name, values)


def _write_errand(fields: BlockFields) -> str:
    rows = [f"# {_folded(fields.values.get('title', ''))}"]
    for key, label in ERRAND_LABELS.items():
        if words := _folded(fields.values.get(key, "")):
            rows.append(f"- **{label}:** {words}")
    return _closed(fields, "\n".join(rows))


def _read_table(kind: BlockKind, text: str) -> BlockFields | None:
    lines = [line.strip() for line in text.split("\n")]
    cells = [[cell.strip() for cell in _CELLS.split(line.removeprefix("|").removesuffix("|"))] for line in lines]
    if len(lines) < 2 or any(len(each) != len(cells[0]) for each in cells):
        return None
    rows = [{f"c{number}": cell for number, cell in enumerate(each)} for each in (cells[0], *cells[2:])]
    return BlockFields(kind, values={"align": lines[1], "columns": str(len(cells[0]))}, rows=rows)


def _write_table(fields: BlockFields) -> str:
    columns = int(fields.values.get("columns") or 2)
    align = fields.values.get("align") or "|" + " --- |" * columns
    lines = ["| " + " | ".join(_cell(row.get(f"c{at}", "")) for at in range(columns)) + " |" for row in fields.rows]
    return "\n".join((*lines[:1], align, *lines[1:]))


def _cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", r"\\|", _folded(text))


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


_PLAIN_KINDS = (BlockKind.NOTE, BlockKind.WARNING, BlockKind.TALK, BlockKind.PICTURE, BlockKind.ASK, BlockKind.CHECK)
_READERS: dict[BlockKind, Callable[[BlockKind, str], BlockFields | None]] = {
    **dict.fromkeys(_PLAIN_KINDS, _read_plain),
    BlockKind.TEXT: _read_text,
    BlockKind.TABLE: _read_table,
    BlockKind.DIALOGUE: _read_dialogue,
    BlockKind.STORY: _read_story,
    BlockKind.WORDS: _read_words,
    BlockKind.ERRAND: _read_errand,
    BlockKind.FOR: _read_plain,
}
_WRITERS: dict[BlockKind, Callable[[BlockFields], str]] = {
    **dict.fromkeys(_PLAIN_KINDS, _write_plain),
    BlockKind.TEXT: _write_text,
    BlockKind.SOURCE: _write_text,
    BlockKind.TABLE: _write_table,
    BlockKind.DIALOGUE: _write_dialogue,
    BlockKind.STORY: _write_story,
    BlockKind.WORDS: _write_words,
    BlockKind.ERRAND: _write_errand,
    BlockKind.FOR: _write_group,
}
