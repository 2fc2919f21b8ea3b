"""The whole application on a database of its own, with small packs, and the people who visit it.

`whole` is a site, `visitor` a browser that comes to it for the first time; `make_whole(**settings)` makes another site on the same data.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from perille.app import Perille
from perille.core.config import Config
from perille.core.database import Base, run_in_transaction
from perille.core.extensions import db
from perille.core.jobs import close_queue
from perille.interactions import plugin
from perille.operator.services import save
from perille.packs.services import SyncReport
from perille.packs.source.discovery import Discovery, FolderSource, current_discovery
from perille.packs.source.registry import OwnedPlugin
from perille.startup import prepare
from support.applications import make_app
from support.databases import Databases
from support.prepared import MIGRATED
from support.visitor import Visitor
from support.whole_packs import write_all

T = TypeVar("T")
CORE = OwnedPlugin(plugin=plugin, owner="perille 0.1.0")
KEY = "test" * 10
#: With `TESTS_OVER_HTTPS=1` every site that says nothing else is reached by https, as real ones are.
OVER_HTTPS = bool(os.environ.get("TESTS_OVER_HTTPS"))
SECURE_SITE = "https://localhost"


@dataclass(frozen=True)
class Whole:
    """A site under test."""

    app: Perille
    #: Where its packs stand, each in a folder of its name.
    packs: Path

    def visitor(self, *, cookies: bool = True) -> Visitor:
        """Let somebody come with a new browser, which keeps cookies or not."""
        return Visitor(self.app, cookies=cookies)

    def do(self, work: Callable[[], T], *, write: bool = False) -> T:
        """Run *work* in a transaction of its own, with `db.session`."""
        with self.app.app_context():
            try:
                return run_in_transaction(db.session, work, write=write)
            finally:
                db.session.remove()

    def scalars(self, statement: Any) -> list[Any]:
        """Return what a query finds, detached from any session."""

        def work() -> list[Any]:
            found = list(db.session.scalars(statement))
            db.session.expunge_all()
            return found

        return self.do(work)

    @property
    def engine(self) -> Engine:
        """The engine of the site's database."""
        with self.app.app_context():
            return db.engine

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        tables = sorted(Base.metadata.tables)
        return self.do(
            lambda: {name: db.session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}  # noqa: S608
        )

    def publish(self, *folders: Path) -> SyncReport:
        """Publish these packs instead of those of the same name, as a start of the program does."""
        known = {source.id: source for source in sources(self.packs)}
        known |= {folder.name: FolderSource(folder=folder, owner=str(folder)) for folder in folders}
        current_discovery.set(self.app, replace(current_discovery.of(self.app), sources=tuple(known.values())))
        report = prepare(self.app)
        self._forget()
        return report

    def withdraw(self, pack_id: str) -> None:
        """Start again without a pack: whoever is enrolled keeps it, and nobody is offered it."""
        found = current_discovery.of(self.app)
        current_discovery.set(
            self.app, replace(found, sources=tuple(each for each in found.sources if each.id != pack_id))
        )
        prepare(self.app)
        self._forget()

    def _forget(self) -> None:
        with self.app.app_context():
            db.session.remove()


def sources(packs: Path) -> Sequence[FolderSource]:
    """Return the packs of a folder."""
    return [FolderSource(folder=folder, owner=str(folder)) for folder in sorted(packs.iterdir())]


def make_site(url: str, folder: Path, packs: Path, plugins: Sequence[OwnedPlugin] = (), **settings: Any) -> Perille:
    """Make the application on a database, with the packs of a folder alone; *plugins*: beside our own."""
    plain = Config(data_dir=folder, database_url=driver(url), secret_keys=(KEY,), testing=True, rate_limits=False)
    if OVER_HTTPS:
        plain = replace(plain, site_url=SECURE_SITE)
    return make_app(replace(plain, **settings), Discovery(sources=tuple(sources(packs)), plugins=(CORE, *plugins)))


def dispose(app: Perille) -> None:
    """Close what an application holds open."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        close_queue(app)


def driver(url: str) -> str:
    """Return an address of a database with the driver that the application uses."""
    made = make_url(url)
    name = "postgresql+psycopg" if made.get_backend_name() == "postgresql" else made.drivername
    return made.set(drivername=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def whole_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the packs."""
    folder = tmp_path_factory.mktemp("whole-packs")
    write_all(folder)
    return folder


@pytest.fixture
def whole_url(
    database_kind: str, databases_of: Callable[[str], Databases], whole_packs: Path, tmp_path: Path
) -> Iterator[str]:
    """Address of a database that was started once with the packs of the test site."""

    def fill(url: str) -> None:
        app = make_site(url, tmp_path, whole_packs)
        prepare(app)
        dispose(app)

    with databases_of(database_kind).fresh(f"whole-{os.getpid()}", fill, begun=MIGRATED) as url:
        yield url


@pytest.fixture
def make_whole(whole_url: str, whole_packs: Path, tmp_path: Path) -> Iterator[Callable[..., Whole]]:
    """Make a site on the test's database; settings are those of `Config`."""
    made: list[Perille] = []

    def make(**settings: Any) -> Whole:
        app = make_site(whole_url, tmp_path, whole_packs, **settings)
        made.append(app)
        return Whole(app, whole_packs)

    yield make
    for app in made:
        dispose(app)


@pytest.fixture
def whole(make_whole: Callable[..., Whole]) -> Whole:
    """The site."""
    return make_whole()


@pytest.fixture
def visitor(whole: Whole) -> Visitor:
    """Somebody who comes for the first time."""
    return whole.visitor()


@pytest.fixture
def sends_mail(whole: Whole) -> None:
    """Set a mail server, with which nobody speaks unless the test runs the outbox."""
    server = {
        "mail_host": "127.0.0.1",
        "mail_port": "9",
        "mail_protection": "smtp+plain",
        "mail_from": "us@example.org",
    }
    whole.do(lambda: save(db.session, server), write=True)


__all__ = ["Whole", "make_whole", "sends_mail", "visitor", "whole", "whole_packs", "whole_url"]
