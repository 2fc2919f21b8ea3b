"""Tables of plugins: erased, exported and kept with their learners, and no harm to others where they cannot be made."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import ModuleType

import pytest

from perille.api import (
    Base,
)
from perille.app import create_app
from perille.core.config import Config
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.packs.source.discovery import Discovery
from perille.plugins.scaffold import write_new_plugin
from perille.privacy.learner_rows import delete_of_plugins, rows_of
from perille.startup import prepare
from perille.testing.plugin import MakeSite
from perille.testing.site import PluginSite
from support.doors import owned

#: A class of a model cannot be defined twice in one process, so that each test has a package of another name.
_numbers = count()


@pytest.fixture
def ranking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The plugin that `perille plugins new` writes, imported; its tables are forgotten afterwards."""
    name = f"ranked_{next(_numbers)}"
    write_new_plugin(tmp_path / name)
    monkeypatch.syspath_prepend(str(tmp_path / name))
    tables = set(Base.metadata.tables)
    yield importlib.import_module(name)
    for table in set(Base.metadata.tables) - tables:
        Base.metadata.remove(Base.metadata.tables[table])


def thank(site: PluginSite, name: str) -> None:
    site.start_course()
    assert site.client.post(f"/en/plugins/{name}/").status_code == 303
    assert site.count(f"plugin_{name}_thanks") == 1


def test_rows_of_a_plugin_are_exported_and_go_when_only_the_certificate_is_kept(
    plugin_site: MakeSite, ranking: ModuleType
) -> None:
    site = plugin_site(ranking.plugin)
    thank(site, ranking.__name__)
    with site.app.app_context():
        learner = db.session.query(Learner).one()
        rows = rows_of(db.session, learner.id)
        assert len(rows[f"plugin_{ranking.__name__}_thanks"]) == 1
        db.session.rollback()
        run_in_transaction(db.session, lambda: delete_of_plugins(db.session, rows), write=True)
        db.session.remove()
    assert (site.count(f"plugin_{ranking.__name__}_thanks"), site.count("learner")) == (0, 1)


def test_a_plugin_whose_migration_fails_is_switched_off_and_nobody_else_notices(
    plugin_site: MakeSite, ranking: ModuleType, tmp_path: Path
) -> None:
    name = ranking.__name__
    migration = tmp_path / name / name / "migrations" / "0001_thanks.py"
    migration.write_text(migration.read_text("utf-8").replace("op.create_table(", "op.no_such_thing("), "utf-8")
    site = plugin_site(ranking.plugin)
    assert any("its tables cannot be migrated (AttributeError)" in each for each in site.problems())
    assert site.client.get(f"/en/plugins/{name}/").status_code == 503
    site.start_course()
    assert site.erase_learner().clean


def test_a_server_that_was_not_prepared_says_that_the_page_must_wait(
    plugin_site: MakeSite, ranking: ModuleType
) -> None:
    site = plugin_site()
    app = create_app(
        Config(
            data_dir=site.folder, database_url=f"sqlite:///{site.folder}/perille.sqlite3", secret_keys=("test" * 10,)
        ),
        Discovery(plugins=(owned(ranking.plugin, ranking.__name__, Path(str(ranking.__file__)).parent),)),
    )
    client = app.test_client()
    assert client.get(f"/en/plugins/{ranking.__name__}/").status_code == 503
    assert client.get("/en/help").status_code == 200
    prepare(app)
    assert client.get(f"/en/plugins/{ranking.__name__}/").status_code == 200
