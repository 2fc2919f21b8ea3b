"""What a backup says of itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from perille.backup.digests import TableDigest
from perille.backup.errors import BackupError
from perille.core.decoding import read_json

#: Grows when older programs cannot read a newer backup.
FORMAT = 1


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The first member of a backup: from where and when it is, and by what a restored copy is proved to be the same."""

    format: int = FORMAT
    #: Version of Perille that made it.
    program: str
    made_at: datetime
    #: "sqlite" or "postgresql".
    database: str
    #: Revision of the schema.
    revision: str
    tables: dict[str, TableDigest]
    #: Files of the data folder: name -> SHA-256 in hexadecimal.
    files: dict[str, str]


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; raise BackupError for one that this version does not understand."""
    try:
        found = read_json(path.read_bytes(), Manifest)
    except msgspec.DecodeError as error:
        raise BackupError(f"the backup's manifest cannot be read: {error}") from error
    if found.format > FORMAT:
        raise BackupError(f"the backup was made by a newer version of Perille ({found.program}). Install that version")
    return found


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_tables(expected: Mapping[str, TableDigest], found: Mapping[str, TableDigest]) -> None:
    """Raise BackupError naming the first table whose rows are not those that were backed up."""
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise BackupError(f"the restored table {name} is not the one that was backed up. Nothing was changed")
