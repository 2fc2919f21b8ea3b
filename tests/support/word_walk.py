"""Which words of the interface pages say: a recorder in place of gettext, and a walk over all that somebody can reach."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urldefrag, urljoin

import pytest
from flask_babel import Domain, get_locale

from perille.core.permissions import permission_of
from perille.core.web.staff_languages import is_staff_page
from support.html import Tag
from support.interface_words import Key
from support.visitor import Page, Visitor
from support.whole import Whole

_NUMBER = re.compile(r"[0-9a-f-]{8,}|\d+")
#: Pages of one kind that are opened.
_OF_A_KIND = 3


class Recorder:
    """Gives every word back as it is, and remembers it. Its methods have the names that Flask-Babel calls."""

    def __init__(self) -> None:
        self.words: set[Key] = set()

    def ugettext(self, message: str) -> str:
        self.words.add((None, message))
        return message

    def ungettext(self, one: str, many: str, number: int) -> str:
        self.words.add((None, (one, many)))
        return one if number == 1 else many

    def upgettext(self, context: str, message: str) -> str:
        self.words.add((context, message))
        return message

    def unpgettext(self, context: str, one: str, many: str, number: int) -> str:
        self.words.add((context, (one, many)))
        return one if number == 1 else many


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    """Record every word that is looked for."""
    recorder = Recorder()

    def looked_up(_domain: Domain) -> Recorder:
        get_locale()  # As Flask-Babel does: the catalogue of a page is kept together with its locale.
        return recorder

    with monkeypatch.context() as patched:
        patched.setattr(Domain, "get_translations", looked_up)
        yield recorder


class Walk:
    """Opens what links lead to and sends every form empty, with the cookies of somebody, but for pages of staff."""

    def __init__(self, whole: Whole, who: Visitor) -> None:
        self.whole = whole
        self.who = who
        self.opened: set[str] = set()
        self._kinds: dict[str, int] = {}
        self._sent: set[str] = set()
        self._adapter = whole.app.url_map.bind("localhost")

    def run(self, *starts: str) -> None:
        """Open pages and all that they lead to, then send their forms, each from a copy of the browser, and look where that leads."""
        for path, values in self._open(self.who, starts):
            kind = _NUMBER.sub("#", f"{path} {sorted(values.items())}")
            if kind not in self._sent:
                self._sent.add(kind)
                copy = self._copy()
                self._open(copy, [copy.post(path, values).location])

    def _open(self, who: Visitor, starts: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
        """Open pages and what they lead to; return their forms."""
        forms: list[tuple[str, dict[str, str]]] = []
        waiting = deque(starts)
        while waiting:
            path = waiting.popleft()
            if not path.startswith("/") or self._is_of_staff(path, "GET") or self._is_known(path):
                continue
            page = who.get(path)
            forms += [form for form in _forms(path, page) if not self._is_of_staff(form[0], "POST")]
            waiting += _links(path, page)
        return forms

    def _copy(self) -> Visitor:
        copy = self.whole.visitor()
        for cookie in self.who.client._cookies.values():  # type: ignore[union-attr]
            copy.client.set_cookie(cookie.key, cookie.value)
        return copy

    def _is_known(self, path: str) -> bool:
        kind = _NUMBER.sub("#", path)
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        if path in self.opened or self._kinds[kind] > _OF_A_KIND:
            return True
        self.opened.add(path)
        return False

    def _is_of_staff(self, path: str, method: str) -> bool:
        try:
            endpoint, _values = self._adapter.match(urldefrag(path).url.partition("?")[0], method=method)
        except Exception:  # no page of the site, or one that leads elsewhere
            return False
        with self.whole.app.app_context():
            return is_staff_page(endpoint) and permission_of(self.whole.app.view_functions[endpoint]) is not None


def _links(path: str, page: Page) -> list[str]:
    found = [urldefrag(urljoin(path, tag["href"])).url for tag in page.all("a") if tag.has("href")]
    return [each for each in [page.location, *found] if each.startswith("/en/") or each == "/"]


def _forms(path: str, page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    for form in page.all("form", method="post"):
        fields = [tag for tag in page.all("input", type="hidden") if _is_in(form, tag) and tag.has("name")]
        action = urljoin(path, form.attributes.get("action") or path)
        if action.startswith("/"):
            yield action, {tag["name"]: tag.attributes.get("value") or "" for tag in fields}


def _is_in(form: Tag, tag: Tag) -> bool:
    return any(up is form for up in tag.parents)
