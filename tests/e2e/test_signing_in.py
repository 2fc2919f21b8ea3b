"""Signing in in a real browser: a passkey of a virtual authenticator, a picture PIN with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.release_tier import EACH_SCRIPT
from support.site import Site, free_port, run_site
from support.watching import OpenPage


@pytest.fixture
def named_site(tmp_path: Path) -> Iterator[tuple[Site, str]]:
    """A site that is reached by a name, as passkeys want; with its address."""
    port = free_port()
    address = f"http://localhost:{port}"
    with run_site(tmp_path, settings={"PERILLE_SITE_URL": address}, port=port) as site:
        yield site, address


def authenticator(page: Page, *, resident: bool) -> Callable[[], object]:
    """Give the browser an authenticator, one that keeps keys or one that cannot; return what loses it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": resident,
        "hasUserVerification": True,
        "isUserVerified": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return partial(session.send, "WebAuthn.removeVirtualAuthenticator", made)


def test_the_first_administrator_makes_a_passkey_and_signs_in_with_it(
    browser: Browser, named_site: tuple[Site, str], axe: Callable[[Page], None]
) -> None:
    site, address = named_site
    context = browser.new_context(base_url=address, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site.administrator_link)
    page.locator("main .main").click()
    make = page.locator("form[data-passkey]")
    # An authenticator that cannot keep a key ends in words, with the other ways beside them.
    authenticator(page, resident=False)
    make.locator("button").click()
    # A link by e-mail brought the person here: it is no way on.
    expect(make.locator("[data-failed]")).to_have_text("The passkey was not kept. Try again, or use another device.")
    expect(page.locator("form[action$=authenticator] button")).to_be_visible()
    second = context.new_page()
    page.close()
    second.goto("/en/sign-in/second-factor")
    authenticator(second, resident=True)
    second.locator("form[data-passkey] button").click()
    expect(second.locator("main li code")).to_have_count(10)
    axe(second)
    second.locator("main .main").click()
    expect(second).to_have_url(re.compile("/en/manage$"))
    second.goto("/en/account/sign-in")
    axe(second)
    second.locator("form[action$='sessions/end'] button").click()
    expect(second).to_have_url(re.compile("/en/(#pictures)?$"))
    second.goto("/en/sign-in")
    axe(second)
    second.locator("form[data-passkey] button").click()
    expect(second).to_have_url(re.compile("/en/manage$"))
    context.close()


def test_who_lost_a_passkey_is_shown_the_way_by_a_recovery_code(browser: Browser, named_site: tuple[Site, str]) -> None:
    site, address = named_site
    page = browser.new_context(base_url=address, viewport={"width": 360, "height": 740}).new_page()
    page.goto(site.administrator_link)
    page.locator("main .main").click()
    lose = authenticator(page, resident=True)
    page.locator("form[data-passkey] button").click()
    code = page.locator("main li code").first.inner_text()
    page.goto("/en/account/sign-in")
    page.locator("form[action$='sessions/end'] button").click()
    lose()
    authenticator(page, resident=True)
    link = site.command("accounts", "invite", "administrator@localhost", "--role", "administrator")
    page.goto("/" + link.strip().split("/", 3)[3])
    page.locator("main .main").click()
    expect(page.locator("#recovery")).to_be_hidden()
    page.locator("form[data-passkey] button").click()
    expect(page.locator("#recovery")).to_be_visible()
    page.locator("#recovery").fill(code)
    page.locator("#recovery").press("Enter")
    expect(page).to_have_url(re.compile("/en/account/sign-in"))
    page.context.close()


def test_a_browser_without_passkeys_has_no_button_for_them(browser: Browser, named_site: tuple[Site, str]) -> None:
    _site, address = named_site
    context = browser.new_context(base_url=address)
    context.add_init_script("delete window.PublicKeyCredential")
    page = context.new_page()
    page.goto("/en/sign-in")
    expect(page.locator("#email")).to_be_visible()
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    context.close()


@EACH_SCRIPT
def test_a_picture_pin_is_pressed_with_the_keyboard_alone(
    open_page: OpenPage, axe: Callable[[Page], None], script: bool
) -> None:
    page = open_page("/en/sign-in/name/new", script=script)
    page.locator("button[value=pictures]").press("Enter")
    shown = page.locator("ol li")
    # The card has the address of the form: only what it shows tells that it is there.
    expect(shown).to_have_count(3)
    words = [each.strip() for each in shown.all_inner_texts()]
    page.locator("main .main").press("Enter")
    expect(page.locator(".pin-pictures button")).to_have_count(12)
    if script:
        axe(page)
    for number, word in enumerate(words):
        expect(page.locator(".pin-count")).to_have_text(f"{number} of 3 pictures")
        page.get_by_role("button", name=word, exact=True).press("Enter")
    expect(page).to_have_url(re.compile("/en/account/modules(#pictures)?$"))
    page.goto("/en/account/sign-in")
    expect(page.get_by_role("heading", name="How you sign in")).to_be_visible()
