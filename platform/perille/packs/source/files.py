"""The files of a pack as bytes: read once, with limits, and never from outside the folder."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from perille.packs.source.diagnostics import Diagnostics

MEGABYTE = 1024 * 1024
#: Limits: a pack is read whole into memory, and a stranger may have made it.
MAX_TEXT_FILE = 2 * MEGABYTE
MAX_TEXT = 20 * MEGABYTE
MAX_MEDIA_FILE = 8 * MEGABYTE
MAX_MEDIA = 200 * MEGABYTE
MAX_FILES = 5000
MAX_DEPTH = 6
NOT_UTF8 = "The file is not UTF-8: save it again with this encoding"
#: Endings of files that are text.
TEXT_ENDINGS = (".toml", ".md", ".po", ".py", ".txt", ".svg")
_LEFT_OUT = frozenset({"__pycache__"})


@dataclass(frozen=True)
class PackFiles:
    """A folder's files by their path inside it, sorted; the compiler reads nothing else."""

    #: Name of the folder, which is the pack's id.
    name: str
    files: Mapping[str, bytes]
    #: What could not be read: the pack does not compile with it.
    diagnostics: Diagnostics = field(default_factory=Diagnostics)

    def text(self, path: str) -> str:
        """Return a text file; one that is not UTF-8 has had its fault already and comes with marks of replacement."""
        return self.files[path].decode("utf-8-sig", "replace").replace("\r\n", "\n")

    def under(self, folder: str, ending: str) -> Iterator[tuple[str, str]]:
        """Yield (path, name without ending) of the files right in a folder."""
        for path in self.files:
            head, _sep, name = path.rpartition("/")
            if head == folder and name.endswith(ending):
                yield path, name.removesuffix(ending)

    @property
    def digest(self) -> str:
        """SHA-256 of all names and bytes: the same folder gives the same on any machine."""
        total = hashlib.sha256()
        for path, body in self.files.items():
            total.update(f"{path}\0{len(body)}\0".encode("utf-8", "surrogateescape"))
            total.update(body)
        return total.hexdigest()


def read_folder(folder: Path) -> PackFiles:
    """Read a pack's folder; what is too big, outside or not text gives a fault and is left out."""
    diagnostics = Diagnostics()
    root = folder.resolve()
    files: dict[str, bytes] = {}
    totals = {True: 0, False: 0}
    for path, file in sorted(walk(root, diagnostics)):
        if len(files) >= MAX_FILES:
            diagnostics.add_root(path, 1, f"The pack has more than {MAX_FILES} files")
            break
        body = _read(path, file, totals, diagnostics)
        if body is not None:
            files[path] = body
    return PackFiles(root.name, files, diagnostics)


def in_memory(name: str, files: Mapping[str, bytes]) -> PackFiles:
    """Make the same of files that are not in a folder, such as those of an archive or a draft."""
    diagnostics = Diagnostics()
    for path, body in files.items():
        _check_text(path, body, diagnostics)
    return PackFiles(name, dict(sorted(files.items())), diagnostics)


def walk(root: Path, diagnostics: Diagnostics, inside: str = "", depth: int = 0) -> Iterator[tuple[str, Path]]:
    """Yield (path inside the pack, file) of every regular file; hidden ones and caches are no part of a pack."""
    if depth > MAX_DEPTH:
        diagnostics.add(inside, 1, f"Folders are nested more than {MAX_DEPTH} deep")
        return
    for entry in _entries(root, diagnostics, inside):
        path = f"{inside}/{entry.name}" if inside else entry.name
        if entry.is_symlink():
            diagnostics.add(path, 1, "A link to another place is no file of the pack: put the file itself here")
        elif entry.is_dir():
            yield from walk(Path(entry.path), diagnostics, path, depth + 1)
        elif entry.is_file():
            yield path, Path(entry.path)
        else:
            diagnostics.add(path, 1, "This is neither a file nor a folder")


def _entries(folder: Path, diagnostics: Diagnostics, inside: str) -> list[os.DirEntry[str]]:
    try:
        found = list(os.scandir(folder))
    except OSError as error:
        diagnostics.add(inside or ".", 1, f"The folder cannot be read: {error.strerror}")
        return []
    return [entry for entry in found if not entry.name.startswith(".") and entry.name not in _LEFT_OUT]


def stamp(folder: Path) -> str:
    """Return a hash of names, sizes and times of change: equal stamps spare reading a thousand folders at start."""
    total = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape"))
    for path, file in sorted(walk(folder, Diagnostics())):
        status = file.stat()
        total.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def _read(path: str, file: Path, totals: dict[bool, int], diagnostics: Diagnostics) -> bytes | None:
    is_text = path.endswith(TEXT_ENDINGS)
    one, every = (MAX_TEXT_FILE, MAX_TEXT) if is_text else (MAX_MEDIA_FILE, MAX_MEDIA)
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > one:
            diagnostics.add(path, 1, f"The file is bigger than {one // MEGABYTE} MB")
            return None
        body = file.read_bytes()
    except OSError as error:
        diagnostics.add(path, 1, f"The file cannot be read: {error.strerror}")
        return None
    totals[is_text] += len(body)
    if totals[is_text] > every:
        diagnostics.add(
            path,
            1,
            f"The pack's {'texts' if is_text else 'pictures and recordings'} are bigger than {every // MEGABYTE} MB together",
        )
        return None
    _check_text(path, body, diagnostics)
    return body


def _check_text(path: str, body: bytes, diagnostics: Diagnostics) -> None:
    if not path.endswith(TEXT_ENDINGS):
        return
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        diagnostics.add_root(path, body[: error.start].count(b"\n") + 1, NOT_UTF8)
        return
    for number, line in enumerate(text.splitlines(), 1) if "\x02" in text or "\x03" in text or "\0" in text else ():
        if any(mark in line for mark in "\0\x02\x03"):
            diagnostics.add(path, number, "The line has a control character")
