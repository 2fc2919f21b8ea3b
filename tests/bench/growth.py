"""How the time of what reads an author's words grows with their length: `python tests/bench/growth.py [letters] [word ...]`.

Each reader is given each kind of text twice, the second time of double the length. Twice the time is a straight line, four times the
square. Rows of more than `ODD` times are marked. Words after the number choose readers or texts. Nothing is asserted: machines are noisy,
and `tests/domain/test_line_changes.py` counts work in place of time.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Mapping

from perille.domain.course import PackKind
from perille.packs.format.catalogue_reader import read_entries
from perille.packs.format.lesson_reader import read_lesson
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import in_memory
from perille.packs.source.markdown import fold, inline
from perille.packs.source.toml import read_toml
from perille.packs.source.unseen_signs import check_signs
from perille.studio.lesson_source import LessonSource
from perille.studio.merging import follow_blocks, merge
from perille.studio.pasted import clean
from perille.studio.style import Readership, style_notes
from perille.studio.toml_edit import TomlText, UneditableToml

#: More than so many times the time for double the length is more than a straight line and noise.
ODD = 2.8
#: Seconds below which a figure says nothing.
_LEAST = 0.02

#: What a line, a block or a lesson is made of, again and again.
TEXTS: Mapping[str, str] = {
    "words": "word ",
    "brackets": "[",
    "closing brackets": "]",
    "both brackets": "[]",
    "nested brackets": "[[a](",
    "links": "[a](https://a.example/) ",
    "pictures": "![",
    "link definitions": "[a]: <b\n",
    "parentheses": "[a](((",
    "stars": "*",
    "stars and words": "*a ",
    "closing stars": "a* ",
    "two and three stars": "**a *b ***c ",
    "underscores": "_",
    "underscores and words": "_a_b ",
    "backticks": "`",
    "backticks and words": "`a",
    "growing backticks": "",
    "backslashes": "\\",
    "ampersands": "&amp",
    "smaller": "<a ",
    "autolinks": "<https://a ",
    "facts": "{fact:",
    "facts and spaces": "{fact: a ",
    "braces": "{",
    "colons": ":::",
    "containers": "::: note\n",
    "containers closed": "::: note\na\n:::\n\n",
    "growing containers": "",
    "lines of three colons": ":::\n",
    "lists": "- a\n",
    "nested lists": "",
    "many lists in a line": "- ",
    "numbers in a line": "1. ",
    "quotations": "> ",
    "quotations of lines": "> a\n",
    "lazy lines": "> a\nb\n",
    "table": "| a | b |\n",
    "table with a head": "",
    "table columns": "a|",
    "wide table": "",
    "headings": "## a\n\n",
    "underlined": "a\n=\n",
    "rules": "- - -\n",
    "fences": "```\n",
    "spaces": " ",
    "spaces and a word": " a",
    "tabs": "\t",
    "empty lines": "\n",
    "breaks": "a  \n",
    "no-break spaces": "\u00a0",
    "no-break spaces and spaces": "\u00a0 ",
    "marks of direction": "\u200f",
    "separators": "\u2028",
    "digits": "1",
    "numbers": "+12 34 ",
    "dates": "1.1.",
    "quotes": '"',
    "entities": "&#1;",
    "tildes": "~",
    "letters": "a",
    "full stops": ". ",
    "signs after sentences": '."',
    "bold": "**a** ",
    "for": ":::: for a\n::: note\na\n:::\n",
}

#: What a file of questions or facts is made of, of about so many letters.
TOML: Mapping[str, Callable[[int], str]] = {
    "tables": lambda letters: "".join(f'[[item]]\nkey = "a{number}"\n' for number in range(letters // 20)),
    "tables in tables": lambda letters: (
        "[[item]]\n" + "".join(f"[[item.choice]]\nkey = {n}\n" for n in range(letters // 24))
    ),
    "keys": lambda letters: "".join(f'key{number} = "words"\n' for number in range(letters // 17)),
    "dotted": lambda letters: ".".join(f"a{number}" for number in range(letters // 100)) + " = 1\n",
    "long text": lambda letters: f'a = "{"words " * (letters // 6)}"\n',
    "text of lines": lambda letters: 'a = """\n' + "words\n" * (letters // 6) + '"""\n',
    "list of lines": lambda letters: "a = [\n" + '  "words",\n' * (letters // 11) + "]\n",
    "list in a line": lambda letters: "a = [" + '"words",' * (letters // 8) + "]\n",
    "open brackets": lambda letters: "a = " + "[" * letters,
    "quotes in a key": lambda letters: '"a' * (letters // 2) + " = 1\n",
    "braces": lambda letters: "a = {" + "b = 1, " * (letters // 7) + "}\n",
    "comments": lambda letters: "# a\n" * (letters // 4),
    "equals": lambda letters: "a = = \n" * (letters // 7),
    "blank": lambda letters: " " * letters,
    "dots": lambda letters: "a . " * (letters // 4),
}


def made(name: str, letters: int) -> str:
    """Return a text of about so many letters."""
    if part := TEXTS[name]:
        return (part * (letters // len(part) + 1))[:letters]
    side = max(2, int((letters / 2) ** 0.5))
    match name:
        case "growing backticks":
            return " ".join("`" * number for number in range(1, 2 * side))[:letters]
        case "growing containers":
            return "\n".join(f"{':' * number} note" for number in range(2 * side, 2, -1))[:letters]
        case "nested lists":
            return "\n".join(f"{'  ' * number}- a" for number in range(side))[:letters]
        case "table with a head":
            return "| a | b |\n| - | - |\n" + "| c | d |\n" * (letters // 10)
        case _:
            width = letters // 10
            return "|" + "a|" * width + "\n|" + "-|" * width + "\n" + "|\n" * width


def _edited(text: str) -> None:
    with contextlib.suppress(UneditableToml, KeyError):
        read = TomlText(text)
        tables = [place for place in read.places if len(place) == 2 and isinstance(place[1], int)]
        if tables:
            read.replace_table(tables[-1], '[[item]]\nkey = "b"')
        read.set((), "title", "words")


def _lesson(text: str) -> None:
    inline.cache_clear()
    read_lesson("lessons/a.md", f"# Title\n\n## Screen\n\n{text}\n", "course_x", Diagnostics())


def _in_container(text: str) -> None:
    inline.cache_clear()
    read_lesson("lessons/a.md", f"# Title\n\n::: note\n{text}\n:::\n", "course_x", Diagnostics())


def _blocks(text: str) -> None:
    source = LessonSource(f"# Title\n\n## Screen\n\n{text}\n")
    if source.blocks:
        source.replace(source.blocks[-1], "anew")
        follow_blocks(source, LessonSource(f"# Title\n\nAnew.\n\n{text}x\n"))


def _signs(text: str) -> None:
    check_signs(in_memory("course_x", {"lessons/a.md": text.encode()}), Diagnostics())


def _inline(text: str) -> None:
    inline.cache_clear()
    inline(fold(text))


def _catalogue(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    read_entries(f'msgid ""\nmsgstr ""\n\nmsgid "{quoted}"\nmsgstr "{quoted}"\n', lambda _line, _message: None)
    read_entries(text, lambda _line, _message: None)


def _every(text: str, some: int) -> str:
    return "\n".join(f"{line}!" if number % some == 1 else line for number, line in enumerate(text.split("\n")))


READERS: Mapping[str, Callable[[str], object]] = {
    "lesson": _lesson,
    "container": _in_container,
    "blocks": _blocks,
    "inline": _inline,
    "pasted": clean,
    "style": lambda text: style_notes(text, Readership("en", PackKind.COURSE, is_sensitive=True)),
    "signs": _signs,
    "catalogue": _catalogue,
    "merge": lambda text: merge(text, f"a\n{text}", f"{text}\nb"),
    "merge of parts": lambda text: merge(text, _every(text, 4), _every(text, 5)),
}
TOML_READERS: Mapping[str, Callable[[str], object]] = {
    "TOML": lambda text: read_toml("a.toml", text, Diagnostics()).places,
    "TOML edited": _edited,
}


def spent(work: Callable[[str], object], text: str) -> float:
    """Return the seconds of the processor that reading a text takes: the better of two."""
    found = []
    for _time in range(2):
        began = time.process_time()
        work(text)
        found.append(time.process_time() - began)
        if found[0] > 1:
            break
    return min(found)


def grow(reader: str, work: Callable[[str], object], name: str, make: Callable[[str, int], str], letters: int) -> None:
    """Print what one reader does with one kind of text."""
    try:
        once, twice = (spent(work, make(name, each)) for each in (letters, 2 * letters))
    except Exception as error:  # noqa: BLE001  (a fault is a result here, and the next row is to come)
        sys.stdout.write(f"{reader:14} {name:28} FAULT {type(error).__name__}: {str(error)[:80]}\n")
        return
    ratio = twice / once if once > 0 else 0
    odd = twice >= _LEAST and ratio > ODD
    sys.stdout.write(
        f"{reader:14} {name:28} {once * 1000:9.1f} {twice * 1000:9.1f} ms  x{ratio:4.1f} {'ODD' if odd else ''}\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Give every reader every kind of text."""
    letters = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    wanted = set(sys.argv[2:])
    for readers, texts, make in (
        (READERS, TEXTS, made),
        (TOML_READERS, TOML, lambda name, letters: TOML[name](letters)),
    ):
        for reader, work in readers.items():
            for name in texts:
                if not wanted or {reader, name} & wanted:
                    grow(reader, work, name, make, letters)


if __name__ == "__main__":
    main()
