"""A site that is backed up and restored."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from perille.backup.archive import Secret
from perille.backup.restoring import RestoreReport, restore_backup
from perille.backup.services import make_backup
from perille.core.config import Config
from perille.privacy.erasing import forget
from support.filling import rows_of
from support.whole import Whole, dispose

PLAIN = Secret()


@dataclass
class Site:
    """A site in a data folder of its own, closed: nobody has its database open."""

    whole: Whole
    config: Config

    def close(self) -> None:
        dispose(self.whole.app)

    def backup(self, target: Path, secret: Secret = PLAIN) -> None:
        make_backup(self.config, target, secret)

    def restore(self, source: Path, secret: Secret = PLAIN, *, replace: bool = True) -> RestoreReport:
        self.close()
        return restore_backup(self.config, source, secret, forget, replace=replace)

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return rows_in(self.config)


def rows_in(config: Config) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the database of these settings."""
    engine = create_engine(config.database_url)
    with engine.connect() as connection:
        found = rows_of(connection)
    engine.dispose()
    return found
