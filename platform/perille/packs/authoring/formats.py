"""Formats of packs: what `perille packs import` reads and `perille packs export` writes. Ours come in as a plugin's do."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from perille.api import Exporter, Importer, Plugin, PublishedPack
from perille.packs.authoring.wheel import is_of_wheel, write_wheel

#: What `zipfile` raises for an archive that is damaged, cut off, or packed in a way that it does not know.
BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    struct.error,
)
#: The bit of an entry that is encrypted.
_LOCKED = 0x1
#: A fixed time in archives, so that the same pack gives the same bytes (the first that ZIP knows).
_TIME = (1980, 1, 1, 0, 0, 0)
#: Bytes that the files of an archive may have together.
MAX_UNPACKED = 200 * 1024 * 1024


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder; raise ValueError for a path that leads out of it."""
    for name in files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
            raise ValueError(f"{name!r} is no path of a file inside a pack")
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _as_folder(pack: PublishedPack) -> Mapping[str, bytes]:
    return pack.files


def _as_zip(pack: PublishedPack) -> Mapping[str, bytes]:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(pack.files.items()):
            archive.writestr(zipfile.ZipInfo(f"{pack.id}/{name}", _TIME), content)
    return {f"{pack.id}-{pack.version}.zip": body.getvalue()}


def _as_wheel(pack: PublishedPack) -> Mapping[str, bytes]:
    name, body = write_wheel(pack.id, pack.version, pack.files)
    return {name: body}


def _from_zip(name: str, content: bytes, pack_id: str) -> Mapping[str, bytes]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except BROKEN as error:
        raise ValueError(f"{name} is no ZIP archive") from error
    entries = [each for each in archive.infolist() if _is_of_pack(each)]
    if sum(each.file_size for each in entries) > MAX_UNPACKED:
        raise ValueError(f"{name} is larger than {MAX_UNPACKED // 1024 // 1024} MB when it is unpacked")
    # With the pack's folder in it, or without.
    has_folder = all(each.filename.startswith(f"{pack_id}/") for each in entries)
    files = {
        each.filename.removeprefix(f"{pack_id}/" if has_folder else ""): _read(name, archive, each) for each in entries
    }
    if "pack.toml" not in files:
        raise ValueError(f"{name} has no pack.toml, neither at its top nor in a folder {pack_id}")
    return files


def _is_of_pack(entry: zipfile.ZipInfo) -> bool:
    return not entry.is_dir() and not is_of_wheel(entry.filename)


def _read(name: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a file of an archive; raise ValueError that names it where it cannot be read."""
    if entry.flag_bits & _LOCKED:
        raise ValueError(f"{entry.filename} in {name} has a password: make the archive without one")
    try:
        return archive.read(entry)
    except BROKEN as error:
        raise ValueError(f"{entry.filename} in {name} cannot be read: {error}") from error


plugin = Plugin(
    importers=(Importer(name="zip", about="A ZIP archive of a pack's folder, or a wheel with a pack", read=_from_zip),),
    exporters=(
        Exporter(name="folder", about="The folder as its author wrote it, byte for byte", write=_as_folder),
        Exporter(name="zip", about="A ZIP archive of the folder", write=_as_zip),
        Exporter(name="wheel", about="A wheel, which pip installs beside another Perille", write=_as_wheel),
    ),
)
