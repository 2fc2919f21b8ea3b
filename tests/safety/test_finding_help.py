"""A contact without a number or a page says how to find one."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.visitor import Visitor
from support.whole import Whole
from support.whole_packs import FACTS, write_facts

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
OFFICE = (
    FACTS.replace("emergency.number", "office.role")
    .replace('"phone"', '"text"')
    .replace('"112"', '"Helps with papers"')
    .replace('help = "emergency"\n', "")
)


def test_a_contact_without_a_number_says_how_to_find_one(whole: Whole, visitor: Visitor, tmp_path: Path) -> None:
    assert "Search the internet for its name" not in visitor.get("/en/courses/way/hello?screen=2").text
    whole.publish(write_facts(tmp_path, FACTS + OFFICE))
    page = visitor.get("/en/courses/way/hello?screen=2")
    (office,) = [tag for tag in page.all("div") if "Helps with papers" in tag.words and tag["class"] == "contact"]
    assert "We have no number or page for this. Search the internet for its name" in office.words
    assert page.text.count("Search the internet for its name") == 1
