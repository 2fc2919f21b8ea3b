"""The administrators' page names what is wrong with packs; the others work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from perille.core.extensions import db
from perille.core.job_queue import current_queue
from perille.people.models import Role
from perille.people.services import invite
from support.packs import write_pack
from support.people import verify
from support.visitor import Page, Visitor
from support.whole import Whole
from support.whole_packs import SECOND, write_way

SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_it_lists_the_packs(administrator: Visitor) -> None:
    page = administrator.get("/fi/manage")
    assert page.headers["Cache-Control"] == "no-store"
    assert [tag.words for tag in page.all("td", lang="en")] == [
        "The quiet course",
        "The way course",
        "The staff course",
    ]
    assert page.all("li", class_="problem") == []


def test_it_leads_to_every_page_of_administrators(administrator: Visitor) -> None:
    links = [tag["href"] for tag in administrator.get("/fi/manage").all("a") if "/manage/" in tag["href"]]
    parts = [
        "clients",
        "refused",
        "statements",
        "forwarding",
        "organisations",
        "audit",
        "erasures",
        "questions",
        "jobs",
    ]
    # In front a reminder of who runs the site, at the end the pages that features bring.
    assert links == [f"/fi/manage/{part}" for part in ("site", *parts, "site", "mail", "plugins")]
    assert [administrator.get(link).status for link in links] == [200] * len(links)


def test_it_names_a_broken_pack_with_file_and_line_and_the_others_work(
    whole: Whole, administrator: Visitor, tmp_path: Path
) -> None:
    broken = write_pack(tmp_path / "new", "course_broken", lessons={"hello": "# Hi\n\n{fact: no.such}\n"})
    report = whole.publish(broken)
    assert report.refused == ("course_broken",)
    page = administrator.get("/en/manage")
    (problem,) = [tag.words for tag in page.all("code") if "course_broken" in tag.words]
    assert "course_broken/lessons/hello.md:3" in problem
    assert "no.such" in problem
    assert administrator.get("/en/courses/broken").status == 404
    assert administrator.get("/en/courses/way/hello").status == 200


def test_a_pack_that_is_loaded_is_not_said_to_be_missing(administrator: Visitor) -> None:
    page = administrator.get("/en/manage")
    assert any(tag.words.startswith("Packs that work, with something to look at") for tag in page.all("summary"))
    assert [tag.words for tag in page.all("code") if "course_quiet/pack.toml" in tag.words]
    assert "These were not loaded" not in page.text


def test_a_pack_that_breaks_keeps_its_last_good_form(whole: Whole, administrator: Visitor, tmp_path: Path) -> None:
    broken = write_way(tmp_path / "new", lessons={"hello": "# Hi\n\n::: check nothing\n:::\n", "second": SECOND})
    assert whole.publish(broken).refused == ("course_way",)
    assert "course_way/lessons/hello.md" in administrator.get("/en/manage").text
    assert "Welcome to your course." in administrator.get("/en/courses/way/hello").text


def test_a_pack_that_is_gone_leaves_the_lists(whole: Whole, administrator: Visitor) -> None:
    administrator.start()
    folder = whole.packs / "course_way"
    hidden = folder.with_name("not a pack")
    try:
        folder.rename(hidden)
        (hidden / "pack.toml").rename(hidden / "pack.off")
        whole.publish()
    finally:
        (hidden / "pack.off").rename(hidden / "pack.toml")
        hidden.rename(folder)
    assert "The way course" not in administrator.get("/en/").text
    assert whole.visitor().get("/en/courses/way").status == 404
    assert administrator.get("/en/courses/way").status == 200  # Who has begun it may go on.


@SQLITE
@pytest.mark.parametrize(
    ("settings", "headers", "said"),
    [
        ({}, {}, ["PERILLE_SITE_URL is not set"]),
        ({"site_url": "http://learn.example.org"}, {}, ["does not begin with https"]),
        ({"site_url": "https://learn.example.org"}, {}, []),
        ({"site_url": "https://learn.example.org"}, {"X_Forwarded_For": "203.0.113.9"}, ["PERILLE_PROXY_HOPS"]),
        ({"site_url": "https://learn.example.org", "jobs": False}, {}, ["perille jobs"]),
    ],
)
def test_it_names_the_settings_that_must_be_looked_at(
    make_whole: Callable[..., Whole],
    settings: dict[str, Any],
    headers: dict[str, str],
    said: list[str],
) -> None:
    settings = dict(settings)
    served = settings.pop("jobs", True)
    site = make_whole(**settings)
    if served:
        site.do(lambda: current_queue().say_alive())
    visitor = site.visitor()
    token = site.do(lambda: invite(db.session, "eva@example.org", Role.ADMINISTRATOR), write=True)
    visitor.client.post(f"/en/sign-in/{token}", base_url="https://localhost")
    verify(site)
    visitor.get("/en/", **headers)
    page = Page(visitor.client.get("/en/manage", base_url="https://localhost"))
    assert page.status == 200
    warnings = [tag.words for tag in page.all("li") if "PERILLE_" in tag.words or "perille jobs" in tag.words]
    assert len(warnings) == len(said)
    assert all(part in warning for part, warning in zip(said, warnings, strict=True))
