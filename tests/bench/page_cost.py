"""What a page costs the browser of the tests, in seconds of the processor: with and without script, a worker, and the flags of `LEAN`.

    .venv/bin/python tests/bench/page_cost.py

Twelve lessons in Arabic on a phone are opened, each way twice; all processes of the browser and of the library that drives it
are counted, the server is not. Linux only. On a busy machine the figures are up to a fifth larger: compare those of one run.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserType, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support.programs import LEAN, find_browser  # noqa: E402
from support.site import run_site  # noqa: E402

_LESSONS = ("welcome", "emergency", "registration", "money", "health", "work")
_TICKS = os.sysconf("SC_CLK_TCK")
#: What is counted: seconds that a process took, and those of its children that have ended.
_FIRST, _LAST = 11, 15


def seconds_below(top: int, without: int) -> float:
    """Return what the processes took that *top* has started, and those that these have, but for the process *without*."""
    children, took = defaultdict[int, list[int]](list), dict[int, int]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        number = int(stat.parent.name)
        children[int(fields[1])].append(number)
        took[number] = sum(map(int, fields[_FIRST:_LAST]))
    found, waiting = 0, list(children[top])
    while waiting:
        process = waiting.pop()
        if process != without:
            found += took[process]
            waiting += children[process]
    return found / _TICKS


def cost(engine: BrowserType, url: str, server: int, flags: Sequence[str], *, script: bool, worker: bool) -> float:
    """Return what one page took, of twelve."""
    found = find_browser()
    assert found is not None, "make setup-test brings a browser"
    arguments, environment = [*found.arguments, *flags], {**os.environ, **found.environment}
    browser = engine.launch(executable_path=str(found.executable), args=arguments, env=environment)
    size = {"width": 360, "height": 740}
    context = browser.new_context(
        base_url=url,
        java_script_enabled=script,
        service_workers="allow" if worker else "block",
        viewport=size,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto("/ar/")
    before = seconds_below(os.getpid(), server)
    for lesson in _LESSONS * 2:
        page.goto(f"/ar/courses/finland/{lesson}")
    took = seconds_below(os.getpid(), server) - before
    browser.close()
    return took / (2 * len(_LESSONS))


def main() -> None:
    """Print a line for each way."""
    with (
        tempfile.TemporaryDirectory() as folder,
        run_site(Path(folder), settings={"PERILLE_RATE_LIMITS": "no"}) as site,
        sync_playwright() as playwright,
    ):
        for _turn in range(2):
            for name, flags in (("plain", ()), ("LEAN", LEAN)):
                for script, worker in ((True, True), (True, False), (False, False)):
                    took = cost(playwright.chromium, site.url, site.process.pid, flags, script=script, worker=worker)
                    print(f"{name:5} script {script!s:5} worker {worker!s:5} {took:.3f} s a page", flush=True)


if __name__ == "__main__":
    main()
