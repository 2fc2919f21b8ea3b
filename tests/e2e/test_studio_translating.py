"""What a translator has typed outlives the press in another field: the page's script, on a page as translation.html makes it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from support.places import ROOT

_SCRIPT = ROOT / "platform/perille/static/studio/translating.js"
_HERE = "http://studio.test/translations/ar"
_ENTRY = """<section class="side-by-side"><form method="post"><input type="hidden" name="context" value="lesson/{name}">
<textarea hidden name="source">Ships {name}</textarea><textarea hidden name="had">
{had}</textarea><textarea id="{name}" name="words">
{had}</textarea><button>Save</button></form></section>"""


class Server:
    """Two translations, and what becomes of them; *line* says whether it answers."""

    def __init__(self) -> None:
        self.saved = {"a": "", "b": ""}
        self.had: list[str] = []
        self.line = True
        self.who = "mona"
        self.notice = ""

    def answer(self, route: Route) -> None:
        """Save what was sent, and show the page anew."""
        if not self.line:
            route.abort("internetdisconnected")
            return
        sent = parse_qs(route.request.post_data or "", keep_blank_values=True)
        if sent:
            self.saved[sent["context"][0][-1]] = sent["words"][0]
            self.had.append(sent["had"][0])
        entries = "".join(_ENTRY.format(name=name, had=words) for name, words in self.saved.items())
        words = f'<div data-words data-who="{self.who}" data-unsaved="Not saved yet."></div>'
        done = f"<p data-notice>{self.notice}</p>" if self.notice else ""
        body = f"<main>{done}{entries}</main>{words}<script type=module>{_SCRIPT.read_text('utf-8')}</script>"
        route.fulfill(body=body, content_type="text/html; charset=utf-8")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A translator's page."""
    opened = browser.new_page()
    opened.route("**/*", server.answer)
    opened.goto(_HERE)
    yield opened
    opened.close()


def save(page: Page, name: str) -> None:
    """Press what saves a translation, by the keyboard."""
    with page.expect_navigation():
        page.locator(f"section:has(#{name}) button").press("Enter")


def test_words_in_one_field_outlive_the_press_in_another_and_are_not_said_to_be_saved(
    page: Page, server: Server
) -> None:
    page.locator("#a").fill("Half a sentence")
    page.locator("#b").fill("Whole.")
    save(page, "b")
    expect(page.locator("#a")).to_have_value("Half a sentence")
    expect(page.locator("section:has(#a) [role=status]")).to_have_text("Not saved yet.")
    expect(page.locator("section:has(#b) [role=status]")).to_have_count(0)
    assert server.saved == {"a": "", "b": "Whole."}
    save(page, "a")
    expect(page.locator("[role=status]")).to_have_count(0)
    assert server.saved == {"a": "Half a sentence", "b": "Whole."}
    page.locator("#a").fill("Other words")
    page.locator("#a").fill("Half a sentence")
    page.reload()
    expect(page.locator("[role=status]")).to_have_count(0)


def test_words_that_come_back_say_of_which_words_they_were_made(page: Page, server: Server) -> None:
    """Somebody else saves the same block meanwhile: the server learns of it, and shows both."""
    page.locator("#a").fill("Mine")
    server.saved["a"] = "Theirs"
    save(page, "b")
    expect(page.locator("#a")).to_have_value("Mine")
    save(page, "a")
    assert server.had == ["", ""]


def test_words_that_were_sent_without_a_line_come_back(page: Page, server: Server) -> None:
    page.locator("#a").fill("On the way")
    server.line = False
    page.locator("section:has(#a) button").press("Enter")
    page.wait_for_url("chrome-error://**")
    server.line = True
    page.goto(_HERE)
    expect(page.locator("#a")).to_have_value("On the way")
    assert server.saved["a"] == ""


def test_words_that_never_came_are_not_lost_where_somebody_else_saved_others(page: Page, server: Server) -> None:
    page.locator("#a").fill("On the way")
    server.line = False
    page.locator("section:has(#a) button").press("Enter")
    page.wait_for_url("chrome-error://**")
    server.line, server.saved["a"] = True, "Theirs"
    page.goto(_HERE)
    expect(page.locator("#a")).to_have_value("On the way")
    save(page, "a")
    assert server.had == [""], "of which words it was made: the server puts both together"


def test_who_signs_in_next_in_the_tab_sees_nothing_of_it(page: Page, server: Server) -> None:
    page.locator("#a").fill("Half a sentence")
    server.who = "rami"
    page.reload()
    expect(page.locator("#a")).to_have_value("")
    server.who = "mona"
    page.reload()
    expect(page.locator("#a")).to_have_value("Half a sentence")


def test_the_way_out_leaves_nothing_of_it(page: Page) -> None:
    page.locator("#a").fill("Half a sentence")
    page.evaluate("sessionStorage.clear(); window.dispatchEvent(new Event('perille-left'))")
    page.reload()
    expect(page.locator("#a")).to_have_value("")
    assert page.evaluate("JSON.stringify(sessionStorage)") in ("{}", '{"perille-studio-translating":"{}"}')


def test_a_press_that_was_held_sends_nothing_and_what_is_saved_meanwhile_is_no_answer_to_it(
    page: Page, server: Server
) -> None:
    """In a room without a line the press waits (room_line.js), and is over when nobody answers; other scripts hear of it first."""
    page.locator("#a").fill("Held")
    page.evaluate("window.addEventListener('submit', event => event.preventDefault(), { once: true })")
    page.locator("section:has(#a) button").press("Enter")
    server.saved["a"] = "Held"
    page.locator("#a").fill("Held, and longer")
    server.notice = "Saved."
    page.goto(_HERE)
    expect(page.locator("#a")).to_have_value("Held, and longer")
