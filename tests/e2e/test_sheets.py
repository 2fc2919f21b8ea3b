"""What professionals take to work fits one page of paper, and what is written into a plan goes with it and nowhere else."""

from __future__ import annotations

import io
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from perille.core.i18n import LANGUAGES
from support.phones import Phone, left_behind, wait
from support.places import EVERYTHING, ROOT
from support.release_tier import EACH_SCRIPT
from support.site import Site
from support.watching import OpenPage

PLAN = "/en/modules/module-4/local-plan"
SHEET = "/en/modules/module-8/sheet"
#: What nothing else says.
TYPED = "zanzibar7731"
_TYPE = f"""() => {{
    for (const field of document.querySelectorAll("textarea.room")) {{
        field.focus();
        document.execCommand("insertText", false, "{TYPED}");
    }}
    return [...document.querySelectorAll("textarea.room")].filter((each) => each.value === "{TYPED}").length;
}}"""
MARGIN = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}


def sheets() -> Iterator[str]:
    """Yield the address of each sheet and plan of the modules in each of their languages; in Finland, where there are countries."""
    for file in sorted((ROOT / "modules").glob("*/pack.toml")):
        pack = tomllib.loads(file.read_text("utf-8"))
        where = "?in=fi" if len(pack.get("countries", ())) > 1 else ""
        for unit in pack.get("unit", {}):
            if unit == "sheet" or unit.endswith("-plan"):
                yield from (f"/{code}/modules/{pack['slug']}/{unit}/print{where}" for code in pack["languages"])


def longest(page: Page, addresses: list[str]) -> list[str]:
    """Return each sheet in the languages in which it says most: the two with most letters, and the one of those written from the right."""
    found = defaultdict[str, list[tuple[int, str]]](list)
    for address in addresses:
        _, language, sheet = address.split("/", 2)
        letters = len(re.sub(r"<[^>]*>|\s+", "", page.request.get(address).text()))
        side = LANGUAGES[language].direction
        found[f"{sheet} {side}"].append((letters, address))
    return [
        address for all_ in found.values() for _, address in sorted(all_, reverse=True)[: 1 if len(all_) < 3 else 2]
    ]


def test_each_sheet_prints_on_one_page(open_page: OpenPage) -> None:
    addresses = list(sheets())
    assert len(addresses) > 25
    page = open_page(addresses[0], screen="wide")
    pages = {}
    for address in addresses if EVERYTHING else longest(page, addresses):
        page.goto("/".join(page.url.split("/")[:3]) + address)
        pages[address] = len(PdfReader(io.BytesIO(page.pdf(format="A4", margin=MARGIN))).pages)
    assert {address: count for address, count in pages.items() if count != 1} == {}


def test_the_day_beside_a_number_can_be_read_on_paper(open_page: OpenPage) -> None:
    page = open_page("/en/modules/module-4/sheet/print?in=ee", screen="wide")
    page.emulate_media(media="print")
    sizes = page.eval_on_selector_all(
        ".numbers :is(.checked, .contact-more)", "all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert len(sizes) > 2  # noqa: PLR2004  (the emergency number, the first contact, who answers when that does not)
    assert min(sizes) > 8.5, "pixels: 6.4 points"  # noqa: PLR2004


@EACH_SCRIPT
def test_a_plan_is_filled_in_on_the_screen_and_printed(open_page: OpenPage, script: bool) -> None:
    page = open_page("/en/modules/module-4/local-plan/print?in=fi", script=script, screen="wide")
    field = page.get_by_label("A safe bed for tonight")
    field.fill("Call the shelter")
    assert "Call the shelter" in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
    page.reload()
    expect(field).to_have_value("")


def test_what_is_written_into_a_plan_is_on_no_disk(phone: Phone, site: Site) -> None:
    phone.start()
    for address in (f"{PLAN}?screen=2&in=fi", f"{PLAN}/print?in=fi", f"{SHEET}/print?in=fi"):
        phone.open(site.url + address)
        wait(phone, "document.querySelectorAll('textarea.room').length")
        assert phone.run(_TYPE) > 5
        # The browser writes what it would open again after a while, and when the page goes.
        wait(phone, "caches.keys().then((all) => all.length)")
        phone.open(f"{site.url}/en/modules/module-4")
    phone.close()
    assert left_behind(phone.folder, [TYPED.encode()]) == {}
    assert left_behind(site.data_dir, [TYPED.encode()]) == {}
    assert TYPED not in site.output


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_what_is_written_into_a_plan_is_not_sent_and_not_there_again(open_page: OpenPage, script: bool) -> None:
    page = open_page(f"{PLAN}?screen=2&in=fi", script=script)
    sent: list[str] = []
    page.context.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    fields = page.locator("textarea.room")
    for number in range(fields.count()):
        fields.nth(number).fill(TYPED)
    assert fields.count() > 5
    page.locator("main a[href*='/print']").first.click()
    expect(page).to_have_url(re.compile("/print"))
    page.go_back()
    assert [fields.nth(number).input_value() for number in range(fields.count())] == [""] * fields.count()
    page.locator("form[action*='/next'] button, a[rel=next]").first.click()
    page.wait_for_load_state()
    assert len(sent) > 2
    assert [each for each in sent if TYPED in each] == []
    assert TYPED not in page.content()
