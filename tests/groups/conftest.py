"""A site with an office, its trainer, and a group."""

from __future__ import annotations

import pytest

from groups.school import School, make_school
from support.whole import Whole


@pytest.fixture
def school(whole: Whole) -> School:
    """Return an office with a trainer and a group."""
    return make_school(whole)
