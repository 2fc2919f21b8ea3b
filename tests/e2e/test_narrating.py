"""Narrate with a microphone that is a file: from Record to a learner who hears it, and nothing is lost on the way."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from support.pressing import follow
from support.programs import LEAN, find_browser
from support.site import Site
from support.unseen import Unseen, sign_in
from support.voices import encoded, spoken
from support.watching import NO_LINE, Watch

SOURCE = "# A course that speaks\n\nThe harbour is safe.\n\n## Ask at the desk\n\nSomebody sits there.\n"
#: What is expected of a page whose session ended, whose line went, or whose author was not the first.
_ALLOWED = ("/en/manage", *NO_LINE, "status of 403", "status of 409", "ERR_FAILED")


@pytest.fixture(scope="module")
def speaking(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears somebody speak for a second, over and over."""
    voice = tmp_path_factory.mktemp("voice") / "voice.wav"
    voice.write_bytes(spoken(1.0))
    found = find_browser()
    assert found is not None
    flags = (
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
    )
    started = browser.browser_type.launch(
        executable_path=str(found.executable),
        args=[*found.arguments, *LEAN, *flags],
        env={**os.environ, **found.environment},
    )
    yield started
    started.close()


@pytest.fixture
def context(speaking: Browser, site: Site) -> Iterator[BrowserContext]:
    """A profile of its own that is watched."""
    made = speaking.new_context(base_url=site.url, locale="en", viewport={"width": 1280, "height": 800})
    made.set_default_timeout(30_000)
    watch = Watch(site.url, _ALLOWED)
    made.on("page", watch.attach)
    yield made
    made.close()
    assert watch.problems == []


@pytest.fixture
def recorder(context: BrowserContext, site: Site) -> Page:
    """An author at the recorder of a new course with two screens."""
    # Who begins a course of the same title twice within a minute has pressed twice, and gets the same one.
    word = f"voice{uuid4().hex[:8]}"
    link = site.invite(f"{word}@example.org")
    page = context.new_page()
    sign_in(page, link)
    page.goto(Unseen(page).open("/en/studio").send({"title": word}, class_="main").follow("unit-title").at)
    page.get_by_text("Source of this lesson").click()
    page.locator("#source").fill(SOURCE)
    follow(page.get_by_role("button", name="Save the source"))
    page.goto(f"{page.url.split('?')[0]}?screen=2")
    follow(page.get_by_role("link", name="Read this screen aloud"))
    expect(page.locator(".aloud")).to_contain_text("Somebody sits there.")
    follow(page.get_by_role("link", name="All", exact=True))
    return page


def in_state(page: Page, state: str) -> None:
    """Wait until the recorder is in a state: what is pressed in another one does nothing."""
    expect(page.locator("[data-recorder]")).to_have_attribute("data-state", state)


def heard_for(page: Page, seconds: int) -> None:
    """Wait until at least so many seconds were recorded, fewer than ten: on a busy machine nobody may look while one of them is shown."""
    expect(page.locator("[data-time]")).to_have_text(re.compile(rf"0:(0[{seconds}-9]|[1-5]\d)"))


def speak(page: Page, seconds: int = 2) -> None:
    """Record for some seconds by the keys that the page shows."""
    page.keyboard.press("1")
    in_state(page, "recording")
    heard_for(page, seconds)
    page.keyboard.press("2")
    page.keyboard.press("2")
    in_state(page, "stopped")


def test_from_record_to_a_learner_who_hears_it(
    recorder: Page, context: BrowserContext, axe: Callable[[Page], None]
) -> None:
    word = recorder.locator(".crumbs a").last.inner_text()
    axe(recorder)
    expect(recorder.locator(".aloud")).to_contain_text("The harbour is safe.")
    speak(recorder)
    axe(recorder)
    recorder.keyboard.press("3")
    recorder.keyboard.press("4")
    in_state(recorder, "recording")
    heard_for(recorder, 2)
    recorder.keyboard.press("2")
    in_state(recorder, "stopped")
    recorder.keyboard.press("5")
    expect(recorder.locator("[data-notice]")).to_contain_text("Kept")
    expect(recorder.locator(".aloud")).to_contain_text("Somebody sits there.")
    expect(recorder).to_have_url(re.compile("ask-at-the-desk"))
    # The same page goes on, so that the microphone is asked for once.
    speak(recorder)
    recorder.keyboard.press("5")
    expect(recorder.locator(".readings .state-recorded")).to_have_count(2)
    # What the server has is on the device no more.
    assert (
        recorder.evaluate(
            "async () => (await window.perilleTakes.of(document.querySelector('[data-who]').dataset.who)).length"
        )
        == 0
    )
    follow(recorder.get_by_role("link", name="Publish"))
    follow(recorder.get_by_role("button", name="Publish now"))
    learner = context.new_page()
    learner.goto(f"/en/courses/{word}/{word}")
    voice = learner.locator(".screen audio")
    answer = learner.request.get(str(voice.get_attribute("src")))
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/mp4")
    # Fulfilled once enough of it was decoded to play.
    voice.evaluate("audio => audio.play()")
    length = voice.evaluate("audio => audio.duration")
    assert 0.8 < length < 4


