"""Presses on pages that are kept, without a line: none leads to the browser's own page, and the numbers of who helps can be saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from support.waiting import until

_KEPT = """(path) => caches.open('perille-pages').then((cache) => cache.keys())
    .then((keys) => keys.some((key) => key.url === location.origin + path))"""
_NUMBERS = "/ar/help/numbers.vcf?country=FI"


def kept(page: Page, path: str) -> None:
    """Wait until a page is on the phone; the one that is shown when all that it asks for is."""
    until(page, f"() => ({_KEPT})({path!r})")
    page.reload()
    until(page, "() => navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))")


@pytest.mark.parametrize("form", ["form[action='/ar/pictures']", "form[action='/ar/search']"])
def test_a_form_without_a_line_leads_to_our_page_for_no_line(open_phone: Callable[..., Page], form: str) -> None:
    page = open_phone(path="/ar/")
    kept(page, "/ar/")
    page.context.set_offline(True)
    page.locator(form).first.evaluate("(form) => form.querySelector('button').click()")
    expect(page.locator("main h1")).to_have_text("لا يوجد اتصال بالإنترنت الآن")
    expect(page.locator("main a[href*='/help']").first).to_be_visible()


def test_pages_of_no_country_keep_the_numbers_of_the_one_that_was_chosen_last(open_phone: Callable[..., Page]) -> None:
    page = open_phone(path="/ar/help?country=FI")
    kept(page, "/ar/help?country=FI")
    # In another language meanwhile: home is of no country.
    page.goto("/so/")
    until(page, f"() => ({_KEPT})('/so/offline?country=FI')")
    page.context.set_offline(True)
    page.goto("/so/look")
    expect(page.locator("main h1")).to_have_text("Hadda internet ma jiro")
    expect(page.locator("main a[href='tel:+35880005005']")).to_be_visible()


def test_the_button_below_how_it_looks_says_nothing_of_a_line_where_the_choice_holds_without_one(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone(path="/ar/look")
    kept(page, "/ar/look")
    page.context.set_offline(True)
    page.locator("input[name=size][value=large]").check(force=True)
    page.locator("#look-form button").click()
    expect(page.locator("#look-form legend").first).to_be_in_viewport()
    page.reload()
    expect(page.locator("input[name=size][value=large]")).to_be_checked()
    page.context.set_offline(False)
    with page.expect_navigation():
        page.locator("#look-form button").click()
    assert page.locator("html").get_attribute("data-look") == "large"


def test_a_form_reaches_a_site_on_the_same_machine_that_is_in_no_network(open_phone: Callable[..., Page]) -> None:
    page = open_phone(path="/ar/")
    kept(page, "/ar/")
    (worker,) = page.context.service_workers
    worker.evaluate("() => { Object.defineProperty(navigator, 'onLine', { value: false }); }")
    page.locator("form[action='/ar/pictures']").first.evaluate("(form) => form.querySelector('button').click()")
    expect(page.locator("html")).to_have_attribute("data-look", "pictures")


def test_the_numbers_of_who_helps_are_saved_without_a_line(open_phone: Callable[..., Page], tmp_path: Path) -> None:
    page = open_phone(path="/ar/help?country=FI")
    kept(page, _NUMBERS)
    page.context.set_offline(True)
    with page.expect_download() as saved:
        page.locator("a[download]").click()
    saved.value.save_as(tmp_path / "numbers.vcf")
    assert (tmp_path / "numbers.vcf").read_bytes().startswith(b"BEGIN:VCARD")
