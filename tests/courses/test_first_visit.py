"""What a first visit to a lesson brings, as it travels: headers, too, and the next screen, which is fetched ahead. No pictures."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

#: docs/performance.md holds every first visit to it; letters that take two bytes make the heaviest ones.
MOST = 40_000
HEAVIEST = [
    *(f"/{language}/courses/finland/home" for language in ("ar", "prs", "ru", "uk", "so")),
    "/ru/courses/slovakia/health",
    "/ru/courses/estonia/status",
    "/uk/courses/sweden/offices",
]
#: Style sheets, scripts, and what is fetched ahead.
_LOADED = re.compile(r'<link rel="(?:stylesheet|prefetch)" href="([^"]+)"|<script[^>]* src="([^"]+)"')
#: What the server puts before the headers of the application.
_BEGINNING = "HTTP/1.1 200 OK\r\nServer: waitress\r\nDate: Sat, 28 Nov 2026 22:13:32 GMT\r\n"


def travels(client: FlaskClient, address: str) -> int:
    answer = client.get(address.replace("&amp;", "&"), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, address
    return len(_BEGINNING) + len(str(answer.headers)) + len(answer.data)


@pytest.mark.parametrize("lesson", HEAVIEST)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_first_visit_weighs_forty_kilobytes_at_most(client: FlaskClient, lesson: str) -> None:
    page = client.get(lesson).text
    loaded = {style or script for style, script in _LOADED.findall(page)}
    assert len(loaded) >= 6, "a style sheet, five scripts or so, the next screen"
    weights = {address: travels(client, address) for address in (lesson, *loaded)}
    assert sum(weights.values()) <= MOST, weights
