"""An administrator says on a page who runs the site and what it offers; every process shows it, and no page asks the database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.core import site as core_site
from perille.core.i18n import OFFERED
from perille.people.models import AuditEntry, Role
from support.people import sign_in_as
from support.queries import count_queries
from support.visitor import Page, Visitor
from support.whole import Whole

HERE = "/en/manage/site"
WHO = {
    "operator": "Office of Aino & sons",
    "address": "Street 1\n00100 Helsinki",
    "email": "office@example.org",
    "data_protection": "Noor, noor@example.org",
    "complaints": "Write to us.\n\nOr to the <ombudsman>.",
    "legal_basis": "Public task",
    "words_language": "fi",
}
OFFER = {"exit_url": "", "issuer": ""}


@pytest.fixture
def administrator(whole: Whole) -> Visitor:
    """Somebody who manages the site."""
    return sign_in_as(whole, Role.ADMINISTRATOR)


@pytest.fixture
def other(whole: Whole, make_whole: Callable[..., Whole]) -> Whole:
    """Another process of the same installation."""
    return make_whole()


def exit_of(page: Page) -> str:
    """Return where the page's way out leads."""
    return page.one("form", id="leave")["data-exit"]


@pytest.mark.parametrize("language", OFFERED)
def test_who_runs_the_site_is_read_in_every_language(whole: Whole, administrator: Visitor, language: str) -> None:
    assert administrator.post(f"{HERE}/who", WHO).status == 303
    page = whole.visitor().get(f"/{language}/")
    (link,) = [tag for tag in page.all("a") if tag.attributes.get("href") == f"/{language}/who"]
    assert link.words
    page = whole.visitor().get(f"/{language}/who")
    assert "Office of Aino &amp; sons" in page.html
    assert "Or to the &lt;ombudsman&gt;." in page.html
    assert page.one("a", href="mailto:office@example.org").words == "office@example.org"
    theirs = [tag for tag in page.all("div", lang="fi") if "Public task" in tag.words]
    assert len(theirs) == int(language != "fi")


def test_a_site_that_says_nothing_tells_its_readers_and_its_administrator(whole: Whole, administrator: Visitor) -> None:
    assert "has not written their name here yet" in whole.visitor().get("/en/who").text
    for address in ("/en/manage", "/en/manage/jobs", HERE):
        assert "Readers cannot see yet who runs this site." in administrator.get(address).text
    assert "Readers cannot see" not in whole.visitor().get("/en/").text
    administrator.post(f"{HERE}/who", WHO)
    assert "What is missing: Accessibility statement." in administrator.get("/en/manage").text
    administrator.post(f"{HERE}/accessibility", {"accessibility": "Everybody can use it."})
    assert "Readers cannot see" not in administrator.get("/en/manage").text
    assert "Everybody can use it." in whole.visitor().get("/en/who").text


def test_what_is_missing_is_enumerated_as_the_language_does(administrator: Visitor) -> None:
    (english,) = [each.words for each in administrator.get("/en/manage").all("p", class_="notice")]
    assert "Legal basis and Accessibility statement." in english
    (arabic,) = [each.words for each in administrator.get("/ar/manage").all("p", class_="notice")]
    assert "," not in arabic


def test_the_statement_begins_with_a_template_to_fill_in(administrator: Visitor) -> None:
    administrator.post(f"{HERE}/who", WHO)
    written = administrator.get(HERE).one("textarea", id="accessibility").words
    assert written.startswith("Office of Aino & sons wants everybody to be able to use http://localhost.")
    assert "EN 301 549" in written


def test_the_next_request_in_every_process_shows_it_and_asks_nothing_more(
    whole: Whole, other: Whole, administrator: Visitor
) -> None:
    lesson = "/en/courses/way/hello"
    for site in (whole, other):
        reader = site.visitor()
        reader.get(lesson)
        with count_queries(site.engine) as sent:
            assert exit_of(reader.get(lesson)) == "https://www.wikipedia.org/"
        assert sent == []
    administrator.post(f"{HERE}/offer", OFFER | {"exit_url": "https://weather.example.org/"})
    for site in (whole, other):
        reader = site.visitor()
        assert exit_of(reader.get(lesson)) == "https://weather.example.org/"
        assert reader.get("/leave").location == "https://weather.example.org/"
        with count_queries(site.engine) as sent:
            reader.get(lesson)
        assert sent == []


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_shipped_file_does_not_ask_for_settings_that_changed(
    whole: Whole, other: Whole, administrator: Visitor
) -> None:
    other.visitor().get("/en/")
    administrator.post(f"{HERE}/offer", OFFER | {"exit_url": "https://weather.example.org/"})
    with count_queries(other.engine) as sent:
        assert other.visitor().get("/static/0/app.css").status == 200
    assert sent == []
    assert exit_of(other.visitor().get("/en/")) == "https://weather.example.org/"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_process_on_another_machine_sees_it_a_few_seconds_later(
    make_whole: Callable[..., Whole], administrator: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    far = make_whole(data_dir=tmp_path / "elsewhere")
    far.visitor().get("/en/")
    administrator.post(f"{HERE}/offer", OFFER | {"exit_url": "https://weather.example.org/"})
    assert exit_of(far.visitor().get("/en/")) == "https://www.wikipedia.org/"
    monkeypatch.setattr(core_site, "_LIFE", 0.0)
    assert exit_of(far.visitor().get("/en/")) == "https://weather.example.org/"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "weather.example.org", "https://a b", "https://"])
