"""A small application that holds the record store alone, on the test's database; clients with every scope."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from lrs.application import make_application
from lrs.forwards import Other
from perille.core.database import run_in_transaction, utcnow
from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.clients import Scope, peppers_of
from perille.lrs.storage.models import LrsForward
from perille.lrs.transfer import forwarding


class Store:
    """A client of the record store under test, speaking one version."""

    def __init__(self, app: Flask, credentials: tuple[str, str], version: str) -> None:
        self.app = app
        self.http: FlaskClient = app.test_client()
        self.version = version
        token = base64.b64encode(":".join(credentials).encode()).decode()
        self.headers = {"Authorization": f"Basic {token}", "X-Experience-API-Version": version}

    def send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str | None] | None = None, **params: Any
    ) -> TestResponse:
        """Send a request; *body*: bytes as they are, anything else as JSON; a header None is left out."""
        sent: dict[str, str | None] = {**self.headers}
        if body is not None and not isinstance(body, bytes):
            body = msgspec.json.encode(body)
        if body is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        query = {
            name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in params.items()
        }
        kept = {name: value for name, value in sent.items() if value is not None}
        return self.http.open(f"/xapi/{path}", method=method, data=body, headers=kept, query_string=query)

    def lrs_json(self, value: Any) -> str:
        """Write JSON."""
        return msgspec.json.encode(value).decode()

    def post(self, body: Any, **kwargs: Any) -> TestResponse:
        """POST to the statements."""
        return self.send("POST", "statements", body, **kwargs)

    def get(self, path: str = "statements", **params: Any) -> TestResponse:
        """GET with parameters."""
        return self.send("GET", path, **params)

    def found(self, **params: Any) -> list[str]:
        """Return the ids that a search finds, in order."""
        answer = self.get(**params)
        assert answer.status_code == 200, answer.get_data()
        return [statement["id"] for statement in answer.json["statements"]]


@pytest.fixture
def lrs_app(db_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application, on the test's own database."""
    app = make_application(db_url, tmp_path)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def make_credentials(app: Flask, scopes: tuple[str, ...] = ("all",), **kwargs: Any) -> tuple[str, str]:
    """Make a client of an application's store; returns its key and secret."""
    with app.app_context():
        return run_in_transaction(
            db.session,
            lambda: services.make_client(
                db.session(),
                "Test",
                [Scope(scope) for scope in scopes],
                peppers=peppers_of(app.config["PERILLE"].secret_keys),
                **{"store_id": services.default_store(db.session()), **kwargs},
            ),
            write=True,
        )


@pytest.fixture
def make_store(lrs_app: Flask) -> Callable[..., Store]:
    """Make a client: `make_store(version="1.0.3", scopes=["all"], ...)`."""

    def make(version: str = "2.0.0", scopes: tuple[str, ...] = ("all",), **kwargs: Any) -> Store:
        return Store(lrs_app, make_credentials(lrs_app, scopes, **kwargs), version)

    return make


@pytest.fixture(params=["1.0.3", "2.0.0"])
def store(request: pytest.FixtureRequest, make_store: Callable[..., Store]) -> Store:
    """A client with scope all, once in each version."""
    return make_store(version=request.param)


@pytest.fixture
def work(lrs_app: Flask) -> Callable[..., Any]:
    """Do something with a session, committed."""

    def do(what: Callable[[Any], Any]) -> Any:
        with lrs_app.app_context():
            return run_in_transaction(db.session(), lambda: what(db.session()), write=True)

    return do


@pytest.fixture
def forward(lrs_app: Flask, work: Callable[..., Any]) -> Callable[..., int]:
    """Send what is due to another store, at a time when everything is due."""

    def due(session: Any) -> None:
        session.execute(update(LrsForward).values(next_try_at=utcnow() - timedelta(seconds=1)))

    def do(other: Other) -> int:
        work(due)
        with lrs_app.app_context():
            return forwarding.forward_due(db.session(), other)

    return do
