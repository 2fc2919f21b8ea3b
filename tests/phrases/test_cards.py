"""Cards for a counter: in every language of the countries, without status or story, and whole without script or line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from perille.core.countries import countries
from perille.core.i18n import LANGUAGES
from perille.phrases import cards
from perille.phrases.cards import SENTENCES, counter_cards, host_languages, name_in
from support.visitor import Visitor

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
HOSTS = [host for country in countries() for host in host_languages(country)]
WRITTEN = tomllib.loads(Path(cards.__file__).with_name("host_sentences.toml").read_text("utf-8"))["sentences"]


def test_every_sentence_stands_in_every_language_of_the_countries_and_in_no_other() -> None:
    assert set(HOSTS) == {"fi", "sv", "is", "et", "lt", "sk"}
    assert list(SENTENCES)
    assert set(WRITTEN) == set(SENTENCES)
    assert {name: set(words) for name, words in WRITTEN.items()} == {name: set(HOSTS) for name in SENTENCES}


def test_a_sentence_has_its_number_its_language_and_its_line_to_write_on_in_all_languages_or_in_none() -> None:
    for name, words in WRITTEN.items():
        assert len({tuple(re.findall(r"{\w+}", each)) for each in words.values()}) == 1, name
        assert len({each.endswith(":") for each in words.values()}) == 1, name
        source = str(SENTENCES[name]._args[0])
        assert source.endswith(":") == words["fi"].endswith(":"), name
        assert len(re.findall(r"%\(\w+\)s", source)) == len(re.findall(r"{\w+}", words["fi"])), name


@pytest.mark.parametrize("host", sorted(set(HOSTS)))
def test_no_language_is_called_by_the_name_of_another(host: str) -> None:
    names = [name_in(host, code) for code in LANGUAGES]
    assert all(names)
    first = [name.partition(" (")[0] if not name.endswith("))") else name for name in names]
    told = {code: name for code, name in zip(LANGUAGES, first, strict=True) if code not in ("ckb", "kmr")}
    assert len(set(told.values())) == len(told), "romani is not English, and Pashto is not Dari"


@SQLITE
def test_an_interpreter_for_dari_is_asked_for_above_the_readers_words(visitor: Visitor) -> None:
    page = visitor.get("/ar/say?country=FI&speaks=prs")
    theirs, mine = page.all("p", class_="theirs"), page.all("p", class_="mine")
    assert len(theirs) == len(mine) == len(SENTENCES)
    assert theirs[0].words == "Soittakaa puolestani hätänumeroon 112."
    assert (theirs[0]["lang"], theirs[0]["dir"]) == ("fi", "ltr")
    assert theirs[1].words == "Tarvitsen tulkin. Puhun tätä kieltä: dari (دری)"
    assert mine[1].words == "أحتاج إلى مترجم. أتكلم هذه اللغة: دری"
    swedish = visitor.get("/ar/say?country=FI&in=sv&speaks=prs").all("p", class_="theirs")
    assert swedish[1].words == "Jag behöver en tolk. Jag talar det här språket: dari (دری)"


@SQLITE
def test_each_card_is_reached_by_a_link_whose_address_tells_nothing(visitor: Visitor) -> None:
    page = visitor.get("/en/say?country=FI")
    links = [each["href"] for each in page.all("a") if re.fullmatch(r"#c\d+", each["href"])]
    assert links == [f"#{each['id']}" for each in page.all("section", class_="counter-card")]
    assert len(links) == len(SENTENCES)
    assert "draft" in page.text
    # What is typed on a card has no name, so no form can send it.
    assert all("name" not in each.attributes for each in page.all("input", type="text"))
    assert len(page.all("input", type="text")) == sum(words["fi"].endswith(":") for words in WRITTEN.values())


@SQLITE
def test_who_reads_the_language_of_the_country_sees_each_sentence_once(visitor: Visitor) -> None:
    page = visitor.get("/fi/say?country=FI")
    assert page.all("p", class_="mine") == []
    assert len(page.all("p", class_="theirs")) == len(SENTENCES)


@SQLITE
def test_a_country_says_on_which_lines_an_interpreter_joins_and_another_one_does_not(visitor: Visitor) -> None:
    said = "On these lines an interpreter may join"
    assert said not in visitor.get("/en/say?country=SE").text


@SQLITE
@pytest.mark.parametrize(
    "query", ["", "?country=XX", "?country=FI&in=xx", "?country=FI&speaks=<b>", "?country=fi&in=sv"]
)
def test_what_nobody_offers_is_passed_over(visitor: Visitor, query: str) -> None:
    page = visitor.get(f"/en/say{query}")
    assert page.status == 200
    assert "<b>" not in page.html
    assert bool(page.all("section")) == ("country=FI" in query)


@SQLITE
def test_help_and_the_course_of_a_country_lead_to_its_cards(visitor: Visitor) -> None:
    for path in ("/en/help?country=FI", "/en/courses/way"):
        assert visitor.get(path).one("a", href="/en/say?country=FI").words == "Show a sentence"


def test_without_a_number_the_card_that_names_it_is_left_out() -> None:
    everywhere = counter_cards("sv", "prs", "")
    assert len(everywhere) == len(SENTENCES) - 1
    assert all("{" not in card.theirs and "%" not in card.mine for card in everywhere)
