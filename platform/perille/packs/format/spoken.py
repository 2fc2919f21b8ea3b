"""What the recordings of a pack say: `media/audio/<language>/spoken.toml` keeps a hash of the words that were read aloud.

    "lessons/emergency/when-to-call" = "0f3a… 9b2c…"

The second hash is that of the recording: where somebody has put another file in its place, nobody knows what that one says.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping

#: Name of the file in the folder of a language.
SPOKEN = "spoken.toml"
#: Hex digits of a hash.
DIGITS = 16
_VALUE = re.compile(rf"[0-9a-f]{{{DIGITS}}} [0-9a-f]{{{DIGITS}}}")
#: What a name never holds: `write_spoken` writes names as they are.
_NO_NAME = re.compile(r'["\\\x00-\x1f\x7f]')
_HEAD = "# Written by the Studio: a hash of the words that each recording says, and one of the recording.\n"


def words_hash(words: str) -> str:
    """Return the hash of words that are read aloud; where lines break, and how many spaces stand, nobody hears.

    >>> words_hash("Call  112.") == words_hash("Call\\n112.") != words_hash("Call 113.")
    True
    """
    return hashlib.sha256(" ".join(words.split()).encode()).hexdigest()[:DIGITS]


def read_spoken(body: bytes) -> dict[str, tuple[str, str]]:
    """Return name of a recording -> (hash of its words, hash of its file); raise ValueError where the file is none of these."""
    try:
        found = tomllib.loads(body.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if any(map(_NO_NAME.search, found)):
        raise ValueError("a recording is called by letters, digits, hyphens and slashes")
    if not all(isinstance(value, str) and _VALUE.fullmatch(value) for value in found.values()):
        raise ValueError(f"each line is a recording and two hashes of {DIGITS} hexadecimal digits")
    return {name: (value[:DIGITS], value[-DIGITS:]) for name, value in found.items()}


def write_spoken(spoken: Mapping[str, tuple[str, str]]) -> bytes:
    """Return the file; names are written as they are, for they hold neither quotes nor backslashes."""
    lines = (f'"{name}" = "{words} {recording}"\n' for name, (words, recording) in sorted(spoken.items()))
    return (_HEAD + "".join(lines)).encode()
