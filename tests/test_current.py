"""What an application holds is reached by type, and two sites in one process share none of it."""

from __future__ import annotations

import base64
import doctest
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from perille.app import Perille
from perille.core import extension_state
from perille.core.database import run_in_transaction
from perille.core.extension_state import EngineSlot
from perille.core.extensions import db
from perille.lrs.clients import keyrings
from perille.lrs.services import Scope, default_store, make_client, peppers_of
from support.databases import Databases
from support.prepared import MIGRATED
from support.repo_files import texts
from support.whole import KEY, dispose, make_site

#: A look-up by string, of which no type checker knows anything.
BY_STRING = re.compile(r"""extensions(?:\[|\.(?:get|setdefault)\()\s*["']perille_|config\[["']PERILLE["']\]""")


@pytest.fixture
def sites(
    database_kind: str, databases_of: Callable[[str], Databases], tmp_path: Path, whole_packs: Path
) -> Iterator[list[Perille]]:
    """Two sites in this process, each with a database of its own, and with the same keys."""
    with ExitStack() as stack:
        fresh = databases_of(database_kind).fresh
        made = [make_site(stack.enter_context(fresh(*MIGRATED)), tmp_path, whole_packs) for _site in range(2)]
        yield made
        for app in made:
            dispose(app)


def test_nothing_is_looked_up_by_a_string() -> None:
    found = [
        f"{path}: {line.strip()}"
        for path, text in texts(".py")
        for line in text.splitlines()
        if path.parts[0] == "platform"
        and path.name not in ("current.py", "extension_state.py")
        and BY_STRING.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'app.extensions["perille_shelf"]',
        "current_app.extensions.get('perille_x')",
        'current_app.config["PERILLE"].threads',
    ],
)
def test_the_guard_finds_a_planted_look_up(planted: str) -> None:
    assert BY_STRING.search(planted)


def test_a_client_of_one_site_is_not_let_into_the_other(sites: list[Perille]) -> None:
    one, other = sites
    headers = {"Authorization": f"Basic {_credentials(one)}", "X-Experience-API-Version": "2.0.0"}
    assert one.test_client().get("/xapi/statements", headers=headers).status_code == 200
    assert other.test_client().get("/xapi/statements", headers=headers).status_code == 401
    assert one.test_client().get("/xapi/statements", headers=headers).status_code == 200


def test_what_is_remembered_of_a_database_goes_with_its_engine() -> None:
    slot = EngineSlot(list[str])
    first, second = create_engine("sqlite://"), create_engine("sqlite://")
    slot.of(first).append("seen")
    assert (slot.of(first), slot.of(second)) == (["seen"], [])
    assert keyrings.of(first) is not keyrings.of(second)


def test_the_example_of_a_slot_runs() -> None:
    assert doctest.testmod(extension_state).failed == 0


def _credentials(app: Perille) -> str:
    with app.app_context():
        key, secret = run_in_transaction(
            db.session,
            lambda: make_client(
                db.session, "Reader", [Scope.ALL], peppers=peppers_of((KEY,)), store_id=default_store(db.session)
            ),
            write=True,
        )
        db.session.remove()
    return base64.b64encode(f"{key}:{secret}".encode()).decode()
