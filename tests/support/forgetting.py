"""Somebody who learns on a phone, is cut off, and presses "Leave, and forget me on this phone"."""

from __future__ import annotations

from pathlib import Path

from support.phones import Phone, left_behind, wait
from support.site import Site

SETTINGS = {"PERILLE_RATE_LIMITS": "no", "PERILLE_EXIT_URL": "http://127.0.0.1:9/"}
#: What somebody answered, which nothing else says.
ANSWER = b"zanzibar7731"
_COURSE = "/en/courses/finland"
#: Lets a page that is no lesson have what the course brought to write with.
_LOAD = """caches.match('/whole', {cacheName: 'perille-course:en/courses/finland', ignoreVary: true})
    .then(function (found) { return found.json(); }).then(function (whole) {
        whole.scripts.filter(function (each) { return /vault|queue/.test(each); }).forEach(function (each) {
            document.head.appendChild(Object.assign(document.createElement('script'), {src: each, async: false}));
        });
    }) && 1"""
_SCRIPTS = "self.perille !== undefined && self.perille.add !== undefined"
#: All places that scripts write to: the queue, what the phone knows, answers of a test, and what is open on the next page.
_WRITE = f"""(function () {{
    var perille = self.perille, act = {{kind: 'answer', lang: 'en', course: 'courses/finland', unit: 'welcome', item: 'x'}};
    act.form = {{'a-x': ['{ANSWER.decode()}']}};
    perille.add(act).then(function () {{ return perille.update(function (found) {{ found.who = '{ANSWER.decode()}'; }}); }})
        .then(function () {{ return perille.seal('{ANSWER.decode()}'); }})
        .then(function (sealed) {{
            localStorage.setItem('perille-test-x', 'sealed ' + sealed);
            sessionStorage.setItem('perille-status', sealed);
            return caches.open('perille-key');
        }})
        .then(function (cache) {{ return cache.keys(); }})
        .then(function (keys) {{ window.keyWords = keys[0].url.split('?')[1]; }});
}})()"""


def learn(phone: Phone, site: Site) -> list[bytes]:
    """Take a course along, start it, stop the server and answer; return the key under which the phone keeps all that."""
    phone.start()
    phone.open(site.url + _COURSE)
    wait(phone, "document.querySelector('details.take:not([hidden])') !== null")
    phone.run("document.querySelector('details.take summary').click()")
    wait(phone, "document.querySelector('[data-take-start]:not([hidden])') !== null")
    phone.run("document.querySelector('[data-take-start]').click()")
    wait(phone, "document.querySelector('[data-take-remove]:not([hidden])') !== null")
    phone.run("document.querySelector(\"form[action$='/start'] button\").click()")
    wait(phone, "location.pathname.endsWith('/welcome')")
    # The cookie of the learner is on the disk, as it is half a minute later.
    phone.close()
    phone.start()
    # Kept while there is a line: the Chromium 69 of the tests, with a folder, ends where its worker looks for copies without one.
    phone.open(f"{site.url}/en/safe")
    phone.run(_LOAD)
    wait(phone, _SCRIPTS)
    site.process.terminate()
    site.process.wait(15)
    phone.run(_WRITE)
    words: str = wait(phone, "window.keyWords")
    return [words.encode(), bytes(map(int, words.split(",")))]


def forget(phone: Phone) -> None:
    """Press the button of the page that is open; return when the calendar shows."""
    # As in airplane mode: the page then stays at the calendar.
    phone.run("Object.defineProperty(navigator, 'onLine', { value: false })")
    phone.run("document.querySelector('form[data-forget] button').click()")
    wait(phone, "location.pathname === '/today' && document.querySelector('td[aria-current]') !== null")


def course_files(folder: Path) -> list[str]:
    """Return the files in which the worker's caches still hold a lesson."""
    word = b"/courses/finland/welcome"
    return [name for name in left_behind(folder, [word]).get(word, []) if "CacheStorage" in name]
