"""Where the package keeps what it ships: one place, the same in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
STATIC = PACKAGE / "static"
TEMPLATES = PACKAGE / "templates"
TRANSLATIONS = PACKAGE / "translations"


def migrations() -> Path:
    """Return the folder of the migrations: inside the wheel, or beside `platform/` in a checkout."""
    shipped = PACKAGE / "migrations"
    return shipped if shipped.is_dir() else PACKAGE.parent.parent / "migrations"
