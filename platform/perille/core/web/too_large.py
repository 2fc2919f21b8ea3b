"""What somebody reads whose file is larger than the page takes: as the page of an error, and beside the field before it is sent."""

from __future__ import annotations

from perille.core.i18n import _


def too_large_words(most: int) -> str:
    """Say that a file has more than *most* bytes, and what to do."""
    return _(
        "This file has more than the %(most)s MB that can be sent here, so nothing of it is saved. Go back and choose a smaller one.",
        most=round(most / (1 << 20)),
    )
