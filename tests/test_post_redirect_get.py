"""No form is answered with a page: every POST of the site is walked, by each kind of person, with nothing and with nonsense in its form."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from werkzeug.routing import Rule

from perille.core.extensions import db
from perille.people.models import Role
from perille.people.services import invite
from support.people import verify
from support.routes import parts_of
from support.visitor import Page, Visitor
from support.whole import Whole

#: Endpoint -> why what it refuses (400) is shown as a page at once. Nothing was changed then, and nobody who uses our own pages as they are
#: now gets there; sent again it is refused again. 403 and 404 say the same of a person or of an address, whatever the form.
REFUSED = {
    "learning.answer": "the question is not of this lesson or test, or the form says nothing that a test can do",
    "errands.mark_errand": "an errand that is not in this course",
    "offline_queue.apply_queue": "what no phone of ours sends; its pages ask by script and show nothing of the answer",
    "regrading.apply": "what is no number of an attempt",
}
NONSENSE = {
    "name": "\x07",
    "who": "?",
    "item": "one",
    "do": "next",
    "phone": uuid4().hex,
    "sure": "",
} | dict.fromkeys(("code", "endpoint", "verbs", "edition", "attempt", "scopes", "question", "unit", "screen"), "x")
PARTS = {
    "lang": "en",
    "kind": "courses",
    "slug": "way",
    "pack": "course_way",
    "key": "check",
    "unit": "check",
    "act": "pause",
}


def posts(whole: Whole) -> Iterator[tuple[Rule, str]]:
    """Return each rule that takes a form, with an address."""
    adapter = whole.app.url_map.bind("localhost")
    for rule in whole.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            yield rule, adapter.build(rule.endpoint, parts_of(rule, PARTS), method="POST")


def fault(rule: Rule, page: Page) -> str:
    """Return what is wrong with the answer to a form; "" for nothing."""
    what = f"{rule.endpoint}: {page.status} {page.response.mimetype}"
    if page.status == 200:
        # A file is no page: a browser saves it and stays where it is.
        return what if page.response.mimetype in ("text/html", "text/plain") else ""
    # Of a laptop, which sends lines and no form, and has a key.
    if page.status == 401 and rule.endpoint.startswith("sync_line."):
        return "" if page.response.mimetype == "application/x-ndjson" else what
    refused = page.status in (403, 404) or (page.status == 400 and rule.endpoint in REFUSED)
    return "" if refused or page.status in (204, 303, 307) else what


def people(whole: Whole) -> dict[str, Visitor]:
    learner, staff = whole.visitor(), whole.visitor()
    learner.start()
    token = whole.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    staff.post(f"/en/sign-in/{token}")
    verify(whole)
    return {"stranger": whole.visitor(), "learner": learner, "administrator": staff}


def last(pair: tuple[Rule, str]) -> bool:
    """Whether an act ends what the others need."""
    return pair[0].endpoint in ("people.log_out", "safety.leave_and_forget", "privacy.erase_learner")


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_form_is_answered_with_a_page(whole: Whole) -> None:
    found = []
    for visitor in people(whole).values():
        for rule, address in sorted(posts(whole), key=last):
            for form in ({}, NONSENSE):
                found.append(fault(rule, Page(visitor.client.post(address, data=form))))
    assert sorted({each for each in found if each}) == []
    assert len(found) > 120


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_walk_finds_a_page_that_answers_a_form(whole: Whole) -> None:
    rule, _address = next(posts(whole))
    page = whole.visitor().get("/en/")
    assert fault(rule, page) == f"{rule.endpoint}: 200 text/html"


def test_the_exceptions_exist(whole: Whole) -> None:
    assert set(REFUSED) <= {rule.endpoint for rule, _address in posts(whole)}
