"""The bodies of `::: errand` and `::: words`: lines whose parts stand in a fixed order, in every language.

    ::: errand register-address
    # Register your address
    - **What:** Tell the office where you live.
    - **Words on the form:** muuttoilmoitus; henkilötunnus
    :::

    ::: words
    - kotikunta · KO-ti-kun-ta · the municipality where you are registered
    :::

A translation keeps the parts: a label in bold, the words on the form, the word of the country's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from markdown_it.token import Token

from perille.api import did_you_mean
from perille.domain.content import ErrandPart
from perille.packs.format.lesson_model import Block, BlockForm
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import FACT, inline, without_languages

#: Key of an errand's title among its lines.
TITLE = "title"
#: Words of a list: more are several lists.
MOST_WORDS = 14
#: The labels in the source, whatever its language.
LABELS = {
    "What": ErrandPart.WHAT,
    "Where": ErrandPart.WHERE,
    "Bring": ErrandPart.BRING,
    "By when": ErrandPart.BY_WHEN,
    "Cost": ErrandPart.COST,
    "Ask": ErrandPart.ASK,
    "Words on the form": ErrandPart.FORM_WORDS,
}
_LABEL = re.compile(r"\*\*(?P<label>[^*]+)\*\*\s*[:：]?(?P<words>.*)", re.DOTALL)
#: Between the entries of a line: also as Arabic writes it, and in full width.
LIST_SIGN = re.compile(r"[;؛；]")
_BRACKET = re.compile(r"[()（）]")
_PARTS = 3


class Reader(Protocol):
    """What reads a lesson, as far as a body needs it."""

    path: str
    blocks: list[Block]
    diagnostics: Diagnostics

    def block(self, token: Token, form: BlockForm = ...) -> int:
        """Keep the words of an inline token; return the number of the block."""

    def fault(self, token: Token, message: str) -> None:
        """Keep a fault at a token."""


def read_errand(reader: Reader, line: int, body: list[Sequence[Token]]) -> Iterator[tuple[str, int]]:
    """Yield (key, block) of the title and of each line of an errand; what cannot be used gives a fault."""
    if not body or body[0][0].tag != "h1":
        reader.diagnostics.add(reader.path, line, 'An errand begins with "# " and its title')
        return
    yield TITLE, reader.block(body[0][1])
    seen: set[str] = set()
    for token in _entries(reader, line, body[1:], "::: errand holds a title and one list"):
        part = _part(reader, token)
        if part is None:
            continue
        if part in seen:
            reader.fault(token, f'An errand has each label once: "{_label(token.content)}" stands twice')
            continue
        seen.add(part)
        yield part, reader.block(token, _FORMS.get(part, BlockForm.ERRAND_LINE))
    if ErrandPart.WHAT not in seen:
        reader.diagnostics.add(
            reader.path, line, "An errand says what to do: - **What:** Tell the office where you live."
        )


_FORMS = {ErrandPart.FORM_WORDS: BlockForm.FORM_WORDS}


def read_words(reader: Reader, line: int, body: list[Sequence[Token]]) -> Iterator[tuple[str, int]]:
    """Yield (word, block) of each entry of a word list; what cannot be used gives a fault."""
    seen: set[str] = set()
    for token in _entries(reader, line, body, "::: words holds one list, an entry for each word"):
        parts = word_parts(token.content)
        # As a page shows it: in bold, or marked as of another language, it is the same word.
        word = inline(parts[0]).plain if parts else ""
        if not word:
            reader.fault(token, f'"{token.content}" is not "- word · how it sounds · meaning": the middle may be empty')
        elif word in seen:
            reader.fault(token, f'The word "{word}" stands twice')
        else:
            seen.add(word)
            yield word, reader.block(token, BlockForm.WORD)
    if len(seen) > MOST_WORDS:
        message = f"::: words has {len(seen)} words: at most {MOST_WORDS} fit a screen"
        reader.diagnostics.add(reader.path, line, message)


def _entries(reader: Reader, line: int, body: list[Sequence[Token]], shape: str) -> Iterator[Token]:
    """Yield the words of each entry of the one list in *body*."""
    if len(body) != 1 or body[0][0].type != "bullet_list_open":
        reader.diagnostics.add(reader.path, line, shape)
        return
    depth = 0
    for token in body[0]:
        depth += token.nesting if token.type.startswith(("bullet_list", "ordered_list")) else 0
        if token.type == "inline" and depth == 1:
            yield token
        elif token.type == "inline":
            reader.fault(token, f"{shape}: no list stands inside it")


def _part(reader: Reader, token: Token) -> ErrandPart | None:
    label, words = _label(token.content), line_words(token.content)
    part = LABELS.get(label)
    if not label:
        reader.fault(token, "A line of an errand begins with its label in bold: - **Where:** The tax office")
    elif part is None:
        reader.fault(token, f'There is no label "{label}"{did_you_mean(label, LABELS)}')
    elif not words:
        reader.fault(token, f'The line "{label}" of the errand is empty: leave it out')
        return None
    return part


def _label(text: str) -> str:
    found = _LABEL.fullmatch(text)
    # With a space before its second stars Markdown makes no bold of it.
    label = found["label"].strip() if found and found["label"] == found["label"].rstrip() else ""
    return label[:-1].rstrip() if len(label) > 1 and label.endswith((":", "：")) else label


def line_words(text: str) -> str:
    """Return the words of an errand's line without its label."""
    found = _LABEL.fullmatch(text)
    return found["words"].strip() if found else text.strip()


