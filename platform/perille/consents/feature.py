"""What agreeing by purpose brings. The purposes themselves are declared by the features that act on them."""

from __future__ import annotations

from flask import Flask

from perille.consents.models import Consent
from perille.consents.pages import open_questions, questions
from perille.consents.views import blueprint
from perille.core.feature import Feature


def set_up(app: Flask) -> None:
    """Let pages show what is asked, and what was answered."""
    app.jinja_env.globals.update(consent_questions=questions, open_consent_questions=open_questions)


feature = Feature(
    name="consents",
    blueprints=(blueprint,),
    models=(Consent,),
    # An account agrees where it signs in.
    stays=(Consent,),
    personal_data=(Consent,),
    setup=set_up,
)
