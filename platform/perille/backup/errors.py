"""What can go wrong with a backup."""

from __future__ import annotations

from perille.core.errors import PerilleError


class BackupError(PerilleError):
    """A backup cannot be made, read or restored: one line that says why, and nothing was changed."""