def form_words(text: str) -> tuple[str, ...]:
    """Return the words of the country's language on the line "Words on the form", without what brackets explain.

    >>> form_words("**Words on the form:** muuttoilmoitus (notice of move); henkilötunnus")
    ('muuttoilmoitus', 'henkilötunnus')
    """
    plain = _without_brackets(FACT.sub("", without_languages(line_words(text))))
    return tuple(word for word in (each.strip().strip(" .") for each in LIST_SIGN.split(plain)) if word)


def _without_brackets(text: str) -> str:
    """Return a text without what stands from each bracket to the next closing one; a bracket that nothing closes stays."""
    kept: list[str] = []
    opened = from_ = 0
    is_open = False
    for found in _BRACKET.finditer(text):
        if found[0] in "(（" and not is_open:
            opened, is_open = found.start(), True
        elif found[0] in ")）" and is_open:
            kept.append(text[from_:opened].rstrip())
            from_, is_open = found.end(), False
    return "".join((*kept, text[from_:]))


def word_parts(text: str) -> tuple[str, str, str] | None:
    """Return word, sound and meaning of an entry of a word list, None where it is not built like one.

    >>> word_parts("verokortti · · the card")
    ('verokortti', '', 'the card')
    """
    parts = [part.strip() for part in text.split("·")]
    return (parts[0], parts[1], parts[2]) if len(parts) == _PARTS and parts[0] and parts[2] else None


def structure_problems(form: BlockForm, msgid: str, msgstr: str) -> Iterator[str]:
    """Yield what a translation does not keep of how its source is built."""
    if form is BlockForm.WORD:
        yield from _word_problems(msgid, msgstr)
    elif form is not BlockForm.PLAIN and not (_label(msgstr) and line_words(msgstr)):
        yield "the translation begins with its label in bold and has words after it, as its source: **Where:** The tax office"
    elif form is BlockForm.FORM_WORDS:
        lost = [word for word in form_words(msgid) if word not in msgstr]
        if lost:
            yield f"the translation lacks words that stand on the form: {', '.join(lost)}"


def _word_problems(msgid: str, msgstr: str) -> Iterable[str]:
    source, parts = word_parts(msgid), word_parts(msgstr)
    if parts is None:
        return ['the translation is not "word · how it sounds · meaning": the middle may be empty']
    if source and parts[0] != source[0]:
        return [
            f'the translation begins with "{parts[0]}": the word "{source[0]}" stays as it stands on doors and letters'
        ]
    return []
