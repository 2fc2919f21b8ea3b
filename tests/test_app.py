"""The application as a whole: made without touching anything, every address guarded by the same manners."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from perille.app import create_app
from perille.core.config import Config
from support.visitor import Visitor
from support.whole import KEY, Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
_SAFE = {"GET", "HEAD", "OPTIONS"}


def test_making_it_touches_nothing(whole: Whole, tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    config = Config(data_dir=folder, database_url=f"sqlite:///{folder / 'x.sqlite3'}", secret_keys=(KEY,))
    create_app(config)
    assert list(folder.iterdir()) == []


def test_no_page_of_a_language_is_without_it_in_its_address(whole: Whole) -> None:
    without = {
        rule.rule
        for rule in whole.app.url_map.iter_rules()
        if "<lang:lang>" not in rule.rule
        and not rule.rule.startswith(("/xapi", "/sync/v1/", "/verify", "/media/", "/static/"))
    }
    assert without == {
        "/",
        "/leave",
        "/forget",
        "/today",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/metrics",
        "/theme/<stamp>.css",
        "/logo/<name>.png",
        # For programs: a worker, a phone's queue, a mail program, the sign-in service of an organisation.
        "/sw.js",
        "/queue",
        "/notices/<token>",
        "/sign-in-return",
        # In a QR code: each phone is led to the page in its own language.
        "/group/<ticket>",
        "/sign-in/pin/<who>",
    }


def test_what_changes_something_is_never_reached_by_reading(whole: Whole) -> None:
    for rule in whole.app.url_map.iter_rules():
        methods = set(rule.methods or ())
        if rule.endpoint.startswith("record_store"):
            continue
        assert not (methods & {"PUT", "DELETE", "PATCH"}), rule
        assert methods <= _SAFE or methods <= {"POST", "OPTIONS"}, rule


def test_a_page_for_one_reader_is_compressed_too(visitor: Visitor) -> None:
    visitor.start()
    plain = visitor.get("/en/courses/way")
    small = visitor.get("/en/courses/way", Accept_Encoding="gzip")
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.response.get_data()) == plain.response.get_data()
    assert "Accept-Encoding" in small.headers["Vary"]


@pytest.mark.parametrize("path", ["/en/", "/en/courses/way", "/en/courses/way/hello", "/leave", "/en/nothing/x"])
def test_head_is_get_without_the_page(visitor: Visitor, path: str) -> None:
    full, head = visitor.get(path), visitor.client.head(path)
    assert (head.status_code, head.data) == (full.status, b"")
    assert head.headers["Content-Security-Policy"] == full.headers["Content-Security-Policy"]


def test_personal_pages_are_kept_by_nobody_else(visitor: Visitor) -> None:
    visitor.start()
    for path in ("/en/", "/en/courses/way", "/en/courses/way/check", "/en/keep"):
        assert visitor.get(path).headers["Cache-Control"] in ("private, no-cache", "private, max-age=60", "no-store")
