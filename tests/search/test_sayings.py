"""What somebody in need types finds who helps: in so many words, with a slip of the finger, and where no number is confirmed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from perille.packs.published.library import current_library
from perille.search.documents import is_meant
from support.errand_packs import DEADLINES, write_errands
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import FACTS, write_facts

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def line(row: str, label: str, kind: str = "phone") -> str:
    """Return a fact that stands in a row of the help box."""
    return (
        FACTS.replace("[emergency.number]", f"[line.{row}]")
        .replace("Emergency number", label)
        .replace('kind = "phone"', f'kind = "{kind}"')
        .replace('topics = ["emergency"]\nhelp = "emergency"', f'topics = ["other"]\nhelp = "{row}"')
    )


def publish(whole: Whole, tmp_path: Path, *facts: str) -> None:
    """Publish a course with a kitchen on fire, and these facts of Finland."""
    _facts, way = write_errands(tmp_path)
    assert not whole.publish(write_facts(tmp_path, FACTS + DEADLINES + "".join(facts)), way).refused


def found(visitor: Visitor, words: str, language: str = "en") -> Page:
    """Look something up in Finland."""
    sent = visitor.post(f"/{language}/search", {"q": words, "country": "FI"})
    return visitor.get(sent.location)


def helpers(page: Page) -> list[str]:
    """Return who can help, in the order of the page, without the box at its head."""
    return [tag.words for tag in page.all("p", class_="contact-name") if any(up.name == "main" for up in tag.parents)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        # A lesson has all words of it, and one word of it alone tells something.
        ("the kitchen is on fire", "Emergency number"),
        # Its other words stand in lines for something else.
        ("my child and my husband, he hits me", "Line for violence"),
        ("me hits he", "Line for violence"),
        ("sad child, want to die", "Line for sorrow"),
    ],
)
def test_what_is_said_in_so_many_words_comes_first(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str, first: str
) -> None:
    child = line("child", "Line for a child, my child and its child")
    publish(whole, tmp_path, child, line("violence", "Line for violence"), line("crisis", "Line for sorrow"))
    assert helpers(found(visitor, words))[:1] == [first]


@pytest.mark.parametrize(("words", "language"), [("he raped me", "en"), ("اغتصبني", "ar"), ("raiskattiin", "fi")])
def test_a_row_without_a_confirmed_number_is_found_with_what_to_do_instead(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str, language: str
) -> None:
    told = line("violence", "Violence at home", "text").replace("free = true", 'instead = ["emergency.number"]')
    publish(whole, tmp_path, told.replace('value = "112"', 'value = "We could not confirm a number."'))
    page = found(visitor, words, language)
    assert helpers(page)[:1] == ["Violence at home"]
    assert [tag for tag in page.all("p", class_="contact-instead") if "112" in tag.words]


def test_where_a_country_has_nobody_for_a_need_its_pages_about_it_are_found(
    visitor: Visitor, whole: Whole, tmp_path: Path
) -> None:
    page = line("health", "Book a doctor", "url").replace('value = "112"', 'value = "https://doctors.example"')
    page = page.replace('topics = ["other"]\nhelp = "health"', 'topics = ["health"]')
    publish(whole, tmp_path, page)
    assert helpers(found(visitor, "my tooth hurts"))[:1] == ["Book a doctor"]
    publish(whole, tmp_path / "again", page, line("health", "Nurse").replace("line.health", "line.nurse"))
    assert helpers(found(visitor, "my tooth hurts")) == ["Nurse"]


@pytest.mark.parametrize("words", ["pregnent", "I am pregnannt", "pregannt", "prgnant, pegnant and pregnan"])
def test_a_word_that_stands_nowhere_is_taken_for_the_one_that_was_meant(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str
) -> None:
    publish(whole, tmp_path, line("health", "Nurse"))
    assert helpers(found(visitor, words)) == ["Nurse"]


@pytest.mark.parametrize("words", ["xyzzyx", "qregnant", "fevxr"])
def test_a_word_that_is_like_none_finds_nothing(visitor: Visitor, whole: Whole, tmp_path: Path, words: str) -> None:
    publish(whole, tmp_path, line("crisis", "Line for sorrow"))
    assert helpers(found(visitor, words)) == []


def test_an_emergency_number_that_has_one_word_of_a_search_stays_behind_what_fits_better(
    visitor: Visitor, whole: Whole, tmp_path: Path
) -> None:
    home = line("home", "Police of houses and rent").replace('help = "home"\n', "")
    publish(whole, tmp_path, home)
    assert helpers(found(visitor, "rent of my house, urgent letter"))[:1] == ["Police of houses and rent"]
    assert helpers(found(visitor, "my house is burning"))[:1] == ["Emergency number"]
    assert helpers(found(visitor, "cannot breathe"))[:1] == ["Emergency number"]


def test_who_helps_does_not_hide_the_lessons_that_have_two_words_of_a_sentence(
    visitor: Visitor, whole: Whole, tmp_path: Path
) -> None:
    publish(whole, tmp_path, line("violence", "Line of welcome, course and husband"))
    page = found(visitor, "welcome, course, husband")
    assert helpers(page) == ["Line of welcome, course and husband"]
    lessons = [tag["href"] for tag in page.all("a") if any(up.attributes.get("class") == "found" for up in tag.parents)]
    assert any(each.endswith("/hello") for each in lessons)


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("I have no money for food", "en"),
        ("nowhere to sleep tonight", "en"),
        ("landlord throws me out", "en"),
        ("ما عندي فلوس للاكل", "ar"),
        ("ei paikkaa nukkua", "fi"),
        # "No sleep" stands in it, which is another need.
        ("جای خواب ندارم", "prs"),
    ],
)
def test_who_has_no_food_or_no_bed_finds_the_office_that_helps(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str, language: str
) -> None:
    office = line("office", "Social services", "text").replace('help = "office"\n', "").replace('"other"', '"need"')
    publish(
        whole, tmp_path, office.replace('value = "112"', 'value = "Food and a bed"'), line("crisis", "Line for sorrow")
    )
    assert helpers(found(visitor, words, language))[:1] == ["Social services"]


def office(topic: str, name: str) -> str:
    """Return an office that one goes to: no row of the help box."""
    return line(topic, name, "text").replace(f'help = "{topic}"\n', "").replace('"other"', f'"{topic}"')


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("I lost my passport", "en"),
        ("olen kadottanut passini", "fi"),
        ("jag har tappat mitt pass", "sv"),
        ("kaotasin passi", "et"),
        ("загубила паспорт", "uk"),
        ("ضاع جواز سفري", "ar"),
        ("پاسپورتم گم شده", "prs"),
        ("baasaboorkayga ayaa lumay", "so"),
    ],
)
def test_a_lost_passport_is_for_the_office_not_for_the_line_of_those_whose_passport_was_taken(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str, language: str
) -> None:
    publish(whole, tmp_path, line("trafficking", "Line for who is held"), office("papers", "Office of permits"))
    assert helpers(found(visitor, words, language))[:1] == ["Office of permits"]
    assert helpers(found(visitor, "my boss has my passport"))[:1] == ["Line for who is held"]


def test_a_short_word_is_no_beginning_of_a_word_of_alarm(visitor: Visitor, whole: Whole, tmp_path: Path) -> None:
    # "Pole" is "is not" in Estonian, "põleb" is "burns".
    publish(whole, tmp_path, office("need", "Social services"))
    assert helpers(found(visitor, "mul pole tööd", "et")) == []
    assert helpers(found(visitor, "pole raha", "et"))[:1] == ["Social services"]
    assert helpers(found(visitor, "maja põleb", "et"))[:1] == ["Emergency number"]


def test_in_a_sentence_the_word_for_a_telephone_looks_for_no_helpline(
    visitor: Visitor, whole: Whole, tmp_path: Path
) -> None:
    publish(whole, tmp_path, line("child", "Telephone for children"))
    main = found(visitor, "lost telephone, tax form").html.split("<main", 1)[1]
    assert main.index('class="found"') < main.index("Telephone for children"), "the lessons stand first"
    assert helpers(found(visitor, "telephone for children")) == ["Telephone for children"]


@pytest.mark.parametrize(
    ("words", "language", "first"),
    [
        ("I am alone", "en", "Line for sorrow"),
        ("känner mig ensam", "sv", "Line for sorrow"),
        ("me siento sola", "es", "Line for sorrow"),
        ("أشعر بالوحدة", "ar", "Line for sorrow"),
        # Endings longer than what is cut from any word, and a passport that nobody took.
        ("vauvalla on kuumetta", "fi", "Nurse"),
        ("ابني ضاع", "ar", "Line for a child"),
        ("en saanut palkkaa", "fi", "Inspectorate"),
        ("معاشم را نداد", "prs", "Inspectorate"),
    ],
)
def test_needs_as_people_say_them(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str, language: str, first: str
) -> None:
    helplines = [line("crisis", "Line for sorrow"), line("health", "Nurse"), line("child", "Line for a child")]
    publish(whole, tmp_path, *helplines, office("pay", "Inspectorate"), office("papers", "Office of permits"))
    assert helpers(found(visitor, words, language))[:1] == [first]


@pytest.mark.parametrize(
    ("words", "language"),
    [
        # Child benefit, support of families, and insurance, which begins like "fear".
        ("lapsilisä", "fi"),
        ("lapsilisä hakemus", "fi"),
        ("perhetuki", "fi"),
        ("страховка", "uk"),
        ("страховка", "ru"),
        # Parents are "and debt" without the Arabic article, and religion is written like it.
        ("الوالدين", "ar"),
        ("الدين", "ar"),
    ],
)
def test_another_word_that_begins_like_one_of_ours_looks_for_no_helpline(
    visitor: Visitor, whole: Whole, tmp_path: Path, words: str, language: str
) -> None:
    publish(whole, tmp_path, *(line(row, f"Line {row}") for row in ("child", "violence", "crisis", "trafficking")))
    assert helpers(found(visitor, words, language)) == []


def test_marriage_is_no_form_of_husband(whole: Whole, tmp_path: Path) -> None:
    publish(whole, tmp_path, line("violence", "Line for violence"), line("crisis", "Line for sorrow"))

    def meant(row: str, word: str) -> bool:
        facts = {fact.help: fact for fact in current_library().facts("FI", date(2026, 6, 1))}
        return is_meant(current_library(), facts[row], "sk", [word])

    words = ["manzel", "manzela", "manzelstvo"]
    assert whole.do(lambda: [meant("violence", word) for word in words]) == [True, True, False]
    # Whose word is a longer form of one for sorrow is not left to look below the lessons.
    assert whole.do(lambda: meant("crisis", "uzkostlivy"))
