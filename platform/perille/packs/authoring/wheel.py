"""A pack as a wheel that `pip` installs beside Perille: the folder as its author wrote it, and the entry point by which it is found."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping

from perille.core.letters import collapse_whitespace
from perille.packs.format.manifest import MANIFEST, Manifest, read_manifest
from perille.packs.source.diagnostics import Diagnostics

#: A fixed time in archives, so that the same pack gives the same bytes (the first that ZIP knows).
_TIME = (1980, 1, 1, 0, 0, 0)
#: What makes a folder a package.
_INIT = "__init__.py"


def write_wheel(pack_id: str, version: str, files: Mapping[str, bytes]) -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel (PEP 427) with a pack; the same files give the same bytes.

    Its metadata name no dependency: where Perille is not installed, pip would fetch whatever an index calls by that name.
    """
    manifest = read_manifest(files.get(MANIFEST, b"").decode("utf-8", "replace"), pack_id, Diagnostics())
    about = f"{pack_id}-{version}.dist-info"
    inside = {f"{pack_id}/{name}": body for name, body in {_INIT: _init(manifest), **files}.items()}
    inside |= {f"{about}/{name}": text.encode() for name, text in _described(pack_id, version, manifest).items()}
    record = f"{about}/RECORD"
    inside[record] = _record(inside, record).encode()
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(inside.items(), key=lambda each: (each[0].startswith(about), each[0])):
            info = zipfile.ZipInfo(name, _TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return f"{pack_id}-{version}-py3-none-any.whl", body.getvalue()


def is_of_wheel(name: str) -> bool:
    """Tell whether a file of an archive is what a wheel says of itself, and no part of the pack in it.

    >>> is_of_wheel("course_x-1.0.0.dist-info/RECORD"), is_of_wheel("course_x/pack.toml")
    (True, False)
    """
    return name.partition("/")[0].endswith(".dist-info")


def _init(manifest: Manifest) -> bytes:
    words = " ".join(manifest.title.replace("\\", " ").replace('"', " ").split()) or "A course"
    return f'"""{words}"""\n'.encode()


def _described(pack_id: str, version: str, manifest: Manifest) -> dict[str, str]:
    """Return what a wheel says of itself: the Core Metadata 2.1, how it is installed, and where Perille finds the pack."""
    summary = collapse_whitespace(manifest.title)
    return {
        "METADATA": f"Metadata-Version: 2.1\nName: {pack_id}\nVersion: {version}\nSummary: {summary}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: perille\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "entry_points.txt": f"[perille.packs]\n{pack_id} = {pack_id}\n",
    }


def _record(inside: Mapping[str, bytes], record: str) -> str:
    lines: list[str] = []
    for name, body in sorted(inside.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        field = f'"{name}"' if "," in name else name
        lines.append(f"{field},sha256={digest},{len(body)}")
    return "\n".join((*lines, f"{record},,", ""))