def test_an_exit_that_leads_nowhere_is_refused_and_the_old_one_stays(
    whole: Whole, administrator: Visitor, address: str
) -> None:
    administrator.post(f"{HERE}/offer", OFFER | {"exit_url": "https://weather.example.org/"})
    page = administrator.submit(f"{HERE}/offer", OFFER | {"exit_url": address})
    assert "Please write a whole address" in page.one("div", role="alert").words
    assert page.one("input", id="exit_url")["value"] == address
    assert exit_of(whole.visitor().get("/en/")) == "https://weather.example.org/"


def test_an_empty_field_gives_the_setting_of_the_environment_back(
    make_whole: Callable[..., Whole],
) -> None:
    site = make_whole(exit_url="https://news.example.org/")
    administrator = sign_in_as(site, Role.ADMINISTRATOR)
    assert exit_of(site.visitor().get("/en/")) == "https://news.example.org/"
    administrator.post(f"{HERE}/offer", OFFER | {"exit_url": "https://weather.example.org/"})
    assert exit_of(site.visitor().get("/en/")) == "https://weather.example.org/"
    administrator.post(f"{HERE}/offer", OFFER)
    assert exit_of(site.visitor().get("/en/")) == "https://news.example.org/"


def test_only_the_chosen_languages_are_offered(whole: Whole, administrator: Visitor) -> None:
    administrator.post(f"{HERE}/offer", OFFER | {"languages": ["fi", "ar"]})
    reader = whole.visitor()
    assert set(reader.get("/en/").language_links()) == {"en", "fi", "ar"}
    assert reader.get("/uk/courses/way").location.startswith("/en/courses/way")
    assert reader.get("/", Accept_Language="uk,fi;q=0.5").language == "fi"
    assert reader.get("/ar/").language == "ar"
    boxes = [tag for tag in administrator.get(HERE).all("input") if tag.attributes.get("name") == "languages"]
    assert [tag["value"] for tag in boxes if "checked" in tag.attributes] == ["fi", "ar"]
    administrator.post(f"{HERE}/offer", OFFER)
    assert set(reader.get("/en/").language_links()) == set(OFFERED)


@pytest.mark.parametrize("form", [{"languages": "tlh"}, {"countries": "XX"}])
def test_a_language_or_country_that_is_none_is_refused(administrator: Visitor, form: dict[str, str]) -> None:
    assert administrator.submit(f"{HERE}/offer", OFFER | form).one("div", role="alert").words


def test_courses_on_other_countries_are_not_listed_and_help_stays(whole: Whole, administrator: Visitor) -> None:
    reader = whole.visitor()
    before = {tag["href"] for tag in reader.get("/en/courses").all("a") if "/courses/" in tag["href"]}
    administrator.post(f"{HERE}/offer", OFFER | {"countries": ["SE"]})
    after = {tag["href"] for tag in reader.get("/en/courses").all("a") if "/courses/" in tag["href"]}
    assert after < before
    assert "/en/courses/way" in before - after
    assert reader.get("/en/courses/way").status == 200
    assert reader.get("/en/help?country=FI").status == 200
    assert "112" in reader.get("/en/help?country=FI").text


def test_nobody_else_may(whole: Whole, visitor: Visitor) -> None:
    coordinator = sign_in_as(whole, Role.COORDINATOR, "noor@example.org")
    for person in (visitor, coordinator):
        assert person.get(HERE).status == 403
        for part in ("who", "accessibility", "offer"):
            assert person.post(f"{HERE}/{part}", WHO | OFFER).status == 403
    assert "Aino" not in visitor.get("/en/who").text


def test_what_was_saved_is_in_the_audit_table_without_its_words(whole: Whole, administrator: Visitor) -> None:
    administrator.post(f"{HERE}/who", WHO)
    administrator.post(f"{HERE}/who", WHO)
    (entry,) = whole.scalars(select(AuditEntry).where(AuditEntry.action == "site.changed"))
    assert entry.account_id is not None
    assert "Aino" not in str(entry.details)


def test_a_name_of_several_lines_becomes_one(whole: Whole, administrator: Visitor) -> None:
    administrator.post(f"{HERE}/who", WHO | {"operator": "Office\r\nBcc: x@example.org"})
    assert "Office Bcc: x@example.org" in whole.visitor().get("/en/who").text
