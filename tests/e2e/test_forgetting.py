"""Forgetting without a line, and the browser ended from outside as soon as the calendar shows: what is in its folder afterwards."""

from __future__ import annotations

from pathlib import Path

from support.forgetting import ANSWER, SETTINGS, course_files, forget, learn
from support.phones import Phone, left_behind, wait
from support.site import run_site

_COURSE = "/en/courses/finland"
_EMPTY = "caches.keys().then((names) => names.join() === 'perille-forget')"
#: As where the browser ends meanwhile: all is deleted but one lesson, and what waits for it.
_STUCK = """(function () {
    var whole = Cache.prototype.delete;
    Cache.prototype.delete = function (key, how) {
        return key.url.includes('/finland/welcome') ? new Promise(function () {}) : whole.call(this, key, how);
    };
    return true;
})()"""
_ONE_LEFT = """caches.open('perille-course:en/courses/finland').then((cache) => cache.keys())
    .then((keys) => keys.length > 0 && keys.every((key) => /welcome|static|offline/.test(key.url)))"""


def test_a_browser_killed_while_it_forgets_without_a_line_gives_nothing_away(phone: Phone, tmp_path: Path) -> None:
    with run_site(tmp_path, settings=SETTINGS) as site:
        secrets = learn(phone, site)
    assert left_behind(phone.folder, secrets) != {}, "the key is on the phone until it is asked to forget"
    assert left_behind(phone.folder, [ANSWER]) == {}, "an answer is never there in words"
    forget(phone)
    phone.kill()
    assert left_behind(phone.folder, [ANSWER, *secrets]) == {}
    # The next start, still without a line: what was not deleted yet is, and none of it is shown.
    phone.start()
    phone.open(site.url + _COURSE)
    wait(phone, _EMPTY)
    assert not phone.run("document.querySelector('#quick-exit') !== null")
    phone.close()
    assert course_files(phone.folder) == []
    port = int(site.url.rpartition(":")[2])
    with run_site(tmp_path, settings=SETTINGS, port=port, empty=True):
        phone.start()
        phone.open(site.url + _COURSE)
        wait(phone, "document.querySelector('[data-progress]') !== null")
        assert phone.run("document.querySelector('[data-progress]').getAttribute('data-progress')") == "none"
        phone.open(f"{site.url}/en/keep")
        assert "There is nothing to keep yet." in wait(phone, "document.body.innerText")
        assert not phone.run("/perille_left/.test(document.cookie)")


def test_what_a_killed_browser_had_not_deleted_goes_at_the_next_start_without_a_line(
    phone: Phone, tmp_path: Path
) -> None:
    with run_site(tmp_path, settings=SETTINGS) as site:
        learn(phone, site)
    phone.run(_STUCK)
    forget(phone)
    wait(phone, _ONE_LEFT)
    phone.kill()
    assert course_files(phone.folder) != []
    phone.start()
    phone.open(site.url + _COURSE)
    wait(phone, _EMPTY)
    phone.close()
    assert course_files(phone.folder) == []
