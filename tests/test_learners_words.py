"""What a learner can reach says words of the learners' catalogue alone: it is complete in every language that is offered."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from groups.school import make_school
from perille.core.feature import features_of
from perille.core.permissions import permission, permission_of
from perille.core.web.staff_languages import is_staff_page
from perille.people.models import Role
from seminars.desk import make_desk
from support.errand_packs import write_errands
from support.exam import take, write_exam
from support.interface_words import LEARNER, STAFF, words_of
from support.people import sign_in_as
from support.routes import parts_of
from support.visitor import Visitor
from support.whole import Whole
from support.word_walk import Walk, recorded

ONE_DATABASE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

GROUP = f"/organisations/{uuid4()}/groups/{uuid4()}"


def somebody_who_learns(whole: Whole, folder: Path) -> tuple[Visitor, list[str]]:
    """Return a browser in which much has been done, and the addresses that only its owner knows.

    A course is begun, a test passed, its certificate made, a code written down, a group joined and a seminar signed up for.
    """
    whole.publish(write_exam(folder), *write_errands(folder))
    visitor, entry = make_desk(whole).sign_up("aino@example.org")
    visitor.post(make_school(whole, "else@example.org").link, {"name": "Aino"})
    visitor.start()
    visitor.start("/en/modules/exam")
    take(visitor)
    for address, form in (
        ("/en/courses/way/hello/next", {}),
        ("/en/modules/exam/hello/next", {}),
        ("/en/modules/exam/certificate", {"name": "Aino Aalto"}),
        ("/en/keep", {"sure": "yes"}),
    ):
        assert visitor.post(address, form).status == 303, address
    return visitor, [entry, "/en/group", "/en/modules/exam"]


def addresses(whole: Whole) -> list[str]:
    """Return an address of each page that is not for staff, most of nothing that there is: what is missing is said too."""
    values = {"lang": "en", "pack": "way", "course": "way"}
    bound = whole.app.url_map.bind("localhost")
    with whole.app.app_context():
        return [
            bound.build(rule.endpoint, parts_of(rule, values))
            for rule in whole.app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and not is_staff_page(rule.endpoint)
        ]


@ONE_DATABASE
@pytest.mark.parametrize("who", ["nobody", "learner", "member"])
def test_no_page_of_learners_says_a_word_of_staff(
    whole: Whole, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    visitor, own = {
        "nobody": lambda: (whole.visitor(), []),
        "learner": lambda: somebody_who_learns(whole, tmp_path),
        "member": lambda: (sign_in_as(whole, Role.MEMBER), ["/en/account"]),
    }[who]()
    walk = Walk(whole, visitor)
    with recorded(monkeypatch) as said:
        walk.run("/", "/en/", "/en/nowhere", *own, *addresses(whole))
    assert said.words & words_of(STAFF) == set(), "a file of `tool.perille.interface.staff` is read by learners"
    assert len(said.words & words_of(LEARNER)) > 250, len(said.words)
    assert len(walk.opened) > 80


@ONE_DATABASE
def test_a_page_that_asks_for_a_role_is_of_staff_and_no_other_is(whole: Whole) -> None:
    with whole.app.app_context():
        shown = frozenset[str]().union(*(feature.read_by_learners for feature in features_of(whole.app)))
        for rule in whole.app.url_map.iter_rules():
            name = permission_of(whole.app.view_functions[rule.endpoint])
            roles = permission(name).roles if name else frozenset()
            assert is_staff_page(rule.endpoint) is (bool(roles) and rule.endpoint not in shown)
        assert is_staff_page(None) is False


@ONE_DATABASE
def test_a_page_of_staff_in_a_language_that_staff_lack_is_led_to_one_that_they_have(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perille.core.web.staff_languages.STAFF_OFFERED", ("en", "fi"))
    trainer = sign_in_as(whole, Role.TRAINER)
    page = trainer.get("/ar/groups", accept_language="ar, fi;q=0.8")
    assert (page.status, page.location) == (302, "/fi/groups?from=ar")
    page = trainer.get(page.location)
    assert (page.status, page.language, page.one("html")["dir"]) == (200, "fi", "ltr")
    (line,) = [tag for tag in page.all("p", role="status") if "العربية" in tag.words]
    assert "Suomi" in line.words
    assert set(page.language_links()) == {"en", "fi"}
    # Without a wish that can be met: English.
    assert trainer.get("/ar/groups").location == "/en/groups?from=ar"
    # A learner's page stays in its language.
    assert trainer.get("/ar/courses").status == 200


@ONE_DATABASE
def test_a_form_of_staff_that_was_open_in_such_a_language_is_sent_again_as_it_is(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perille.core.web.staff_languages.STAFF_OFFERED", ("en",))
    trainer = sign_in_as(whole, Role.TRAINER)
    page = trainer.client.post(f"/ar{GROUP}/close")
    assert (page.status_code, page.headers["Location"]) == (307, f"/en{GROUP}/close")


@ONE_DATABASE
def test_what_is_shown_to_a_room_is_in_every_language_of_learners(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perille.core.web.staff_languages.STAFF_OFFERED", ("en",))
    trainer = sign_in_as(whole, Role.TRAINER)
    assert trainer.get(f"/ar{GROUP}/list").location == f"/en{GROUP}/list?from=ar"
    assert trainer.get(f"/ar{GROUP}/tile").location == ""
