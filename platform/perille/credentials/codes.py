"""Verification codes: random, readable aloud, and able to tell a slip of the finger from a code that does not exist.

A code is 15 random symbols (75 bits) of Crockford's base32 and one check symbol of the same alphabet. Crockford's own check symbol
needs five signs more, which no phone keyboard has in reach; ours is a weighted sum over the field GF(32). The weights of any two
places differ, so one wrong symbol is always noticed, and so are any two that have changed places.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from urllib.parse import unquote

#: Crockford's base32: no I, L, O (they look like digits) and no U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Symbols of a code, the check symbol included.
LENGTH = 16
GROUP = 4
#: Longer input is nobody's code; it is not read to its end.
_LONGEST = 100

#: The same of what is pasted: an address, a line of an e-mail.
_LONGEST_PASTED = 300
#: A code in the address of its page.
_ADDRESS = re.compile(r"/verify/([^\s/?#]+)")
#: Sixteen symbols, or four groups of four, wherever a word begins.
_AMONG_WORDS = re.compile(r"(?<!\w)(?=((?:\w{4}[\s._·‐‑–—-]+){3}\w{4}(?!\w)|\w{16}(?!\w)))")
#: What stands between two groups: the same throughout a code of ours.
_BETWEEN = re.compile(r"\W+")

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
#: x^5 + x^2 + 1 has no factor over GF(2) and x generates all 31 weights.
_POLYNOMIAL = 0b100101
#: What people type for what they see, and the letters of a Cyrillic keyboard that look the same.
_LOOKALIKES = str.maketrans("OILАВЕКМНОРСТХІ", "011ABEKMH0PCTX1")


def make_code() -> str:
    """Make a code that nobody can guess: 16 symbols without dashes."""
    symbols = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH - 1))
    return symbols + _check_symbol(symbols)


def normalise(text: str) -> str | None:
    """Return the 16 symbols of a code as typed, or None where it is none.

    Case, spaces, dashes, dots, direction marks and the script of the digits do not matter; O is 0, I and L are 1.
    """
    if len(text) > _LONGEST:
        return None
    symbols = "".join(_symbol(char) for char in unicodedata.normalize("NFKD", text))
    fits = len(symbols) == LENGTH and all(symbol in _VALUES for symbol in symbols)
    return symbols if fits else None


def find_code(text: str) -> str | None:
    """Return the one code in a text: typed alone, in the address of its page, or pasted with words around it; None for none.

    >>> find_code("Code: 0123-4567-89AB-CDEF")
    '0123456789ABCDEF'
    """
    if len(text) > _LONGEST_PASTED:
        return None
    alone = normalise(text)
    if alone is not None:
        return alone
    address = _ADDRESS.search(text)
    if address is not None:
        return normalise(unquote(address[1]))
    return _among_words(text)


def _among_words(text: str) -> str | None:
    """Return the one code that stands in a text with other words; None where none, or more than one, does."""
    found = {code: each[1] for each in _AMONG_WORDS.finditer(text) if (code := normalise(each[1]))}
    # "Code" and three groups would be read as a code, too: its check symbol tells, and where that fits by chance, once in 32, what is
    # between the groups.
    right = {code for code in found if not mistyped(code)} or set(found)
    alike = {code for code in right if len(set(_BETWEEN.findall(found[code]))) < 2}
    right = alike if len(right) > 1 else right
    return next(iter(right)) if len(right) == 1 else None


def mistyped(code: str) -> bool:
    """Tell whether the check symbol of a normalised code says that a symbol is wrong."""
    return _check_symbol(code[:-1]) != code[-1]


def pretty(code: str) -> str:
    """Write a code in four groups of four, with hyphens between."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _symbol(char: str) -> str:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if _is_filler(char):
        return ""
    return char.upper().translate(_LOOKALIKES)


def _is_filler(char: str) -> bool:
    # Spaces, dashes, dots between groups, accents that NFKD has split off, and marks that cannot be seen.
    return unicodedata.category(char) in {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Mn"} or char in "._·−_"


def _check_symbol(symbols: str) -> str:
    total, weight = 0, 1
    for symbol in symbols:
        total ^= _multiply(weight, _VALUES[symbol])
        weight = _multiply(weight, 2)
    # The check symbol's own weight must be another one than theirs: it comes next, and total + weight * check = 0.
    return ALPHABET[_multiply(total, _inverse(weight))]


def _multiply(one: int, other: int) -> int:
    product = 0
    while other:
        if other & 1:
            product ^= one
        one <<= 1
        if one & 0b100000:
            one ^= _POLYNOMIAL
        other >>= 1
    return product


def _inverse(value: int) -> int:
    # value ** 30, as value ** 31 is 1.
    result = 1
    for _step in range(30):
        result = _multiply(result, value)
    return result
