"""What an earlier version of the offline scripts left on a phone still arrives: a phone may come back after a year."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from support.take_along import offer, press_start, whole
from support.waiting import until

#: An act as it was written before what a phone keeps was sealed: plain fields in the same store.
_OLD_ACT = """(act) => new Promise((done, failed) => {
  const asked = indexedDB.open("perille");
  asked.onerror = () => failed(asked.error);
  asked.onsuccess = () => {
    const work = asked.result.transaction("acts", "readwrite");
    work.objectStore("acts").put(act);
    work.oncomplete = () => { asked.result.close(); done(); };
  };
})"""
_ACT = {
    "who": "",
    "count": 1,
    "id": "6f1d7f0e-5f2a-4b62-9d0c-0d6f6a4f3c11",
    "kind": "next",
    "course": "courses/online",
    "unit": "touch",
    "lang": "ar",
}


def test_acts_that_an_earlier_version_kept_unsealed_are_sent(open_phone: Callable[..., Page]) -> None:
    page = open_phone()
    offer(page)
    press_start(page)
    whole(page)
    page.goto("/ar/courses/online/touch")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.post_data or "") if each.url.endswith("/queue") else None)
    page.evaluate(_OLD_ACT, {**_ACT, "at": page.evaluate("Date.now()")})
    # Beside the place where the page is, which it notes by itself.
    assert _ACT["id"] in page.evaluate("() => self.perille.all().then((acts) => acts.map((act) => act.id))")
    # What is being sent just now may have been read before the act was there.
    until(page, "() => self.perille.send().then(() => self.perille.all()).then((acts) => !acts.length)")
    assert [body for body in sent if _ACT["id"] in body], "it is sent"
