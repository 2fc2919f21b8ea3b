"""Under which name the site may be called, and whether a proxy is in front of it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from perille.core.web.host_check import plain_host
from support.visitor import Page, Visitor
from support.whole import Whole

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
MakeWhole = Callable[..., Whole]


def called(visitor: Visitor, host: str, path: str = "/en/", **more: str) -> Page:
    """Ask under a name."""
    return visitor.get(path, Host=host, **more)


@pytest.fixture
def learn(make_whole: MakeWhole) -> Visitor:
    """Somebody who visits a site that knows its name."""
    return make_whole(production=True, site_url="https://learn.example.org").visitor()


def refusals(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return what was logged of names that are not ours, without the lines that every request has."""
    return [record for record in caplog.records if record.name == "perille.core.web.host_check"]


@SQLITE
@pytest.mark.parametrize(
    "host",
    ["evil.example", "203.0.113.9", "203.0.113.9:8000", "learn.example.org.evil.example", "a b", "x" * 300, "[", "é"],
)
@pytest.mark.parametrize("path", ["/en/", "/en/nothing", "/xapi/statements", "/static/0/app.css"])
def test_another_name_is_refused_in_one_line(
    learn: Visitor, caplog: pytest.LogCaptureFixture, host: str, path: str
) -> None:
    with caplog.at_level(logging.INFO, "perille.core"):
        pages = [called(learn, host, path) for _time in range(3)]
    assert {(page.status, page.response.mimetype) for page in pages} == {(400, "text/plain")}
    assert pages[0].html.count("\n") == 1
    assert pages[0].headers["Content-Security-Policy"]
    (line,) = refusals(caplog)
    assert line.exc_info is None
    assert "\n" not in line.getMessage()


@SQLITE
def test_a_scan_of_many_names_does_not_fill_the_log(learn: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "perille.core"):
        for number in range(100):
            assert called(learn, f"h{number}.example").status == 400
    assert len(refusals(caplog)) <= 20


@SQLITE
@pytest.mark.parametrize(
    "host",
    [
        "learn.example.org",
        "LEARN.Example.Org",
        "learn.example.org.",
        "Learn.example.org.:8443",
        "127.0.0.1:8000",
        "localhost",
        "[::1]:8000",
    ],
)
def test_the_same_name_may_be_written_in_any_way(learn: Visitor, host: str) -> None:
    assert called(learn, host).status == 200


@SQLITE
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["203.0.113.9", "10.0.0.7:8000", "a b"])
def test_those_who_watch_over_a_machine_call_it_by_its_address(learn: Visitor, path: str, host: str) -> None:
    assert called(learn, host, path).status == 200


@SQLITE
@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("Learn.Example.Org", "https://learn.example.org"),
        ("learn.example.org.", "https://learn.example.org"),
        ("learn.example.org", "https://learn.example.org."),
    ],
)
def test_a_form_of_ours_is_taken_however_the_name_is_written(learn: Visitor, host: str, origin: str) -> None:
    page = learn.post("/en/courses/way/start", Host=host, Origin=origin)
    assert page.status == 303


@SQLITE
def test_where_no_name_is_set_any_will_do_but_not_what_is_none(visitor: Visitor) -> None:
    assert called(visitor, "anything.example:81").status == 200
    assert called(visitor, "a b").status == 400


@SQLITE
def test_a_name_with_letters_beyond_ascii_is_known_by_its_punycode(make_whole: MakeWhole) -> None:
    site = make_whole(production=True, site_url="https://oppi.pääkaupunki.example")
    assert called(site.visitor(), "oppi.xn--pkaupunki-v2aa.example").status == 200


@pytest.mark.parametrize(
    ("host", "plain"), [("A.B.", "a.b"), ("a.b.:80", "a.b:80"), ("[::1]", "[::1]"), ("[::1]:8", "[::1]:8"), ("", "")]
)
def test_a_host_is_written_plainly(host: str, plain: str) -> None:
    assert plain_host(host) == plain


@SQLITE
def test_a_proxy_nobody_told_us_of_is_said_once(whole: Whole, caplog: pytest.LogCaptureFixture) -> None:
    visitor = whole.visitor()
    for _time in range(3):
        visitor.get("/en/", X_Forwarded_For="203.0.113.9")
    (line,) = [record.getMessage() for record in caplog.records if "PROXY_HOPS" in record.getMessage()]
    assert "A proxy is in front of this site" in line
    assert whole.app.extensions["perille_proxy_watch"].unknown_proxy


@SQLITE
@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860::1"])
def test_a_header_that_a_stranger_sent_is_no_proxy(whole: Whole, address: str) -> None:
    browser = whole.app.test_client()
    browser.get("/en/", headers={"X-Forwarded-For": "1.2.3.4"}, environ_overrides={"REMOTE_ADDR": address})
    assert not whole.app.extensions["perille_proxy_watch"].unknown_proxy


@SQLITE
def test_a_proxy_that_is_known_is_no_news(make_whole: MakeWhole) -> None:
    site = make_whole(proxy_hops=1)
    site.visitor().get("/en/", X_Forwarded_For="203.0.113.9")
    assert not site.app.extensions["perille_proxy_watch"].unknown_proxy
