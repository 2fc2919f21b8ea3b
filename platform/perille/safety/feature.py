"""What the safety shell brings."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature, NavigationItem, Place
from perille.core.i18n import lazy_gettext
from perille.safety.after_leaving import configure_after_leaving
from perille.safety.signing_out import configure_signing_out
from perille.safety.views import blueprint


def connect(app: Flask) -> None:
    """Look at the requests of browsers that were left."""
    configure_signing_out(app)
    configure_after_leaving(app)


feature = Feature(
    name="safety",
    public=frozenset(
        {
            "safety.calendar",
            "safety.leave_and_forget",
            "safety.help_page",
            "safety.helpline_cards",
            "safety.leave",
            "safety.leave_link",
            "safety.privacy_notice",
            "safety.safety_advice",
        }
    ),
    blueprints=(blueprint,),
    setup=connect,
    navigation=(
        NavigationItem(Place.FOOTER, "safety.privacy_notice", lazy_gettext("Your data"), order=50),
        NavigationItem(Place.FOOTER, "safety.safety_advice", lazy_gettext("Staying safe online"), order=60),
    ),
)
