"""A course whose recordings come along or stay behind: with the server stopped they play, or one is told that none is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from support.old_engine import run_old_engine
from support.release_tier import EACH_ENGINE
from support.site import Site, run_site
from support.sounds import mp3
from support.waiting import until
from support.whole_packs import write_facts, write_way

_COURSE = "/en/courses/way"
#: Half a minute each, so that they still play when they are looked at.
_RECORDINGS = {
    "lessons/hello/hello-there": mp3(1200),
    "lessons/hello/who-helps": mp3(1201),
    "items/fire": mp3(1202),
}
_PLAYED = "document.querySelector('main audio').currentTime > 0.2"
#: Asks for parts of the first recording as media players do: from the beginning, from the middle, the end, beyond it, behind it.
_PARTS = """(function () {
    var at = document.querySelector('main audio').getAttribute('src');
    return Promise.all(['bytes=0-', 'bytes=100-199', 'bytes=-50', 'bytes=500000-900000', 'bytes=900000-'].map(function (range) {
        return fetch(at, { headers: { Range: range } }).then(function (reply) { return reply.arrayBuffer().then(function (body) {
            return [reply.status, reply.headers.get('content-range'), body.byteLength].join(' '); }); }); }));
})()"""
#: How many pictures and recordings are kept.
_MEDIA = """async () => {
    const all = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const keys = await Promise.all(all.map((each) => each.keys()));
    return [].concat(...keys).filter((each) => each.url.includes("/media/")).length;
}"""
_SIZE = len(_RECORDINGS["lessons/hello/hello-there"])
_ANSWERS = [
    f"206 bytes 0-{_SIZE - 1}/{_SIZE} {_SIZE}",
    f"206 bytes 100-199/{_SIZE} 100",
    f"206 bytes {_SIZE - 50}-{_SIZE - 1}/{_SIZE} 50",
    f"206 bytes 500000-{_SIZE - 1}/{_SIZE} {_SIZE - 500000}",
    f"416 bytes */{_SIZE} 0",
]


def _settings(folder: Path) -> dict[str, str]:
    packs = (folder / "packs" / name for name in ("course_way", "course_facts"))
    return {"PERILLE_RATE_LIMITS": "no", "PERILLE_PACK_PATHS": ":".join(map(str, packs))}


@contextmanager
def recorded(folder: Path, language: str = "en") -> Iterator[tuple[Site, Callable[[], None]]]:
    """Run a site whose course is read aloud in a language; with a call that ends it."""
    course = write_way(folder / "packs")
    write_facts(folder / "packs")
    for name, body in _RECORDINGS.items():
        file = course / "media" / "audio" / language / f"{name}.mp3"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    with run_site(folder, settings=_settings(folder)) as site:

        def stop() -> None:
            site.process.terminate()
            site.process.wait(15)

        yield site, stop


@pytest.fixture
def cut(tmp_path: Path) -> Iterator[tuple[Site, Callable[[], None]]]:
    with recorded(tmp_path) as running:
        yield running


@pytest.fixture
def page(browser: Browser, cut: tuple[Site, Callable[[], None]]) -> Iterator[Page]:
    """The offer of the course, with its size said."""
    context = browser.new_context(base_url=cut[0].url, viewport={"width": 360, "height": 740})
    made = context.new_page()
    offered(made)
    yield made
    context.close()


def offered(page: Page) -> None:
    page.goto(_COURSE)
    page.locator("details.take:not([hidden])").evaluate("(box) => { box.open = true; }")
    expect(page.locator("[data-take-size]")).to_contain_text("Sound: 1.5 MB.")


def take(page: Page) -> None:
    page.locator("[data-take-start]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("The whole course is on this phone")


def play(page: Page) -> None:
    page.evaluate("() => { document.querySelector('main audio').play().catch(() => undefined); }")


def test_with_sound_recordings_play_without_a_line_whole_and_in_parts(
    page: Page, cut: tuple[Site, Callable[[], None]]
) -> None:
    page.locator("input[name=sound]").check()
    take(page)
    cut[1]()
    page.goto(f"{_COURSE}/hello")
    play(page)
    until(page, f"() => {_PLAYED}")
    page.evaluate("() => { document.querySelector('main audio').currentTime = 20; }")
    until(page, "() => document.querySelector('main audio').currentTime > 20.2")
    expect(page.locator("[data-unheard]").first).to_be_hidden()
    assert page.evaluate(_PARTS) == _ANSWERS


def test_without_sound_it_is_said_that_there_is_none_until_there_is_a_line(
    page: Page, cut: tuple[Site, Callable[[], None]], tmp_path: Path
) -> None:
    take(page)
    site, stop = cut
    stop()
    page.goto(f"{_COURSE}/hello")
    play(page)
    expect(page.locator("[data-unheard]").first).to_be_visible()
    # Nobody is led from screen to screen that nobody reads.
    page.locator("[data-listen]").click()
    expect(page.locator("[data-listening-note]")).to_contain_text("There is no internet just now")
    with run_site(tmp_path, settings=_settings(tmp_path), port=int(site.url.rpartition(":")[2])):
        page.evaluate("() => { dispatchEvent(new Event('online')); }")
        play(page)
        until(page, f"() => {_PLAYED}")
        expect(page.locator("[data-unheard]").first).to_be_hidden()


def test_a_download_with_sound_that_is_stopped_goes_on_with_what_was_chosen(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if "/take?" in each.url else None)
    page.locator("input[name=sound]").check()
    page.evaluate(
        "() => new MutationObserver(() => { const bar = document.querySelector('progress');"
        " if (bar.max > 3 && bar.value >= bar.max - 2) document.querySelector('[data-take-stop]').click(); })"
        ".observe(document.querySelector('progress'), { attributes: true })"
    )
    page.locator("[data-take-start]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("You stopped")
    offered(page)
    expect(page.locator("input[name=sound]")).to_be_checked()
    take(page)
    assert "sound=1" in sent[1]
    assert "after=0" not in sent[1], sent
    count = page.evaluate(_MEDIA)
    # What was chosen is there when the page is opened again, and is no older version; without sound is another choice.
    offered(page)
    expect(page.locator("input[name=sound]")).to_be_checked()
    expect(page.locator("[data-take-start]")).to_be_hidden()
    expect(page.locator("[data-take-said]")).to_contain_text("The whole course is on this phone")
    page.locator("input[name=sound]").uncheck()
    expect(page.locator("[data-take-word]")).to_have_text("Download")
    take(page)
    assert page.evaluate(_MEDIA) == count - len(_RECORDINGS), "the recordings are gone"
    page.locator("[data-take-remove]").click()
    expect(page.locator("[data-take-said]")).to_contain_text("no longer on this phone")
    assert page.evaluate(_MEDIA) == 0


def test_sound_is_offered_where_a_chosen_language_has_it(browser: Browser, tmp_path: Path) -> None:
    with recorded(tmp_path, "fi") as (site, _stop):
        page = browser.new_page(base_url=site.url)
        page.goto(_COURSE)
        page.locator("details.take:not([hidden])").evaluate("(box) => { box.open = true; }")
        size, sound = page.locator("[data-take-size]"), page.locator("input[name=sound]")
        expect(size).to_contain_text("MB")
        expect(sound).to_be_hidden()
        expect(size).not_to_contain_text("Sound")
        page.locator("select[name=with]").select_option("fi")
        expect(sound).to_be_visible()
        expect(size).to_contain_text("Sound: 1 MB.")
        page.locator("select[name=with]").select_option("")
        expect(sound).to_be_hidden()
        page.close()


def test_the_page_of_a_course_and_the_offer_say_one_size_of_its_sound(page: Page) -> None:
    expect(page.locator("main")).to_contain_text("audio: 1.5 MB")


@pytest.mark.parametrize("version", EACH_ENGINE)
def test_an_old_phone_gets_a_kept_recording_in_parts(
    version: int, tmp_path: Path, cut: tuple[Site, Callable[[], None]]
) -> None:
    site, stop = cut
    with run_old_engine(version, tmp_path / "engine.log") as old:
        old.new(language="en")
        old.open(site.url + _COURSE)
        old.wait("document.querySelector('details.take:not([hidden])') !== null")
        old.run("document.querySelector('details.take summary').click()")
        old.wait("document.querySelector('[data-take-start]:not([hidden])') !== null")
        old.run("document.querySelector('input[name=sound]').click()")
        old.wait("document.querySelector('[data-take-start]:not([hidden])') !== null")
        old.run("document.querySelector('[data-take-start]').click()")
        old.wait("/^The whole course/.test(document.querySelector('[data-take-said]').textContent)")
        stop()
        old.open(f"{site.url}{_COURSE}/hello")
        old.wait("document.querySelector('main audio') !== null")
        old.run(f"{_PARTS}.then(function (told) {{ window.told = told; }}) && 1")
        old.wait("window.told !== undefined")
        assert old.run("window.told") == _ANSWERS