def again(context: BrowserContext, address: str) -> Page:
    """Open the recorder anew, once what was recorded before is taken for left behind."""
    page = context.new_page()
    page.wait_for_timeout(5_500)
    page.goto(address)
    return page


def test_what_was_recorded_survives_a_closed_page_an_ended_session_and_a_lost_line(
    recorder: Page, context: BrowserContext
) -> None:
    said = "[data-said]"
    recorder.keyboard.press("1")
    heard_for(recorder, 4)
    address = recorder.url
    recorder.close()
    page = again(context, address)
    expect(page.locator(said)).to_contain_text("was recorded and not kept")
    session = context.cookies()
    context.clear_cookies()
    page.keyboard.press("5")
    expect(page.locator(said)).to_contain_text("You are signed out.")
    context.add_cookies([{**each} for each in session])  # type: ignore[typeddict-item]  # what the browser gave
    context.set_offline(True)
    page.keyboard.press("5")
    expect(page.locator(said)).to_contain_text("It is kept on this device")
    context.set_offline(False)
    page.keyboard.press("5")
    expect(page.locator("[data-notice]")).to_contain_text("Kept")
    # What ended in mid-sentence is as long as what the device had.
    kept = page.locator(".readings .state-recorded").locator("..").first.inner_text()
    assert int(re.findall(r"(\d+) s", kept)[0]) >= 2


def test_who_signs_out_in_another_tab_finds_the_recording_after_signing_in(
    recorder: Page, context: BrowserContext, site: Site
) -> None:
    email = f"{recorder.locator('.crumbs a').last.inner_text()}@example.org"
    recorder.keyboard.press("1")
    in_state(recorder, "recording")
    heard_for(recorder, 2)
    other = context.new_page()
    other.goto("/en/account")
    follow(other.get_by_role("button", name="Sign out"))
    recorder.bring_to_front()
    recorder.keyboard.press("2")
    in_state(recorder, "stopped")
    recorder.keyboard.press("5")
    expect(recorder.locator("[data-said]")).to_contain_text("You are signed out.")
    address = recorder.url
    recorder.close()
    link = site.invite(email)
    other.goto("/" + link.split("/", 3)[3])
    follow(other.locator("main button").first)
    page = again(context, address)
    expect(page.locator("[data-said]")).to_contain_text("was recorded and not kept")
    page.keyboard.press("5")
    expect(page.locator("[data-notice]")).to_contain_text("Kept")


