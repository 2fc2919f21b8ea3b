"""A site with plugins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from perille.app import Perille, create_app
from perille.core.config import Config
from perille.packs.source.discovery import Discovery
from perille.packs.source.registry import OwnedPlugin
from support.whole import KEY


@pytest.fixture
def make_app(tmp_path: Path) -> Callable[..., Perille]:
    def make(*plugins: OwnedPlugin, **settings: object) -> Perille:
        plain = Config(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/db", secret_keys=(KEY,), testing=True)
        return create_app(replace(plain, **settings), Discovery(plugins=plugins))  # type: ignore[arg-type]

    return make
