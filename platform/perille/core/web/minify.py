"""Scripts as phones get them: without comments and white space, and with short names for what no other script can see.

No parser: a script is cut into tokens. A line break stays where a semicolon might have been left out. The tests parse each script before
and after and compare what a browser would run, to which variable each name leads included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from perille.core.web.declarations import with_fewer_words, without_brackets
from perille.core.web.short_names import Token, with_short_names

_TOKEN = re.compile(
    r"""(?P<space>[ \t]+)|(?P<line>[\r\n]+)|(?P<comment>//[^\n]*|/\*[\s\S]*?\*/)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<name>[A-Za-z_$][\w$]*)|(?P<number>\d[\w.]*)
    |(?P<mark>=>|\.\.\.|&&|\|\||\+\+|--|[-+*/%&|^!=<>]=+|\*\*|<<|>>|.)""",
    re.VERBOSE,
)
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
#: Text of a template up to its end, or to the next expression in it.
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)")
#: After these words a slash begins a regular expression, though they look like names.
_BEFORE_REGEX = frozenset({"return", "typeof", "case", "in", "of", "delete", "void", "throw", "await", "else"})
#: After one of these, or before one of those, no statement can end, or it has ended: the line break says nothing.
_OPEN = frozenset(
    ("{", "(", "[", ";", ",", "=", "=>", "?", ":", "&&", "||", "!", "<", ">", "*", "...", "+=", "-=", "===", "!==")
)
_CLOSING = frozenset((")", "]", "}", ".", ",", ";", "?", ":", "&&", "||", "=", "=>", "===", "!==", "*"))


def minified(script: str, *, short_names: bool = False) -> str:
    """Return a script that does the same in fewer bytes; *short_names* is for scripts of which no other uses a name of its own.

    >>> minified("// Why.\\nfunction go( where ) {\\n  return `to ${ where }`;\\n}\\n", short_names=True)
    'function A(a){return`to ${a}`}'
    """
    tokens = list(without_brackets([token for token in map(_without_comment, _tokens(script)) if token[0] != "space"]))
    return _joined(with_short_names(tokens) if short_names else tokens)


def _without_comment(token: Token) -> Token:
    """Return a comment as what it says to the language: a line break, where one is in it, or a space."""
    said = ("line", "\n") if "\n" in token[1] else ("space", " ")
    return said if token[0] == "comment" else token


def _tokens(script: str) -> Iterator[Token]:
    """Yield kind and text of all that a script is made of. Raise ValueError where a template has no end."""
    at, before = 0, ""
    # Braces that are open, and whether an expression of a template ends with each.
    braces: list[bool] = []
    while at < len(script):
        kind, text = _token_at(script, at, before)
        at += len(text)
        if text == "{":
            braces.append(False)
        if text == "`" or (text == "}" and braces and braces.pop()):
            found = _TEMPLATE.match(script, at)
            if found is None:
                raise ValueError(f"A template has no end, at {at}")
            at, kind, text = found.end(), "template", text + found[0]
            if text.endswith("${"):
                braces.append(True)
        if kind not in ("space", "line", "comment"):
            before = text
        yield kind, text


def _token_at(script: str, at: int, before: str) -> Token:
    value = bool(re.search(r"[\w$)\]}\"'`/]$", before)) and before not in _BEFORE_REGEX
    regex = None if value or script[at] != "/" else _REGEX.match(script, at)
    found = _TOKEN.match(script, at)
    if regex and found and found.lastgroup != "comment":
        return "regex", regex[0]
    assert found is not None  # the last kind takes any character
    return str(found.lastgroup), found[0]


def _joined(tokens: list[Token]) -> str:
    """Return tokens as text, with a space or a line break where they would run together or mean something else."""
    texts: list[str] = []
    broken = False
    for kind, text in tokens:
        if kind == "line":
            broken = True
            continue
        last = texts[-1] if texts else ";"
        if text == "}" and _is_needless(last, texts):
            texts.pop()
        elif broken and _needs_line(last, text):
            texts.append("\n")
        elif _run_together(last, text):
            texts.append(" ")
        texts.append(text)
        broken = False
    return "".join(with_fewer_words(texts))


def _is_needless(last: str, texts: list[str]) -> bool:
    """Tell whether what stands before the end of a block or an object says nothing."""
    return last == "," or (last == ";" and _ends_statement(texts))


def _needs_line(last: str, text: str) -> bool:
    """Tell whether a line break between two tokens may end a statement."""
    opened = last in _OPEN or last.endswith("${")
    return not (opened or text[0] == "}" or text in _CLOSING)


def _ends_statement(texts: list[str]) -> bool:
    """Tell whether the last semicolon ends a statement that is more than it: that of an empty loop has to stay."""
    return len(texts) > 1 and texts[-2] not in (";", "{", "else", "do") and not _is_head(texts[:-1])


def _is_head(texts: list[str]) -> bool:
    """Tell whether a text that ends with a bracket may be the head of a loop or of an `if`."""
    if texts[-1] != ")":
        return False
    depth = 0
    for at in range(len(texts) - 1, -1, -1):
        depth += (texts[at] == ")") - (texts[at] == "(")
        if not depth:
            return texts[at - 1 : at] in (["for"], ["if"], ["while"], ["with"])
    return True


def _run_together(last: str, text: str) -> bool:
    words = re.match(r"[\w$]", text) and re.search(r"[\w$]$", last) and not last.endswith(("`", "${"))
    signs = (last == "<" and text == "!") or (text == "." and last.isdecimal())  # "<!--" is a comment, "1." a number
    return bool(words) or signs or (last[-1] in "+-/" and text[0] == last[-1])
