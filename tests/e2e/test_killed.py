"""A browser that is ended from outside while it stores a course."""

from __future__ import annotations

import time

import pytest

from support.phones import Phone, wait
from support.release_tier import sampled
from support.site import Site

_COURSE = "/en/courses/online"
_OFFER = "document.querySelector('[data-take-start]:not([hidden])') !== null"
_WHOLE = "caches.match('/whole', {cacheName: 'perille-course:en/courses/online', ignoreVary: true}).then((found) => Boolean(found))"
#: How many of the addresses that the course brings are on the phone; what the download notes beside them comes and goes.
_STORED = (
    "caches.open('perille-course:en/courses/online').then((cache) => cache.keys())"
    ".then((keys) => keys.filter((key) => !/\\/(part|whole|pieces[^/]*)$/.test(key.url)).length)"
)


def _offered(phone: Phone, site: Site) -> None:
    phone.open(site.url + _COURSE)
    wait(phone, "document.querySelector('details.take:not([hidden])') !== null")
    phone.run("document.querySelector('details.take').open = true")


@pytest.mark.parametrize("milliseconds", sampled([0, 20, 60, 150], (20, 150), "another moment"))
def test_a_browser_that_is_killed_while_it_stores_a_course_has_all_of_it_or_goes_on(
    phone: Phone, site: Site, milliseconds: int
) -> None:
    phone.start()
    _offered(phone, site)
    wait(phone, _OFFER)
    phone.run("document.querySelector('[data-take-start]').click()")
    wait(phone, f"{_STORED}.then((count) => count > 1)")
    time.sleep(milliseconds / 1000)
    phone.kill()
    phone.start()
    phone.open(f"{site.url}/en/safe")
    had_all, count = phone.run(_WHOLE), phone.run(_STORED)
    _offered(phone, site)
    if not had_all:
        wait(phone, _OFFER)
        phone.run("document.querySelector('[data-take-start]').click()")
    wait(phone, "document.querySelector('[data-take-remove]:not([hidden])') !== null")
    wait(phone, _WHOLE)
    stored = phone.run(_STORED)
    assert stored >= count
    assert not had_all or stored == count, "a course that says that it is whole has all"