def test_two_tabs_and_a_reading_that_was_left_lose_nothing(recorder: Page, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(recorder.url)
    speak(recorder)
    other.bring_to_front()
    speak(other)
    other.keyboard.press("5")
    expect(other.locator("[data-notice]")).to_contain_text("Kept")
    recorder.bring_to_front()
    recorder.keyboard.press("5")
    expect(recorder.locator(".aloud")).to_contain_text("Somebody sits there.")
    in_state(recorder, "idle")
    recorder.evaluate("document.querySelector('[data-recorder]').dataset.seconds = '2'")
    recorder.keyboard.press("1")
    expect(recorder.locator("[data-said]")).to_contain_text("It stopped by itself")
    recorder.locator(".readings a").first.click()
    expect(recorder.locator(".aloud")).to_contain_text("The harbour is safe.")
    page = again(context, recorder.url)
    expect(page.locator("[data-waiting]")).to_contain_text("Ask at the desk")
    follow(page.locator("[data-waiting] a"))
    # What waits is looked up after the page is there.
    in_state(page, "stopped")
    page.keyboard.press("5")
    expect(page.locator(".readings .state-recorded")).to_have_count(2)


def send_file(page: Page, body: bytes) -> None:
    """Upload a recording.

    Two of the microphone, which says the same over and over, are the same bytes now and then, and then nobody has to choose.
    """
    page.get_by_text("Upload a file instead").click()
    page.locator("#sound").set_input_files({"name": "voice.m4a", "mimeType": "audio/mp4", "buffer": body})
    follow(page.locator("form[data-keep]").get_by_role("button", name="Take this recording"))
    expect(page.locator("[data-notice]")).to_contain_text("Kept")


@pytest.mark.release("tests/studio tries it without a browser")
def test_what_somebody_else_recorded_meanwhile_is_heard_beside_it_and_one_is_chosen(
    recorder: Page, speaking: Browser, site: Site
) -> None:
    email = f"ben{uuid4().hex[:8]}@example.org"
    link = site.invite(email)
    theirs = speaking.new_context(base_url=site.url, locale="en")
    other = theirs.new_page()
    sign_in(other, link)
    other.goto(recorder.url)
    speak(recorder)
    send_file(other, encoded(spoken(3.5), "mp4", "aac"))
    theirs.close()
    recorder.keyboard.press("5")
    two = recorder.locator("[data-two]")
    expect(two).to_contain_text("Somebody else has recorded this meanwhile")
    expect(two.locator("audio")).to_have_count(2)
    expect(recorder.locator("#two")).to_be_focused()
    keeps_nothing(recorder)
    follow(two.get_by_role("button", name="Take this recording"))
    expect(recorder.locator("[data-notice]")).to_contain_text("Kept")


@pytest.mark.release("a rare browser, which loses nothing")
def test_a_browser_that_keeps_nothing_says_so(recorder: Page, context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script("IDBFactory.prototype.open = () => ({});")
    page.goto(recorder.url)
    speak(page)
    context.set_offline(True)
    page.keyboard.press("5")
    expect(page.locator("[data-said]")).to_contain_text("this browser keeps nothing")
    context.set_offline(False)
    page.keyboard.press("5")
    expect(page.locator("[data-notice]")).to_contain_text("Kept")


#: How many recordings the device keeps, and how to make them older than they are.
_KEPT = """async () => {
    if (!(await indexedDB.databases()).some((each) => each.name === "perille-recordings")) return 0;
    const asked = (request) => new Promise((go) => { request.onsuccess = () => go(request.result); });
    const database = await asked(indexedDB.open("perille-recordings"));
    // Deleted since it was asked for, it was made anew by this very question, with nothing in it.
    const there = database.objectStoreNames.contains("parts");
    const count = there ? await asked(database.transaction("parts").objectStore("parts").count()) : 0;
    database.close();
    return count;
}"""


def keeps_nothing(page: Page) -> None:
    """Wait until the device keeps no recording: `wait_for_function` takes a promise for a yes."""
    end = time.monotonic() + 10
    while page.evaluate(_KEPT):
        assert time.monotonic() < end, "a recording is still on the device"
        page.wait_for_timeout(100)


_OLD = """async () => {
    const asked = (request) => new Promise((go) => { request.onsuccess = () => go(request.result); });
    const database = await asked(indexedDB.open("perille-recordings"));
    const takes = database.transaction("takes", "readwrite").objectStore("takes");
    for (const each of await asked(takes.getAll())) await asked(takes.put({ ...each, touched: 1, who: "somebody-else" }));
    database.close();
}"""


def test_a_voice_that_nobody_sends_goes_after_a_month_whoever_uses_the_device(
    recorder: Page, context: BrowserContext
) -> None:
    speak(recorder)
    page = again(context, recorder.url)
    recorder.close()
    assert page.evaluate(_KEPT) > 0
    page.evaluate(_OLD)
    page.reload()
    keeps_nothing(page)


def test_a_browser_that_forgets_forgets_the_voice(recorder: Page, context: BrowserContext) -> None:
    speak(recorder)
    page = context.new_page()
    # Without a worker, which would reach the server: its Clear-Site-Data does the same where a browser knows it.
    page.add_init_script("ServiceWorkerContainer.prototype.register = () => Promise.reject(new Error('none'));")
    page.goto("/en/safe")
    page.evaluate(
        "navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((each) => each.unregister())))"
    )
    recorder.close()
    page.reload()
    assert page.evaluate(_KEPT) > 0
    context.set_offline(True)
    page.locator("form[data-forget]").evaluate(
        "form => { form.closest('details').open = true; form.querySelector('button').click(); }"
    )
    expect(page.locator("td[aria-current]")).to_be_visible()
    keeps_nothing(page)


@pytest.mark.release("weight changes rarely, and pages of learners are weighed in each run")
def test_a_first_visit_weighs_little(recorder: Page, speaking: Browser) -> None:
    visit = speaking.new_context(storage_state=recorder.context.storage_state(), service_workers="block")
    page = visit.new_page()
    weight: list[float] = []
    session = visit.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: weight.append(event["encodedDataLength"]))
    page.goto(recorder.url, wait_until="networkidle")
    visit.close()
    assert 30_000 < sum(weight) < 150_000, sum(weight)
