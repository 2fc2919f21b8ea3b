"""The form of a fact in the Studio, and what is exported after it was sent."""

from __future__ import annotations

import io
import zipfile

from studio.author import Author
from support.visitor import Page

FACT = "facts/FI/violence.helpline"
HELPLINE = {
    "label": "Help with violence at home",
    "value": "080 005 005",
    "hours": "always",
    "topics": "violence, emergency",
    "source": "https://nollalinja.fi/en",
    "checked_on": "2026-11-22",
    "review_due": "2098-05-22",
}


def form_of(page: Page, address: str) -> dict[str, str]:
    """Return what the form that is sent to an address holds."""
    form = next(tag for tag in page.all("form") if (tag.attributes.get("action") or "").endswith(address))
    values = {tag["name"]: tag.words for tag in page.all("textarea") if form in tag.parents}
    for tag in page.all("input"):
        if form in tag.parents and (tag.attributes.get("type") != "checkbox" or "checked" in tag.attributes):
            values[tag["name"]] = tag.attributes.get("value") or ("on" if "checked" in tag.attributes else "")
    for tag in page.all("option"):
        if form in tag.parents and "selected" in tag.attributes:
            values[next(up for up in tag.parents if up.name == "select")["name"]] = tag["value"]
    return values


def exported(course: Author) -> dict[str, bytes]:
    body = course.visitor.client.get(f"{course.draft}/export.zip").data
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def put(course: Author, address: str, **changed: str) -> tuple[int, Page]:
    answer = Page(
        course.visitor.client.post(f"{course.draft}/{address}", data=form_of(course.get(address), address) | changed)
    )
    return answer.status, answer if answer.status != 303 else course.get(answer.location)
