"""Inline Markdown of one block: safe HTML and plain text with slots, and what a translation of it must keep.

A block's words are CommonMark without raw HTML and pictures. HTML is written by a renderer of our own that knows few
tags, and still goes through nh3.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

from perille.core.host_languages import foreign_language
from perille.domain.content import SLOT_END, SLOT_START
from perille.packs.source.tables import table_rule

#: `{fact: emergency.number}` or `{fact: SE/emergency.number}`.
FACT = re.compile(r"\{fact:\s*((?:[A-Z]{2}/)?[a-z0-9]+(?:[.-][a-z0-9]+)*)\s*\}")
#: A slot of compiled words.
SLOT = re.compile(f"{SLOT_START}([a-z]+):([^{SLOT_START}{SLOT_END}]*){SLOT_END}")
#: The slot that becomes a word saying that a link leads away from here.
LEAVES = f"{SLOT_START}leaves:{SLOT_END}"

_PLAIN = re.compile(r"[^\\`*_\[\]<>&!{}\n\x00-\x1f]*")
#: A label in bold and words without any sign, as most lines of errands are. Stars make bold only where CommonMark says so: the first
#: ones at the start, the last ones after a sign that is no space and before a space or the end.
#: A no-break space is written as an entity, by who cleans HTML.
_SIGN = r"[^\\`*_\[\]<>&!{}\n\x00-\x1f\xa0]"
_LABELLED = re.compile(rf"\*\*((?!\s){_SIGN}+(?<!\s))\*\*(?=[ ]|\Z)({_SIGN}*)(?<! )")
#: Looked for at the first of several spaces alone: from each of them it would take the square of their number.
_HARD_BREAK = re.compile(r"(?:(?<! ) {2,}|\\)\n[ \t]*")
_LESSON_LINK = re.compile(r'href="lesson:([a-z0-9-]+)"')
_SCHEME = re.compile(r"(?:https://[^\s/]|lesson:[a-z0-9-]+$)")
#: Words of another language in words of this one are marked as a link would be: `[Dobrý deň](lang:sk)`.
_LANGUAGE = "lang:"
_MARKED = re.compile(r"\[([^\[\]]*)\]\(lang:\w*\)")

#: Signs that a reader would see as they were typed.
_SHOWN_AS_TYPED = (
    (
        re.compile(r"\{\s*facts?\b", re.IGNORECASE),
        'A fact is written {fact: key.of.it}: small letters, digits, "." and "-"',
    ),
    (
        re.compile(r"\*\*"),
        "Readers would see **: put it next to a space, with quotation marks and endings inside or outside both",
    ),
    (
        re.compile(r"<!--"),
        "Readers would see <!--: notes have no place in the words, write them in the pack's README.md",
    ),
)

#: Letters of one block with signs of Markdown: a link is looked for from each bracket to the end, which takes the square of them.
LONGEST_BLOCK = 5_000
_TOO_LONG = f"This block has more than {LONGEST_BLOCK:,} letters: part it, nobody reads so much at once"

_TAGS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "hardbreak": "<br>",
}
_cleaner = nh3.Cleaner(
    tags={"a", "bdi", "br", "code", "em", "strong"},
    attributes={"a": {"class", "href", "rel", "hreflang"}, "bdi": {"lang", "dir"}, "code": {"dir"}},
    url_schemes={"https", "lesson"},
    link_rel=None,
)


class Inline(NamedTuple):
    """One block, parsed. A tuple: a hundred thousand are made whenever packs are published, and it is made in half the time."""

    html: str
    plain: str
    #: Facts it names, as written ("CC/key" or "key").
    facts: tuple[str, ...] = ()
    #: Targets of its links, and "lang:CODE" of words in another language.
    links: tuple[str, ...] = ()
    #: Code spans.
    codes: tuple[str, ...] = ()
    #: What an author must change.
    diagnostics: tuple[str, ...] = ()
    #: Addresses of pictures, which have no place in a sentence.
    images: tuple[str, ...] = ()

    @property
    def keeps(self) -> tuple[tuple[str, ...], ...]:
        """What a translation has to keep, in whatever order."""
        return tuple(tuple(sorted(each)) for each in (self.facts, self.links, self.codes, self.images))


def _fact_rule(state: StateInline, silent: bool) -> bool:
    found = FACT.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        token = state.push("fact", "", 0)
        token.content = found.group(1)
    state.pos = found.end()
    return True


def make_parser() -> MarkdownIt:
    """Return CommonMark with tables and fact slots, without raw HTML."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.block.ruler.at("table", table_rule, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("text", "fact", _fact_rule)
    # A link that is not allowed must be found as a link, so that its fault can be told.
    parser.validateLink = lambda url: not url.lower().startswith(("javascript:", "vbscript:", "data:", "file:"))  # type: ignore[method-assign]
    return parser


def make_block_parser() -> MarkdownIt:
    """Return the same for a whole lesson, with its fenced pieces: where blocks stand is told, the words in them are not read."""
    parser = make_parser()
    parser.core.ruler.disable(["inline", "text_join"])
    container_plugin(parser, "piece", validate=lambda params, _markup: bool(params.strip()))
    return parser


_parser = make_parser()


def fold(text: str) -> str:
    """Return a block's source with its soft line breaks as spaces: the msgid of a catalogue."""
    bare = text.strip()
    if "\n" not in bare:  # as most have
        return bare.replace("\0", "\n")
    lines = _HARD_BREAK.sub("\\\\\0", bare).split("\n")
    return " ".join(line.strip(" \t") for line in lines).replace("\0", "\n")


