"""Two organisations of one installation never see each other's drafts, whatever address somebody guesses."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from perille.core.extensions import db
from perille.people.memberships import give_role
from perille.people.models import AuditEntry, Organisation, Role
from perille.people.organisations import find_or_make_organisation
from perille.people.services import make_account
from perille.studio.models import StudioDraft
from studio.author import Author
from support.people import sign_in_as
from support.routes import parts_of
from support.visitor import Page, Visitor
from support.whole import Whole

HARBOUR, SCHOOL = "Harbour office", "Night school"
MakeAuthor = Callable[..., Author]


def number_of(author: Author) -> UUID:
    return UUID(author.draft.rpartition("/")[2])


def place(whole: Whole, name: str) -> UUID:
    return whole.do(lambda: find_or_make_organisation(db.session, name).id, write=True)


def also(whole: Whole, email: str, role: Role, name: str) -> None:
    """Give somebody a role in one more organisation."""
    work = lambda: give_role(  # noqa: E731
        db.session, make_account(db.session, email).id, role, find_or_make_organisation(db.session, name).id
    )
    whole.do(work, write=True)


@pytest.fixture
def course(author: Author) -> Author:
    """An author of the harbour office with a draft that has everything which addresses name."""
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "A secret of the harbour.")
    author.send("translations", {"language": "fi"})
    return author


def draft_addresses(whole: Whole, draft: UUID) -> list[tuple[str, str]]:
    """Return method and address of everything that can be asked of a draft in the Studio."""
    known = {
        "lang": "en",
        "draft_id": draft,
        "name": "first-steps",
        "language": "fi",
        "number": "1",
        "key": "first-steps",
    }
    found = []
    for route in whole.app.url_map.iter_rules():
        if route.endpoint.startswith("studio.") and "draft_id" in route.arguments:
            address = whole.app.url_map.bind("localhost").build(route.endpoint, parts_of(route, known))
            found += [(method, address) for method in (route.methods or set()) - {"HEAD", "OPTIONS"}]
    return sorted(found)


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.COORDINATOR, Role.REVIEWER, Role.TRANSLATOR])
def test_nobody_of_another_organisation_sees_or_changes_anything_of_a_draft(
    whole: Whole, course: Author, make_author: MakeAuthor, role: Role
) -> None:
    stranger = make_author("sam@example.org", role, SCHOOL)
    addresses = draft_addresses(whole, number_of(course))
    assert len(addresses) > 30
    before = whole.counts()
    for method, address in addresses:
        answer = Page(stranger.visitor.client.open(address, method=method, data={"do": "review", "answer": "approve"}))
        assert answer.status in (403, 404), (method, address, answer.status)
        assert "secret" not in answer.text
        assert "First steps" not in answer.text
    assert whole.counts() == before
    assert "First steps" not in stranger.get("/en/studio").text


def test_a_draft_of_others_and_one_that_never_was_are_answered_alike(course: Author, make_author: MakeAuthor) -> None:
    stranger = make_author("sam@example.org", Role.AUTHOR, SCHOOL)
    theirs, none = (stranger.visitor.get(address) for address in (course.draft, f"/en/studio/{uuid4()}"))
    assert (theirs.status, theirs.text) == (none.status, none.text)


def test_the_preview_is_for_their_own_people_and_a_private_link_for_whoever_has_it(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    stranger = make_author("sam@example.org", Role.COORDINATOR, SCHOOL)
    hexed = number_of(course).hex
    pages = [f"/en/courses/draft-{hexed}", f"/en/courses/draft-{hexed}/first-steps"]
    assert [course.visitor.get(each).status for each in pages] == [200, 200]
    assert [stranger.visitor.get(each).status for each in pages] == [404, 404]
    link = course.send("links", {"days": "1"}).all("code")[0].words
    path = link[link.index("/en/") :]
    assert "secret" in stranger.visitor.get(f"{path}/first-steps").text
    assert "secret" in whole.visitor().get(f"{path}/first-steps").text


def test_a_role_counts_in_its_own_organisation_alone(whole: Whole, course: Author, make_author: MakeAuthor) -> None:
    translator = make_author("tia@example.org", Role.TRANSLATOR)
    also(whole, "tia@example.org", Role.AUTHOR, SCHOOL)
    assert translator.visitor.get(course.draft).status == 200
    answer = translator.visitor.client.post(f"{course.draft}/undo")
    assert answer.status_code == 403


def test_administrators_see_all_and_what_belongs_to_none(whole: Whole, course: Author) -> None:
    boss = Author(sign_in_as(whole, Role.ADMINISTRATOR))
    assert "First steps" in boss.get("/en/studio").text
    boss.draft = course.draft
    boss.get()
    whole.do(lambda: db.session.execute(update(StudioDraft).values(organisation_id=None)), write=True)
    assert "First steps" in boss.get("/en/studio").text
    assert course.visitor.get(course.draft).status == 403


def test_an_author_of_one_organisation_is_not_asked_whose_course_it_is(whole: Whole, author: Author) -> None:
    place(whole, SCHOOL)
    assert not author.get("/en/studio").all("select", _name="organisation")
    author.begin("First steps")
    assert whole.scalars(select(StudioDraft.organisation_id)) == [place(whole, HARBOUR)]


def test_an_author_of_several_says_whose_course_it_is_and_of_no_other(whole: Whole, author: Author) -> None:
    also(whole, "anna@example.org", Role.AUTHOR, SCHOOL)
    foreign = place(whole, "A third one")
    options = [tag.attributes["value"] for tag in author.get("/en/studio").all("option", _value=foreign.hex)]
    assert options == []
    form = {"title": "Evening", "starter": "short", "country": "", "language": "en"}
    for refused in ("", foreign.hex, "site", "nonsense"):
        page = author.send("/en/studio", {**form, "organisation": refused})
        assert "whose course it is" in page.text
        assert 'value="Evening"' in page.html
        assert [tag["id"] for tag in page.all("select", aria_invalid="true")] == ["organisation"]
    assert whole.scalars(select(StudioDraft.id)) == []
    author.begin("Evening", organisation=place(whole, SCHOOL).hex)
    assert whole.scalars(select(StudioDraft.organisation_id)) == [place(whole, SCHOOL)]


def test_a_draft_is_handed_over_by_who_writes_in_both_and_both_are_told(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    school = place(whole, SCHOOL)
    teacher = make_author("tom@example.org", Role.AUTHOR, SCHOOL)
    page = course.send("organisation", {"organisation": school.hex})
    assert "choose an organisation" in page.text
    also(whole, "anna@example.org", Role.AUTHOR, SCHOOL)
    course.send("organisation", {"organisation": school.hex})
    assert teacher.visitor.get(course.draft).status == 200
    assert "Words changed" in teacher.visitor.get(f"{course.draft}/history").text
    told = whole.scalars(select(AuditEntry.organisation_id).where(AuditEntry.action == "draft.handed-over"))
    assert set(told) == {school, place(whole, HARBOUR)}


def test_the_people_who_gave_a_draft_away_see_it_no_more(whole: Whole, course: Author, make_author: MakeAuthor) -> None:
    colleague = make_author("ben@example.org")
    also(whole, "anna@example.org", Role.AUTHOR, SCHOOL)
    course.send("organisation", {"organisation": place(whole, SCHOOL).hex})
    assert colleague.visitor.get(course.draft).status == 403
    assert "First steps" not in colleague.get("/en/studio").text


def test_the_source_of_a_course_that_others_published_is_not_given_away(
    course: Author, make_author: MakeAuthor
) -> None:
    course.publish()
    stranger = make_author("sam@example.org", Role.AUTHOR, SCHOOL)
    page = stranger.send("/en/studio/copy", {"pack": "course_first_steps"})
    assert "There is no such course here" in page.text
    assert stranger.visitor.get("/en/courses/first-steps").status == 200
    own = course.send("/en/studio/copy", {"pack": "course_first_steps"})
    assert "This is your copy" in own.text


def test_the_name_of_a_draft_of_others_shows_in_no_address(course: Author, make_author: MakeAuthor) -> None:
    stranger = make_author("sam@example.org", Role.AUTHOR, SCHOOL)
    stranger.begin("First steps")
    assert 'value="first-steps"' in stranger.get().html


def test_a_closed_organisation_keeps_its_drafts_for_administrators(whole: Whole, course: Author) -> None:
    close = update(Organisation).where(Organisation.name == HARBOUR).values(closed_at=Organisation.created_at)
    whole.do(lambda: db.session.execute(close), write=True)
    assert course.visitor.get(course.draft).status == 403
    boss: Visitor = sign_in_as(whole, Role.ADMINISTRATOR)
    assert boss.get(course.draft).status == 200


def test_the_private_links_of_a_closed_organisation_show_nothing(whole: Whole, course: Author) -> None:
    link = course.send("links", {"days": "30"}).all("code")[0].words
    path = link[link.index("/en/") :]
    assert whole.visitor().get(path).status == 200
    for closed_at, status in ((Organisation.created_at, 404), (None, 200)):
        close = update(Organisation).where(Organisation.name == HARBOUR).values(closed_at=closed_at)
        whole.do(lambda change=close: db.session.execute(change), write=True)
        assert whole.visitor().get(path).status == status


def test_the_private_links_of_a_draft_that_is_given_away_end(whole: Whole, course: Author) -> None:
    link = course.send("links", {"days": "30"}).all("code")[0].words
    path = link[link.index("/en/") :]
    assert whole.visitor().get(path).status == 200
    also(whole, "anna@example.org", Role.AUTHOR, SCHOOL)
    course.send("organisation", {"organisation": place(whole, SCHOOL).hex})
    assert whole.visitor().get(path).status == 404


def test_who_takes_a_withdrawn_course_never_gets_the_words_of_another_organisation(
    whole: Whole, course: Author, make_author: MakeAuthor
) -> None:
    course.publish()
    learner = whole.visitor()
    learner.start("/en/courses/first-steps")
    course.send("withdraw")
    stranger = make_author("sam@example.org", Role.AUTHOR, SCHOOL)
    stranger.begin("First steps")
    stranger.add("first-steps", "text")
    stranger.write("first-steps", 0, "Words of the school.")
    revision = next(tag["value"] for tag in stranger.get("lessons/first-steps").all("input", _name="revision"))
    assert "belongs to another course here" in stranger.send("publish", {"revision": revision}).text
    assert "A secret of the harbour." in learner.get("/en/courses/first-steps/first-steps").text
    assert "Published as version 2" in course.publish().text
