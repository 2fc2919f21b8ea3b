"""The file of a backup: a tar archive packed with zstd, encrypted with age when asked.

Members, in this order: `manifest.json`, then the database (`database.sqlite3` or `database.sql`), then the data folder's other files
under `files/`.

Encryption uses age (https://age-encryption.org/v1). For recipients the whole file is one age file, so `age -d -i KEY FILE` opens it
without Perille. With a passphrase the file is a plain tar of two members: `key.age`, an identity encrypted with the passphrase, and
`backup.age`, the archive encrypted to that identity. So an archive of any size is encrypted in pieces, and `age` opens this kind too.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import pyrage
import zstandard

from perille.backup.errors import BackupError

_AGE = b"age-encryption.org/v1"
_ZSTD = b"\x28\xb5\x2f\xfd"
_KEY, _BODY = "key.age", "backup.age"
MANIFEST = "manifest.json"
FILES = "files"
_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """How a backup is encrypted or opened: by a passphrase, or by age keys; nothing means not at all."""

    passphrase: str = ""
    #: age1... of whoever may open the backup.
    recipients: tuple[str, ...] = ()
    #: AGE-SECRET-KEY-1... with which it is opened.
    identities: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.passphrase or self.recipients or self.identities)


def check_recipients(recipients: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Return age recipients; raise BackupError naming the one that is none."""
    found = []
    for text in recipients:
        try:
            found.append(pyrage.x25519.Recipient.from_str(text))
        except pyrage.RecipientError as error:
            raise BackupError(f"{text!r} is no age recipient; it begins with age1") from error
    return found


def write_archive(target: Path, members: Mapping[str, Path], secret: Secret, folder: Path) -> None:
    """Write the members into a new file *target*, which must not exist; it is on the disk when this returns.

    *folder* is for files on the way: what is not encrypted yet lies there alone.
    """
    packed = folder / "archive"
    with packed.open("xb") as raw, zstandard.ZstdCompressor(level=_LEVEL).stream_writer(raw) as stream:
        _write_tar(stream, members)
    with _new_file(target) as output:
        if secret.recipients:
            _encrypt(packed, output, check_recipients(secret.recipients))
        elif secret.passphrase:
            _encrypt_with_passphrase(packed, output, secret.passphrase, folder)
        else:
            with packed.open("rb") as source:
                _copy(source, output)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a new file that only its owner may read, and sync it at the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _write_tar(stream: IO[bytes], members: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for name, path in members.items():
            tar.add(path, name, recursive=False, filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who owns a file on this machine, and parts of seconds, for which tar needs a header of its own."""
    member.mtime = int(member.mtime)
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(1 << 20):
        target.write(chunk)


def _encrypt(source: Path, target: IO[bytes], recipients: list[pyrage.x25519.Recipient]) -> None:
    with source.open("rb") as reader:
        pyrage.encrypt_io(reader, target, recipients)


def _encrypt_with_passphrase(source: Path, target: IO[bytes], passphrase: str, folder: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    key, body = folder / _KEY, folder / _BODY
    key.write_bytes(pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
    with body.open("xb") as encrypted:
        _encrypt(source, encrypted, [identity.to_public()])
    _write_tar(target, {_KEY: key, _BODY: body})


def open_archive(source: Path, secret: Secret, folder: Path) -> dict[str, Path]:
    """Unpack a backup into *folder*; return its members, name -> path. Raise BackupError where it cannot be opened or is damaged."""
    try:
        packed = _decrypted(source, secret, folder)
        with packed.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as stream:
            return _unpack(stream, folder / "members")
    except FileNotFoundError as error:
        raise BackupError(f"{source}: there is no such file") from error
    except (zstandard.ZstdError, tarfile.TarError, EOFError, pyrage.DecryptError) as error:
        raise BackupError(
            f"{source}: this backup is damaged or not whole, or the key is another one ({error})"
        ) from error


def _decrypted(source: Path, secret: Secret, folder: Path) -> Path:
    with source.open("rb") as file:
        head = file.read(len(_AGE))
    if head.startswith(_ZSTD):
        return source
    if head.startswith(_AGE):
        return _decrypt_file(source, folder, _identities(source, secret))
    if head.startswith(_KEY.encode()):
        return _decrypt_with_passphrase(source, folder, secret.passphrase)
    raise BackupError(f"{source}: this is no backup of Perille")


def _identities(source: Path, secret: Secret) -> list[pyrage.x25519.Identity]:
    if not secret.identities:
        raise BackupError(f"{source}: this backup is encrypted with an age key; say --identity KEYFILE")
    try:
        return [pyrage.x25519.Identity.from_str(text) for text in secret.identities]
    except pyrage.IdentityError as error:
        raise BackupError("the identity is no age key; it begins with AGE-SECRET-KEY-1") from error


def _decrypt_file(source: Path, folder: Path, identities: Sequence[pyrage.x25519.Identity]) -> Path:
    target = folder / "decrypted"
    with source.open("rb") as reader, target.open("xb") as writer:
        pyrage.decrypt_io(reader, writer, identities)
    return target


def _decrypt_with_passphrase(source: Path, folder: Path, passphrase: str) -> Path:
    if not passphrase:
        raise BackupError(f"{source}: this backup is encrypted with a passphrase; say --passphrase")
    with source.open("rb") as stream:
        parts = _unpack(stream, folder / "parts")
    if parts.keys() != {_KEY, _BODY}:
        raise BackupError(f"{source}: this is no backup of Perille")
    try:
        text = pyrage.passphrase.decrypt(parts[_KEY].read_bytes(), passphrase).decode()
    except pyrage.DecryptError as error:
        raise BackupError(f"{source}: the passphrase is another one") from error
    return _decrypt_file(parts[_BODY], folder, [pyrage.x25519.Identity.from_str(text)])


def _unpack(stream: IO[bytes], folder: Path) -> dict[str, Path]:
    """Write the plain files of a tar under *folder*; names that lead out of it, links and devices are refused."""
    found: dict[str, Path] = {}
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            name = PurePosixPath(member.name)
            if not member.isfile() or name.is_absolute() or ".." in name.parts:
                raise BackupError(f"the backup holds {member.name!r}, which is no plain file inside it")
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            body = tar.extractfile(member)
            assert body is not None
            with target.open("xb") as file:
                _copy(body, file)
            if target.stat().st_size != member.size:
                raise EOFError(f"{member.name} ends early")
            found[member.name] = target
    return found
