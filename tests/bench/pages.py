"""Measure a learner's pages in a browser: weight on the wire, and time on a bad line with a slow phone.

    .venv/bin/python tests/bench/pages.py [--runs 5]

Starts a server of its own. The line is Chromium's throttling: 400 kbit/s each way, 400 ms round trip, CPU four times slower.
Weight is what travels, headers included, without pictures and audio (DESIGN section 8). Needs what `make test` has set up.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.commands import PERILLE
from support.programs import find_browser
from support.site import Site, run_site

FIRST, SECOND = "/en/courses/finland/home", "/en/courses/finland/money"
LINE = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
SLOW_CPU = 4


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit cost."""

    #: Bytes on the wire without pictures, and with them.
    bytes: int
    all_bytes: int
    #: Milliseconds to the first paint and to the load event.
    paint: float
    load: float


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser that the tests use."""
    found = find_browser()
    if found is None:
        raise SystemExit("There is no browser: run make test once, it brings one")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(found.executable), args=[*found.arguments], env={**os.environ, **found.environment}
        )
        yield started
        started.close()


def visit(page: Page, url: str, *, slow: bool) -> Visit:
    """Open a page and count; a browser's cache works as it does for a person."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, float] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda event: kinds.__setitem__(event["requestId"], event["type"]))
    session.on(
        "Network.loadingFinished", lambda event: sizes.__setitem__(event["requestId"], event["encodedDataLength"])
    )
    if slow:
        session.send("Network.emulateNetworkConditions", LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    page.goto(url, wait_until="load", timeout=60_000)
    page.wait_for_timeout(1500 if not slow else 300)
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1")
    load = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    session.detach()
    light = [size for key, size in sizes.items() if kinds.get(key) not in ("Image", "Media", "Prefetch")]
    return Visit(int(sum(light)), int(sum(sizes.values())), paint, load)


def measure(site: Site, started: Browser, *, slow: bool) -> tuple[Visit, Visit]:
    """Return a first visit and a second lesson after it."""
    context = started.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    both = visit(page, site.url + FIRST, slow=slow), visit(page, site.url + SECOND, slow=slow)
    context.close()
    return both


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    with (
        tempfile.TemporaryDirectory() as folder,
        run_site(Path(folder), command=[PERILLE]) as site,
        browser() as started,
    ):
        first, second = measure(site, started, slow=False)
        print(
            f"first visit   {first.bytes / 1000:6.1f} kB without pictures, {first.all_bytes / 1000:6.1f} kB with them"
        )
        print(
            f"second lesson {second.bytes / 1000:6.1f} kB without pictures, {second.all_bytes / 1000:6.1f} kB with them"
        )
        visits = [measure(site, started, slow=True)[0] for _run in range(runs)]
        print(f"400 kbit/s, 400 ms, CPU x{SLOW_CPU}, median of {runs}:")
        print(f"  first paint {statistics.median(each.paint for each in visits) / 1000:.2f} s")
        print(f"  load        {statistics.median(each.load for each in visits) / 1000:.2f} s")


if __name__ == "__main__":
    main()
