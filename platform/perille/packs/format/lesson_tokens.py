"""Tokens of a lesson's Markdown: elements, lines, and which tag carries the language of a block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

_ALIGN = {"text-align:left": "start", "text-align:right": "end", "text-align:center": "center"}


def line_of(token: Token) -> int:
    """Return the line on which a token begins, from 1."""
    return token.map[0] + 1 if token.map else 1


def elements(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each element of the outermost level."""
    start = depth = 0
    for place, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0:
            yield tokens[start : place + 1]
            start = place + 1


def has_inline(element: Sequence[Token]) -> bool:
    """Tell whether an element has words in it."""
    return any(token.type == "inline" for token in element)


def attributes(token: Token) -> str:
    """Return the attributes of a tag that pages keep: the first number of a list, the side of a cell."""
    if token.tag == "ol" and token.attrGet("start") is not None:
        return f' start="{int(token.attrs["start"])}"'
    align = _ALIGN.get(str(token.attrGet("style") or ""))
    return f' class="{align}"' if align else ""


def columns(element: Sequence[Token], place: int) -> int:
    """Return how many columns the table that opens at *place* has."""
    end = next(at for at in range(place, len(element)) if element[at].type == "thead_close")
    return sum(token.type == "th_open" for token in element[place:end])


def carrier(element: Sequence[Token], place: int) -> int | None:
    """Return where the tag stands that holds the inline token at *place* and no other block, or None."""
    if place == 0 or element[place - 1].nesting != 1:
        return None
    if not element[place - 1].hidden:
        return place - 1
    # A tight list hides its paragraphs; the entry itself carries the language if nothing else is in it.
    alone = place + 2 < len(element) and element[place + 2].type == "list_item_close"
    return place - 2 if place > 1 and alone and element[place - 2].type == "list_item_open" else None


def carries(element: Sequence[Token], place: int) -> bool:
    """Tell whether the tag at *place* holds a single block, whose language it carries."""
    following = range(place + 1, min(place + 3, len(element)))
    return any(element[at].type == "inline" and carrier(element, at) == place for at in following)
