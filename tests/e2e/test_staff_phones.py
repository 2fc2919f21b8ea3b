"""Staff with a phone: their forms and lists fit its width, with a name of 120 letters without a space too."""

from __future__ import annotations

from playwright.sync_api import Page

from support.pressing import follow
from support.site import Site
from support.unseen import sign_in as signed_in
from support.watching import OpenPage


def sign_in(site: Site, open_page: OpenPage, role: str) -> Page:
    """Return the phone of somebody with a role in the office."""
    link = site.invite(f"{role}@phones.example", role)
    page = open_page("about:blank", screen="phone")
    signed_in(page, link)
    return page


def fits(page: Page) -> bool:
    width, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    return bool(wide <= width)


def test_a_list_for_paper_moves_inside_itself(site: Site, open_page: OpenPage) -> None:
    page = sign_in(site, open_page, "trainer")
    page.goto("/en/groups")
    follow(page.locator("main a[href*='/groups/new']"))
    page.locator("#name").fill("W" * 120)
    follow(page.locator("main button.main"))
    group = page.url.rpartition("#")[0] or page.url
    page.goto(f"{group}/people")
    page.locator("textarea").fill("W" * 120 + "\n" + "م" * 120)
    follow(page.locator("main form:has(textarea) button"))
    for part in ("", "/people", "/list", "/cards", "/done", "/tile", "/edit"):
        page.goto(group + part)
        assert fits(page), part
    for table in ("/en/groups", group):
        page.goto(table)
        # All of a row is in sight: on a phone it is a card.
        assert page.evaluate(
            "[...document.querySelectorAll('.scroll')].every(each => each.scrollWidth <= each.clientWidth)"
        ), table


def test_a_name_of_a_list_opens_into_a_form_that_stays_in_its_column(site: Site, open_page: OpenPage) -> None:
    page = sign_in(site, open_page, "trainer")
    page.goto("/en/groups")
    follow(page.locator("main a[href*='/groups/new']"))
    page.locator("#name").fill("Tuesday")
    follow(page.locator("main button.main"))
    page.goto(f"{page.url.partition('#')[0]}/people")
    page.locator("textarea").fill("Aino\nBen")
    follow(page.locator("main form:has(textarea) button"))
    page.locator("summary", has_text="Aino").click()
    field, column = (page.locator(each).bounding_box() for each in ("details[open] input[name=name]", "h1"))
    assert field is not None
    assert column is not None
    assert field["x"] + field["width"] <= column["x"] + column["width"]


def test_fields_for_files_fit(site: Site, open_page: OpenPage) -> None:
    page = sign_in(site, open_page, "coordinator")
    page.goto("/en/organisations")
    follow(page.locator("main a[href$='/import']"))
    assert fits(page)
    page.locator("textarea").fill("email,role\nnone,\nben@example.org,king\n")
    follow(page.locator("main button.main"))
    faults = page.locator("table.faults")
    assert faults.locator("tbody tr").count() == 2
    assert faults.evaluate("table => table.offsetWidth <= table.parentElement.clientWidth"), "read without moving it"
    page.goto("/en/studio")
    page.locator("#title").fill("A course on a phone")
    follow(page.locator(".begin button.main"))
    follow(page.locator("main a[href$='/pictures']").first)
    assert fits(page)