@lru_cache(maxsize=20_000)
def has_words(text: str) -> bool:
    """Tell whether a block has anything to translate; numbers, symbols and facts have not."""
    return any(sign.isalpha() for sign in FACT.sub("", text))


def is_plain(text: str) -> bool:
    """Tell whether a block is nothing but words: no sign of Markdown, and no fact."""
    return _PLAIN.fullmatch(text) is not None


@lru_cache(maxsize=20_000)
def inline(text: str) -> Inline:
    """Parse one block."""
    if is_plain(text):  # as most are
        return Inline(text, text)
    if _PLAIN.fullmatch(FACT.sub("", text)):
        return _plain(text)
    if labelled := _LABELLED.fullmatch(text):
        return Inline(f"<strong>{labelled[1]}</strong>{labelled[2]}", labelled[1] + labelled[2])
    if len(text) > LONGEST_BLOCK:
        return _plain(entities.escape(text))._replace(diagnostics=(_TOO_LONG,))
    return _render(_parser.parseInline(text)[0].children or ())


def fact_slot(name: str) -> str:
    """Return the slot of a fact."""
    return f"{SLOT_START}fact:{name}{SLOT_END}"


def media_slot(name: str) -> str:
    """Return the slot of a picture's address; *name* is "pack/name"."""
    return f"{SLOT_START}media:{name}{SLOT_END}"


def _plain(text: str) -> Inline:
    words = FACT.sub(lambda found: fact_slot(found.group(1)), text)
    return Inline(words, words, tuple(FACT.findall(text)))


def _render(tokens: Sequence[Token]) -> Inline:
    out = _RenderedTokens([], [], [], [], [], [], [])
    for token in tokens:
        out.add(token)
    cleaned = _cleaner.clean("".join(out.html))
    cleaned = _LESSON_LINK.sub(lambda found: f'href="{SLOT_START}lesson:{found.group(1)}{SLOT_END}"', cleaned)
    return Inline(
        cleaned,
        "".join(out.plain),
        tuple(out.facts),
        tuple(out.links),
        tuple(out.codes),
        tuple(out.diagnostics),
        tuple(out.images),
    )


@dataclass(slots=True)
class _RenderedTokens:
    """Collects what a row of tokens gives."""

    html: list[str]
    plain: list[str]
    facts: list[str]
    links: list[str]
    codes: list[str]
    diagnostics: list[str]
    images: list[str]
    leaving: bool = False
    closing: str = "</a>"

    def add(self, token: Token) -> None:
        """Add one token."""
        if token.type in _TAGS:
            self.html.append(_TAGS[token.type])
        if token.type in ("text", "softbreak", "hardbreak", "code_inline", "fact"):
            self._add_words(token)
        elif token.type == "link_open":
            self._open_link(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            self.html.append(f"{LEAVES}</a>" if self.leaving else self.closing)
        elif token.type == "image":
            self.images.append(str(token.attrGet("src") or ""))
            self.diagnostics.append("A picture stands in a ::: picture container of its own, not in a sentence")

    def _add_words(self, token: Token) -> None:
        if token.type == "fact":
            self.facts.append(token.content)
            self.html.append(fact_slot(token.content))
            self.plain.append(fact_slot(token.content))
            return
        words = token.content if token.type in ("text", "code_inline") else " "
        self.plain.append(words)
        if token.type == "code_inline":
            self.codes.append(words)
            self.html.append(f'<code dir="ltr">{entities.escape(words, quote=False)}</code>')
        elif token.type != "hardbreak":
            self.html.append(entities.escape(words, quote=False))
            self.diagnostics += (message for pattern, message in _SHOWN_AS_TYPED if pattern.search(words))

    def _open_link(self, href: str) -> None:
        self.links.append(href)
        self.leaving = href.startswith("https://")
        if href.startswith(_LANGUAGE):
            self._open_language(href.removeprefix(_LANGUAGE))
            return
        self.closing = "</a>"
        if not _SCHEME.match(href):
            self.diagnostics.append(f'The link "{href}" must begin with https:// or be lesson:<unit>')
            self.html.append("<a>")
            return
        away = ' class="external" rel="external noopener"' if self.leaving else ""
        self.html.append(f'<a{away} href="{entities.escape(href)}">')

    def _open_language(self, code: str) -> None:
        marked = foreign_language(code)
        if not marked:
            self.diagnostics.append(f'The language "{code}" is not known: write [Dobrý deň](lang:sk)')
        self.html.append(marked or "<bdi>")
        self.closing = "</bdi>"


def without_languages(text: str) -> str:
    """Return the source of a block without its marks of other languages, for who reads words in it.

    >>> without_languages("Say [Dobrý deň](lang:sk).")
    'Say Dobrý deň.'
    """
    return _MARKED.sub(r"\1", text)


def leads_somewhere(links: Iterable[str]) -> bool:
    """Tell whether one of the links of a block is more than a mark of another language."""
    return any(not link.startswith(_LANGUAGE) for link in links)


def lesson_links(links: Iterable[str]) -> tuple[str, ...]:
    """Return the units that links of the form lesson:<unit> lead to."""
    return tuple(link.removeprefix("lesson:") for link in links if link.startswith("lesson:"))
