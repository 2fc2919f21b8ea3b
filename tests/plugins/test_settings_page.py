"""An administrator changes settings of a plugin on a page, and its code has them from the next request on, in every process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from perille.api import Plugin, Setting, plugin_setting
from perille.core.extensions import db
from perille.core.site import PLUGIN_ROW, refresh_site
from perille.operator.models import SiteSetting
from perille.people.models import AuditEntry, Role
from support.doors import owned
from support.people import sign_in_as
from support.visitor import Page, Visitor
from support.whole import Whole

HERE = "/en/manage/plugins"
SETTINGS = (
    Setting(name="most", about="How many are shown at the most", default=5, convert=int, title="Most"),
    Setting(name="data", about="The address that is asked", title="Where"),
    Setting(name="token", about="What the service gave you", title="Token", secret=True),
    Setting(name="quiet", about="For the installation alone", default="yes"),
)


@pytest.fixture
def site(make_whole: Callable[..., Whole]) -> Whole:
    """A site with a plugin that has settings for the page, and one that has none."""
    return make_whole(plugins=(owned(Plugin(settings=SETTINGS)), owned(Plugin(), "silent")))


@pytest.fixture
def administrator(site: Whole) -> Visitor:
    return sign_in_as(site, Role.ADMINISTRATOR)


def values(site: Whole) -> list[Any]:
    """Return what the code of the plugin reads when the next request comes."""
    with site.app.app_context():
        refresh_site()
        return [plugin_setting("forum", each.name) for each in SETTINGS]


def save(administrator: Visitor, **given: str) -> Page:
    fields = {"setting_most": "", "setting_data": "", "setting_token": "", **given}
    answer = administrator.post(f"{HERE}/forum", fields)
    assert answer.status == 303
    return administrator.get(answer.location)


def row(site: Whole) -> str:
    found = site.scalars(select(SiteSetting.value).where(SiteSetting.name == f"{PLUGIN_ROW}forum"))
    return found[0] if found else ""


def test_what_is_saved_goes_before_the_installation_in_every_process(
    site: Whole, administrator: Visitor, make_whole: Callable[..., Whole]
) -> None:
    other = make_whole(plugins=(owned(Plugin(settings=SETTINGS)),))
    assert values(site) == values(other) == [5, "", "", "yes"]
    page = save(administrator, setting_most="7", setting_data="https://example.org")
    assert page.one("input", id="forum-most")["value"] == "7"
    assert values(site) == values(other) == [7, "https://example.org", "", "yes"]
    assert "site.changed" in [each.action for each in site.scalars(select(AuditEntry))]
    save(administrator)
    assert values(other) == [5, "", "", "yes"]
    assert row(site) == ""


def test_page_has_the_settings_that_were_declared_for_it_and_no_other(administrator: Visitor) -> None:
    page = administrator.get(HERE)
    assert [each.words for each in page.all("h2")] == ["forum"]
    assert [each.words for each in page.all("label")] == ["Most", "Where", "Token"]
    assert "How many are shown at the most" in page.text
    assert HERE in [each["href"] for each in administrator.get("/en/manage").all("a")]


def test_what_the_plugin_refuses_is_said_and_nothing_is_saved(site: Whole, administrator: Visitor) -> None:
    page = save(administrator, setting_most="many", setting_data="typed before")
    assert "The plugin cannot use this: invalid literal" in page.one("div", id="errors").words
    assert page.one("input", id="forum-most")["value"] == "many"
    assert page.one("input", id="forum-data")["value"] == "typed before"
    assert values(site) == [5, "", "", "yes"]


def test_a_secret_is_kept_sealed_never_shown_and_taken_back(site: Whole, administrator: Visitor) -> None:
    page = save(administrator, setting_token="s3cret-token")
    assert "s3cret-token" not in page.text + row(site)
    assert values(site)[2] == "s3cret-token"
    save(administrator, setting_most="6")
    assert values(site)[:3:2] == [6, "s3cret-token"]
    assert administrator.get(HERE).one("input", id="forum-forget_token")["type"] == "checkbox"
    save(administrator, forget_token="y")
    assert values(site)[2] == ""


def test_a_kept_value_that_a_newer_plugin_refuses_leaves_that_of_the_installation(
    site: Whole, administrator: Visitor, make_whole: Callable[..., Whole]
) -> None:
    save(administrator, setting_data="far away")
    newer = make_whole(
        plugins=(owned(Plugin(settings=(Setting(name="data", about="", default=1, convert=int, title="W"),))),)
    )
    with newer.app.app_context():
        assert plugin_setting("forum", "data") == 1


def test_a_row_that_cannot_be_read_stops_no_page(site: Whole, administrator: Visitor) -> None:
    site.do(lambda: db.session.add(SiteSetting(name=f"{PLUGIN_ROW}forum", value="{")), write=True)
    assert administrator.get(HERE).status == 200
    assert values(site) == [5, "", "", "yes"]


def test_nobody_but_an_administrator_sees_or_saves_settings(site: Whole, visitor: Visitor) -> None:
    coordinator = sign_in_as(site, Role.COORDINATOR, "cora@example.org")
    assert coordinator.get(HERE).status == 403
    assert coordinator.post(f"{HERE}/forum", {"setting_most": "9"}).status == 403
    assert sign_in_as(site, Role.ADMINISTRATOR, "ada@example.org").post(f"{HERE}/silent", {}).status == 404
    assert values(site) == [5, "", "", "yes"]
