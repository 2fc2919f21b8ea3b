"""Questions made by pressing: pairs joined, words put into groups, rows moved, and a table pasted into their list."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from e2e.test_studio_days import begun, signed_in
from support.pressing import follow
from support.site import Site
from support.watching import OpenPage

#: A clipboard that holds words, given to the field that has the focus.
_PASTE = """words => {
  const clipboard = new DataTransfer();
  clipboard.setData("text/plain", words);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true}));
}"""


def _new(site: Site, open_page: OpenPage, kind: str) -> Page:
    """Open the form of a new question of a type in a draft of its own."""
    page = signed_in(site, open_page, "author")
    draft = begun(page, f"Questions {uuid4().hex[:6]}")
    page.goto(f"{draft}/questions/new?type={kind}")
    page.locator("[name=f-prompt]").fill("What belongs together?")
    return page


def _paste(field: Locator, words: str) -> None:
    field.focus()
    field.page.evaluate(_PASTE, words)


def _words(page: Page, rows: str) -> list[list[str]]:
    """Return the words of the rows that have some."""
    found = [
        [each.input_value() for each in row.locator("input[type=text]").all()]
        for row in page.locator(f"[data-rows={rows}] [data-row]").all()
    ]
    return [each for each in found if any(each)]


def _press(page: Page, first: str, second: str) -> None:
    for words in (first, second):
        page.locator(".join button", has_text=words).press("Enter")


def test_pairs_are_joined_by_pressing_both(site: Site, open_page: OpenPage) -> None:
    page = _new(site, open_page, "matching")
    expect(page.locator("[data-join]")).to_be_hidden()
    _paste(page.locator("[name=pair-0-source]"), "bread\tvesi\nwater\tleipä\r\n\n• milk\tmaito\ncheese\tjuusto\n")
    page.locator("[name=extra-0-text]").fill("sokeri")
    assert _words(page, "pair") == [["bread", "vesi"], ["water", "leipä"], ["milk", "maito"], ["cheese", "juusto"]]
    _press(page, "bread", "leipä")
    expect(page.locator(".join button", has_text="bread")).to_be_focused()
    expect(page.locator("[data-join] [role=status]")).to_contain_text("Joined: \u2068bread – leipä\u2069")
    expect(page.get_by_role("button", name="water – vesi")).to_be_visible()
    _press(page, "sokeri", "milk")
    # Two that were joined part, and the words of the right fit nothing then.
    _press(page, "cheese", "juusto")
    assert _words(page, "pair") == [["bread", "leipä"], ["water", "vesi"], ["milk", "sokeri"], ["cheese", ""]]
    assert _words(page, "extra") == [["maito"], ["juusto"]]
    _press(page, "juusto", "cheese")
    page.locator("[data-rows=pair] [data-row]").nth(1).locator("[data-to=up]").click()
    expect(page.locator("[data-rows=pair] [data-moved]")).to_have_text("1 of 4")
    expect(page.locator("[data-rows=pair] [data-row]").first.locator("[data-to=down]")).to_be_focused()
    follow(page.locator(".question-form button.main"))
    expect(page.locator(".finding-error")).to_have_count(0)
    assert _words(page, "pair") == [["water", "vesi"], ["bread", "leipä"], ["milk", "sokeri"], ["cheese", "juusto"]]
    assert _words(page, "extra") == [["maito"]]


def test_words_are_put_into_groups_by_pressing_both(site: Site, open_page: OpenPage) -> None:
    page = _new(site, open_page, "grouping")
    _paste(page.locator("[name=group-0-text]"), "Open\nClosed")
    _paste(page.locator("[name=member-0-text]"), "Monday\nTuesday\nSunday\nEaster\nChristmas\nFriday")
    for day, group in (("Monday", "Open"), ("Easter", "Closed"), ("Sunday", "Open"), ("Christmas", "Closed")):
        _press(page, day, group)
    _press(page, "Sunday", "Open")
    page.locator("[name=group-1-text]").fill("Closed all day")
    expect(page.locator(".join-group", has_text="Closed all day").locator(".join-loose button")).to_have_text(
        ["Easter", "Christmas"]
    )
    expect(page.locator("[data-join] > div > .join-loose button")).to_have_text(["Tuesday", "Sunday", "Friday"])
    for day in ("Tuesday", "Friday", "Sunday"):
        _press(page, day, "Open" if day != "Sunday" else "Closed")
    # On the way to its new name this group is called like the other one for a moment.
    page.locator("[name=group-0-text]").fill("")
    page.locator("[name=group-0-text]").press_sequentially("Closed all day but Friday")
    follow(page.locator(".question-form button.main"))
    expect(page.locator(".finding-error")).to_have_count(0)
    shut = {"Sunday", "Easter", "Christmas"}
    assert _words(page, "member") == [
        [day, "Closed all day" if day in shut else "Closed all day but Friday"]
        for day in ("Monday", "Tuesday", "Sunday", "Easter", "Christmas", "Friday")
    ]


def test_steps_move_with_all_that_belongs_to_them_and_more_come(site: Site, open_page: OpenPage) -> None:
    page = _new(site, open_page, "choice")
    for number, words in enumerate(("Wait", "Ring 112", "Run")):
        page.locator(f"[name=choice-{number}-text]").fill(words)
        page.locator(f"[name=choice-{number}-feedback]").fill(f"{words}: why.")
    page.locator("[name=choice-1-right]").check()
    rows = page.locator("[data-rows=choice] [data-row]")
    rows.nth(1).locator("[data-to=up]").click()
    expect(page.locator("[name=choice-0-right]")).to_be_checked()
    expect(page.locator("[name=choice-0-feedback]")).to_have_value("Ring 112: why.")
    expect(page.locator("[name=choice-1-right]")).not_to_be_checked()
    count = rows.count()
    page.locator("[data-rows=choice] [data-add-row] button").click()
    expect(page.locator(f"[name=choice-{count}-text]")).to_be_focused()
    page.keyboard.type("Hide")
    expect(page.locator(f"[name=choice-{count}-right]")).not_to_be_checked()
    follow(page.locator(".question-form button.main"))
    assert [each[0] for each in _words(page, "choice")] == ["Ring 112", "Wait", "Run", "Hide"]
