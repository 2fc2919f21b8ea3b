"""Short names for what a script declares itself and no other script can see.

What is declared at the top of a script (or of the function that it consists of) has one short name everywhere in it; what is declared
inside one of the statements there is shortened in that statement alone. Names of properties stay, since others see them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, count, product
from string import ascii_lowercase, ascii_uppercase

_DECLARING = frozenset({"const", "let", "var", "function"})
#: Words of the language, and what every script finds declared: never given as a short name, never shortened.
_WORDS = frozenset(
    """as do if in of for get let new set try var case else enum eval from null this true void with async await break catch class const
    false super throw while yield delete export import return static switch typeof default extends finally continue debugger function
    arguments undefined instanceof""".split()  # noqa: SIM905
)
#: A brace after one of these is that of an object or of a pattern, not that of a block.
_BEFORE_OBJECT = frozenset(
    ("(", "[", ",", "=", ":", "?", "&&", "||", "...", "return", "const", "let", "var", "await", "of", "in")
)
_BEFORE_METHOD = frozenset({"async", "get", "set"})
_ENDS = {"(": ")", "[": "]", "{": "}"}
#: What goes on with a statement after a brace that ends one.
_GOING_ON = frozenset({"else", "catch", "finally", "while", "in", "of", "instanceof"})

Token = tuple[str, str]
#: The statement in which a name is declared, -1 for the top of the script, and the name.
_Key = tuple[int, str]


def with_short_names(tokens: list[Token]) -> list[Token]:
    """Return tokens with short names for what the script declares itself."""
    solid = [token for token in tokens if token[0] != "line"]
    short = iter(_new_names(solid))
    return [token if token[0] == "line" else next(short) for token in tokens]


def _as_let(token: Token, use: str) -> Token:
    """Declare by the shorter word what stays as it is anyway."""
    return ("name", "let") if use and token[1] == "const" else token


def _new_names(tokens: list[Token]) -> list[Token]:
    """Give each name that the script declares a short one."""
    uses, depths = _uses(tokens), _depths(tokens)
    base = int(_is_in_function(tokens, depths))
    statements = _statements(tokens, depths, base)
    top, inside = _scopes(tokens, uses, statements, [depth - base for depth in depths])
    keys = [(-1 if text in top else at, text) for (_kind, text), at in zip(tokens, statements, strict=True)]
    own = inside | {(-1, name) for name in top}
    never = _never_renamed(tokens, uses)
    renamed = [bool(use) and key in own and key[1] not in never for key, use in zip(keys, uses, strict=True)]
    short = _letters(tokens, statements, keys, renamed)
    return [_renamed(_as_let(token, use), use, key, short) for token, use, key in zip(tokens, uses, keys, strict=True)]


def _scopes(
    tokens: list[Token], uses: list[str], statements: list[int], depths: list[int]
) -> tuple[frozenset[str], frozenset[_Key]]:
    """Return the names that are declared for the whole script, and those of one statement with its number.

    *depths*: how many braces are open before each token, not counting that of a function around the script.
    """
    declared = list(_declared(tokens, uses))
    # The parameters of a function at the top stand outside its braces, and are its own for all that.
    top = frozenset(name for at, name, local in declared if depths[at] < (not local))
    return top, frozenset((statements[at], name) for at, name, _local in declared if name not in top)


def _never_renamed(tokens: list[Token], uses: list[str]) -> frozenset[str]:
    """Return the words of the language, and names that are written as a property with a default: `{ name = 1 }` would lose it."""
    return _WORDS | {text for (_kind, text), use in zip(tokens, uses, strict=True) if use == "default"}


def _is_in_function(tokens: list[Token], depths: list[int]) -> bool:
    """Tell whether a function that is called at once stands around the script: its statements are those one brace in."""
    return any(
        tokens[at][1] == "function" and tokens[at - 1][1] == "(" and not depths[at] for at in range(1, len(tokens))
    )


def _letters(tokens: list[Token], statements: list[int], keys: list[_Key], renamed: list[bool]) -> dict[_Key, str]:
    """Give names of the whole script letters that none in it has, and names of one statement letters that none in that statement has."""
    named = {text for kind, text in tokens if kind == "name"} | _WORDS
    counts = Counter(key for key, is_renamed in zip(keys, renamed, strict=True) if is_renamed)
    short = _letters_for_all(counts, named)
    taken: dict[int, set[str]] = defaultdict(set)
    for key, at in zip(keys, statements, strict=True):
        taken[at].add(short.get(key, ""))
    for key in counts:
        if key[0] >= 0:
            short[key] = _first_free(named, taken[key[0]])
            taken[key[0]].add(short[key])
    return short


def _letters_for_all(counts: Counter[_Key], named: set[str]) -> dict[_Key, str]:
    """Give names of the whole script letters, the shortest to those that stand there most often."""
    free = (name for name in _short_names(ascii_uppercase) if name not in named)
    return {key: next(free) for key, _times in counts.most_common() if key[0] == -1}


def _first_free(named: set[str], taken: set[str]) -> str:
    # Not their union: it would be made for each name, of all names of the script.
    return next(name for name in _short_names(ascii_lowercase) if name not in named and name not in taken)


def _depths(tokens: list[Token]) -> list[int]:
    """Return how many braces are open before each token."""
    depths, depth = [], 0
    for _kind, text in tokens:
        depth -= text.startswith("}")
        depths.append(depth)
        depth += text == "{" or text.endswith("${")
    return depths


def _statements(tokens: list[Token], depths: list[int], base: int) -> list[int]:
    """Number the statements at the top of a script: rather two as one than one as two."""
    numbers, number, round_ones = [], 0, 0
    for at, (_kind, text) in enumerate(tokens):
        numbers.append(number)
        round_ones += (text == "(") - (text == ")")
        after = tokens[at + 1] if at + 1 < len(tokens) else ("", "")
        ends = text == "}" and after[0] == "name" and after[1] not in _GOING_ON
        number += depths[at] <= base and round_ones <= base and (text == ";" or ends)
    return numbers


def _renamed(token: Token, use: str, key: _Key, short: dict[_Key, str]) -> Token:
    kind, text = token
    if not use or key not in short:
        return token
    return kind, f"{text}:{short[key]}" if use == "both" else short[key]


def _short_names(letters: str) -> Iterator[str]:
    return chain.from_iterable(map("".join, product(letters, repeat=length)) for length in count(1))


def _uses(tokens: list[Token]) -> list[str]:
    """Say of each token whether it names a variable: "variable", "both" (a property, too: `{ name }`), "default" (`{ name = 1 }`) or ""."""
    uses = []
    # The open brackets, as "{" for those of objects and patterns and "" for all else.
    around: list[str] = []
    for at, (kind, text) in enumerate(tokens):
        before, after = _beside(tokens, at)
        if kind == "template":
            around = around[: len(around) - text.startswith("}")] + [""] * text.endswith("${")
        elif text in ("(", "[", "{"):
            around.append("{" if text == "{" and before in _BEFORE_OBJECT and not _is_case(tokens[:at]) else "")
        elif text in (")", "]", "}"):
            around.pop()
        member = around[-1:] == ["{"] and (before in ("{", ",") or before in _BEFORE_METHOD)
        uses.append(_use(kind, before, after, member=member))
    return uses


def _beside(tokens: list[Token], at: int) -> tuple[str, str]:
    """Return the texts before and after a token, "" at the ends of the script."""
    return tokens[at - 1][1] if at else "", tokens[at + 1][1] if at + 1 < len(tokens) else ""


def _is_case(tokens: list[Token]) -> bool:
    """Tell whether the last of some tokens is the colon of a case: the brace after it is that of a block."""
    words = (text for _kind, text in reversed(tokens) if text in (";", "{", "}", "?", ",", "case", "default"))
    return tokens[-1:] == [("mark", ":")] and next(words, "") in ("case", "default")


def _use(kind: str, before: str, after: str, *, member: bool) -> str:
    if kind != "name" or before == ".":
        return ""
    if member:
        return {":": "", "(": "", ",": "both", "}": "both", "=": "default"}.get(after, "variable")
    return "variable"


def _declared(tokens: list[Token], uses: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield where a name is declared, the name, and whether it is for one statement: a parameter, or declared in the head of a loop."""
    for at, (kind, text) in enumerate(tokens):
        if kind == "name":
            before, after = _beside(tokens, at)
            if before in _DECLARING or after == "=>":
                yield at, text, before not in _DECLARING or _is_in_head(tokens, at)
        elif text in _ENDS:
            yield from _declared_in_brackets(tokens, uses, at)


