"""What every test may ask for. The database fixtures run a test twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from perille.app import Perille, create_app
from perille.config import Config
from perille.database import Base, prepare_engine
from perille.extensions import db
from perille.startup import prepare
from support import packs
from support.databases import Databases, PostgresDatabases, SqliteDatabases
from support.network import forbid_network
from support.postgresql import PostgresServer, run_postgresql

#: The whole application, and visitors to it.
pytest_plugins = ["support.whole"]

KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_network(monkeypatch)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this process, started when the first test wants it."""
    with run_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def databases_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Databases]:
    """Return the databases of a kind, "sqlite" or "postgresql"."""
    made: dict[str, Databases] = {}

    def find(kind: str) -> Databases:
        if kind not in made:
            made[kind] = (
                SqliteDatabases(tmp_path_factory.mktemp("sqlite"))
                if kind == "sqlite"
                else PostgresDatabases(request.getfixturevalue("postgresql_server"))
            )
        return made[kind]

    return find


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """On which database the test runs; parametrize it (indirect) where only one makes sense."""
    kind: str = request.param
    return kind


@pytest.fixture
def empty_db_url(database_kind: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """Address of a database without any table."""
    with databases_of(database_kind).fresh("empty", _leave_empty) as url:
        yield url


@pytest.fixture
def engine(empty_db_url: str) -> Iterator[Engine]:
    """The test's database, with our manners of transaction."""
    made = create_engine(empty_db_url)
    prepare_engine(made)
    Base.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on the test's database. Commit before another connection is to see, or change, anything."""
    with Session(engine) as made:
        yield made


@pytest.fixture
def app(database_kind: str, databases_of: Callable[[str], Databases], tmp_path: Path) -> Iterator[Perille]:
    """The application on a database with the installed packs, in which nobody has been yet."""
    with databases_of(database_kind).fresh("packs", _publish) as url:
        made = create_app(_config(url, tmp_path))
        yield made
        _close(made)


@pytest.fixture
def client(app: Perille) -> FlaskClient:
    """A browser that has not been here before."""
    return app.test_client()


@pytest.fixture
def make_pack(tmp_path: Path) -> Callable[..., Path]:
    """Write a small pack and return its folder: see `support.packs.write_pack`."""
    return partial(packs.write_pack, tmp_path / "packs")


def _leave_empty(url: str) -> None:
    engine = create_engine(url)
    engine.connect().close()
    engine.dispose()


def _config(url: str, folder: Path) -> Config:
    return Config(
        data_dir=folder, database_url=url, secret_keys=("a key that only tests have ever seen",), testing=True
    )


def _publish(url: str) -> None:
    made = create_app(_config(url, Path()))
    prepare(made)
    _close(made)


def _close(app: Perille) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
