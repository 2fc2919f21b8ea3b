"""What every test may ask for. The database fixtures run a test twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

import gc
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from perille.app import Perille
from perille.core.config import Config
from perille.core.database import prepare_engine
from perille.core.extensions import db
from support import packs
from support.addresses import keep_addresses
from support.applications import keep_compiled_rules, keep_compiled_writes, keep_free_memory, make_app
from support.databases import Databases, PostgresDatabases, SqliteDatabases, Template
from support.libraries import keep_shipped_libraries
from support.memory import keep_temporary_files_in_memory
from support.network import forbid_network
from support.postgresql import PostgresServer, run_postgresql
from support.prepared import MIGRATED, PACKS, make_published, migrated_file, opened, plain_config
from support.processor import ProcessorTime
from support.queries import count_queries as count_engine_queries
from support.release_tier import ReleaseTier
from support.scheduling import GroupScheduling, rank_of
from support.second_runs import SecondRuns, kind_of_run
from support.second_tries import SecondTries
from support.shared import open_shared_folder

#: The fixtures for authors of packs (named, so that they are there without an installed entry point), and a site with
#: small packs of its own.
pytest_plugins = ["perille.testing.plugin", "support.tls", "support.whole"]

#: Fixtures that make an application with packs.
_SITES = {"app", "conformance_site", "empty", "make_app", "plugin_site", "sites", "whole_packs", "whole_url"}
#: What a file imports whose tests start programs.
_STARTERS = {"run_process", "run_site", "start_process", "subprocess"}
#: Tests that read whole packs that ship, or the house's own files: each costs seconds, and most run no code of a feature.
_CONTENT = re.compile(
    r"tests/(?:courses/|packs/test_(?:documented_commands|lookups|readings)\.py|studio/test_(?:toml_edit|translating)\.py"
    r"|test_(?:docs|endpoint_names|glossary|interface_words|layout|migrations|planted_faults|site_address|style)\.py"
    r"|test_translations\.py)"
)
KINDS = ("sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql))


def pytest_configure(config: pytest.Config) -> None:
    """Do what must be done before the first test, and before other processes are started."""
    gc.disable()  # until the tests are collected: nothing of them is garbage
    keep_temporary_files_in_memory()
    config.add_cleanup(open_shared_folder())
    config.pluginmanager.register(SecondRuns(), "second runs")
    config.pluginmanager.register(SecondTries(), "second tries")
    config.pluginmanager.register(ReleaseTier(), "release tier")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(ProcessorTime(), "processor time")
    keep_free_memory()
    keep_addresses()
    keep_compiled_rules()
    keep_compiled_writes()
    keep_shipped_libraries()
    # How long an example takes says how busy the machine is, and nothing of the program.
    settings.register_profile(
        "suite", deadline=None, max_examples=_examples(), suppress_health_check=[HealthCheck.too_slow], database=None
    )
    settings.load_profile("suite")


def _examples() -> int:
    """How many examples a property is tried with: fewer in `make quick`, which proves nothing."""
    return int(os.environ.get("TEST_EXAMPLES", "10"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests first, and mark what `make quick` leaves out."""
    for item in items:
        if isinstance(item, pytest.Function):
            if _SITES & set(item.fixturenames):
                item.add_marker(pytest.mark.site)
            if _STARTERS & vars(item.module).keys():
                item.add_marker(pytest.mark.program)
            if _CONTENT.match(item.nodeid):
                item.add_marker(pytest.mark.content)
            if kind_of_run(item) == "postgresql":  # also where a test names its database itself
                item.add_marker(pytest.mark.postgresql)
    items.sort(key=lambda item: rank_of(item.nodeid))


def pytest_collection_finish() -> None:
    """Leave what lives to the end out of every later search for garbage: most of it is in thousands of tests."""
    gc.enable()
    gc.collect()
    gc.freeze()
    # A test makes some hundred thousand objects, and nearly all that is left of them is kept on purpose: look through it less often.
    gc.set_threshold(10_000, 10, 10)


@pytest.hookimpl(optionalhook=True)  # where tests run in one process, nobody asks for it
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GroupScheduling:
    """Keep together what shares something that is slow to make."""
    return GroupScheduling(config, log)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_network(monkeypatch)


@pytest.fixture(autouse=True)
def _no_log_left() -> Iterator[None]:
    """Take away what a command wrote its log with: its stream is closed, and later tests read complaints in what they print."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for handler in root.handlers[:]:
        if type(handler) is logging.StreamHandler and handler not in before:
            root.removeHandler(handler)


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


@pytest.fixture(scope="session")
def migrated_template() -> Path:
    """What the fixtures for authors of plugins copy for each site, here one for all processes."""
    return migrated_file()


@pytest.fixture
def empty_db_url(database_kind: str, databases_of: Callable[[str], Databases]) -> Iterator[str]:
    """Address of a database without any table."""
    with databases_of(database_kind).fresh("empty", _leave_empty) as url:
        yield url


@pytest.fixture
def database_template(request: pytest.FixtureRequest) -> Template:
    """What a test's database is a copy of: migrated; with `config` or `app`, with the installed packs. A folder may name its own."""
    name, fill = (PACKS, make_published) if "config" in request.fixturenames else MIGRATED
    return name, fill, None


@pytest.fixture
def db_url(database_kind: str, databases_of: Callable[[str], Databases], database_template: Template) -> Iterator[str]:
    """Address of a database of this test alone, made from `database_template`."""
    name, fill, begun = database_template
    with databases_of(database_kind).fresh(name, fill, begun=begun) as url:
        yield url


@pytest.fixture
def config(db_url: str, tmp_path: Path) -> Config:
    """Settings of a site of the test's own."""
    return plain_config(db_url, tmp_path)


@pytest.fixture
def engine(db_url: str) -> Iterator[Engine]:
    """The test's database, with our manners of transaction."""
    made = create_engine(db_url)
    prepare_engine(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on the test's database. Commit before another connection is to see, or change, anything."""
    with Session(engine) as made:
        yield made


@pytest.fixture
def app(config: Config) -> Iterator[Perille]:
    """The application with the installed packs, in which nobody has been yet."""
    with opened(make_app(config)) as made:
        yield made


@pytest.fixture
def client(app: Perille) -> FlaskClient:
    """A browser that has not been here before. Use it outside any app context, or the first language sticks."""
    return app.test_client()


@pytest.fixture
def count_queries(app: Perille) -> Callable[[], AbstractContextManager[list[str]]]:
    """Collects what the application asks of the database, for a `with` block."""
    with app.app_context():
        return partial(count_engine_queries, db.engine)


@pytest.fixture
def make_pack(tmp_path: Path) -> Callable[..., Path]:
    """Write a small pack and return its folder: see `support.packs.write_pack`."""
    return partial(packs.write_pack, tmp_path / "packs")


def _leave_empty(url: str) -> None:
    engine = create_engine(url)
    engine.connect().close()
    engine.dispose()
