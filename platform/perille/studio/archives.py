"""A pack as a ZIP archive: written byte for byte, and read from a stranger with every trick of the format refused by name.

What an archive says of itself is not believed: bytes are counted while they are read, and a size that was claimed must be the real one.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping

from perille.core.i18n import _
from perille.packs.authoring.formats import BROKEN
from perille.packs.authoring.wheel import is_of_wheel
from perille.packs.format.manifest import MANIFEST
from perille.packs.source.files import MAX_DEPTH, MAX_FILES, MAX_MEDIA, MAX_MEDIA_FILE, MAX_TEXT_FILE, TEXT_ENDINGS

#: A fixed time, so that the same pack gives the same archive (the first that ZIP knows).
_TIME = (1980, 1, 1, 0, 0, 0)
#: How much smaller than its content a file may be: text of a pack is five to ten times smaller.
_MOST_SQUEEZED = 200
_LONGEST_NAME = 200
_PART = 64 * 1024
#: What runs, or is a pack of its own in the eyes of a computer.
_SCRIPTS = (
    ".js",
    ".mjs",
    ".html",
    ".htm",
    ".xhtml",
    ".sh",
    ".bat",
    ".cmd",
    ".exe",
    ".dll",
    ".so",
    ".php",
    ".zip",
    ".pyc",
    ".pyd",
    ".pyo",
    ".pyw",
    ".pyz",
    ".dylib",
    ".ps1",
    ".vbs",
    ".com",
    ".scr",
    ".msi",
    ".jar",
    ".wasm",
)


class BadArchive(ValueError):
    """An archive that is refused; the message says why, in the reader's language."""


def write_archive(pack_id: str, files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of a pack's folder; the same files give the same bytes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(f"{pack_id}/{name}", _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return body.getvalue()


def read_archive(content: bytes) -> dict[str, bytes]:
    """Return the files of a pack in a ZIP archive, with its folder in it or without; raise BadArchive that names what is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir() and not _is_rubbish(each.filename)]
            _check_entries(entries, len(content))
            files = dict(_read_entries(archive, entries))
    except BROKEN as error:
        raise BadArchive(_("This is no ZIP archive that can be opened.")) from error
    return _without_folder(files)


def _is_rubbish(name: str) -> bool:
    """Tell whether a file was put there by the program that made the archive; a wheel says of itself what is in it."""
    parts = name.split("/")
    return (
        is_of_wheel(name)
        or "__MACOSX" in parts
        or parts[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")
        or "__pycache__" in parts
    )


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    if len(entries) > MAX_FILES:
        raise BadArchive(_("The archive has more than %(most)s files.", most=MAX_FILES))
    if len({each.filename for each in entries}) < len(entries):
        raise BadArchive(_("The archive has two files of the same name."))
    if len({each.header_offset for each in entries}) < len(entries):
        raise BadArchive(_("The archive names the same bytes twice. It was made to fill a disk."))
    if sum(each.compress_size for each in entries) > size:
        raise BadArchive(_("The archive names the same bytes twice. It was made to fill a disk."))
    for entry in entries:
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if _is_special(entry.external_attr >> 16):
        raise BadArchive(_("%(name)s is a link to another place, and no file.", name=_shown(name, 100)))
    if _leads_out(name):
        raise BadArchive(_("%(name)s leads out of the archive.", name=_shown(name, 100)))
    if len(name) > _LONGEST_NAME or name.count("/") > MAX_DEPTH + 1 or not name.isprintable():
        raise BadArchive(_("%(name)s… is no name of a file in a course.", name=_shown(name, 60)))
    if name.lower().endswith(_SCRIPTS):
        raise BadArchive(
            _("%(name)s is a program or a page. A course holds words, pictures and sound only.", name=name)
        )
    if entry.flag_bits & 0x1:
        raise BadArchive(_("%(name)s has a password. Make the archive without one.", name=name))


def _shown(name: str, most: int) -> str:
    """Return the beginning of a name as it can be quoted: a sign that turns the direction would turn the sentence around it, too."""
    return "".join(sign if sign.isprintable() else "�" for sign in name[:most])


def _is_special(mode: int) -> bool:
    """Tell whether a mode of Unix, 0 where the archive names none, is that of a link, a device or another thing that is no file."""
    return stat.S_IFMT(mode) not in (0, stat.S_IFREG)


def _leads_out(name: str) -> bool:
    parts = name.split("/")
    # An empty part is also what a path from the root of the disk begins with.
    return "\\" in name or ":" in parts[0] or not {"", ".", ".."}.isdisjoint(parts)


def _read_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    total = 0
    for entry in entries:
        most = MAX_TEXT_FILE if entry.filename.endswith(TEXT_ENDINGS) else MAX_MEDIA_FILE
        try:
            body = _read_entry(archive, entry, most)
        except BROKEN as error:
            raise BadArchive(_("%(name)s is damaged.", name=entry.filename)) from error
        total += len(body)
        if total > MAX_MEDIA:
            raise BadArchive(_("The archive is larger than %(most)s MB when it is unpacked.", most=MAX_MEDIA >> 20))
        if entry.filename.endswith(TEXT_ENDINGS):
            _check_letters(entry.filename, body)
        yield entry.filename, body


def _check_letters(name: str, body: bytes) -> None:
    """Refuse a text that is not UTF-8: the Studio could not show it, and would lose its letters."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        said = _("It is not saved as UTF-8, so its letters would come out wrong. Save it as UTF-8.")
        raise BadArchive(f"{name}:{line}: {said}") from error


def _read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Return a file; stop reading where it is more than a pack may have, or more than its packed size can honestly hold."""
    body = bytearray()
    with archive.open(entry) as file:
        while part := file.read(_PART):
            body += part
            if len(body) > most:
                raise BadArchive(_("%(name)s is larger than %(most)s MB.", name=entry.filename, most=most >> 20))
            if len(body) > max(_PART, entry.compress_size * _MOST_SQUEEZED):
                raise BadArchive(_("%(name)s was made to fill a disk.", name=entry.filename))
    if len(body) != entry.file_size:
        raise BadArchive(_("%(name)s is damaged.", name=entry.filename))
    return bytes(body)


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files by their path inside the pack; Python is left out, since a draft runs none (`__init__.py` of a line apart)."""
    root = _root_of(files)
    stray = next((name for name in files if not name.startswith(root)), None)
    if stray is not None:
        raise BadArchive(_("%(name)s lies outside the folder of the course.", name=stray))
    inside = {name.removeprefix(root): body for name, body in files.items()}
    code = next((name for name, body in inside.items() if name.endswith(".py") and not _is_docstring(body)), None)
    if code is not None:
        raise BadArchive(
            _("%(name)s is a program or a page. A course holds words, pictures and sound only.", name=code)
        )
    return dict(sorted(inside.items()))


def _root_of(files: Collection[str]) -> str:
    """Return the folder in which pack.toml lies, with a slash at its end; "" for the archive itself."""
    roots = [name.removesuffix(MANIFEST) for name in files if name == MANIFEST or name.endswith(f"/{MANIFEST}")]
    if not roots:
        raise BadArchive(_("The archive has no pack.toml: it is no course of Perille."))
    if len(roots) > 1:
        raise BadArchive(_("The archive holds several courses. Upload one at a time."))
    return roots[0]


def _is_docstring(body: bytes) -> bool:
    """Tell whether a Python file has a docstring and nothing else, as `__init__.py` of a pack has."""
    text = body.decode("utf-8", "replace").strip()
    return not text or (text.startswith('"""') and text.endswith('"""') and text.count('"""') == 2)
