"""Forms are made of one macro: each field with its hint and its error, and above them a summary that leads to what is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from perille.core.extensions import db
from perille.people.models import Role
from perille.people.services import invite
from support.people import verify
from support.places import ROOT
from support.repo_files import files
from support.visitor import Page, Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
TEMPLATES = Path("platform/perille/templates")
#: Template -> why its controls are written there.
OWN_CONTROLS = {
    "administration/marks.html": "narrows a page (GET); a choice and a number, nothing to validate but the address",
    "administration/rejected.html": "narrows a page (GET)",
    "assessment/begin.html": "one choice among countries, whose first means none",
    "assessment/question.html": "a part of an answer",
    "catalogue/list.html": "narrows a page (GET)",
    "catalogue/home.html": "a word to look for, on a page that is the same for everybody",
    "comfort/look.html": "choices of which none can be wrong, shown as they are kept on the device",
    "errands/mine.html": "a day (GET), which a browser asks for by its own control",
    "errands/words.html": "narrows a page (GET)",
    "fields.html": "the macro",
    "groups/done.html": "a box for each member, and one choice among lessons",
    "groups/meeting.html": "a box for each member",
    "groups/mentors.html": "a choice for each member, with a button of its own",
    "groups/new.html": "a box for each course, beside the fields of the form",
    "groups/people.html": "a name for each member, with a button of its own",
    "groups/show.html": "one choice among courses",
    "offline/take.html": "a choice that is not sent: the script reads it",
    "operator/settings.html": "a file, beside the fields of the form",
    "organisations/_parts.html": "the macro of several boxes, for fields of many choices",
    "organisations/import.html": "a file, or a table that is pasted",
    "organisations/people.html": "narrows a page (GET)",
    "phrases/say.html": "a language to choose (GET), and a place to write on that is never sent",
    "profiles/lock.html": "one choice among minutes",
    "reminders/ask.html": "a box for each day of the week, beside the fields of the form",
    "seminars/people.html": "a box for each person",
    "studio/_areas.html": "edges of areas on a picture, as many as there are",
    "studio/_block.html": "the parts of a block, as many as it has",
    "studio/_mirrored.html": "a file",
    "studio/_comments.html": "an answer below each comment",
    "studio/_parts.html": "the macros of the Studio: a part has its own language and direction, which no field of a form knows",
    "studio/frame.html": "what was typed into a form that was refused, to be copied: nothing is sent",
    "studio/keys.html": "a switch that is not sent: the script keeps it on the device",
    "studio/_question_form.html": "the parts of a question, as its type tells",
    "studio/courses.html": "one choice, and a file",
    "studio/fact_form.html": "the fields of a fact, as they stand in its file: what is wrong is found by the check of packs",
    "studio/facts.html": "narrows a page (GET)",
    "studio/lesson.html": "the source of a screen, in the language of the pack",
    "studio/not_saved.html": "what was typed, to be copied: nothing is sent",
    "studio/outline.html": "two boxes beside the parts of the manifest",
    "studio/picture_library.html": "narrows a page (GET)",
    "studio/pictures.html": "a file",
    "studio/publication.html": "one choice, and a note",
    "studio/question.html": "the parts of a question, as its type tells",
    "studio/recorder.html": "a file, and one choice among screens",
    "studio/translation.html": "a translation for each block, in its own language and direction",
}
_CONTROL = re.compile(r"<(?:input(?![^>]*type=\"hidden\")|textarea|select)\b")


def test_no_page_writes_controls_of_its_own() -> None:
    pages = [path for path in files() if path.is_relative_to(TEMPLATES) and path.suffix == ".html"]
    names = {path.relative_to(TEMPLATES).as_posix() for path in pages if _CONTROL.search((ROOT / path).read_text())}
    # The controls of a question are those of its type.
    assert {name for name in names if not name.startswith("interactions/")} == set(OWN_CONTROLS)


def summary(page: Page) -> list[tuple[str, str]]:
    """Return (where it leads, words) of each line of the summary; every link leads to one control of the page."""
    box = page.one("div", id="errors")
    assert (box["role"], box["tabindex"]) == ("alert", "-1")
    found = [(tag["href"], tag.words) for tag in page.all("a") if box in tag.parents]
    for href, _words in found:
        assert len([tag for tag in page.tags if tag.attributes.get("id") == href.lstrip("#")]) == 1
    return found


@SQLITE
def test_a_code_that_is_too_short_leads_to_the_summary_and_on_to_the_field(visitor: Visitor) -> None:
    sent = visitor.post("/en/resume", {"code": "1234"})
    assert sent.location == "/en/resume#errors"
    page = visitor.get("/en/resume")
    said = "A code has twenty digits. An older one has sixteen. You typed 4."
    assert summary(page) == [("#code", said)]
    field = page.one("input", id="code")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "code-hint code-error")
    assert page.one("span", id="code-error").words == said
    fresh = visitor.get("/en/resume")
    assert fresh.all("div", id="errors") == []
    assert "aria-invalid" not in fresh.one("input", id="code").attributes


@SQLITE
def test_the_summary_is_in_the_readers_language(visitor: Visitor) -> None:
    page = visitor.submit("/ar/resume", {"code": ""})
    assert page.one("div", id="errors").words.startswith("يوجد شيء يجب تصحيحه")
    (_field,) = summary(page)


@SQLITE
@pytest.mark.parametrize("sure", ["no", "", "on"])
def test_nothing_but_the_mark_itself_means_that_somebody_is_sure(whole: Whole, visitor: Visitor, sure: str) -> None:
    visitor.start()
    before = whole.counts()
    page = visitor.submit("/en/forget", {"sure": sure})
    assert summary(page) == [("#sure", "Nothing was deleted. Mark the box first if you are sure.")]
    assert "checked" not in page.one("input", id="sure").attributes
    assert whole.counts() == before


@pytest.fixture
def staff(whole: Whole) -> Visitor:
    """Somebody of the staff, signed in."""
    visitor = whole.visitor()
    token = whole.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    visitor.post(f"/en/sign-in/{token}")
    verify(whole)
    return visitor


@SQLITE
def test_all_that_is_wrong_is_listed_in_the_order_of_the_fields(staff: Visitor) -> None:
    page = staff.submit("/en/manage/clients", {"name": " ", "last_day": "soon"})
    assert [href for href, _words in summary(page)] == ["#name", "#scopes-0", "#last_day"]
    assert page.one("input", id="last_day")["value"] == "soon"


@SQLITE
def test_what_is_wrong_with_a_form_as_a_whole_is_said_in_its_language(staff: Visitor) -> None:
    form = {"name": "Realm", "issuer": "http://login.example.org", "audience": "a", "claim": "c", "scopes": "all"}
    page = staff.submit("/ar/manage/issuers", form | {"algorithms": "RS256"})
    assert summary(page) == []
    (line,) = [tag for tag in page.all("li", lang="en", dir="ltr") if page.one("div", id="errors") in tag.parents]
    assert "https" in line.words
    assert page.one("input", id="issuer")["value"] == "http://login.example.org"
    boxes = [tag for tag in page.all("input", type="checkbox") if tag["name"] == "algorithms"]
    marked = [tag["value"] for tag in boxes if "checked" in tag.attributes]
    assert marked == ["RS256"]


@SQLITE
def test_a_secret_is_not_sent_back(staff: Visitor) -> None:
    page = staff.submit("/en/manage/forwarding", {"name": "", "key": "key", "secret": "hush"})
    assert ("#name", "Please write a name.") in summary(page)
    assert page.one("input", id="key")["value"] == "key"
    assert "hush" not in page.html
