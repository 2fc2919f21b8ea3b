"""The tests' own helpers: one that sees nothing would let everything pass."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from support.crawl import distinct, links
from support.markup import html_faults
from support.network import NetworkUsedError
from support.queries import count_queries as count_engine_queries

PAGE = '<!doctype html><html lang="en"><head><title>A</title></head><body>{}</body></html>'


@pytest.mark.parametrize("host", ["192.0.2.1", "learn.example.org"])
def test_a_test_cannot_reach_another_machine(host: str) -> None:
    with pytest.raises(NetworkUsedError), socket.socket() as plain:
        plain.connect((host, 80))
    with pytest.raises(NetworkUsedError):
        urllib.request.urlopen(f"http://{host}/", timeout=1)


def test_the_validator_names_page_and_fault() -> None:
    pages = {"/good": PAGE.format("<p>Hello</p>"), "/bad": PAGE.format('<img src="a.png"><p><div></div></p>')}
    found = html_faults(pages)
    assert len(found) >= 2
    assert all(each.startswith("/bad:") for each in found)


def test_links_are_followed_and_downloads_are_not() -> None:
    html = '<a href="two?x=1#part">2</a><a href="/three">3</a><a href="/paper" download>4</a><a>5</a>'
    assert links(html, "http://here/en/one") == ["http://here/en/two?x=1", "http://here/three"]


def test_a_page_that_shows_nothing_new_is_left_out() -> None:
    pages = {"/1": "<p>a</p>", "/2": "<p>b</p>", "/3": '<p class="x">c</p>', "/4": '<a href="/">d</a><p>e</p>'}
    assert distinct(pages) == ["/1", "/3", "/4"]


def test_queries_are_counted_and_transactions_are_not(engine: Engine) -> None:
    with count_engine_queries(engine) as sent, engine.begin() as connection:
        connection.execute(text("SELECT 1"))
        connection.execute(text("SELECT 2"))
    assert sent == ["SELECT 1", "SELECT 2"]


def test_a_page_asks_the_database_what_is_counted(
    client: FlaskClient, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    with count_queries() as sent:
        assert client.get("/readyz").status_code == 200
    assert any("alembic_version" in statement for statement in sent)
