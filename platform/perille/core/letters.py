"""Letters as they are compared, and as they stand on a line."""

from __future__ import annotations

import unicodedata

#: Signs that cannot be seen and belong to the spelling of Persian, Sinhala and the scripts of India (U+200C, U+200D).
JOINERS = "\u200c\u200d"


def without_marks(text: str) -> str:
    """Return text without the marks over and under its letters: accents, vowel signs.

    >>> without_marks("väčší")
    'vacsi'
    """
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def is_line(text: str) -> bool:
    r"""Whether text is one line that can be shown: without breaks and signs that cannot be seen, joiners of letters excepted.

    >>> is_line("two\nlines"), is_line("می\u200cخوانم")
    (False, True)
    """
    return all(char.isprintable() or char in JOINERS for char in text)


def one_line(text: str) -> str:
    r"""Return text on one line: a space for what breaks it or cannot be seen, none at the ends and one between words.

    >>> one_line(" two\nlines ")
    'two lines'
    """
    return " ".join("".join(char if is_line(char) else " " for char in text).split())


def unix_newlines(text: str) -> str:
    r"""Return text with each break of a line as "\n": browsers send "\r\n" in forms (HTML, form submission), files have any.

    >>> unix_newlines("one\r\ntwo\rthree\n")
    'one\ntwo\nthree\n'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def collapse_whitespace(text: str) -> str:
    r"""Return text with one space for whatever space and breaks stand between its words, and none at its ends.

    Signs that cannot be seen stay, which `one_line` takes for breaks: in the words of a lesson marks of direction have their place.

    >>> collapse_whitespace(" two\n\nlines ")
    'two lines'
    """
    return " ".join(text.split())


def name_line(text: str) -> str:
    r"""Return a name on one line, composed (NFC), so that equal names are equal: without signs that cannot be seen, joiners excepted.

    Unlike `one_line` it parts no name at such a sign: names are pasted with marks of direction in and around them. What breaks a line
    is a space.

    >>> name_line("Ami\u200ena\tYusuf"), one_line("Ami\u200ena")
    ('Amina Yusuf', 'Ami na')
    """
    words = "".join(filter(_is_of_a_name, unicodedata.normalize("NFC", text))).split()
    # Joiners alone are not seen: a name of them is none. One at the end of a word stays, where it shapes letters of Malayalam.
    return " ".join(word for word in words if word.strip(JOINERS))


def _is_of_a_name(char: str) -> bool:
    # Letters that this version of Unicode does not know (Cn) and those of private use (Co) may well be seen on the person's phone.
    return char in JOINERS or char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
