"""Keys can be changed: what was made with an older one works, and no longer needs it once it was used."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date

import pytest

from perille.core.extensions import db
from perille.enrolment.models import Learner
from perille.enrolment.services import make_learner, make_resume_code
from perille.lrs import services as lrs
from perille.lrs.clients import Scope, peppers_of
from support.whole import KEY, Whole

MakeWhole = Callable[..., Whole]
NEW, OTHER = "n" * 40, "o" * 40


def code_of(site: Whole) -> str:
    """Make a learner with a code."""
    learner = site.do(lambda: make_learner(db.session, date(2026, 11, 26)).id, write=True)

    def make() -> str:
        found = db.session.get(Learner, learner)
        assert found is not None
        return make_resume_code(db.session, found, site.app.config["PERILLE"].resume_keys[0])

    return site.do(make, write=True)


def opens(site: Whole, code: str) -> bool:
    """Tell whether a code opens progress."""
    answer = site.visitor().post("/en/resume", {"code": code})
    assert answer.status == 303
    # A code that opens nothing leads back to where it was typed.
    return not answer.location.startswith("/en/resume")


def client_of(site: Whole, *scopes: Scope) -> str:
    """Make a client of the record store; return its Authorization header."""

    def make() -> tuple[str, str]:
        peppers = peppers_of(site.app.config["PERILLE"].store_keys)
        store = lrs.default_store(db.session)
        return lrs.make_client(db.session, "Reader", scopes, peppers=peppers, store_id=store)

    key, secret = site.do(make, write=True)
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def enters(site: Whole, authorization: str) -> bool:
    """Tell whether a client's credentials are taken."""
    page = site.visitor().get("/xapi/statements?limit=1", Authorization=authorization, X_Experience_API_Version="2.0.0")
    assert page.status in (200, 401)
    return page.status == 200


@pytest.mark.parametrize("changed", [{"code_keys": (NEW,)}, {"secret_keys": (NEW, KEY)}, {"code_keys": (NEW, OTHER)}])
def test_a_code_on_paper_outlives_its_key_once_it_was_used(
    make_whole: MakeWhole, changed: dict[str, tuple[str, ...]]
) -> None:
    before = make_whole()
    used, unused = code_of(before), code_of(before)
    assert opens(make_whole(**changed), used)
    alone = make_whole(code_keys=(NEW,), secret_keys=(OTHER,))
    assert opens(alone, used)
    assert not opens(alone, unused)


@pytest.mark.parametrize("changed", [{"record_store_keys": (NEW,)}, {"secret_keys": (NEW, KEY)}])
@pytest.mark.parametrize("scope", [Scope.ALL_READ, Scope.ALL])
def test_the_secret_of_a_client_outlives_its_key_once_it_was_used(
    make_whole: MakeWhole, changed: dict[str, tuple[str, ...]], scope: Scope
) -> None:
    before = make_whole()
    used, unused = client_of(before, scope), client_of(before, scope)
    assert enters(make_whole(**changed), used)
    alone = make_whole(record_store_keys=(NEW,), secret_keys=(OTHER,))
    assert enters(alone, used)
    assert not enters(alone, unused)


def test_each_key_has_its_own_use(make_whole: MakeWhole) -> None:
    site = make_whole(code_keys=(NEW,), record_store_keys=(OTHER,))
    code, client = code_of(site), client_of(site, Scope.ALL)
    assert opens(site, code)
    assert enters(site, client)
    swapped = make_whole(code_keys=(OTHER,), record_store_keys=(NEW,))
    assert not opens(swapped, code)
    lrs_only = make_whole(secret_keys=(NEW,))
    assert not enters(lrs_only, client_of(site, Scope.ALL))


def test_what_was_made_before_there_were_separate_keys_still_works(make_whole: MakeWhole) -> None:
    before = make_whole()
    code, client = code_of(before), client_of(before, Scope.ALL)
    after = make_whole(code_keys=(NEW,), record_store_keys=(OTHER,))
    assert opens(after, code)
    assert enters(after, client)
