"""Who speaks a language: in each country those whose facts name it, and helplines with an interpreter."""

from __future__ import annotations

from perille.safety.speakers import speakers_of
from support.visitor import Visitor
from support.whole import Whole


def test_helpers_are_found_by_the_languages_of_their_facts(whole: Whole) -> None:
    def work() -> dict[str, tuple[int, int]]:
        return {each.country: (len(each.speaking), len(each.interpreted)) for each in speakers_of("sv")}

    found = whole.do(work)
    assert found["FI"][0] >= 1
    assert whole.do(lambda: [len(each.speaking) for each in speakers_of("ti")]) == [0] * len(found)


def test_a_page_says_in_which_country_who_speaks_a_language(visitor: Visitor) -> None:
    page = visitor.get("/en/help?speaks=sv")
    assert "They speak your language" in page.text
    assert "Svenska" in page.text
    page = visitor.get("/ar/help?speaks=ti")
    assert (page.status, page.language) == (200, "ar")
    assert any(tag["lang"] == "ti" for tag in page.all("bdi") if tag.has("lang"))
    assert "They speak" not in page.text


def test_a_language_that_is_none_is_the_page_of_countries(visitor: Visitor) -> None:
    for junk in ("xx", "<b>", "so,ti"):
        assert "speak" not in visitor.get(f"/en/help?speaks={junk}").one("main").words
