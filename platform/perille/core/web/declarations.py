"""Names that a script declares one after the other, declared by one word: `let a=1;let b=2` is sent as `let a=1,b=2` (minify.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_WORDS = frozenset({"const", "let", "var"})
#: What stands before a statement.
_BEFORE = frozenset({";", "{", "}", "\n"})


def with_fewer_words(texts: Sequence[str]) -> list[str]:
    """Return the tokens of a script, line breaks and spaces among them, with a comma for each word that only says the same again.

    >>> "".join(with_fewer_words(["let", " ", "a", "=", "1", ";", "let", " ", "b", ";"]))
    'let a=1,b;'
    """
    fewer: list[str] = []
    left_out = 0
    for at, word in enumerate(_declaring(texts)):
        if left_out:
            left_out -= 1
        elif texts[at] == ";" and word and texts[at + 1 : at + 2] == [word]:
            fewer.append(",")
            # The word, and the space before a name.
            left_out = 1 + (texts[at + 2 : at + 3] == [" "])
        else:
            fewer.append(texts[at])
    return fewer


def _declaring(texts: Sequence[str]) -> Iterator[str]:
    """Yield for each token by which word the statement declares that it stands in, "" for one that does not."""
    # Of each bracket that is open.
    words, before = [""], ";"
    for text in texts:
        if text[0] in ")]}":
            words.pop()
        if before in _BEFORE and text in _WORDS:
            words[-1] = text
        yield words[-1]
        words[-1] = words[-1] * (text not in (";", "\n"))
        if text in ("(", "[", "{") or text.endswith("${"):
            words.append("")
        before = text


def without_brackets(tokens: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield tokens without the brackets around the only parameter of an arrow."""
    open_one = -1
    for at, token in enumerate(tokens):
        ahead = [text for _kind, text in tokens[at : at + 4]]
        if ahead[::2] == ["(", ")"] and tokens[at + 1][0] == "name" and ahead[3:] == ["=>"]:
            open_one = at
        elif at != open_one + 2 or open_one < 0:
            yield token
