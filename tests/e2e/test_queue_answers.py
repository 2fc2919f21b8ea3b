"""What a phone sends when the line is back, and what it does with each answer: nothing is sent for ever, nothing is lost without a word."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Page, expect

from support.take_along import offer, press_start, whole

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
