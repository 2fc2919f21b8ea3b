"""A learner at the end of the Finland course."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.engine import make_url
from werkzeug.test import TestResponse

from perille.app import Perille
from perille.core.database import run_in_transaction
from perille.core.extensions import db
from perille.credentials.models import Credential
from perille.domain.course import UnitKind
from perille.enrolment.models import Enrolment
from perille.lrs.services import default_store, replay
from perille.tracking.services import record
from perille.tracking.statements import Act, ActivityType, NamedActivity, VerbId, activity_id
from support.applications import make_app
from support.databases import Template
from support.prepared import PACKS, make_published, opened, plain_config
from support.shared import shared_folder

T = TypeVar("T")
COURSE = "/courses/finland"
LEARNER_COOKIE = "perille_learner"


@dataclass(slots=True)
class Learning:
    """A browser whose learner takes the course, and what is behind the pages."""

    app: Perille
    client: FlaskClient

    def start(self, lang: str = "en") -> None:
        """Begin the course as a person does."""
        assert self.client.post(f"/{lang}{COURSE}/start").status_code == 303

    def finish(self, *, but: tuple[str, ...] = ()) -> None:
        """Begin, and have every unit recorded as done, all but some."""
        self.start()
        self.run(lambda: self._record(but))

    def page(self, lang: str = "en") -> TestResponse:
        """Open the certificate's page."""
        return self.client.get(f"/{lang}{COURSE}/certificate")

    def paper(self, lang: str = "en", query: str = "") -> TestResponse:
        """Download the certificate."""
        return self.client.get(f"/{lang}{COURSE}/certificate.pdf{query}")

    def make(self, name: str, lang: str = "en") -> TestResponse:
        """Send the form with a name."""
        return self.client.post(f"/{lang}{COURSE}/certificate", data={"name": name})

    def try_to_make(self, name: str) -> TestResponse:
        """Send the form with a name, and return the page that it leads to."""
        return self.client.post(f"/en{COURSE}/certificate", data={"name": name}, follow_redirects=True)

    def run(self, work: Callable[[], T]) -> T:
        """Do some work in one transaction, beside any request; return values, not rows."""
        with self.app.app_context():
            return run_in_transaction(db.session, work, write=True)

    def credential(self) -> dict[str, object]:
        """Return the columns of the one credential there is."""
        return self.run(lambda: _columns(db.session.scalars(select(Credential)).one()))

    def credentials(self) -> int:
        """Return how many credentials there are."""
        return self.run(lambda: len(db.session.scalars(select(Credential)).all()))

    def change(self, **values: object) -> None:
        """Change columns of the one credential there is."""

        def work() -> None:
            row = db.session.scalars(select(Credential)).one()
            for name, value in values.items():
                setattr(row, name, value)

        self.run(work)

    def statements(self, verb: VerbId) -> list[bytes]:
        """Return the bodies of all statements with a verb."""
        return self.run(
            lambda: [each.body for each in replay(db.session, default_store(db.session)) if each.verb == verb]
        )

    def _record(self, but: tuple[str, ...]) -> None:
        enrolment = db.session.scalars(select(Enrolment)).one()
        structure = self.app.extensions["perille_shelf"].edition(enrolment.pack_id, enrolment.structure_hash).structure
        acts = [
            Act(
                verb=VerbId.PASSED if unit.kind is UnitKind.ASSESSMENT else VerbId.COMPLETED,
                object=NamedActivity(
                    id=activity_id(enrolment.pack_id, unit.key), type=ActivityType.LESSON, names={"en": unit.key}
                ),
            )
            for unit in structure.units
            if unit.key not in but
        ]
        record(
            db.session,
            acts,
            actor_name=enrolment.learner.actor_name,
            registration=enrolment.registration,
            language="en",
        )


def _columns(row: Credential) -> dict[str, object]:
    return {column.key: getattr(row, column.key) for column in Credential.__table__.columns}


@pytest.fixture
def learning(app: Perille, client: FlaskClient) -> Learning:
    """A learner who has not started yet."""
    return Learning(app, client)


@pytest.fixture
def database_template(request: pytest.FixtureRequest, database_template: Template) -> Template:
    """For a graduate, one in which the course is done: to do it takes a fifth of a second, and sixty tests begin with it."""
    if "graduate" in request.fixturenames:
        return "graduate", _finish, (PACKS, make_published)
    return database_template


@pytest.fixture
def graduate(learning: Learning, database_kind: str) -> Learning:
    """A learner who has done all of the course and has no certificate yet."""
    learning.client.set_cookie(LEARNER_COOKIE, _cookie_of(database_kind).read_text("ascii"))
    return learning


def _finish(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder, opened(make_app(plain_config(url, Path(folder)))) as app:
        learner = Learning(app, app.test_client())
        learner.finish()
        cookie = learner.client.get_cookie(LEARNER_COOKIE)
        assert cookie is not None
        _cookie_of(make_url(url).get_backend_name()).write_text(cookie.value, "ascii")


def _cookie_of(kind: str) -> Path:
    """Return the file that holds the graduate's cookie: a database of PostgreSQL belongs to one process, one of SQLite to all."""
    return shared_folder() / (f"graduate-{os.getpid()}" if kind == "postgresql" else "graduate")
