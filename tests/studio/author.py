"""An author with a browser without script: presses what the pages offer, and sends what their forms hold."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from PIL import Image

from support.html import Tag
from support.visitor import Page, Visitor

Values = Mapping[str, str]


class Author:
    """Somebody in the Studio."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.draft = ""

    def get(self, path: str = "") -> Page:
        """Open a page of the draft, or any page by its whole address."""
        page = self.visitor.get(path if path.startswith("/") else f"{self.draft}{'/' if path else ''}{path}")
        assert page.status == 200, (path, page.status, page.text[:300])
        return page

    def send(self, path: str, form: Mapping[str, Any] | None = None, **files: tuple[io.BytesIO, str]) -> Page:
        """Send a form and go where it leads."""
        address = path if path.startswith("/") else f"{self.draft}/{path}"
        answer = Page(self.visitor.client.post(address, data={**(form or {}), **files}))
        assert answer.status == 303, (address, answer.status, answer.text[:300])
        return self.get(answer.location)

    def begin(self, title: str = "First steps", **form: str) -> Page:
        """Begin a course from a template."""
        page = self.send("/en/studio", {"title": title, "starter": "short", "country": "", "language": "en", **form})
        found = re.search(r"/en/studio/[0-9a-f-]{36}", page.html)
        assert found
        self.draft = found[0]
        return page

    def add(self, lesson: str, kind: str, screen: int = 1) -> Page:
        """Add a block."""
        return self.send(f"lessons/{lesson}/add", {"kind": kind, "screen": str(screen)})

    def form_of(self, page: Page, place: int) -> dict[str, str]:
        """Return everything that the form of a block holds."""
        form = next(tag for tag in page.all("form") if tag.attributes.get("data-block") == str(place))
        return {**_inputs(page, form), **_areas(page, form)}

    def write(
        self, lesson: str, place: int, words: str, screen: int = 1, page: Page | None = None, **more: str
    ) -> Page:
        """Write the words of a block into its form, as the page (by default as it is now) shows it."""
        page = page or self.get(f"lessons/{lesson}?screen={screen}")
        return self.send(f"lessons/{lesson}/block", self.form_of(page, place) | {"f-words": words} | more)

    def upload(self, lesson: str = "", screen: int = 1, body: bytes | None = None, **more: str) -> Page:
        """Upload a picture."""
        form = {"description": "Ships", "author": "Anna", "licence": "CC-BY-4.0"} | more
        form |= {"lesson": lesson, "screen": str(screen)} if lesson else {}
        return self.send("pictures", form, picture=(io.BytesIO(body or photograph()), "photo.jpg"))

    def publish(self) -> Page:
        """Press "Publish now" on its page."""
        page = self.get("publish")
        revision = next(tag["value"] for tag in page.all("input", _name="revision"))
        return self.send("publish", {"revision": revision})


def photograph(size: tuple[int, int] = (640, 400)) -> bytes:
    """Return a JPEG that says where and with what it was made."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Secret Phone"
    exif[0x8825] = {1: "N", 2: (60.0, 10.0, 0.0)}
    body = io.BytesIO()
    image.save(body, "JPEG", exif=exif, comment=b"taken at home")
    return body.getvalue()


def _inputs(page: Page, form: Tag) -> dict[str, str]:
    fields = [tag for tag in page.all("input") if form in tag.parents and "name" in tag.attributes]
    sent = [tag for tag in fields if tag.attributes.get("type") != "radio" or "checked" in tag.attributes]
    values = {tag["name"]: tag.attributes.get("value") or "" for tag in sent}
    for tag in page.all("option"):
        if form in tag.parents and "selected" in tag.attributes:
            select = next(up for up in tag.parents if up.name == "select")
            values[select["name"]] = tag.attributes.get("value") or ""
    return values


def _areas(page: Page, form: Tag) -> dict[str, str]:
    return {tag["name"]: tag.words for tag in page.all("textarea") if form in tag.parents}


def translation_forms(page: Page) -> list[dict[str, str]]:
    """Return what the form of each block on the page of a translation holds."""
    found = [tag for tag in page.all("form") if re.search(r"/translations/\w+$", tag.attributes.get("action") or "")]
    return [{**_inputs(page, form), **_areas(page, form)} for form in found]
