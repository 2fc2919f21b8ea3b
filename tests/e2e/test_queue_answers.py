"""What a phone sends when the line is back, and what it does with each answer: nothing is sent for ever, nothing is lost without a word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from support.cut_line import answering, stop
from support.site import run_site
from support.take_along import offer, press_start, whole

_SETTINGS = {"PERILLE_RATE_LIMITS": "no"}
_COURSE = "/ar/courses/online"
#: As many typed answers as weeks bring, each as long as a field takes, in letters of four bytes; the last one is too long for any batch.
_MANY = """async () => {
  const act = (value) => ({ kind: 'answer', course: 'courses/finland', unit: 'who-is-who', item: 'name-kela', lang: 'ar',
    form: { 'a-name-kela': [value] } });
  for (let at = 0; at < 200; at += 1) await self.perille.add(act('𞤢'.repeat(200)));
  await self.perille.add(act('𞤢'.repeat(30000)));
  await self.perille.add({ kind: 'next', course: 'courses/online', unit: 'touch', lang: 'ar' });
}"""


def test_long_answers_arrive_in_pieces_that_the_server_takes_and_none_stops_the_others(
    open_phone: Callable[..., Page],
) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    # Whatever the address says, where one is can be read.
    page.goto(f"{_COURSE}/choose?screen=1.5")
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    page.context.set_offline(True)
    page.evaluate(_MANY)
    sent: list[list[str]] = []
    told: list[int] = []
    page.on("request", lambda each: sent.append(acts_in(each.post_data)) if each.url.endswith("/queue") else None)
    page.on("response", lambda each: told.append(each.status) if each.url.endswith("/queue") else None)
    page.context.set_offline(False)
    page.evaluate("() => self.perille.send()")
    arrived = [number for batch in sent for number in batch]
    assert set(told) == {200}
    assert len(arrived) == len(set(arrived)) >= 201, "each once"
    left = page.evaluate("() => self.perille.all().then((acts) => acts.map((act) => [act.kind, act.refused]))")
    assert left == [["answer", None]], "what is too long is kept, and sent to nobody"
    page.goto(_COURSE)
    expect(page.locator("[data-progress^='1 ']")).to_be_attached()


def acts_in(body: str | None) -> list[str]:
    """Return the numbers of the acts that a request brings."""
    return [each["id"] for each in json.loads(body or "{}").get("acts", [])]


#: All that may stand between a phone and the site, or be wrong with it: status, headers, body.
_OURS = {"Perille": "own", "Content-Type": "application/json"}
_HTML = {"Content-Type": "text/html"}
_WRONG = (
    *((status, _OURS, b'{"error": "no"}') for status in (400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503)),
    *((status, _HTML, b"<p>no") for status in (200, 400, 401, 403, 404, 413, 429, 500, 502, 504, 511)),
    (302, {"Location": "/wifi"}, b""),
    (200, _OURS, b""),
    (204, _OURS, b""),
    (200, _OURS, b"{"),
    (200, _OURS, b"{}"),
    (200, _OURS, b"null"),
    (200, _OURS | _HTML, b"<p>no"),
    (200, _OURS, b'{"who": "", "acts": {}, "again": false}'),
)
_KINDS = "() => self.perille.all().then((acts) => acts.map((act) => [act.kind, act.refused]).sort())"


def test_no_answer_of_another_kind_takes_anything_or_is_asked_for_without_end(browser: Browser, tmp_path: Path) -> None:
    with run_site(tmp_path, settings=_SETTINGS) as site:
        page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}).new_page()
        page.goto(_COURSE)
        offer(page)
        press_start(page)
        whole(page)
        page.goto(f"{_COURSE}/choose")
        page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
        page.evaluate("() => self.perille.send()")
        stop(site)
        page.evaluate("() => self.perille.add({ kind: 'next', course: 'courses/online', unit: 'touch', lang: 'ar' })")
        waiting = page.evaluate(_KINDS)
        assert ["next", None] in waiting
        with answering(site) as answers:
            for answers.status, answers.headers_sent, answers.body in _WRONG:
                before = answers.tries
                page.evaluate("() => self.perille.send().catch(() => undefined)")
                assert answers.tries - before <= 2, "asked twice at most, as whose cookies are looked for"
                assert page.evaluate(_KINDS) == waiting, (answers.status, answers.body)
    with run_site(tmp_path, settings=_SETTINGS, port=int(site.url.rpartition(":")[2]), empty=True):
        page.evaluate("() => self.perille.send()")
        assert page.evaluate(_KINDS) == []
        served = page.request.get(site.url + _COURSE).text()
        assert 'data-progress="1 ' in served
    page.context.close()


def test_a_page_that_stays_open_asks_ever_more_rarely(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.clock.install()
    page.goto(f"{_COURSE}/choose")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    page.context.set_offline(True)
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if each.url.endswith("/queue") else None)
    for _minute in range(240):
        page.clock.run_for(60_000)
        page.evaluate("() => self.perille.send().catch(() => undefined)") if _minute % 60 == 59 else None
    assert 4 < len(sent) <= 24, "four hours"


def test_what_the_course_does_not_take_any_more_is_said_once_to_who_did_it(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.goto(f"{_COURSE}/choose")
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    page.evaluate(
        "() => self.perille.add({ kind: 'answer', course: 'courses/online', unit: 'choose', item: 'gone', lang: 'ar', form: {} })"
    )
    page.evaluate("() => self.perille.send()")
    page.goto(f"{_COURSE}/languages")
    expect(page.locator("main > .notice").first).to_contain_text("تغيرت الدورة")
    page.goto(f"{_COURSE}/choose")
    page.wait_for_function("() => Boolean(self.perille && self.perille.add)")
    page.wait_for_timeout(500)
    expect(page.locator("main > .notice")).to_have_count(0)
