"""What professionals take to work fits one page of paper, and what is written into a plan goes with it and nowhere else."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from support.places import ROOT
from support.watching import OpenPage

MARGIN = {"top": "12mm", "bottom": "12mm", "left": "12mm", "right": "12mm"}


def sheets() -> Iterator[str]:
    """Yield the address of each sheet and plan of the modules in each of their languages; in Finland, where there are countries."""
    for file in sorted((ROOT / "modules").glob("*/pack.toml")):
        pack = tomllib.loads(file.read_text("utf-8"))
        where = "?in=fi" if len(pack.get("countries", ())) > 1 else ""
        for unit in pack.get("unit", {}):
            if unit == "sheet" or unit.endswith("-plan"):
                yield from (f"/{code}/modules/{pack['slug']}/{unit}/print{where}" for code in pack["languages"])


def test_each_sheet_prints_on_one_page(open_page: OpenPage) -> None:
    addresses = list(sheets())
    assert len(addresses) > 25
    page = open_page(addresses[0], screen="wide")
    pages = {}
    for address in addresses:
        page.goto("/".join(page.url.split("/")[:3]) + address)
        pages[address] = len(PdfReader(io.BytesIO(page.pdf(format="A4", margin=MARGIN))).pages)
    assert {address: count for address, count in pages.items() if count != 1} == {}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_plan_is_filled_in_on_the_screen_and_printed(open_page: OpenPage, script: bool) -> None:
    page = open_page("/en/modules/module-4/local-plan/print?in=fi", script=script, screen="wide")
    field = page.get_by_label("A safe bed for tonight")
    field.fill("Call the shelter")
    assert "Call the shelter" in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
    page.reload()
    expect(field).to_have_value("")
