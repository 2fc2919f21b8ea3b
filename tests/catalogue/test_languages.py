"""Every page leads to the same place in every other language; a language that is not offered leads to the nearest one."""

from __future__ import annotations

import pytest

from perille.core.i18n import LANGUAGES, OFFERED
from support.visitor import Page, Visitor

#: Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PLACES = [
    "/en/",
    "/en/courses",
    "/en/courses/way",
    "/en/courses/way/hello",
    "/en/courses/way/hello/print",
    "/en/courses/way/check",
    "/en/keep",
    "/en/resume",
    "/en/privacy",
    "/en/safe",
    "/en/help",
]


@pytest.mark.parametrize("place", PLACES)
def test_language_links_keep_the_place(visitor: Visitor, place: str) -> None:
    links = visitor.get(place).language_links()
    assert links == {code: f"/{code}{place[3:]}" for code in OFFERED}
    for address in links.values():
        assert visitor.get(address).status == 200


@pytest.mark.parametrize(
    "query",
    ["?screen=2", "?with=ar", "?screen=2&with=ar"],
)
def test_language_links_keep_the_screen(visitor: Visitor, query: str) -> None:
    page = visitor.get(f"/en/courses/way/hello{query}")
    assert page.language_links()["fi"] == f"/fi/courses/way/hello{query}"


def test_language_links_keep_the_question_of_a_test_and_the_wishes_of_a_list(visitor: Visitor) -> None:
    assert visitor.get("/en/courses/way/check?item=two").language_links()["ar"] == "/ar/courses/way/check?item=two"
    assert visitor.get("/en/courses?country=FI").language_links()["ar"] == "/ar/courses?country=FI"
    assert visitor.get("/en/help?country=SE").language_links()["ar"] == "/ar/help?country=SE"


def test_an_answered_screen_keeps_its_place_in_another_language(visitor: Visitor) -> None:
    page = visitor.get("/en/courses/way/hello?with=ar")
    answered = visitor.post("/en/courses/way/hello?with=ar", {**page.fields("check-fire"), "a-fire": "leave"})
    assert answered.language_links()["fi"] == "/fi/courses/way/hello?with=ar"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/en/courses/way/start", "/fi/courses/way"),
        ("/en/courses/way/hello/next", "/fi/courses/way/hello"),
        ("/en/forget", "/fi/"),
        ("/en/keep", "/fi/keep"),
    ],
)
def test_the_answer_to_a_form_that_failed_links_to_pages_that_exist(
    visitor: Visitor, address: str, expected: str
) -> None:
    page = visitor.post(address, Sec_Fetch_Site="cross-site")
    assert page.status == 403
    assert page.language_links()["fi"] == expected
    assert visitor.get(expected).status == 200


@pytest.mark.parametrize(
    "junk", ["?utm=abc", "?screen=2&secret=me", "?screen=0002", "?with=xx&with=ar", "?next=//evil"]
)
def test_what_one_reader_adds_to_an_address_reaches_no_other(visitor: Visitor, junk: str) -> None:
    for place in ("/en/courses/way/hello", "/en/privacy", "/en/courses", "/en/courses/way", "/en/help", "/en/"):
        visitor.get(place + junk)
        clean = visitor.get(place)
        assert clean.language_links()["fi"] == f"/fi{place[3:]}"
    assert visitor.get("/en/courses/way/hello?screen=2").language_links()["fi"] == "/fi/courses/way/hello?screen=2"


@pytest.mark.parametrize(
    ("address", "wish", "target"),
    [
        ("/pl/courses/way", "", "/en/courses/way?from=pl"),
        ("/pl/courses/way/hello?screen=2&with=ar", "fi", "/fi/courses/way/hello?screen=2&with=ar&from=pl"),
        ("/ur/", "ar,en;q=0.2", "/ar/?from=ur"),
        ("/se/courses", "en", "/fi/courses"),
        ("/pl/", "pl,fi;q=0.5", "/fi/?from=pl"),
    ],
)
def test_a_language_that_is_not_offered_leads_to_the_nearest(
    visitor: Visitor, address: str, wish: str, target: str
) -> None:
    page = visitor.get(address, Accept_Language=wish)
    assert (page.status, page.location) == (302, target)
    assert "Accept-Language" in page.headers["Vary"]
    assert visitor.get(target).status == 200


def test_a_form_in_a_language_that_is_not_offered_is_sent_again_to_the_nearest(visitor: Visitor) -> None:
    page = visitor.post("/se/courses/way/start")
    assert (page.status, page.location) == (307, "/fi/courses/way/start")
    assert visitor.post(page.location).status == 303


