"""The index: a file of its own in the data folder, made from what is published. It can be deleted at any time and is made anew.

SQLite's FTS5 on both kinds of installation, so that a search finds the same whatever the database is. Nothing of a person is in it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from perille.core.errors import Unavailable
from perille.core.i18n import _
from perille.core.private_file import create_private_file
from perille.search.documents import Document, DocumentKind, without_slots
from perille.search.terms import one_letter_apart, stem, terms

log = logging.getLogger(__name__)
FILE_NAME = "search-index.sqlite3"
#: Part of every stamp: an index of another version is made anew.
VERSION = "6"
#: Seconds that a writer is waited for.
_PATIENCE = 10
#: Letters of the shortest word that tells something by itself.
_SHORTEST_TELLING = 3
#: Letters of the shortest word that is taken for a mistake where it stands nowhere.
_SHORTEST_MISTYPED = 5
#: Comes after every letter.
_LAST = "\U0010ffff"
#: Words that tell something in the shortest sentence about what has happened.
_SENTENCE = 3
#: How much more a word counts in the title than in the text.
_TITLE_WEIGHT = 6.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS part (pack TEXT, language TEXT, stamp TEXT NOT NULL, PRIMARY KEY (pack, language));
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, pack TEXT NOT NULL, language TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, body TEXT NOT NULL,
    unit TEXT NOT NULL, screen INTEGER NOT NULL, country TEXT NOT NULL, fact TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS document_part ON document (pack, language);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(title, body, tokenize = "unicode61 remove_diacritics 0", prefix = '3 5');
"""
_COLUMNS = "kind, title, body, unit, screen, country, fact"


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A pack in one language, or the contacts of all countries in one ("" for the pack)."""

    pack: str
    language: str
    #: Hash of all that its documents are made of.
    stamp: str


@dataclass(frozen=True, slots=True)
class Hit:
    """What a search found, and in which pack and language."""

    pack: str
    language: str
    document: Document


class SearchIndex:
    """The index in a file of *folder*, made where it is missing or damaged."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME

    def stamps(self) -> dict[tuple[str, str], str]:
        """Return (pack, language) -> stamp of what is in the index."""
        with self._opened() as connection:
            rows = connection.execute("SELECT pack, language, stamp FROM part").fetchall()
        return {(pack, language): stamp for pack, language, stamp in rows}

    def replace(self, part: IndexPart, documents: Iterable[Document]) -> None:
        """Put documents in the place of those of a part, all or none."""
        made = list(documents)
        with self._opened() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            _delete(connection, part.pack, part.language)
            for document in made:
                _insert(connection, part, document)
            connection.execute("INSERT INTO part VALUES (?, ?, ?)", (part.pack, part.language, part.stamp))

    def drop(self, pack: str, language: str) -> None:
        """Take a part out that is no longer published."""
        with self._opened() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            _delete(connection, pack, language)

    def find(self, wanted: Sequence[str], parts: Sequence[tuple[str, str]], limit: int) -> list[Hit]:
        """Return what has all words of a search, best first, then what has their beginnings; else what has one of them.

        *wanted*: from `search_terms`. *parts*: (pack, language) in which it is looked for.
        """
        if not wanted or not parts:
            return []
        found: dict[int, Hit] = {}
        with self._opened() as connection:
            for match, last in _matches(wanted):
                if last and found:
                    break
                for number, hit in _query(connection, match, parts, limit):
                    found.setdefault(number, hit)
        return list(found.values())[:limit]

    def find_whole(self, wanted: Sequence[str], parts: Sequence[tuple[str, str]], limit: int) -> list[Hit]:
        """Return what has all words of a search or their beginnings, and nothing else; as for `find`."""
        match = " AND ".join(_stems(wanted))
        with self._opened() as connection:
            return [hit for _number, hit in _query(connection, match, parts, limit)]

    def corrected(self, wanted: Sequence[str]) -> list[str]:
        """Return the words of a search; in the place of one that stands nowhere, the commonest that differs by one letter."""
        with self._opened() as connection:
            connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, row)")
            return [_nearest(connection, term) for term in wanted]

    def find_by_two(self, wanted: Sequence[str], parts: Sequence[tuple[str, str]], limit: int) -> list[Hit]:
        """Return what has two words or more of a search of three or more, best first; as for `find`."""
        telling = _one_of(wanted)
        if len(telling) < _SENTENCE or not parts:
            return []
        match = " OR ".join(f"({one} AND {other})" for one, other in combinations(telling, 2))
        with self._opened() as connection:
            return [hit for _number, hit in _query(connection, match, parts, limit)]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(self._connected()) as connection:
                yield connection
        except sqlite3.OperationalError as error:
            # The disk is full or may not be written to, or others write for too long.
            log.error("the search index cannot be used: %s", getattr(error, "sqlite_errorname", error))
            raise Unavailable(
                _("The search does not work at the moment. Lessons and help numbers do. Try again later.")
            ) from error

    def _connected(self) -> sqlite3.Connection:
        try:
            return self._connect()
        except sqlite3.OperationalError:
            # It is well: what is there must stay for when it can be written to again.
            raise
        except sqlite3.DatabaseError:
            # Damaged, or no database at all: all that is in it can be made again.
            self._path.unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        self._make_private()
        connection = sqlite3.connect(self._path, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _make_private(self) -> None:
        """Let the owner alone read the file: courses for one organisation are in it. An earlier version left it open to all."""
        with suppress(OSError):  # connecting will name the fault
            create_private_file(self._path)
            if self._path.stat().st_mode & 0o077:
                self._path.chmod(0o600)


def _delete(connection: sqlite3.Connection, pack: str, language: str) -> None:
    where, values = "WHERE pack = ? AND language = ?", (pack, language)
    connection.execute(f"DELETE FROM words WHERE rowid IN (SELECT id FROM document {where})", values)  # noqa: S608  (constants)
    connection.execute(f"DELETE FROM document {where}", values)  # noqa: S608
    connection.execute(f"DELETE FROM part {where}", values)  # noqa: S608


def _insert(connection: sqlite3.Connection, part: IndexPart, document: Document) -> None:
    row = (
        *(part.pack, part.language, document.kind, document.title, document.body),
        *(document.unit, document.screen, document.country, document.fact),
    )
    number = connection.execute(
        f"INSERT INTO document (pack, language, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        row,
    ).lastrowid
    folded = [" ".join(terms(without_slots(text))) for text in (document.title, document.body)]
    connection.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", (number, *folded))


def _matches(wanted: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield queries of FTS5, the strictest first, and whether it is one for when nothing else is found.

    A term has letters and digits only, so that none of it is read as syntax. One letter alone is a word, not the beginning of all.
    """
    whole = [f'"{term}"' + "*" * (len(term) > 1) for term in wanted]
    stems = _stems(wanted)
    yield " AND ".join(whole), False
    if stems != whole:
        yield " AND ".join(stems), False
    if len(wanted) > 1:
        yield " OR ".join(_one_of(wanted)), True


def _stems(wanted: Sequence[str]) -> list[str]:
    return [f'"{stem(term)}"' + "*" * (len(term) > 1) for term in wanted]


def _nearest(connection: sqlite3.Connection, term: str) -> str:
    """Return a word, or the one of the index that was meant: of five letters or more, with the same two at its beginning."""
    if len(term) < _SHORTEST_MISTYPED or term.isdigit() or _words_from(connection, stem(term)):
        return term
    near = (each for each in _words_from(connection, term[:2]) if one_letter_apart(each[0], term))
    return max(near, key=lambda each: each[1], default=(term, 0))[0]


def _words_from(connection: sqlite3.Connection, beginning: str) -> list[tuple[str, int]]:
    """Return the words of the index that begin so, and in how many documents each stands."""
    return connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?", (beginning, beginning + _LAST)
    ).fetchall()


def _one_of(wanted: Sequence[str]) -> list[str]:
    """Return what to look for where one word is enough: of "my husband hits me" neither "me" nor what begins with it, as "medicine"."""
    telling = [term for term in wanted if len(term) >= _SHORTEST_TELLING] or list(wanted)
    return [f'"{stem(term)}"' + "*" * (len(term) > _SHORTEST_TELLING) for term in telling]


def _query(
    connection: sqlite3.Connection, match: str, parts: Sequence[tuple[str, str]], limit: int
) -> Iterator[tuple[int, Hit]]:
    places = ", ".join("(?, ?)" for _part in parts)
    rows = connection.execute(
        f"SELECT id, pack, language, {', '.join('document.' + name.strip() for name in _COLUMNS.split(','))}"  # noqa: S608  (constants)
        f" FROM words JOIN document ON document.id = words.rowid"
        f" WHERE words MATCH ? AND (pack, language) IN (VALUES {places})"
        f" ORDER BY bm25(words, {_TITLE_WEIGHT}, 1.0), id LIMIT ?",
        (match, *(value for part in parts for value in part), limit),
    )
    for number, pack, language, kind, title, body, unit, screen, country, fact in rows:
        document = Document(
            kind=DocumentKind(kind), title=title, body=body, unit=unit, screen=screen, country=country, fact=fact
        )
        yield number, Hit(pack, language, document)
