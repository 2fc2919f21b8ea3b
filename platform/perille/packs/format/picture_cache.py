"""Converted pictures, kept in a folder of the user's, so that a pack in which nothing changed compiles at once."""

from __future__ import annotations

import io
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from PIL import Image

#: Pictures in the cache; the oldest go.
_MOST_KEPT = 2000


def cache_folder() -> Path | None:
    """Return where converted pictures are kept: perille/pictures in the user's cache folder; None where there is no home."""
    try:
        base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    except RuntimeError:
        return None
    return Path(base) / "perille" / "pictures"


def read_kept(cache: Path | None, key: str) -> tuple[bytes, int, int] | None:
    """Return a kept picture, its width and its height; None where there is none that can be read."""
    if cache is None:
        return None
    try:
        body = (cache / f"{key}.webp").read_bytes()
        with Image.open(io.BytesIO(body), formats=("WEBP",)) as image:
            return body, image.width, image.height
    except (OSError, ValueError, SyntaxError):
        return None


def keep(cache: Path | None, key: str, body: bytes) -> None:
    """Keep a picture; a cache that cannot be written costs time and nothing else."""
    if cache is None:
        return
    with suppress(OSError):
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cache, delete=False) as file:
            file.write(body)
        Path(file.name).replace(cache / f"{key}.webp")
        kept = sorted(cache.glob("*.webp"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_MOST_KEPT]:
            path.unlink(missing_ok=True)