def test_the_redirect_of_a_language_never_leads_to_another_site(visitor: Visitor) -> None:
    for address in ("/pl//evil.example/", "/pl/%2F%2Fevil.example", "/pl/\\evil.example"):
        page = visitor.get(address)
        assert page.status in (302, 308, 404)
        assert not page.location.replace("\\", "/").startswith("//")
        assert "://" not in page.location.removeprefix("http://localhost/")


@pytest.mark.parametrize(("address", "meant"), [("/xx/courses/way", "/ar/courses/way"), ("/zz/", "/ar/")])
def test_a_language_that_nobody_here_speaks_leads_to_the_readers_own(
    visitor: Visitor, address: str, meant: str
) -> None:
    page = visitor.get(address, Accept_Language="ar")
    assert (page.status, page.location) == (302, meant)


@pytest.mark.parametrize("address", ["/xx/nothing/at/all", "/english/courses", "/nothing"])
def test_an_unknown_language_is_a_page_in_the_readers_language_with_links_on(visitor: Visitor, address: str) -> None:
    page = visitor.get(address, Accept_Language="ar")
    assert (page.status, page.language) == (404, "ar")
    assert visitor.get(page.one("a", class_="main")["href"]).status == 200
    assert page.language_links() == {code: f"/{code}/" for code in OFFERED}


@pytest.mark.parametrize(
    ("address", "on"),
    [
        ("/fi/courses/nothing", "/fi/"),
        ("/fi/courses/way/nothing", "/fi/courses/way"),
        ("/fi/nothing/at/all", "/fi/"),
        ("/fi/modules/way", "/fi/"),
        ("/fi/courses/way/hello/x", "/fi/"),
    ],
)
def test_what_is_not_there_is_said_in_the_language_of_the_address(visitor: Visitor, address: str, on: str) -> None:
    page = visitor.get(address, Accept_Language="ar")
    assert (page.status, page.language) == (404, "fi")
    assert page.one("a", class_="main")["href"] == on


def note_of(page: Page) -> tuple[str, str, dict[str, str]]:
    """Return the language of the note on a language that is not there, its words, and its links by their language."""
    (box,) = [tag for tag in page.all("div") if tag.has("data-not-yet")]
    inside = [tag for tag in page.tags if any(up is box for up in tag.parents)]
    said = next(tag for tag in inside if tag.name == "div" and tag.has("lang"))
    return said["lang"], said.words, {tag["hreflang"]: tag["href"] for tag in inside if tag.has("hreflang")}


def has_note(page: Page) -> bool:
    return any(tag.has("data-not-yet") for tag in page.all("div"))


def test_a_language_that_is_not_offered_says_so_in_itself_once(visitor: Visitor) -> None:
    page = visitor.get(visitor.get("/pl/courses/way").location)
    language, words, near = note_of(page)
    assert language == "pl"
    assert "polsku" in words
    assert near == {"en": "/en/courses/way"}
    # The notice is on no page that somebody else gets, and on none that is reached from here.
    assert not has_note(visitor.get("/en/courses/way"))
    assert all("from=" not in address for address in page.language_links().values())
    for junk in ("en", "fi", "xx", "<b>", "pl,"):
        assert not has_note(visitor.get(f"/en/courses/way?from={junk}"))


#: What browsers of newcomers ask for (and how some browsers call it), with the language of the answer.
WISHES = {
    "ti": "ti", "ckb": "ckb", "ku": "kmr", "kmr-Latn-TR": "kmr", "ku-Arab": "ckb", "ps-AF": "ps", "rw-RW": "rw", "rn": "rn",
    "sw-CD": "sw", "ln": "ln", "fr-CD": "fr", "tr-TR": "tr", "am": "am", "om": "om", "pl": "pl", "ro": "ro", "tl": "fil", "fil": "fil",
    "az": "az", "uz": "uz", "ky": "ky", "ka": "ka", "be": "be", "sr": "sr", "vi": "vi", "th": "th", "ur": "ur", "fa": "fa",
    "sr-Latn-RS": "sr-Latn", "sr-Cyrl": "sr", "tg-TJ": "tg",
}  # fmt: skip


@pytest.mark.parametrize("wish", WISHES)
def test_the_first_page_says_in_the_wished_language_that_it_is_not_there(visitor: Visitor, wish: str) -> None:
    page = visitor.get("/", Accept_Language=f"{wish},ar;q=0.7,en;q=0.3")
    language, words, near = note_of(page)
    assert (language, words != "") == (WISHES[wish], True)
    assert {"ar", "en"} <= set(near)
    # In the language of the page: that nobody has checked the sentence yet.
    assert [tag for tag in page.all("p", class_="small") if any(up.has("data-not-yet") for up in tag.parents)]
    helpers = next(tag["href"] for tag in page.all("a") if "speaks=" in tag.attributes.get("href", ""))
    assert visitor.get(helpers).status == 200


