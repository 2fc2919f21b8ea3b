"""The slot by which marking a test again, which stands below refreshers, marks them too (used in `test_refreshers`)."""

from __future__ import annotations

import pytest
from flask import Flask

from perille.assessment.regrading import current_refreshers
from perille.refreshers.regrading import RefresherGrading
from support.whole import Whole


def test_the_site_has_refreshers_in_it(whole: Whole) -> None:
    with whole.app.app_context():
        assert isinstance(current_refreshers(), RefresherGrading)


def test_an_application_without_refreshers_says_what_is_missing() -> None:
    with Flask("bare").app_context(), pytest.raises(KeyError, match="perille_refreshers"):
        current_refreshers()
