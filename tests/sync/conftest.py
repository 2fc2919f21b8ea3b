"""An office, and a laptop on another database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from perille.startup import prepare
from support.databases import Databases
from support.whole import Whole, dispose, make_site
from sync.pair import Two, make_two


@pytest.fixture
def two(whole: Whole, databases_of: Callable[[str], Databases], whole_packs: Path, tmp_path: Path) -> Iterator[Two]:
    """An office on the test's database, and a laptop on SQLite, as laptops are."""

    def fill(url: str) -> None:
        app = make_site(url, tmp_path, whole_packs)
        prepare(app)
        dispose(app)

    folder = tmp_path / "laptop"
    folder.mkdir()
    with databases_of("sqlite").fresh(f"whole-{os.getpid()}", fill) as url:
        rooms, address = ("192.168.1.5",), "http://192.168.1.5:8000"
        # With a key of its own, as each installation has one.
        app = make_site(url, folder, whole_packs, room_addresses=rooms, site_url=address, secret_keys=("room" * 10,))
        yield make_two(whole, Whole(app, whole_packs))
        dispose(app)
