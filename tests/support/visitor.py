"""Somebody with a browser, as far as a test needs one: pages, forms, a cookie jar."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from perille.core.current import config_of
from perille.core.web.leaving import SHOWN_ONCE
from support.html import Tag, read_html


class Page:
    """An answer of the site."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        readable = (response.mimetype or "").startswith("text/") and "Content-Encoding" not in response.headers
        self.html = response.get_data(as_text=True) if readable else ""
        self._tags: list[Tag] | None = None

    @property
    def tags(self) -> list[Tag]:
        """Return every element, in the order of the page."""
        if self._tags is None:
            self._tags = read_html(self.html)
        return self._tags

    def all(self, name: str, **attributes: str) -> list[Tag]:
        """Return the elements of that name whose attributes have these values ("_" stands for "-")."""
        wanted = {key.strip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            tag
            for tag in self.tags
            if tag.name == name and all(tag.attributes.get(key) == value for key, value in wanted.items())
        ]

    def one(self, name: str, **attributes: str) -> Tag:
        """Return the only such element."""
        found = self.all(name, **attributes)
        assert len(found) == 1, (self.status, name, attributes, len(found))
        return found[0]

    @property
    def location(self) -> str:
        """Where it sends the browser."""
        return self.headers.get("Location", "")

    @property
    def heading(self) -> str:
        """The page's h1."""
        return self.one("h1").words

    @property
    def language(self) -> str:
        """The page's language."""
        return self.one("html")["lang"]

    @property
    def text(self) -> str:
        """All words of the page."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.html).split())

    def language_links(self) -> dict[str, str]:
        """Return language -> address of the menu in the page's head."""
        menu = [
            tag for tag in self.all("a") if any(up.attributes.get("class") == "menu languages" for up in tag.parents)
        ]
        return {tag["hreflang"]: tag["href"] for tag in menu}

    def fields(self, form_id: str) -> dict[str, str]:
        """Return the hidden fields of a form, and the name of its first choice."""
        return {
            tag["name"]: tag["value"]
            for tag in self.all("input", type="hidden")
            if any(up.attributes.get("id") == form_id for up in tag.parents)
        }


class _Client(FlaskClient):
    """Flask's client, which closes the temporary file of a large form: Werkzeug leaves it open, and the next test would be warned of it."""

    def open(self, *given: Any, **more: Any) -> TestResponse:
        answer = super().open(*given, **more)
        stream = answer.request.environ["wsgi.input"]
        if isinstance(stream, io.IOBase):
            stream.close()
        return answer


class Visitor:
    """A browser with its cookies."""

    def __init__(self, app: Flask, *, cookies: bool = True) -> None:
        self.app = app
        self.client = _Client(app, app.response_class, use_cookies=cookies)
        if config_of(app).site_url.startswith("https://localhost"):
            self.client.environ_base["wsgi.url_scheme"] = "https"

    def get(self, path: str, **headers: str) -> Page:
        """Open a page; *headers* are written with "_"."""
        return Page(self.client.get(path, headers=_headers(headers)))

    def post(self, path: str, form: Mapping[str, Any] | None = None, **headers: str) -> Page:
        """Send a form. Where the same address asks for it again with its cookie (307), or shows an answer (303), go there."""
        page = Page(self.client.post(path, data=dict(form or {}), headers=_headers(headers)))
        if page.location.partition("?")[0] != path.partition("?")[0]:
            return page
        if page.status == 303 and "said=" in page.location:
            return self.get(page.location, **headers)
        return self.post(page.location, form, **headers) if page.status == 307 else page

    def submit(self, path: str, form: Mapping[str, Any] | None = None, **headers: str) -> Page:
        """Send a form and go where it leads, as a browser does."""
        page = self.post(path, form, **headers)
        return self.get(page.location, **headers) if page.status == 303 else page

    def cookie(self, name: str = "perille_learner") -> str | None:
        """Return a cookie that the browser holds, by its plain name."""
        found = self.client.get_cookie(f"__Host-{name}") or self.client.get_cookie(name)
        return found.value if found is not None else None

    def waiting(self) -> tuple[str, str] | None:
        """Return name and value of the cookie with what a page is to show once; None where there is none."""
        held = ((name, self.cookie(name)) for name in SHOWN_ONCE)
        return next(((name, value) for name, value in held if value), None)

    def start(self, course: str = "/en/courses/way") -> Page:
        """Start a course."""
        return self.post(f"{course}/start")

    def answer(self, unit: str, item: str, choice: str, **changes: str) -> Page:
        """Answer a question on the page where it stands, as its form says."""
        page = self.get(f"{unit}?item={item}")
        return self.post(unit, {**page.fields(f"check-{item}"), f"a-{item}": choice, **changes})


def _headers(values: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in values.items()}
