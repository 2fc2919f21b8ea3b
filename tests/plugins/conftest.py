"""A site with plugins."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from perille.app import Perille
from perille.core.config import Config
from perille.packs.source.discovery import Discovery
from perille.packs.source.registry import OwnedPlugin
from support import applications
from support.prepared import migrated_file
from support.whole import KEY, dispose


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Perille]]:
    """Make an application with these plugins, on a database that is migrated already but for their own tables."""
    made: list[Perille] = []

    def make(*plugins: OwnedPlugin, **settings: object) -> Perille:
        database = tmp_path / "db"
        if not database.exists():
            shutil.copyfile(migrated_file(), database)
        plain = Config(data_dir=tmp_path, database_url=f"sqlite:///{database}", secret_keys=(KEY,), testing=True)
        made.append(applications.make_app(replace(plain, **settings), Discovery(plugins=plugins)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for app in made:
        dispose(app)
