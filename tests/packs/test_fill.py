from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.content import Text
from perille.domain.fact import Confidence, Fact, FactKind
from perille.packs.published.placeholders import PlaceholderContext, fill_html, fill_plain
from perille.packs.source.markdown import fact_slot, inline, media_slot

DAY = date(2026, 11, 22)
PHONE = Fact(
    country="FI",
    key="help.line",
    kind=FactKind.PHONE,
    value="029 546 3177",
    e164="+358295463177",
    source="x",
    confidence=Confidence.A,
    checked_on=DAY,
    review_due=date(2027, 5, 22),
)


class Book:
    def __init__(self, *facts: Fact, words: Text | None = None) -> None:
        self.facts = {(fact.country, fact.key): fact for fact in facts}
        self.words = words

    def fact(self, country: str, key: str, day: date) -> Fact | None:
        found = self.facts.get((country, key))
        return found if found and found.holds_on(day) else None

    def fact_words(self, country: str, key: str, part: str, language: str) -> Text | None:
        return self.words


@pytest.fixture(autouse=True)
def _app() -> Iterator[None]:
    app = Flask(__name__)
    Babel().init_app(app)
    with app.app_context():
        yield


def context(*facts: Fact, language: str = "ar", words: Text | None = None, day: date = DAY) -> PlaceholderContext:
    return PlaceholderContext(
        shelf=Book(*facts, words=words),
        country="FI",
        day=day,
        language=language,
        media_url=lambda pack, name: f"/m/{pack}/{name}",
    )


def test_a_telephone_number_is_a_left_to_right_link_in_a_lesson() -> None:
    html = fill_html(inline("اتصل {fact: help.line}").html, context(PHONE))
    assert html == 'اتصل <a class="tel" dir="ltr" href="tel:+358295463177"><bdi dir="ltr">029 546 3177</bdi></a>'


def test_without_links_a_number_is_isolated_plain_text() -> None:
    assert fill_html(fact_slot("help.line"), context(PHONE), links=False) == '<bdi dir="ltr">029 546 3177</bdi>'
    assert fill_plain(f"اتصل {fact_slot('FI/help.line')}", context(PHONE)) == "اتصل 029 546 3177"


def test_a_fact_in_an_attribute_is_plain_and_escaped() -> None:
    odd = replace(PHONE, kind=FactKind.TEXT, value='a "b" <c> & d')
    assert (
        fill_html(f'<img alt="{fact_slot("help.line")}">', context(odd))
        == '<img alt="a &quot;b&quot; &lt;c&gt; &amp; d">'
    )


@given(
    st.text(max_size=30),
    st.sampled_from([FactKind.TEXT, FactKind.NUMBER, FactKind.EMAIL, FactKind.URL, FactKind.PHONE]),
)
def test_no_value_can_break_out_of_its_place(value: str, kind: FactKind) -> None:
    fact = replace(PHONE, kind=kind, value=value, e164="")
    html = fill_html(f'<img alt="{fact_slot("help.line")}"> {fact_slot("help.line")}', context(fact, language="en"))
    bare = re.sub(r'<img alt="[^"<>]*">|</?(?:bdi|a|span)(?: [a-z]+="[^"<>]*")*>', "", html)
    assert "<" not in bare
    assert ">" not in bare


def test_a_value_past_review_is_followed_by_a_notice() -> None:
    late = context(PHONE, language="en", day=date(2027, 6, 1))
    html = fill_html(fact_slot("help.line"), late)
    assert re.search(r'</a> <small class="overdue">[^<]*22[^<]*</small>$', html)
    assert "overdue" not in fill_html(fact_slot("help.line"), late, links=False)


def test_a_value_that_does_not_hold_on_the_day_is_not_shown() -> None:
    ended = replace(PHONE, valid_to=date(2026, 1, 1))
    assert "029" not in fill_html(fact_slot("help.line"), context(ended, language="en"))
    assert "not known" in fill_plain(fact_slot("no.such"), context(language="en"))


def test_words_of_a_fact_in_another_language_are_marked() -> None:
    words = Text(html="Schools &amp; day care", plain="Schools & day care", language="en")
    fact = replace(PHONE, kind=FactKind.TEXT, value="Schools & day care")
    html = fill_html(fact_slot("help.line"), context(fact, words=words))
    assert html == '<span lang="en" dir="ltr">Schools &amp; day care</span>'
    assert fill_html(fact_slot("help.line"), context(fact, words=words, language="en")) == "Schools &amp; day care"


def test_addresses_are_links_that_say_they_leave() -> None:
    html = fill_html(
        fact_slot("help.line"), context(replace(PHONE, kind=FactKind.URL, value="https://kela.fi/"), language="en")
    )
    assert 'href="https://kela.fi/"' in html
    assert '<bdi dir="ltr">kela.fi</bdi>' in html
    assert '</bdi><span class="visually-hidden">\u00a0(' in html, "no space is seen before what follows the link"


def test_a_date_is_written_in_the_language() -> None:
    html = fill_html(
        fact_slot("help.line"), context(replace(PHONE, kind=FactKind.DATE, value="2026-12-24"), language="fi")
    )
    assert html == '<time datetime="2026-12-24">24. joulukuuta 2026</time>'


def test_pictures_and_lessons_get_their_addresses() -> None:
    assert fill_html(f'<img src="{media_slot("course_x/a")}">', context()) == '<img src="/m/course_x/a">'
    assert fill_html(inline("[x](lesson:journey)").html, context()) == '<a href="journey">x</a>'


@pytest.mark.parametrize(
    ("language", "address", "mark"),
    [("uk", "https://a.fi/uk", ' hreflang="uk"'), ("fi", "https://a.fi/en", ""), ("ar", "https://a.fi/en", "")],
)
def test_a_link_leads_to_the_page_of_the_readers_language(language: str, address: str, mark: str) -> None:
    site = replace(PHONE, kind=FactKind.URL, value="https://a.fi/en", e164="", links={"uk": "https://a.fi/uk"})
    html = fill_html(fact_slot("help.line"), context(site, language=language))
    assert f'{mark} href="{address}"' in html
    assert fill_plain(fact_slot("help.line"), context(site, language=language)) == address
