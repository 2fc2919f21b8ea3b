"""A learner of whom there is something to keep, to export and to erase."""

from __future__ import annotations

import pytest

from support.visitor import Visitor

CHECK = "/en/courses/way/check"


@pytest.fixture
def learner(visitor: Visitor) -> Visitor:
    """Somebody who has done the whole course and has a certificate."""
    visitor.start()
    for unit in ("hello", "second"):
        visitor.post(f"/en/courses/way/{unit}/next")
    for item in ("one", "two"):
        visitor.answer(CHECK, item, "a")
    visitor.post("/en/courses/way/certificate", {"name": "Aino Virta"})
    return visitor