def _declared_in_brackets(tokens: list[Token], uses: list[str], at: int) -> Iterator[tuple[int, str, bool]]:
    """Yield the names of parameters, or of a pattern such as `const { a, b } =`, as `_declared` does."""
    parameters = tokens[at][1] == "(" and _is_parameters(tokens, at)
    if parameters or _beside(tokens, at)[0] in ("const", "let", "var"):
        local = parameters or _is_in_head(tokens, at)
        yield from ((at, name, local) for name in _names_up_to(tokens, uses, at))


def _is_in_head(tokens: list[Token], at: int) -> bool:
    """Tell whether what is declared is declared in the head of a loop: `for (const each of ...)`."""
    return tokens[at - 2][1] == "("


def _names_up_to(tokens: list[Token], uses: list[str], at: int) -> set[str]:
    """Return the names between a bracket and its end where nothing else but commas is there."""
    inside: set[str] = set()
    for (kind, text), use in zip(tokens[at + 1 :], uses[at + 1 :], strict=True):
        if text == _ENDS[tokens[at][1]]:
            return inside
        if kind == "name" and use:
            inside.add(text)
        elif text != ",":
            return set()
    return set()


def _is_parameters(tokens: list[Token], at: int) -> bool:
    """Tell whether a bracket opens the parameters of a function, an arrow or a catch."""
    before = [text for _kind, text in tokens[max(0, at - 2) : at]]
    if "function" in before or before[-1:] == ["catch"]:
        return True
    end = next((here for here in range(at, len(tokens)) if tokens[here][1] == ")"), len(tokens))
    return end + 1 < len(tokens) and tokens[end + 1][1] == "=>"
