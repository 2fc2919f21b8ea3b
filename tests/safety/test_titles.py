"""The history of a shared phone shows titles: none of a screen says what is hard about it."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from perille.core.i18n import OFFERED
from support.places import ROOT

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
#: Words that tell somebody who looks over the list of pages what was read.
TELLING = re.compile(
    r"hurt|control|violen|abus|traffick|satutt|kontroll|väkiv|يؤذي|يتحكم|عنف|болю|контрол|насил|больно", re.IGNORECASE
)


@pytest.mark.parametrize("language", OFFERED)
def test_no_title_of_a_lesson_on_help_is_telling(client: FlaskClient, language: str) -> None:
    for screen in range(1, 12):
        html = client.get(f"/{language}/courses/finland/emergency?screen={screen}").get_data(as_text=True)
        (title,) = re.findall(r"<title>(.*?)</title>", html)
        assert not TELLING.search(title), title


def test_the_heading_of_a_hard_screen_stays_on_the_page(client: FlaskClient) -> None:
    pages = [client.get(f"/en/courses/finland/emergency?screen={n}").get_data(as_text=True) for n in range(1, 12)]
    assert any("When somebody hurts or controls you</h1>" in page for page in pages)


def test_the_name_on_a_certificate_is_kept_by_no_browser(client: FlaskClient) -> None:
    fields = (ROOT / "platform" / "perille" / "templates").rglob("*.html")
    assert [path.name for path in fields if 'autocomplete="name"' in path.read_text("utf-8")] == []
