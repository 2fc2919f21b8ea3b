"""Every page of the site, found once in a test run by following its links in one language.

Addresses and elements are the same in every language; words are not. So links are followed in English, and other
languages are looked at on the pages that show every kind of element, and on those for print, which have every word of a lesson.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from perille.core.i18n import SOURCE_LANGUAGE
from support.applications import make_app
from support.crawl import crawl, distinct
from support.prepared import opened, plain_config, published_file
from support.shared import made_once

_START = f"/{SOURCE_LANGUAGE}/"
#: Languages beside English whose pages each run looks at: one with long words, and one from the right.
LOOKED_AT = ("fi", "ar")


class NearSite:
    """The application with the installed packs in this process: a page costs half of what it costs from a server."""

    url = "http://localhost"

    def __init__(self, folder: Path) -> None:
        database = folder / "near.sqlite3"
        shutil.copyfile(published_file(), database)
        config = replace(plain_config(f"sqlite:///{database}", folder), rate_limits=False)
        self.app = make_app(config)

    def get(self, path: str) -> tuple[int, str]:
        """Ask for a page, as somebody without cookies, and go where it leads; return status and body."""
        answer = self.app.test_client(use_cookies=False).get(path, follow_redirects=True)
        return answer.status_code, answer.get_data(as_text=True)


@cache
def english_pages() -> dict[str, str]:
    """Return path -> HTML of every page that links lead to; a link that leads nowhere fails."""
    pages: dict[str, str] = json.loads(made_once("english.json", _crawl).read_text("utf-8"))
    return pages


def _crawl(target: Path) -> None:
    with _near() as site:
        target.write_text(json.dumps(crawl(site, _START, within=_START)), "utf-8")


@contextmanager
def _near() -> Iterator[NearSite]:
    with tempfile.TemporaryDirectory() as folder:
        site = NearSite(Path(folder))
        with opened(site.app):
            yield site


def kinds_of_pages(language: str) -> list[str]:
    """Return pages of one language that together show every kind of element in every other."""
    found = json.loads(made_once("kinds.json", _choose).read_text("utf-8"))
    return [_in(language, path) for path in found]


def _choose(target: Path) -> None:
    target.write_text(json.dumps(distinct(english_pages())), "utf-8")


def printed_pages(language: str) -> list[str]:
    """Return the pages for print of one language: each has the words of all screens of a lesson."""
    return [_in(language, path) for path in english_pages() if path.endswith("/print")]


def pages_of(language: str) -> dict[str, str]:
    """Return path -> HTML of the pages of one language that show every kind of element, and those for print, which have its words."""
    if language == SOURCE_LANGUAGE:
        return {path: english_pages()[path] for path in _shown(language)}
    pages: dict[str, str] = json.loads(
        made_once(f"pages-{language}.json", partial(_ask, language=language)).read_text("utf-8")
    )
    return pages


def _ask(target: Path, language: str) -> None:
    pages = {}
    with _near() as site:
        for path in _shown(language):
            status, pages[path] = site.get(path)
            assert status == 200, path
    target.write_text(json.dumps(pages), "utf-8")


def _shown(language: str) -> list[str]:
    return list(dict.fromkeys([*kinds_of_pages(language), *printed_pages(language)]))


def english_of(path: str) -> str:
    """Return the English address of a page."""
    return f"{_START}{path.split('/', 2)[2]}"


def _in(language: str, path: str) -> str:
    return f"/{language}/{path.removeprefix(_START)}"