@pytest.mark.parametrize("wish", ["syr", "syr-SY", "aii", "rom", "rmy", "rom-SK", "xx"])
def test_who_asks_for_a_language_without_words_sees_first_the_names_of_all_that_are_there(
    visitor: Visitor, wish: str
) -> None:
    page = visitor.get("/", Accept_Language=wish)
    first, heading = page.all("nav")[0], page.one("h1")
    inside = [tag for tag in page.all("a") if any(up is first for up in tag.parents)]
    assert {tag["hreflang"]: tag.words for tag in inside} == {code: LANGUAGES[code].name for code in OFFERED}
    assert page.tags.index(inside[-1]) < page.tags.index(heading)


@pytest.mark.parametrize("code", ["rom", "syr"])
def test_a_page_asked_for_in_a_language_without_words_names_all_languages(visitor: Visitor, code: str) -> None:
    moved = visitor.get(f"/{code}/courses/way")
    assert moved.location == f"/en/courses/way?from={code}"
    page = visitor.get(moved.location)
    (box,) = [tag for tag in page.all("div") if tag.has("data-not-yet")]
    links = [tag for tag in page.all("a") if any(up is box for up in tag.parents)]
    assert {tag["hreflang"]: (tag.words, tag["href"]) for tag in links[:-1]} == {
        each: (LANGUAGES[each].name, f"/{each}/courses/way") for each in OFFERED
    }
    assert links[-1]["href"] == f"/en/help?speaks={code}"
    assert visitor.get(links[-1]["href"]).status == 200
    assert not [tag for tag in page.tags if tag.attributes.get("lang") == code]
    assert not has_note(visitor.get("/en/courses/way"))


@pytest.mark.parametrize("code", ["rom", "syr"])
def test_the_first_page_for_who_asks_for_one_begins_with_the_languages_and_lists_them_once(
    visitor: Visitor, code: str
) -> None:
    for address in ("/", f"/en/?from={code}"):
        page = visitor.get(address, Accept_Language=code)
        assert not has_note(page)
        assert page.all("nav")[0].attributes["class"] == "picker"


def test_who_asks_for_a_language_that_is_there_or_picked_one_is_told_nothing(visitor: Visitor) -> None:
    for wish in ("ar", "fi,so", "de", ""):
        assert not has_note(visitor.get("/", Accept_Language=wish))
    visitor.client.set_cookie("lang", "en")
    assert not has_note(visitor.get("/", Accept_Language="ti"))


def test_a_note_that_is_kept_is_not_shown_to_who_wishes_something_else(visitor: Visitor) -> None:
    assert note_of(visitor.get("/", Accept_Language="ti,en"))[0] == "ti"
    assert note_of(visitor.get("/", Accept_Language="tr,en"))[0] == "tr"
    assert not has_note(visitor.get("/", Accept_Language="en"))
    assert set(note_of(visitor.get("/en/?from=ti", Accept_Language="fi"))[2]) == {"ar", "en", "fi"}
    assert set(note_of(visitor.get("/en/?from=ti", Accept_Language="en"))[2]) == {"ar", "en"}


def test_a_course_that_is_not_in_the_readers_language_leads_to_those_it_is_in(visitor: Visitor) -> None:
    page = visitor.get("/uk/courses/way")
    note = next(tag for tag in page.all("p", class_="draft"))
    links = [tag for tag in page.all("a") if any(up is note for up in tag.parents)]
    assert [tag["hreflang"] for tag in links[:-1]] == ["en", "fi", "ar"]
    assert links[-1]["href"] == "/uk/help?speaks=uk"


def test_the_language_that_was_picked_is_that_of_the_first_page(visitor: Visitor) -> None:
    visitor.client.set_cookie("lang", "ar")
    page = visitor.get("/", Accept_Language="fi")
    assert page.language == "ar"
    assert "Cookie" in page.headers["Vary"]
    assert visitor.get("/verify", Accept_Language="fi").language == "ar"
    for junk in ("xx", "pl", "../en", ""):
        visitor.client.set_cookie("lang", junk)
        assert visitor.get("/", Accept_Language="fi").language == "fi"


def test_the_list_of_courses_names_each_language_in_itself(visitor: Visitor) -> None:
    page = visitor.get("/en/courses")
    named = {
        tag["lang"]: tag
        for tag in page.all("bdi")
        if any("course-meta" in up.attributes.get("class", "") for up in tag.parents)
    }
    assert {"en", "ar"} <= named.keys()
    assert (named["ar"].words, named["ar"]["dir"]) == ("العربية", "rtl")
