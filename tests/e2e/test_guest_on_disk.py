"""A guest on a phone of others: what lies on its disk after the visit, searched in the browser's own files."""

from __future__ import annotations

from support.phones import Phone, left_behind, wait
from support.site import Site

#: A course that nobody took on this phone before: what names it can only be of the visit.
_COURSE = "/en/courses/sweden"
_ANSWER = "document.querySelector('form.check input[type=radio]').click();" + (
    "document.querySelector('form.check > p > button').click()"
)


def test_a_visit_leaves_nothing_on_the_disk(phone: Phone, site: Site) -> None:
    phone.start()
    phone.open(f"{site.url}/en/safe")
    wait(phone, "caches.keys().then((all) => all.length)")
    phone.run(
        "fetch('/en/guest?to=courses/sweden', { method: 'POST' }).then((reply) => { location.href = reply.url; })"
    )
    wait(phone, "document.documentElement.hasAttribute('data-guest') && /your-course/.test(location.pathname)")
    for screen in (2, 3, 4):
        phone.open(f"{site.url}{_COURSE}/your-course?screen={screen}")
    phone.run(f"() => {{ {_ANSWER}; }}")
    phone.open(f"{site.url}{_COURSE}")
    wait(phone, "document.querySelector('[data-progress=none]') !== null")
    assert phone.run("document.querySelector('[data-take]')") is None
    phone.run("document.querySelector('form[action$=\"/guest/end\"] button').click()")
    wait(phone, "!document.documentElement.hasAttribute('data-guest') && location.pathname === '/en/'")
    assert phone.run("document.cookie") == ""
    phone.close()
    # Pages of the visit, their pictures, and the cookie; of the browser's own list of pages the site can take nothing.
    found = left_behind(phone.folder, [b"<html data-guest", b"courses/sweden/", b"perille_guest"])
    own = ("History", "Sessions", "Favicons", "Top Sites", "Visited Links", "Network Action Predictor")
    # The scripts of all pages name the cookie.
    pages = [path for word in found for path in found[word] if word != b"perille_guest" or path.endswith("Cookies")]
    assert [path for path in pages if not any(each in path for each in own)] == []
