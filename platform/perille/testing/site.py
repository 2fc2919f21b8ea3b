"""A site with a plugin, on a database of its own: for tests of pages and tables, and of question types as learners meet them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Protocol

from flask.testing import FlaskClient
from sqlalchemy import func, select

from perille.api import Plugin
from perille.app import Perille, create_app
from perille.core.config import Config
from perille.core.database import Base, run_in_transaction
from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.lrs.services import Matcher
from perille.packs.published.library import current_library
from perille.packs.source.discovery import Discovery, FolderSource, discover
from perille.packs.source.registry import OwnedPlugin
from perille.people.models import AccountSession, Role, VerifiedBy
from perille.people.services import invite
from perille.people.sign_in.sessions import mark_verified
from perille.privacy.erasing import finish_erasures, forget
from perille.privacy.erasure_proof import ErasureProof, prove
from perille.privacy.people import person_of
from perille.startup import prepare


def owned(plugin: Plugin) -> OwnedPlugin:
    """Return a plugin as an installed one; its package is the module that has it at its top."""
    for name, module in sorted(sys.modules.items()):
        if vars(module).get("plugin") is plugin and hasattr(module, "__path__"):
            return OwnedPlugin(plugin=plugin, owner=f"{name} (test)", name=name, package=name, folder=_folder(module))
    return OwnedPlugin(plugin=plugin, owner="the plugin of the test", package="test")


def _folder(module: ModuleType) -> Path:
    return Path(str(module.__file__)).resolve().parent


@dataclass
class PluginSite:
    """A site under test."""

    app: Perille
    folder: Path
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def start_course(self, slug: str = "of-the-test") -> None:
        """Let the client's browser start a course, so that there is a learner."""
        assert self.client.post(f"/en/courses/{slug}/start").status_code == 303

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        with self.app.app_context():
            found = db.session.scalar(select(func.count()).select_from(Base.metadata.tables[table]))
            db.session.remove()
        return found or 0

    def erase_learner(self) -> ErasureProof:
        """Erase the one learner of the site as their own button does, finish it, and return what a search for them then finds."""
        with self.app.app_context():
            matcher = run_in_transaction(db.session, _forget_one, write=True)
            finish_erasures(db.session, db.engine, self.folder)
            found = prove(db.session, matcher, self.folder)
            db.session.remove()
        return found

    def administrator(self) -> FlaskClient:
        """Return a client in which an administrator is signed in, who has shown a second factor."""
        client = self.app.test_client()
        with self.app.app_context():
            token = run_in_transaction(
                db.session,
                lambda: invite(db.session, "administrator@example.org", Role.ADMINISTRATOR, None),
                write=True,
            )
            assert client.post(f"/en/sign-in/{token}").status_code == 303
            run_in_transaction(db.session, _verify, write=True)
            db.session.remove()
        return client

    def problems(self) -> list[str]:
        """Return what is wrong with packs and plugins, as the administrators' page says it."""
        with self.app.app_context():
            found = [str(each) for each in current_library.of(self.app).problems()]
            db.session.remove()
        return found

    def close(self) -> None:
        """Close the database."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()


class MakeSite(Protocol):
    """Makes sites."""

    def __call__(self, *plugins: Plugin, packs: Iterable[Path] = ()) -> PluginSite:
        """Make and prepare a site with plugins and packs."""


def _verify() -> None:
    """Note in all sessions that a second factor was shown, as the page that asks for it does at its end."""
    for session in db.session.scalars(select(AccountSession)):
        mark_verified(db.session, session, VerifiedBy.TOTP)


def _forget_one() -> Matcher:
    learner = db.session.scalars(select(Learner)).one()
    matcher = Matcher(person_of(db.session, learner))
    forget(db.session, learner)
    return matcher


def make_plugin_site(
    folder: Path, plugins: Iterable[Plugin], packs: Iterable[Path] = (), template: Path | None = None
) -> PluginSite:
    """Make and prepare a site in an empty folder with Perille's own plugins, these, and these packs.

    *template*: a database that was migrated before, to be copied; where it is not there it is made.
    """
    database = folder / "perille.sqlite3"
    if template is not None and template.is_file():
        shutil.copy(template, database)
    course = folder / "packs" / "course_of_the_test"
    (course / "lessons").mkdir(parents=True)
    (course / "pack.toml").write_text(small_manifest("of-the-test", "A course", ["hello"]), "utf-8")
    (course / "lessons" / "hello.md").write_text("# Hello\n\nThis is a lesson.\n", "utf-8")
    config = Config(
        data_dir=folder,
        database_url=f"sqlite:///{database}",
        secret_keys=("test" * 10,),
        testing=True,
        rate_limits=False,
        durable=False,
    )
    app = create_app(config, _discovery(plugins, [course, *packs]))
    prepare(app)
    return PluginSite(app, folder)


def small_manifest(slug: str, title: str, units: Iterable[str]) -> str:
    """Return the pack.toml of a course in English with these lessons, of a minute each, in one block."""
    listed = tuple(units)
    names = ", ".join(f'"{unit}"' for unit in listed)
    return f"""\
id = "course_{slug.replace("-", "_")}"
kind = "course"
slug = "{slug}"
version = "1.0.0"
title = "{title}"
summary = "For a test."
source_language = "en"
languages = ["en"]
countries = ["FI"]
audiences = ["quota-refugee"]
licence = "CC0-1.0"

[[block]]
key = "all"
title = "All"
units = [{names}]
""" + "".join(f'\n[unit.{unit}]\nkind = "lesson"\nminutes = 1\n' for unit in listed)


def _discovery(plugins: Iterable[Plugin], packs: Iterable[Path]) -> Discovery:
    installed = discover()
    wanted = tuple(plugins)
    ours = [each for each in installed.plugins if each.plugin not in wanted and each.owner.startswith("perille ")]
    sources = tuple(FolderSource(folder=each, owner=str(each)) for each in packs)
    return replace(installed, sources=sources, plugins=(*ours, *map(owned, wanted)), problems=())
