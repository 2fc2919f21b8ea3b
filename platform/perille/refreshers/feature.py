"""What refreshers and spaced questions bring. An attempt is one of `assessment`, what it extends one of `credentials`."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from perille.assessment.regrading import current_refreshers
from perille.core.feature import Feature
from perille.core.job import Job
from perille.refreshers.mails import WAITS, tell_and_forget
from perille.refreshers.models import SpacedAnswer
from perille.refreshers.purposes import MAILS, QUESTIONS
from perille.refreshers.regrading import RefresherGrading
from perille.refreshers.spaced_views import blueprint as spaced
from perille.refreshers.spaced_views import card
from perille.refreshers.views import blueprint


def set_up(app: Flask) -> None:
    """Let the page of one's modules show the spaced question that waits, and its switches; refreshers are marked again with their test."""
    app.jinja_env.globals["spaced_card"] = card
    current_refreshers.set(app, RefresherGrading())


feature = Feature(
    name="refreshers",
    public=frozenset({"refreshers.answer", "refreshers.current", "refreshers.show"}),
    blueprints=(blueprint, spaced),
    purposes=(QUESTIONS, MAILS),
    jobs=(Job("spaced-questions", tell_and_forget, timedelta(days=1), WAITS.title),),
    notices=(WAITS,),
    models=(SpacedAnswer,),
    # An account answers where it signs in.
    stays=(SpacedAnswer,),
    personal_data=(SpacedAnswer,),
    setup=set_up,
)
