"""The words of the interface: what code and templates mark, in which of two catalogues each stands, and bringing these up to date.

    make words                   every catalogue that there is
    make words ADD="sv staff"    and one that there is not

What is translated already is looked for in every `.po` of the language's folder, so that a word that changes its catalogue keeps
its translation. Each word has the files that say it above it, so that a word of a page, in any language, leads to its template or
module in one search; without numbers of lines, which would change with every edit.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from perille.core.i18n import LANGUAGES
from perille.core.paths import TRANSLATIONS

ROOT = Path(__file__).resolve().parents[2]
LEARNER, STAFF = "learner", "staff"
DOMAINS = (LEARNER, STAFF)
#: How translated strings are marked, beside gettext's own names.
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None}

Id = str | tuple[str, ...]
#: Context and message.
Key = tuple[str | None, Id]


@cache
def _settings() -> dict[str, Any]:
    tool: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    return tool


def staff_patterns() -> tuple[str, ...]:
    """Return the patterns of files whose words only staff read."""
    return tuple(_settings()["perille"]["interface"]["staff"])


def is_of_staff(path: str) -> bool:
    """Tell whether only staff read the words of a file, by its path below `platform/`."""
    return any(fnmatch(path, pattern) for pattern in staff_patterns())


@cache
def words_by_file() -> Mapping[str, frozenset[Key]]:
    """Return path below `platform/` -> what that file marks, by the settings of pyproject.toml."""
    mappings = _settings()["babel"]["mappings"]
    methods = [(each["pattern"], each["method"]) for each in mappings]
    options = {each["pattern"]: {k: v for k, v in each.items() if k not in ("pattern", "method")} for each in mappings}
    found: dict[str, set[Key]] = {}
    for path, _line, message, _comments, context in extract_from_dir(ROOT / "platform", methods, options, KEYWORDS):
        found.setdefault(path, set()).add((context, message))
    return {path: frozenset(keys) for path, keys in found.items()}


@cache
def words_of(domain: str) -> frozenset[Key]:
    """Return the words of one catalogue. A word that learners and staff read is the learners'."""
    learner = frozenset[Key]().union(*(keys for path, keys in words_by_file().items() if not is_of_staff(path)))
    if domain == LEARNER:
        return learner
    return frozenset[Key]().union(*words_by_file().values()) - learner


@cache
def files_of_words() -> Mapping[Key, tuple[str, ...]]:
    """Return each word -> the files that mark it, sorted, by their paths in the checkout."""
    found: dict[Key, list[str]] = {}
    for path, keys in sorted(words_by_file().items()):
        for key in keys:
            found.setdefault(key, []).append(f"platform/{path}")
    return {key: tuple(paths) for key, paths in found.items()}


def folder_of(code: str) -> Path:
    """Return the folder of a language's catalogues."""
    return TRANSLATIONS / (LANGUAGES[code].locale or code) / "LC_MESSAGES"


def read_catalogue(path: Path) -> Catalog:
    """Read a `.po`."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def key_of(message: Message) -> Key:
    """Return what a message is known by."""
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


def _known(folder: Path, domain: str) -> dict[Key, Message]:
    """Return what is translated in a folder; where two files differ, the one of the domain is right."""
    paths = sorted(folder.glob("*.po"), key=lambda path: path.stem == domain)
    found: dict[Key, Message] = {}
    for path in paths:
        found |= {key_of(each): each for each in read_catalogue(path) if each.id and each.string}
    return found


def _updated(code: str, domain: str) -> bytes:
    known = _known(folder_of(code), domain)
    # The header says how many forms a number takes.
    catalogue = read_po(BytesIO(_header(code).encode()), locale=folder_of(code).parent.name)
    for context, message in words_of(domain):
        old = known.get((context, message))
        files = [(path, 1) for path in files_of_words()[context, message]]
        entry = catalogue.add(message, old.string if old else None, files, context=context)
        if old:
            entry.flags |= old.flags & {"fuzzy"}
            entry.user_comments = old.user_comments
    made = BytesIO()
    write_po(made, catalogue, omit_header=True, sort_output=True, width=76, include_lineno=False)
    return _header(code).encode() + made.getvalue().lstrip(b"\n")


def _header(code: str) -> str:
    language = LANGUAGES[code]
    lines = (
        "Project-Id-Version: Perille 0.1.0",
        f"Language: {language.locale or code}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {language.plural}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def update(code: str, domains: Iterable[str]) -> None:
    """Write catalogues of a language anew: each word once, sorted; what nothing says any more goes."""
    made = {domain: _updated(code, domain) for domain in domains}
    folder_of(code).mkdir(parents=True, exist_ok=True)
    for domain, body in made.items():
        (folder_of(code) / f"{domain}.po").write_bytes(body)


def main(arguments: list[str]) -> None:
    """Bring all catalogues up to date, and make the one that is named."""
    wanted = {
        code: [domain for domain in DOMAINS if (folder_of(code) / f"{domain}.po").is_file()] for code in LANGUAGES
    }
    if arguments:
        code, domain = arguments
        wanted[code] = sorted({*wanted[code], DOMAINS[DOMAINS.index(domain)]})
    for code, domains in wanted.items():
        if domains:
            update(code, domains)


if __name__ == "__main__":
    main(sys.argv[1:])
