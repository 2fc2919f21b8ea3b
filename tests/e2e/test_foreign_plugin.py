"""A stranger's wheel on a running site: its question is answered, its page keeps a row, its setting is changed, its design prints."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from support.foreign import PACKAGE, TABLE, install, perille
from support.pressing import follow
from support.release_tier import sampled
from support.site import Site, run_site
from support.watching import OpenPage


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with the plugin, and with a course that its importer made."""
    folder = tmp_path_factory.mktemp("foreign")
    installed = install(folder)
    (folder / "cups.csv").write_text(TABLE, "utf-8")
    pack = folder / "course_counting"
    perille(installed, "packs", "import", "--format", f"{PACKAGE}-csv", str(folder / "cups.csv"), str(pack))
    settings = {
        "PYTHONPATH": str(installed),
        "PERILLE_PACK_PATHS": str(pack),
        "PERILLE_CERTIFICATE_DESIGN": PACKAGE,
        "PERILLE_RATE_LIMITS": "no",
    }
    with run_site(folder, settings=settings) as running:
        yield running


@pytest.mark.parametrize(
    "script",
    sampled([True, False], (True,), "the kit of the plugin tries its question type without script"),
    ids=["script", "no script"],
)
def test_a_strangers_course_is_taken_to_its_certificate(
    open_page: OpenPage, axe: Callable[[Page], None], script: bool
) -> None:
    page = open_page("/en/courses/counting", script=script)
    page.locator("main .main").first.click()
    for count, key in ((3, "q1"), (12, "q2")):
        check = page.locator(f"#check-{key}")
        if script:
            for _press in range(count):
                check.get_by_role("button", name="One more").click()
        else:
            check.get_by_label("Your answer").fill(str(count))
        expect(check.get_by_label("Your answer")).to_have_value(str(count))
        check.get_by_role("button", name="See if it is right").click()
        expect(page.locator(f"#a-{key}-result")).to_contain_text("Correct")
    if script:
        axe(page)
    follow(page.locator("main .main").last)
    page.goto(f"/en/plugins/{PACKAGE}/")
    page.get_by_role("button", name="Yes, it helped me").click()
    expect(page.get_by_role("status")).to_have_text("Thank you for saying so.")
    expect(page.locator("footer").get_by_role("link", name="Say thanks")).to_be_visible()
    page.goto("/en/courses/counting/certificate")
    page.locator("#name").fill("Aino Virtanen")
    follow(page.locator("main .main"))
    paper = PdfReader(io.BytesIO(page.request.get("/en/courses/counting/certificate.pdf").body()))
    text = "".join(each.extract_text() for each in paper.pages)
    assert "Aino Virtanen" in text
    # Ours says the address of the page where a code is checked; the stranger's has it behind the code.
    assert "/verify" not in text


def test_an_administrator_changes_the_words_of_the_strangers_page(site: Site, open_page: OpenPage) -> None:
    office = open_page("/" + site.administrator_link.split("/", 3)[3], script=False, allowed=("/en/manage",))
    follow(office.locator("main button").first)
    site.verify_sessions()
    office.goto("/en/manage/plugins")
    office.get_by_label("Words of thanks").fill("You are kind. Kiitos!")
    follow(office.get_by_role("button", name="Save"))
    expect(office.get_by_label("Words of thanks")).to_have_value("You are kind. Kiitos!")
    page = open_page("/en/courses/counting")
    follow(page.locator("main .main").first)
    page.goto(f"/en/plugins/{PACKAGE}/")
    page.get_by_role("button", name="Yes, it helped me").click()
    expect(page.get_by_role("status")).to_have_text("You are kind. Kiitos!")
    office.goto("/en/manage/plugins")
    office.get_by_label("Words of thanks").fill("")
    follow(office.get_by_role("button", name="Save"))
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Thank you for saying so.")
