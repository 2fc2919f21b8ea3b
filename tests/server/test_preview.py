"""Pages of a preview: a script that loads them again, faults in their place, and nothing for other machines."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from perille.server.preview import SCRIPT, VERSION, PreviewMiddleware

PAGE = b"<!doctype html><html><head><title>x</title></head><body>Words.</body></html>"


class Pack:
    version = 7
    faults: tuple[str, ...] = ()


class Site:
    """Answers with a page, and keeps what it was asked."""

    def __init__(self) -> None:
        self.kind, self.body = "text/html; charset=utf-8", PAGE
        self.asked: list[dict[str, Any]] = []
        self.closed = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Site:
        self.asked.append(environ)
        headers = [("Content-Type", self.kind), ("Content-Length", str(len(self.body))), ("ETag", '"x"')]
        start_response("200 OK", [*headers, ("Cache-Control", "public, max-age=60"), ("X-Kept", "yes")])
        return self

    def __iter__(self) -> Any:
        return iter((self.body[:20], self.body[20:]))

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def pack() -> Pack:
    return Pack()


@pytest.fixture
def get(site: Site, pack: Pack) -> Any:
    client = Client(PreviewMiddleware(site, pack, [("Content-Security-Policy", "script-src 'self'")]))  # type: ignore[arg-type]

    def answer(path: str, host: str = "127.0.0.1:8080", **headers: str) -> TestResponse:
        return client.get(path, headers={"Host": host, **headers})

    return answer


def test_a_page_gets_a_script_of_ours_and_is_never_kept(get: Any, site: Site) -> None:
    page = get("/en/", **{"Accept-Encoding": "gzip", "If-None-Match": '"x"'})
    tag = f'<script src="{SCRIPT}" data-version="7" defer></script></head>'.encode()
    assert page.data == PAGE.replace(b"</head>", tag)
    assert (page.content_length, page.headers["Cache-Control"]) == (len(page.data), "no-store")
    assert ("ETag" in page.headers, page.headers["X-Kept"], site.closed) == (False, "yes", 1)
    # A compressed page, or "it is as you have it", could not get the script.
    assert {"HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH"} & site.asked[0].keys() == set()


def test_what_is_no_page_passes_as_it_is(get: Any, site: Site) -> None:
    site.kind, site.body = "image/webp", b"RIFF</head>"
    picture = get("/media/1")
    assert (picture.data, picture.headers["ETag"], picture.headers["Cache-Control"]) == (
        b"RIFF</head>",
        '"x"',
        "public, max-age=60",
    )


def test_the_script_asks_for_the_version(get: Any, pack: Pack) -> None:
    script = get(SCRIPT)
    assert (script.mimetype, VERSION in script.text) == ("text/javascript", True)
    assert get(VERSION).text == "7"
    pack.version = 8
    assert get(VERSION).text == "8"


def test_faults_stand_in_place_of_every_page_until_they_are_mended(get: Any, site: Site, pack: Pack) -> None:
    pack.faults = ("course_x/lessons/a.md:3: There is no <b>", "course_x/pack.toml:1: Two")
    page = get("/en/courses/x")
    assert (page.status_code, site.asked) == (500, [])
    assert "<h1>2 faults in this pack</h1>" in page.text
    assert "<code>course_x/lessons/a.md:3: There is no &lt;b&gt;</code>" in page.text
    assert f'<script src="{SCRIPT}" data-version="7"' in page.text
    assert page.headers["Content-Security-Policy"] == "script-src 'self'"
    assert get("/static/a.css").status_code == 200
    pack.faults = ()
    assert get("/en/courses/x").status_code == 200


@pytest.mark.parametrize(("host", "status"), [("localhost:1", 200), ("[::1]:1", 200), ("evil.example", 400), ("", 400)])
def test_only_this_machine_may_read(get: Any, host: str, status: int) -> None:
    assert get("/en/", host=host).status_code == status
