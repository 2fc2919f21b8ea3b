"""What every answer carries, where a form may come from, and that reading leaves no trace."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator

import pytest

from perille.core.security import BODY_LIMIT, NO_ROOM, upload_limits
from support.crawl import links
from support.visitor import Page, Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
#: Addresses that no link leads to.
UNLINKED = [
    "/",
    "/leave",
    "/today",
    "/healthz",
    "/readyz",
    "/verify/NOT-A-CODE",
    "/media/" + "0" * 20,
    "/static/0/app.css",
    "/fi/sign-in/nothing",
    "/fi/manage",
    "/fi/forgotten",
    "/fi/whose",
    "/fi/join/nothing",
    "/fi/courses/way/certificate",
    "/fi/courses/way/resume",
    "/pl/courses",
    "/xx/",
    "/fi/nothing",
    "/xapi/about",
    "/xapi/statements",
    "/xapi/nothing",
    "/fi/forget",
]


#: What a stranger was shown in this process: what only looks at pages asks for none anew.
_crawled: dict[str, Page] = {}


def crawl(visitor: Visitor, *starts: str) -> Iterator[tuple[str, Page]]:
    """Open every page that links lead to."""
    waiting, seen = deque(starts), set(starts)
    while waiting:
        path = waiting.popleft()
        page = visitor.get(path)
        yield path, page
        if page.response.mimetype == "text/html":
            for address in links(page.html, path):
                # Leaving is a way out, not a page; languages and screens multiply everything, two are enough.
                if address.startswith(("/en", "/ar", "/verify")) and address not in seen:
                    seen.add(address)
                    waiting.append(address)


def test_reading_writes_nothing_and_sets_no_cookie(whole: Whole, visitor: Visitor) -> None:
    before = whole.counts()
    pages = dict(crawl(visitor, "/en/", "/ar/courses/way", *UNLINKED))
    assert len(pages) > 40
    assert {path for path, page in pages.items() if "Set-Cookie" in page.headers} == set()
    assert visitor.cookie() is None
    assert whole.counts() == before
    _crawled.update(pages)


def test_a_learners_reading_writes_nothing_either(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    visitor.answer("/en/courses/way/check", "one", "b")
    before = whole.counts()
    for path, page in crawl(visitor, "/en/", "/en/courses/way", *UNLINKED[1:]):
        assert "Set-Cookie" not in page.headers, path
    assert whole.counts() == before


def test_a_course_that_leaves_no_trace_leaves_none(whole: Whole, visitor: Visitor) -> None:
    before = whole.counts()
    course = "/en/courses/quiet"
    page = visitor.get(course)
    assert page.one("a", rel="next")["href"] == f"{course}/hello"
    assert page.all("form", method="post", action=f"{course}/start") == []
    lesson = visitor.get(f"{course}/hello?screen=2")
    assert lesson.one("a", rel="next")["href"] == f"{course}/second"
    sent = [
        visitor.post(f"{course}/start"),
        visitor.answer(f"{course}/hello", "fire", "leave"),
        visitor.post(f"{course}/hello/next"),
        visitor.post(f"{course}/resume", {"unit": "hello", "screen": "2"}),
        visitor.answer(f"{course}/check", "one", "a"),
    ]
    assert [answer.status for answer in sent] == [303, 200, 303, 204, 200]
    assert not any("Set-Cookie" in answer.headers for answer in sent)
    assert whole.counts() == before


def test_a_course_without_trace_is_not_recorded_for_a_learner_of_another_one(whole: Whole, visitor: Visitor) -> None:
    visitor.start()
    before = whole.counts()
    visitor.post("/en/courses/quiet/start")
    visitor.answer("/en/courses/quiet/check", "one", "a")
    visitor.post("/en/courses/quiet/hello/next")
    assert whole.counts() == before


@pytest.fixture
def strangers_pages(visitor: Visitor) -> dict[str, Page]:
    """Every page that a stranger comes to by links from English, and those that no link leads to."""
    if not _crawled:
        _crawled.update(crawl(visitor, "/en/", *UNLINKED))
    return _crawled


@SQLITE
def test_every_answer_carries_the_headers(strangers_pages: dict[str, Page]) -> None:
    for path, page in strangers_pages.items():
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy.replace("style-src 'unsafe-inline'; sandbox", ""), path
        assert page.headers["X-Content-Type-Options"] == "nosniff", path
        assert page.headers["X-Frame-Options"] == "DENY", path
        assert page.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), path
        assert "Server" not in page.headers


@SQLITE
def test_pages_hold_no_script_no_style_and_nothing_of_others(strangers_pages: dict[str, Page]) -> None:
    for path, page in strangers_pages.items():
        for tag in page.all("script"):
            assert tag["src"].startswith("/static/"), path
            assert tag.words == "", path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", page.html), path
        loaded = [*page.all("img"), *page.all("script"), *page.all("link"), *page.all("source"), *page.all("iframe")]
        for tag in loaded:
            address = tag.attributes.get("src") or tag.attributes.get("href", "")
            # An empty icon, so that a tab shows none.
            assert address.startswith("/") or address == "data:,", (path, address)
            assert not address.startswith("//"), (path, address)


@SQLITE
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Referer": "http://localhost/en/"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:8080"}, 403),
        ({"Origin": "http://user@evil.example/localhost"}, 403),
        ({"Referer": "https://evil.example/localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "garbage"}, 403),
        ({"Origin": "http://[::1"}, 403),
    ],
)
def test_a_form_of_another_site_is_not_used(
    whole: Whole, visitor: Visitor, headers: dict[str, str], status: int
) -> None:
    page = visitor.post("/fi/courses/way/start", **headers)
    assert page.status == status
    assert whole.counts()["learner"] == (status == 303)
    if status == 403:
        assert page.language == "fi"
        assert "Set-Cookie" not in page.headers


@SQLITE
def test_the_record_store_has_its_own_credentials_instead(visitor: Visitor) -> None:
    page = visitor.post("/xapi/statements", Origin="https://lms.example", X_Experience_API_Version="2.0.0")
    assert page.status == 401


@SQLITE
def test_behind_a_proxy_its_host_is_ours(make_whole: type[Whole]) -> None:
    visitor = make_whole(proxy_hops=1).visitor()  # type: ignore[call-arg]
    forwarded = {"X-Forwarded-Host": "learn.example.org", "X-Forwarded-Proto": "https"}
    page = visitor.post("/en/courses/way/start", Origin="https://learn.example.org", **forwarded)
    assert page.status == 303
    assert "Secure" in page.headers["Set-Cookie"]
    assert visitor.post("/en/courses/way/start", Origin="http://localhost", **forwarded).status == 403


@SQLITE
def test_without_a_proxy_nobody_is_believed_about_the_host(visitor: Visitor) -> None:
    page = visitor.post(
        "/en/courses/way/start", Origin="https://learn.example.org", X_Forwarded_Host="learn.example.org"
    )
    assert page.status == 403


def test_what_a_page_says_of_itself_costs_little_on_a_bad_line(visitor: Visitor) -> None:
    answer = visitor.post("/en/courses/way/resume", {"unit": "hello", "screen": "2"})
    assert answer.status == 204
    assert sum(len(name) + len(value) for name, value in answer.headers.items()) < 100


#: Headers of two hundred thousand characters: to read them took up to 230 ms of the processor.
HEAVY = {
    "Cookie": ";".join(f"a{number}=b" for number in range(30_000)),
    "Accept-Encoding": ",".join(f"b{number};q=0.1" for number in range(20_000)),
    "Accept-Language": ",".join(f"a{number};q=0.1" for number in range(20_000)),
    "Content-Type": "a/b" + "; a=b" * 40_000,
    "If-None-Match": ",".join(f'"{number}"' for number in range(30_000)),
}


@SQLITE
@pytest.mark.parametrize("name", HEAVY)
def test_a_request_of_very_long_headers_is_not_read(whole: Whole, visitor: Visitor, name: str) -> None:
    client = whole.app.test_client(use_cookies=False)
    for method in ("GET", "POST"):
        answer = client.open("/en/", method=method, headers={name: HEAVY[name]})
        assert answer.status_code == 431
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert visitor.get("/en/?" + "a" * 40_000).status == 431
    assert client.get("/en/", headers={name: HEAVY[name][:8000]}).status_code < 400


@SQLITE
def test_a_form_of_letters_written_in_signs_is_read_up_to_its_bound(visitor: Visitor) -> None:
    visitor.start()
    essay = {"item": "fire", "a-fire": "ж" * 20_000}
    assert visitor.post("/en/courses/way/hello", essay).status in (200, 303, 409)
    assert visitor.post("/en/courses/way/hello", {**essay, "a-fire": "ж" * 40_000}).status == 413


@SQLITE
def test_cookies_are_secure_where_the_site_is_reached_by_https_though_the_proxy_does_not_say_so(
    make_whole: Callable[..., Whole],
) -> None:
    visitor = make_whole(site_url="https://learn.example.org").visitor()
    started = visitor.start()
    assert "Secure" in started.headers["Set-Cookie"]
    assert started.headers["Strict-Transport-Security"] == "max-age=31536000"


@SQLITE
def test_without_https_no_cookie_is_lost_and_no_browser_is_bound_to_it(visitor: Visitor) -> None:
    started = visitor.start()
    assert "Secure" not in started.headers["Set-Cookie"]
    assert "Strict-Transport-Security" not in started.headers


NUMBER = "01a218b6-b406-7527-88aa-320f59c9bf76"


def test_the_server_lets_every_form_with_files_be_large_and_no_other(whole: Whole) -> None:
    pattern = re.compile("|".join(upload_limits(whole.app).values()))
    for path in ("studio/upload", f"studio/{NUMBER}/pictures", f"organisations/{NUMBER}/import"):
        assert pattern.fullmatch(f"/en/{path}"), path
        assert pattern.fullmatch(f"/fa_AF/{path}"), path
    for path in ("studio/upload/more", "studio", f"organisations/{NUMBER}/people", "sign-in"):
        assert not pattern.fullmatch(f"/en/{path}"), path


@SQLITE
@pytest.mark.parametrize(("language", "said"), [("en", "than the 48 MB"), ("fi", "48"), ("ar", "48")])
def test_a_file_that_is_too_large_is_answered_by_a_page_that_says_how_large_it_may_be(
    visitor: Visitor, language: str, said: str
) -> None:
    here = f"/{language}/studio/{NUMBER}/pictures"
    # Thrown away by our own server; and kept by one that throws nothing away.
    for environ in ({BODY_LIMIT: 49 << 20}, {"CONTENT_LENGTH": str(60 << 20)}):
        page = Page(visitor.client.post(here, environ_overrides=environ))
        assert (page.status, page.language) == (413, language)
        assert said in page.text


@SQLITE
@pytest.mark.parametrize("path", ["/en/studio/upload", "/en/sign-in"])
def test_what_our_own_server_had_no_room_for_is_answered_by_the_page_of_a_full_disk(
    visitor: Visitor, path: str
) -> None:
    answer = visitor.client.post(path, environ_overrides={NO_ROOM: True})
    page = Page(answer)
    assert (page.status, page.heading) == (503, "The site has a problem")
    assert "What was saved before is still there." in page.text
    assert answer.headers["Retry-After"]


@SQLITE
def test_a_file_of_who_was_signed_out_meanwhile_is_answered_by_the_way_to_sign_in(visitor: Visitor) -> None:
    answer = Page(visitor.client.post("/en/studio/upload", environ_overrides={BODY_LIMIT: 192 << 10}))
    assert (answer.status, answer.heading) == (403, "Sign in")
