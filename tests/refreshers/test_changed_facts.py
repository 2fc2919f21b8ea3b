"""A refresher asks first what names a fact that changed since the certificate."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from perille.assessment.models import Attempt
from refreshers.test_refreshers import CERTIFICATE, MODULE, address, ends_on, on, write
from support.exam import item, take
from support.whole import Whole
from support.whole_packs import FACTS, write_facts


@pytest.mark.parametrize("dated", ["page_date", "valid_from", "changed_on", ""])
def test_it_asks_what_names_a_fact_that_changed_since(whole: Whole, tmp_path: Path, dated: str) -> None:
    texts = [item(number) for number in range(1, 61)]
    texts[:10] = [text.replace("?", ": {fact: emergency.number}?") for text in texts[:10]]
    module = write(tmp_path, bank="".join(texts))
    whole.publish(module)
    visitor = whole.visitor()
    visitor.post(f"{MODULE}/start")
    take(visitor)
    visitor.post(f"{MODULE}/hello/next")
    visitor.post(CERTIFICATE, {"name": "Aino Virtanen"})
    day = ends_on(whole) - timedelta(days=30)
    with on(day):
        changed = FACTS.replace('value = "112"', 'value = "113"').replace("2026-11-22", str(day))
        said = f"{dated} = {day - timedelta(days=9)}\n" if dated else ""
        whole.publish(module, write_facts(tmp_path, f"{changed}{said}"))
        # Published again as it is, the library keeps the day on which its value changed.
        whole.publish(module, write_facts(tmp_path, f"{changed}{said}".replace("Emergency number", "Number in need")))
        visitor.submit(address(visitor), {"do": "begin"})
    (asked,) = whole.scalars(select(Attempt.items).where(Attempt.unit.startswith("refresher")))
    assert len(asked) == 24
    assert {f"q{number}" for number in range(1, 11)} <= set(asked), "among 60 by lot once in 40,000 times"
