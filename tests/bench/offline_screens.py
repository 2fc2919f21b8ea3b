"""How long a screen of a kept course takes to open without a line on a slow phone, and 1,000 answers that wait take to be sent.

The phone has a quarter of this processor; the same pages online, without a worker, are measured beside it. Answers are sent from the
database of a browser to the last answer of the server.

    python tests/bench/offline_screens.py [screens]

Prints best, median and worst of the moments at which the answer was there, the page was read, and something was painted. Two cores that
do other work at the same time spoil the median: the best says what the page costs, and the ratio what the worker adds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from support.cut_line import stop  # noqa: E402
from support.programs import find_browser  # noqa: E402
from support.site import Site, run_site  # noqa: E402
from support.take_along import KEPT_SCREENS, offer, press_start, whole  # noqa: E402

_COURSE = "/ar/courses/finland"
_SLOWER = 4
_TIMES = """() => new Promise((done) => {
  const look = () => {
    const page = performance.getEntriesByType('navigation')[0];
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    if (!paint || !page.domContentLoadedEventEnd) return setTimeout(look, 20);
    return done([page.responseEnd, page.domContentLoadedEventEnd, paint.startTime]);
  };
  look();
})"""
_ADD = """async (count) => {
  const form = document.querySelector('form.check');
  const choice = form.querySelector('input[type=radio]');
  const act = { kind: 'answer', lang: 'ar', course: 'courses/finland', unit: 'welcome', item: choice.name.slice(2) };
  for (let at = 0; at < count; at += 1) await self.perille.add(Object.assign({ form: { [choice.name]: [choice.value] } }, act));
}"""
_QUEUED = 1000
_TRIES = 3
_NAMES = ("answer there", "page read", "first paint")


def opened(page: Page, paths: Iterable[str]) -> list[list[float]]:
    """Return the times of each page, on a slow processor."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    times = []
    for path in paths:
        page.goto(path)
        times.append(page.evaluate(_TIMES))
    return times


def tell(what: str, times: list[list[float]]) -> list[float]:
    """Print best, median and worst; return the best."""
    rows = [sorted(each) for each in zip(*times, strict=True)]
    for name, row in zip(_NAMES, rows, strict=True):
        print(f"{what}, {name}: best {row[0]:.0f}, median {median(row):.0f}, worst {row[-1]:.0f} ms")
    return [row[0] for row in rows]


def queued(page: Page, count: int) -> float:
    """Return how many seconds *count* answers take that were given without a line, once it is back."""
    page.goto(f"{_COURSE}/welcome?screen=4")
    page.wait_for_function("() => Boolean(self.perille && self.perille.send)")
    page.context.set_offline(True)
    page.evaluate(_ADD, count)
    began = time.perf_counter()
    page.context.set_offline(False)
    page.evaluate("() => self.perille.send()")
    left = page.evaluate("() => self.perille.all().then((acts) => acts.length)")
    assert left == 0, left
    return time.perf_counter() - began


def new_page(browser: Browser, site: Site, **more: Any) -> Page:
    page = browser.new_context(base_url=site.url, viewport={"width": 360, "height": 740}, **more).new_page()
    page.set_default_timeout(120_000)
    return page


def main() -> int:
    """Measure and print."""
    expect.set_options(timeout=120_000)
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    found = find_browser()
    assert found is not None, "make setup-test brings a browser"
    settings = {"PERILLE_RATE_LIMITS": "no"}
    with (
        tempfile.TemporaryDirectory() as folder,
        run_site(Path(folder), settings=settings) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(found.executable), args=[*found.arguments])
        page = new_page(browser, site)
        page.goto(_COURSE)
        offer(page)
        press_start(page)
        whole(page)
        screens = page.evaluate(KEPT_SCREENS, _COURSE[1:])
        paths = [path for path in screens if "?screen=" in path and "easy" not in path][:most]
        times = [queued(page, _QUEUED) for _time in range(_TRIES)]
        print(f"{_QUEUED} answers that waited, sent: best {min(times):.1f}, worst {max(times):.1f} s")
        online = tell("online, no worker", opened(new_page(browser, site, service_workers="block"), paths))
        stop(site)
        offline = tell("without a line", opened(page, paths))
        print(f"first paint without a line is {offline[2] / online[2]:.2f} times that online")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
