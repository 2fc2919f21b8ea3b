"""Facts are changed by a form: one edit changes that fact alone, nothing typed is lost, and what is due, unused or lacking is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from perille.core.database import utcnow
from perille.packs.authoring.fact_list import country_of_lesson
from perille.people.models import Role
from perille.studio import fact_form_views
from perille.studio.fact_source import FactFile, texts_of
from studio.author import Author
from studio.fact_page import FACT, HELPLINE, exported, form_of, put
from studio.test_bad_input import full_disk
from support.html import Tag
from support.visitor import Page


def test_one_edit_changes_that_fact_alone_and_no_edit_changes_nothing(library: Author) -> None:
    before = exported(library)
    assert put(library, FACT)[0] == 303
    assert exported(library) == before, "a form that was only opened and saved changes no byte"
    status, page = put(library, FACT, value="080 005 006", e164="+35880005006", page_date="2026-05", checked_by="call")
    assert (status, "Saved." in page.text) == (303, True)
    after = exported(library)
    assert {name for name in after if after[name] != before.get(name)} == {"facts/FI.toml"}
    today = utcnow().date()
    old, new = (set(files["facts/FI.toml"].decode().split("\n")) for files in (before, after))
    assert new - old == {
        'value = "080 005 006"',
        'e164 = "+35880005006"',
        'page_date = "2026-05"',
        'checked_by = "call"',
        f"changed_on = {today}",
    }
    assert len(after["facts/FI.toml"].decode().split("\n")) == len(before["facts/FI.toml"].decode().split("\n")) + 3
    assert "Confirmed here by anna" in page.text


def test_a_value_that_changes_gets_the_day_of_it_and_another_day_is_the_authors(library: Author) -> None:
    def day() -> str:
        return form_of(library.get(FACT), FACT)["changed_on"]

    put(library, FACT, hours="office")
    assert day() == "", "the value is the same"
    put(library, FACT, value="080 005 006")
    assert day() == utcnow().date().isoformat()
    put(library, FACT, value="080 005 007", changed_on="2026-11-20")
    assert day() == "2026-11-20"
    put(library, FACT, changed_on="")
    assert day() == "", "a slip that was mended is no change"


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("value", "call me", "This is no telephone number"),
        ("e164", "080 005", "Write + and the number of the country"),
        ("page_date", "2099-01-01", "The page cannot be younger than the day on which we looked."),
        ("page_date", "last spring", "Write a day, a month or a year"),
        ("confidence", "Z", "Choose one of the list."),
        ("checked_on", "soon", "Write the day like 2026-11-22."),
        ("checked_on", "", "Fill in every field"),
        ("review_due", "2020-01-01", "This day is before the one that it follows."),
        ("languages", "fi, zz", "This is no code of a language that is known here."),
        ("links", "nollalinja", "Write on each line a code of a language"),
        ("checked_on", "2098-01-01", "This day has not come yet."),
        ("source", "www.hus.fi", "A link begins with https://"),
        ("source", "", "Fill in every field"),
        ("label", " ", "Fill in every field"),
        ("instead", "no.such", "Only confirmed telephone numbers"),
        ("label", 'A "quoted" \\ label', ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    library: Author, field: str, typed: str, told: str
) -> None:
    status, page = put(library, FACT, source_name="What I typed meanwhile", **{field: typed})
    if not told:
        assert (status, form_of(page, FACT)[field]) == (303, typed)
        return
    assert status == 422
    shown = form_of(page, FACT)
    assert (shown[field].strip(), shown["source_name"]) == (typed.strip(), "What I typed meanwhile")
    assert told in page.one("span", id=f"f-{field}-error").words
    assert page.one("div", id="errors").words.startswith("There is something to correct")
    assert "What I typed meanwhile" not in exported(library)["facts/FI.toml"].decode()


def test_a_fact_is_added_once_and_taken_out_again(library: Author) -> None:
    before = exported(library)
    new = form_of(library.get("facts/new?country=SE&key=test.line"), "facts/new")
    new |= {"label": "A line for tests", "value": "1234", "source": "https://example.org/", "review_due": "2030-01-02"}
    new |= {"checked_on": "2026-11-20", "page_date": "2026-11-19", "links": "", "topics": "tests"}
    for _press in range(2):
        page = library.send("facts/new", new)
        assert page.one("h1").words == "A line for tests"
    text = exported(library)["facts/SE.toml"].decode()
    assert text.startswith(before["facts/SE.toml"].decode().rstrip("\n"))
    assert text.count("page_date = 2026-11-19\nchecked_on = 2026-11-20") == 1, "two dates, each a date"
    assert text.count("[test.line]") == 1
    answer = Page(library.visitor.client.post(f"{library.draft}/facts/new", data=new | {"value": "4321"}))
    assert (answer.status, "There is a fact of this name already." in answer.text) == (422, True)
    assert form_of(answer, "facts/new")["value"] == "4321"
    library.send("facts/SE/test.line/remove")
    assert exported(library)["facts/SE.toml"].strip() == before["facts/SE.toml"].strip()


def _rows(page: Page) -> list[Tag]:
    return [tag for tag in page.all("li") if (tag.attributes.get("id") or "").startswith("fact-")]


def test_the_order_of_contacts_is_the_authors(library: Author) -> None:
    address = "facts/list?country=FI&topic=emergency"
    first, second = (row["id"] for row in _rows(library.get(address))[:2])
    form = next(
        tag for tag in library.get(address).all("form") if (tag.attributes.get("action") or "").endswith("/move")
    )
    moved = form["action"]
    library.send(moved, form_of(library.get(address), moved))
    assert [row["id"] for row in _rows(library.get(address))[:2]] == [second, first]
    library.send("undo", {"revision": "99"})


def test_what_is_due_unused_or_lacking_is_shown(library: Author) -> None:
    due = (utcnow().date() + timedelta(days=3)).isoformat()
    put(library, FACT, review_due=due, checked_on="2026-01-02")
    page = library.get("facts/list?country=FI&which=due")
    card = next(tag for tag in page.all("section") if tag.attributes.get("aria-labelledby") == "due")
    assert "violence.helpline" in card.words
    assert "fact-FI-violence_helpline" in [row["id"] for row in _rows(page)]
    library.send(f"{FACT}/remove")
    text = library.get("facts/list?country=FI").text
    assert "Nothing is due within a month." in text


def test_a_course_sees_the_facts_that_it_uses_and_changes_none(author: Author) -> None:
    author.begin("Harbour", country="FI")
    author.add("harbour", "note")
    author.write("harbour", 0, "In danger you call {fact: emergency.number}, or {fact: no.such}")
    page = author.get("facts/list")
    assert [row["id"] for row in _rows(page)] == ["fact-FI-emergency_number"]
    assert (
        "FI/no.such"
        in next(tag for tag in page.all("section") if tag.attributes.get("aria-labelledby") == "lacking").words
    )
    assert not any("/move" in (tag.attributes.get("action") or "") for tag in page.all("form"))


def test_a_translator_reads_facts_and_changes_none(library: Author, make_author: Callable[..., Author]) -> None:
    other = make_author("tia@example.org", Role.TRANSLATOR)
    page = other.visitor.get(f"{library.draft}/{FACT}")
    assert page.status == 200
    assert not any(tag.words == "Save" for tag in page.all("button"))
    for address in (FACT, "facts/new", f"{FACT}/move", f"{FACT}/remove"):
        assert other.visitor.client.post(f"{library.draft}/{address}", data={"key": "x"}).status_code == 403, address


def test_two_people_who_change_one_fact_lose_nothing(library: Author, make_author: Callable[..., Author]) -> None:
    form = form_of(library.get(FACT), FACT)
    other = make_author("ben@example.org", Role.AUTHOR)
    other.draft = library.draft
    put(other, FACT, hours="office")
    answer = Page(library.visitor.client.post(f"{library.draft}/{FACT}", data=form | {"value": "116 016"}))
    assert answer.status == 303
    shown = form_of(library.get(FACT), FACT)
    assert (shown["hours"], shown["value"]) == ("office", "116 016")
    answer = Page(library.visitor.client.post(f"{library.draft}/{FACT}", data=form | {"hours": "Mondays"}))
    assert answer.status == 409
    assert form_of(answer, FACT)["hours"] == "Mondays"


def test_a_fact_is_taken_out_and_one_inside_it_stays(library: Author) -> None:
    new = form_of(library.get("facts/new?country=FI&key=violence.helpline.chat"), "facts/new") | HELPLINE
    library.send("facts/new", new)
    library.send(f"{FACT}/remove")
    text = exported(library)["facts/FI.toml"].decode()
    assert "[violence.helpline.chat]" in text
    assert "[violence.helpline]" not in text
    library.send("facts/FI/violence.helpline.chat/remove")
    assert "violence" not in exported(library)["facts/FI.toml"].decode()


@pytest.mark.parametrize(
    ("country", "key"),
    [("ZZ", "a.line"), ("EN", "a.line"), ("FI", "a.links"), ("FI", "violence.helpline.links"), ("FI", "x" * 81)],
)
def test_a_fact_that_no_reader_would_find_is_not_added(library: Author, country: str, key: str) -> None:
    before = exported(library)
    new = form_of(library.get("facts/new"), "facts/new") | HELPLINE | {"country": country, "key": key}
    answer = Page(library.visitor.client.post(f"{library.draft}/facts/new", data=new))
    assert (answer.status, form_of(answer, "facts/new")["key"]) == (422, key)
    assert exported(library) == before
    assert library.visitor.get(f"{library.draft}/facts/{country}/{key}").status != 200


def test_two_addresses_of_one_language_are_refused_and_signs_that_nobody_types_go(library: Author) -> None:
    page = {"kind": "url", "value": "https://a.fi/", "links": "fi https://b.fi\nfi https://c.fi"}
    status, shown = put(library, FACT, **page)
    assert (status, form_of(shown, FACT)["links"].split()) == (422, page["links"].split())
    put(library, FACT, label="Help\0 at \u202ehome")
    assert 'label = "Help at home"' in exported(library)["facts/FI.toml"].decode()


def test_what_a_browser_cannot_hold_in_a_line_changes_nothing_and_a_number_stays_one(author: Author) -> None:
    text = '[a.age]\nkind = "number"\nlabel = """The age\n of a child"""\nvalue = 18\n'
    file = FactFile("FI", text.encode())
    shown = texts_of(file.table("a.age") or {})
    assert "\n" not in shown["label"]
    day = date(2026, 12, 1)
    assert file.put("a.age", shown, day) == text
    for typed, stored in (("19", "19"), ("019", '"019"')):
        changed = file.put("a.age", shown | {"value": typed}, day)
        assert changed == f"{text.replace('18', stored)}changed_on = 2026-12-01\n"


def test_a_course_gets_no_facts_of_its_own(author: Author) -> None:
    author.begin("Harbour", country="FI")
    new = {"country": "FI", "key": "a.line", "kind": "phone", "confidence": "A"} | HELPLINE
    answer = Page(author.visitor.client.post(f"{author.draft}/facts/new", data=new))
    assert (answer.status, "They are changed in the library that has them." in answer.text) == (404, True)
    assert "facts/FI.toml" not in exported(author)


def test_who_confirmed_a_fact_is_told_beside_a_form_that_is_refused(
    library: Author, make_author: Callable[..., Author]
) -> None:
    put(library, FACT, checked_on="2026-11-23")
    other = make_author("ben@example.org", Role.AUTHOR)
    other.draft = library.draft
    put(other, FACT, hours="office")
    status, page = put(library, FACT, checked_on="2026-11-24", value="call me")
    assert (status, "Confirmed here by anna" in page.text) == (422, True)


def test_what_was_typed_of_a_fact_stands_on_the_page_that_says_the_disk_is_full(
    library: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = form_of(library.get(FACT), FACT) | {"value": "116 016", "hours": "Mondays until noon"}
    monkeypatch.setattr(fact_form_views, "save", full_disk)
    page = Page(library.visitor.client.post(f"{library.draft}/{FACT}", data=form))
    assert page.status == 503
    assert {"116 016", "Mondays until noon"} <= {tag.words.strip() for tag in page.all("textarea")}


def test_the_form_is_in_the_authors_language(library: Author) -> None:
    page = library.get(f"{library.draft.replace('/en/', '/ar/')}/{FACT}")
    assert page.one("label", _for="f-page_date").words == "التاريخ المكتوب على الصفحة"
    assert page.one("label", _for="f-kind").words == "نوع المعلومة", "and not what a certificate is"


def test_an_easy_version_takes_facts_of_the_countries_of_its_lesson() -> None:
    assert [country_of_lesson(each) for each in ("offices.easy", "offices.fi", "offices")] == ["", "FI", ""]


@pytest.mark.parametrize(
    ("key", "told"), [("Nurse Line", "Small letters"), (FACT.rpartition("/")[2], "of this name already")]
)
def test_all_that_is_wrong_with_a_new_fact_is_said_at_once(library: Author, key: str, told: str) -> None:
    form = form_of(library.get("facts/new?country=FI"), "facts/new") | {"key": key, "kind": "phone", "label": "A line"}
    form |= {"value": "call me", "checked_on": "soon", "source": "https://example.org/", "review_due": "2098-01-02"}
    answer = Page(library.visitor.client.post(f"{library.draft}/facts/new", data=form))
    assert answer.status == 422
    assert told in answer.one("span", id="f-key-error").words
    assert "This is no telephone number" in answer.one("span", id="f-value-error").words
    assert "Write the day like" in answer.one("span", id="f-checked_on-error").words
    assert form_of(answer, "facts/new")["key"] == key
