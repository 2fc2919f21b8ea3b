"""The outline says for whom a course is, what it keeps, what it gives and when a lesson is done; what cannot be is told at its field."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from perille.studio.course_settings import problems_of, settings_of, write_settings
from perille.studio.drafts import manifest_of
from perille.studio.toml_edit import TomlText
from studio.author import Author
from studio.test_toml_edit import PACKS, changed_lines
from support.places import ROOT
from support.visitor import Page

SETTINGS = {"title": "First steps", "summary": "Steps.", "slug": "first-steps", "country": "", "audience": ""}
LESSON = "units/first-steps/rule"


def sent(author: Author, path: str, form: dict[str, object]) -> Page:
    """Send a form that is refused, and return the page that says so."""
    page = Page(author.visitor.client.post(f"{author.draft}/{path}", data=form))
    assert page.status == 422, (path, page.status)
    return page


def chosen(page: Page, name: str) -> list[str]:
    """Return what is chosen of a field."""
    return [tag["value"] for tag in page.all("input", _name=name) if tag.has("checked")]


@pytest.fixture
def course(author: Author) -> Author:
    author.begin("First steps")
    return author


def test_audiences_trace_and_credential_are_chosen_where_it_is_said_what_they_mean(course: Author) -> None:
    page = course.get()
    for words in ("Everybody may take it all the same.", "no cookie, no progress", "An office can check the code"):
        assert words in page.text, words
    course.send(
        "settings", SETTINGS | {"audience": ["", "teacher", "worker"], "credential": "completion", "months": "24"}
    )
    page = course.get()
    assert chosen(page, "audience") == ["worker", "teacher"]
    assert chosen(page, "credential") == ["completion"]
    assert page.one("input", _name="months")["value"] == "24"
    assert "Lessons and tests: 1. Minutes: 1." in page.text
    course.send("settings", SETTINGS | {"trace": "none", "credential": "", "months": ""})
    page = course.get()
    assert (chosen(page, "audience"), chosen(page, "trace"), chosen(page, "credential")) == ([], ["none"], [""])


def test_a_form_of_before_there_were_these_fields_leaves_them_as_they_are(course: Author) -> None:
    course.send("settings", SETTINGS | {"audience": ["worker"], "credential": "badge"})
    old = {key: words for key, words in SETTINGS.items() if key != "audience"}
    course.send("settings", old | {"title": "Steps"})
    page = course.get()
    assert (chosen(page, "audience"), chosen(page, "credential")) == (["worker"], ["badge"])


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"trace": "none", "credential": "completion"}, "credential", "A course that keeps nothing"),
        ({"trace": "none", "credential": "badge"}, "credential", "A course that keeps nothing"),
        ({"credential": "badge", "months": "24"}, "months", "Only a certificate ends."),
        ({"credential": "completion", "months": "two"}, "months", "Write a whole number from 1 to 120"),
        ({"credential": "completion", "months": "121"}, "months", "Write a whole number from 1 to 120"),
    ],
)
def test_what_cannot_be_together_is_told_at_its_field_and_nothing_is_lost(
    course: Author, form: dict[str, str], field: str, words: str
) -> None:
    page = sent(course, "settings", SETTINGS | {"audience": ["worker"], "summary": "What comes first."} | form)
    error = page.one("span" if field == "months" else "p", id=f"set-{field}-error")
    assert words in error.words
    assert page.one("div", id="errors").words.count(words) == 1
    assert page.one("input", _name="summary")["value"] == "What comes first."
    assert chosen(page, "audience") == ["worker"]
    assert chosen(page, "credential") == [form["credential"]]
    assert page.one("details", id="settings").has("open")
    assert "What comes first." not in course.get().html, "nothing of it is saved"


def test_when_a_lesson_is_done_is_chosen_and_the_last_one_that_counts_cannot_go(course: Author) -> None:
    page = course.get(LESSON)
    assert "Nothing is closed: learners open any lesson at any time." in page.text
    assert chosen(page, "move_on") == ["Completed"]
    assert "Passed" not in [tag["value"] for tag in page.all("input", _name="move_on")]
    course.send("settings", SETTINGS | {"credential": "badge"})
    page = sent(course, LESSON, {"move_on": "Completed", "extra": "yes"})
    assert "Nothing would have to be done" in page.one("p", id="set-extra-error").words
    assert chosen(page, "extra") == ["yes"]
    page = sent(course, LESSON, {"move_on": "NotApplicable", "extra": "no"})
    assert "Nothing would have to be done" in page.one("p", id="set-move_on-error").words
    course.send("settings", SETTINGS | {"credential": ""})
    course.send(LESSON, {"move_on": "NotApplicable", "extra": "yes"})
    assert "Done from the beginning: nobody has to open it" in course.get().text
    assert "Nothing would have to be done" in sent(course, "settings", SETTINGS | {"credential": "badge"}).text


def test_how_much_of_a_test_must_be_right_is_a_whole_number_of_points(author: Author) -> None:
    author.begin("Harbour", starter="module")
    rule = "units/final-check/rule"
    assert author.get(rule).one("input", _name="percent")["value"] == "80"
    page = sent(author, rule, {"move_on": "Passed", "percent": "all", "extra": "no"})
    assert "Write a whole number from 1 to 100." in page.one("span", id="set-percent-error").words
    assert page.one("input", _name="percent")["value"] == "all"
    author.send(rule, {"move_on": "Passed", "percent": "90", "extra": "no"})
    assert author.get(rule).one("input", _name="percent")["value"] == "90"


def test_two_who_change_other_fields_of_a_rule_lose_nothing(author: Author, make_author: Callable[..., Author]) -> None:
    author.begin("Harbour", starter="module")
    ben = make_author("ben@example.org")
    ben.draft = author.draft
    rule = "units/final-check/rule"
    revision = _revision(ben.get(rule))
    author.send(rule, {"move_on": "Passed", "percent": "90", "extra": "no", "revision": revision})
    ben.send(rule, {"move_on": "Passed", "percent": "80", "extra": "yes", "revision": revision})
    page = author.get(rule)
    assert (page.one("input", _name="percent")["value"], chosen(page, "extra")) == ("90", ["yes"])
    both = Page(
        ben.visitor.client.post(f"{ben.draft}/{rule}", data={"percent": "70", "extra": "no", "revision": revision})
    )
    assert both.status == 409
    assert "90" in [tag.words.strip() for tag in both.all("pre")]
    assert both.one("input", _name="percent")["value"] == "70"


def _revision(page: Page) -> str:
    return next(tag["value"] for tag in page.all("input", _name="revision") if "undo" not in str(tag.parents[-1]))


def test_the_preview_shows_the_certificate_or_the_badge_that_learners_get(author: Author) -> None:
    author.begin("First steps")
    author.add("first-steps", "text")
    author.write("first-steps", 0, "Welcome.")
    preview = next(tag["src"] for tag in author.get("lessons/first-steps").all("iframe")).rpartition("/")[0]
    assert author.visitor.get(f"{preview}/certificate").status == 404
    author.send("settings", SETTINGS | {"credential": "completion", "months": "24"})
    page = author.visitor.get(f"{preview}/certificate")
    assert page.status == 200
    assert "Learners get it at the end of the course. Nothing of what you do here is kept" in page.text
    assert "Valid until" in page.text
    assert author.visitor.get(f"{preview}/certificate.pdf").status == 404
    author.send("settings", SETTINGS | {"credential": "badge", "months": ""})
    page = author.visitor.get(f"{preview}/badge")
    assert (page.status, page.heading) == (200, "You did it")
    author.send("settings", SETTINGS | {"trace": "none", "credential": ""})
    assert author.visitor.get(f"{preview}/badge").status == 404


@pytest.mark.parametrize("folder", [each for each in PACKS if "[[block]]" in (each / "pack.toml").read_text("utf-8")])
def test_choices_of_a_shipped_pack_change_their_own_lines_and_come_back(folder: object) -> None:
    body = (ROOT / str(folder) / "pack.toml").read_bytes()
    files = {"pack.toml": body}
    spec = manifest_of(body, "")
    now = settings_of(spec)
    assert write_settings(files, now, spec) == files, "what is as it was writes nothing"
    months = "" if now["credential"] == "badge" else "12"
    wanted = now | {"audiences": ["everyone"], "credential": now["credential"] or "completion", "months": months}
    changed = write_settings(files, wanted, spec)["pack.toml"] or b""
    again = manifest_of(changed, "")
    assert settings_of(again) == wanted
    back = write_settings({"pack.toml": changed}, now, again)["pack.toml"] or b""
    assert tomllib.loads(back.decode()) == tomllib.loads(body.decode())
    assert changed_lines(body.decode(), changed.decode()) <= 6


def test_a_credential_goes_with_its_table_and_nothing_else() -> None:
    text = 'id = "x"\n\n[credential]\nkind = "completion"\nrule = "all-core"\nvalid_months = 24\n\n# about\n[unit.a]\nminutes = 1\n'
    spec = manifest_of(text.encode(), "")
    wanted = settings_of(spec) | {"credential": "", "months": ""}
    changed = write_settings({"pack.toml": text.encode()}, wanted, spec)["pack.toml"] or b""
    assert changed.decode() == 'id = "x"\n\n# about\n[unit.a]\nminutes = 1\n'
    assert TomlText(changed.decode()).value_at(("credential",)) is None


def test_a_course_in_which_nothing_counts_can_give_nothing() -> None:
    spec = manifest_of(b'id = "x"\n', "")
    found = problems_of(settings_of(spec) | {"credential": "badge"}, [])
    assert list(found) == ["credential"]
