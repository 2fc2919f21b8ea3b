"""A course that was taken along and is withdrawn later: what is kept goes on opening, and says that nobody keeps it up to date."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from support.site import Site, run_site
from support.waiting import until
from support.whole_packs import write_facts, write_way

_COURSE = "/en/courses/way"
_GONE = "main > [data-said=gone]"
_MARKED = f"""() => caches.match('{_COURSE}/hello').then((found) => found.text()).then((html) => html.includes('data-said="gone"'))"""


def _stop(site: Site) -> None:
    site.process.terminate()
    site.process.wait(15)


def _take(page: Page) -> None:
    page.goto(_COURSE)
    page.locator("details.take:not([hidden])").evaluate("(box) => { box.open = true; }")
    page.locator("[data-take-start]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("The whole course is on this phone")


def test_a_withdrawn_course_says_so_on_its_kept_pages_until_it_is_removed_or_there_again(
    browser: Browser, tmp_path: Path
) -> None:
    facts, course = write_facts(tmp_path / "packs"), write_way(tmp_path / "packs")
    both = {"PERILLE_RATE_LIMITS": "no", "PERILLE_PACK_PATHS": f"{facts}:{course}"}
    with run_site(tmp_path, settings=both) as site:
        page = browser.new_context(base_url=site.url).new_page()
        _take(page)
        _stop(site)
    port = int(site.url.rpartition(":")[2])
    with run_site(tmp_path, settings={**both, "PERILLE_PACK_PATHS": str(facts)}, port=port) as site:
        # A lesson opens from the phone at once, and knows the next time.
        page.goto(f"{_COURSE}/hello")
        until(page, _MARKED)
        page.goto(f"{_COURSE}/hello")
        expect(page.locator(_GONE)).to_have_count(1)
        page.goto(_COURSE)
        expect(page.locator(_GONE)).to_contain_text("no longer kept up to date")
        expect(page.locator("[data-take-remove]")).to_be_visible()
        _stop(site)
    page.goto(f"{_COURSE}/hello")
    expect(page.locator(_GONE)).to_have_count(1)
    expect(page.locator("h1")).to_have_text("Hello there")
    with run_site(tmp_path, settings=both, port=port) as site:
        page.goto(f"{_COURSE}/hello")
        until(page, _MARKED.replace("html.includes", "!html.includes"))
        page.goto(_COURSE)
        expect(page.locator(_GONE)).to_have_count(0)
    page.context.close()
