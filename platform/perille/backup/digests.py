"""Digests of all rows of a database, by which a restored copy is proved to be the same.

A table's digest is the sum of the SHA-256 of its rows: the order in which rows are read does not matter, and a row that is lost,
changed, added or doubled does.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable

import msgspec
import psycopg
from psycopg import sql

_MODULUS = 1 << 256


class TableDigest(msgspec.Struct, frozen=True):
    """How many rows a table has, and the digest of all of them in hexadecimal."""

    rows: int
    digest: str


def digest_rows(rows: Iterable[bytes]) -> TableDigest:
    """Return the digest of serialised rows."""
    count = total = 0
    for row in rows:
        count += 1
        total = (total + int.from_bytes(hashlib.sha256(row).digest(), "big")) % _MODULUS
    return TableDigest(count, f"{total:064x}")


def digest_sqlite(connection: sqlite3.Connection) -> dict[str, TableDigest]:
    """Return the digest of every table of an SQLite database."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    encode = msgspec.msgpack.Encoder().encode
    return {
        name: digest_rows(encode(row) for row in connection.execute(f"SELECT * FROM {_quoted(name)}"))  # noqa: S608
        for (name,) in connection.execute(query).fetchall()
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def digest_postgresql(connection: psycopg.Connection) -> dict[str, TableDigest]:
    """Return the digest of every table of the current schema, as the connection's transaction sees it."""
    _fix_text_forms(connection)
    return {name: digest_rows(_postgresql_rows(connection, name)) for name in postgresql_tables(connection)}


def _fix_text_forms(connection: psycopg.Connection) -> None:
    """Make the text of a value the same on every server."""
    for name, value in (
        ("timezone", "UTC"),
        ("datestyle", "ISO, YMD"),
        ("extra_float_digits", "3"),
        ("bytea_output", "hex"),
    ):
        connection.execute("SELECT set_config(%s, %s, true)", (name, value))


def postgresql_tables(connection: psycopg.Connection) -> list[str]:
    """Return the names of the tables of the current schema."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    return [row[0] for row in connection.execute(query)]


def _postgresql_rows(connection: psycopg.Connection, table: str) -> Iterable[bytes]:
    query = sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(table))
    with connection.cursor(name="perille_digest") as cursor:
        cursor.itersize = 2000
        cursor.execute(query)
        for (text,) in cursor:
            yield text.encode()
