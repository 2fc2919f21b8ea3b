"""What somebody with a role can open and send: pages behind a permission, found by their links, and the forms on them."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from perille.core.permissions import permission, permission_of
from support.html import Tag
from support.visitor import Page, Visitor

#: Pages of one view that are looked at; more of them differ in words alone.
_OF_ONE_VIEW = 3
Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sent:
    """A form as somebody sends it: where to, every field and choice of it, and the endpoint that it belongs to."""

    action: str
    fields: Fields
    endpoint: str


@dataclass
class Walk:
    """Pages and forms of somebody."""

    visitor: Visitor
    pages: dict[str, Page] = field(default_factory=dict)
    forms: dict[tuple[str, tuple[str, ...]], Sent] = field(default_factory=dict)

    def endpoint(self, path: str, method: str) -> str:
        """Return the view of an address, or "" where no role is needed for it."""
        try:
            endpoint, _values = self.visitor.app.url_map.bind("localhost").match(path, method=method)
        except HTTPException:
            return ""
        name = permission_of(self.visitor.app.view_functions[endpoint])
        with self.visitor.app.app_context():
            return endpoint if name is not None and permission(name).roles else ""

    def go(self, *starts: str) -> Walk:
        """Follow links from some pages."""
        waiting, seen, count = deque(starts), set(starts), Counter[str]()
        while waiting:
            address = waiting.popleft()
            endpoint = self.endpoint(urlsplit(address).path, "GET")
            if not endpoint or count[endpoint] == _OF_ONE_VIEW:
                continue
            count[endpoint] += 1
            page = self.pages[address] = self.visitor.get(address)
            for tag in page.all("a"):
                there = tag.attributes.get("href", "").partition("#")[0]
                if there.startswith("/") and there not in seen:
                    seen.add(there)
                    waiting.append(there)
            self._keep_forms(address, page)
        return self

    def _keep_forms(self, address: str, page: Page) -> None:
        for form in page.all("form", method="post"):
            action = form.attributes.get("action") or address
            endpoint = self.endpoint(urlsplit(action).path, "POST")
            fields = _fields(page, form)
            if endpoint:
                self.forms.setdefault(
                    (endpoint, tuple(name for name, _value in fields)), Sent(action, fields, endpoint)
                )

    def send(self, form: Sent) -> TestResponse:
        """Send a form, with several values of one name where it has them."""
        values: dict[str, list[str]] = {}
        for name, value in form.fields:
            values.setdefault(name, []).append(value)
        return self.visitor.client.post(form.action, data=values)


def _fields(page: Page, form: Tag) -> Fields:
    found = []
    for tag in page.tags:
        name = tag.attributes.get("name", "")
        if tag.name in ("input", "select", "textarea", "button") and name and form in tag.parents:
            found += [(name, value) for value in _values(page, tag)]
    return tuple(found)


def _values(page: Page, tag: Tag) -> list[str]:
    if tag.name == "select":
        options = [each for each in page.all("option") if tag in each.parents and each.attributes.get("value")]
        return [each["value"] for each in options[:2]]
    if tag.attributes.get("type") == "file":
        return []
    typed = tag.attributes.get("value", "") or ("" if tag.name == "button" else "7")
    return [re.sub(r"\s+", " ", tag.words) or "7"] if tag.name == "textarea" else [typed]
