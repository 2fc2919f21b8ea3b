"""Is a page sound? Accessibility rules run inside it, and the HTML validator."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from support.places import AXE, VNU
from support.programs import find_java

#: WCAG 2.2, levels A and AA.
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Recordings that start by themselves are fetched for a rule, style sheets are not: the one rule that reads them is an experiment of axe's
#: that these tags leave out.
_HOW = {"runOnly": {"type": "tag", "values": _TAGS}, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
#: A deep stack for deep pages; one collector and the quick compiler, as no run is long enough for the thorough one.
_JAVA = ("-Xss4m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


@cache
def _axe_source() -> str:
    return AXE.read_text("utf-8")


def bring_rules(page: Page) -> None:
    """Have the rules ready in each page that *page* will open: the browser then keeps their half a megabyte, which it is sent once."""
    page.add_init_script(script=_axe_source())


def accessibility_faults(page: Page) -> list[str]:
    """Return what breaks a rule of WCAG 2.2 AA on a page as it stands; the page must allow script."""
    # The debugger's own evaluation is no script of the page, so the content security policy stays as it is.
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe_source() + ";0")
    found: dict[str, Any] = page.evaluate("how => axe.run(document, how)", _HOW)
    return [
        f"{page.url}: {fault['id']}: {fault['help']}: {node['target']} {node['html'][:200]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def html_faults(pages: Mapping[str, str]) -> list[str]:
    """Return the errors of the Nu validator in *pages* (address -> HTML); one run for all, as it starts slowly."""
    java = find_java()
    assert java is not None, "make setup-test brings Java"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        addresses = {f"{number:05}.html": address for number, address in enumerate(pages)}
        for file, address in addresses.items():
            (folder / file).write_text(pages[address], "utf-8")
        words = [str(java), *_JAVA, "-jar", str(VNU), "--errors-only", "--format", "json", "--stdout", str(folder)]
        done = subprocess.run(words, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    messages = json.loads(done.stdout)["messages"]
    return [
        f"{addresses[Path(each['url']).name]}:{each.get('lastLine', 0)}: {each['message']} {each.get('extract', '')!r}"
        for each in messages
    ]
