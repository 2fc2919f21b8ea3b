"""Pages that no link leads to: what is said after an answer, after a form, and when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response

from perille.core.i18n import LANGUAGES
from support.course_walk import Journey, finland_items
from support.markup import accessibility_faults, bring_rules, html_faults
from support.release_tier import sampled
from support.watching import OpenPage

#: One language of each direction, as the others change no more than words.
LANGUAGES_LOOKED_AT = ("en", "ar")
#: A screen with a question of each kind.
QUESTIONS = (
    *("money?screen=7", "money?screen=4", "money?screen=5", "registration?screen=2", "registration?screen=3"),
    *("emergency?screen=2", "emergency?screen=5", "health?screen=2", "welcome?screen=4"),
)
#: Path and status of what is not there or not allowed.
ERRORS = {"/{}/courses/nowhere": 404, "/{}/courses/finland/nowhere": 404, "/{}/courses/finland/certificate.pdf": 404}


class Pages:
    """Looks at pages as they stand, and keeps what the server sent for the validator."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.sent: dict[Page, Response] = {}
        self.html: dict[str, str] = {}
        self.faults: list[str] = []

    def watch(self, page: Page) -> Page:
        """Remember what the server sends for a page from now on."""

        def remember(response: Response) -> None:
            if response.request.is_navigation_request() and response.status not in (302, 303):
                self.sent[page] = response

        page.on("response", remember)
        bring_rules(page)
        return page

    def look(self, page: Page, what: str, *, sent: Page | None = None) -> None:
        """Look at a page as it stands, and keep it as it was sent: to *sent*, where script has changed it since."""
        self.html[what] = self.sent[sent or page].text()
        said = page.locator("html")
        assert said.get_attribute("lang") == self.language, what
        assert said.get_attribute("dir") == LANGUAGES[self.language].direction, what
        self.faults += [f"{what}: {fault}" for fault in accessibility_faults(page)]

    def check(self) -> None:
        """Fail with everything that was found."""
        faults = self.faults + html_faults(self.html)
        assert faults == [], "\n".join(faults)


@pytest.fixture(scope="module", params=sampled(LANGUAGES_LOOKED_AT, ("ar",), "the same pages in the other direction"))
def language(request: pytest.FixtureRequest) -> str:
    """One of them; its tests run after each other."""
    code: str = request.param
    return code


@pytest.fixture(scope="module")
def pages(language: str) -> Iterator[Pages]:
    """Collect the pages of a language, and fail after its last test with all that is wrong with any: the validator starts slowly."""
    looked = Pages(language)
    yield looked
    looked.check()


def test_what_is_said_after_an_answer_is_valid_and_accessible(open_page: OpenPage, pages: Pages, language: str) -> None:
    page = open_page(f"/{language}/", language=language, workers=False)
    bring_rules(page)
    plain = pages.watch(open_page(f"/{language}/", language=language, script=False))
    kinds = set()
    for number, path in enumerate(QUESTIONS):
        # Each question both ways, one with script for axe, the other without for the validator; in the other language turned about.
        right = number % 2 == LANGUAGES_LOOKED_AT.index(language)
        for each, well in ((page, right), (plain, not right)):
            each.goto(f"/{language}/courses/finland/{path}")
            Journey(each).answer(each.locator("form.check"), right=well)
        pages.look(page, f"{path} answered {right}, without script {not right}", sent=plain)
        kinds.add(page.locator("fieldset.item").get_attribute("data-item"))
    assert kinds == {item.interaction for item in finland_items().values()}


def test_forms_and_what_follows_them_are_valid_and_accessible(open_page: OpenPage, pages: Pages, language: str) -> None:
    page = pages.watch(open_page(f"/{language}/courses/finland", language=language, allowed=("400",), workers=False))
    Journey(page).press_main()
    for path in ("", "courses/finland", "courses/finland/certificate", "courses/finland/safety-check"):
        page.goto(f"/{language}/{path}")
        pages.look(page, f"{path} on the way")
    Journey(page).answer(page.locator("form.check"), right=False)
    pages.look(page, "safety check answered wrong")
    page.goto(f"/{language}/keep")
    page.locator("main .main").click()
    pages.look(page, "code made")
    for path, field in ((f"/{language}/resume", "1234"), (f"/verify?lang={language}", "AAAA-BBBB")):
        page.goto(path)
        page.locator("#code").fill(field)
        page.locator("main .main").click()
        page.locator("#code-error").wait_for()
        pages.look(page, f"{path} with a wrong code")
    page.goto(f"/{language}/privacy")
    page.locator("main input[name=sure]").check()
    page.locator("form[action$=forget] button").click()
    page.wait_for_url("**/forgotten")
    pages.look(page, "all forgotten")


def test_pages_that_say_what_is_wrong_are_valid_and_accessible(
    open_page: OpenPage, pages: Pages, language: str
) -> None:
    page = pages.watch(open_page(f"/{language}/", language=language, allowed=("404", "409"), workers=False))
    for path, status in ERRORS.items():
        answer = page.goto(path.format(language))
        assert answer is not None
        assert answer.status == status
        pages.look(page, path)
        assert page.locator("main .main").count() == 1
    page.goto(f"/{language}/courses/finland/welcome?screen=4")
    page.locator("input[name=edition]").evaluate("(each) => { each.value = 'old'; }")
    with page.expect_navigation():
        page.locator("form.check").evaluate("(form) => form.submit()")
    pages.look(page, "an answer to an old edition")
    assert page.locator("main .notice").is_visible()
