"""A site with an office that gives a seminar of two places."""

from __future__ import annotations

import pytest

from seminars.desk import Desk, make_desk
from support.whole import Whole


@pytest.fixture
def desk(whole: Whole) -> Desk:
    """Return an office with a seminar."""
    return make_desk(whole)
