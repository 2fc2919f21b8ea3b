"""The documentation as it is read: links, anchors, examples, and the commands that it tells people to type."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import click
from markdown.extensions.toc import slugify, unique
from markdown_it import MarkdownIt
from markdown_it.token import Token

from support.places import ROOT
from support.repo_files import files

_COMMAND = re.compile(r"(?:^|[ =/])perille (?=[a-z])(.+)")


@dataclass(frozen=True, slots=True)
class Example:
    """A block of code."""

    page: Path
    #: Of its fence: "sh"; empty where it has none.
    language: str
    text: str

    @property
    def file(self) -> str:
        """The name of the file that its first line says it is, or ""."""
        found = re.match(r"# (\S+)", self.text)
        return found[1].rstrip(",") if found else ""


def pages() -> tuple[Path, ...]:
    """Return the pages of documentation, by their paths from the root."""
    return tuple(path for path in files() if path.suffix == ".md" and (len(path.parts) == 1 or path.parts[0] == "docs"))


def examples(page: Path) -> list[Example]:
    """Return the blocks of code of a page."""
    return [Example(page, token.info.strip(), token.content) for token in _tokens(ROOT / page) if token.type == "fence"]


def faults_of_links(page: Path) -> list[str]:
    """Return the links of a page that lead to no file or to no heading; addresses of the net are not asked."""
    found = []
    for target in _links(page):
        path, _, anchor = target.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        file = (page.parent / unquote(path)).resolve() if path else page.resolve()
        if not file.exists():
            found.append(f"{page.name}: {target}: no such file")
        elif anchor and anchor not in anchors(file):
            found.append(f"{page.name}: {target}: no such heading")
    return found


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of a page's headings, as the site makes them."""
    tokens, known = _tokens(page), set[str]()
    for before, token in zip(tokens, tokens[1:], strict=False):
        if before.type == "heading_open":
            words = "".join(part.content for part in token.children or [] if part.type in ("text", "code_inline"))
            unique(slugify(words, "-"), known)
    return frozenset(known)


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of each `perille` command of a page, without the program."""
    for line in _code_lines(page):
        plain = re.split(r"\s{2,}|\s+#\s|`", line.strip())[0]
        if (found := _COMMAND.search(plain)) is not None:
            yield shlex.split(found[1].replace("'", "").split(" | ")[0].split(" > ")[0].split(" && ")[0])


def fault_of_command(words: list[str], group: click.Command) -> str:
    """Return what is wrong with a command: a word that is no command, an option that is not known; "" where nothing is."""
    command, rest = group, list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return f"perille {' '.join(words)}: no command {rest[0]}"
        command = command.commands[rest.pop(0)]
    known = {name for each in command.params for name in each.opts} | {"--help", "-h", "--create", "--version"}
    strange = [word for word in rest if word.startswith("-") and word.partition("=")[0] not in known]
    return f"perille {' '.join(words)}: no option {strange[0]}" if strange else ""


def _code_lines(page: Path) -> Iterator[str]:
    for token in _tokens(ROOT / page):
        if token.type in ("fence", "code_block"):
            yield from token.content.replace("\\\n", " ").splitlines()
        for part in token.children or []:
            if part.type == "code_inline":
                yield part.content


def _links(page: Path) -> Iterator[str]:
    for token in _tokens(page.resolve()):
        for part in token.children or []:
            target = part.attrs.get("href", part.attrs.get("src"))
            if target is not None:
                yield str(target)


@cache
def _tokens(page: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt("commonmark").enable("table").parse(page.read_text("utf-8")))
