"""What the safety shell brings."""

from __future__ import annotations

from perille.core.feature import Feature, NavigationItem, Place
from perille.core.i18n import lazy_gettext
from perille.safety.after_leaving import configure_after_leaving
from perille.safety.views import blueprint

feature = Feature(
    name="safety",
    public=frozenset(
        {
            "safety.calendar",
            "safety.forget",
            "safety.help_page",
            "safety.numbers",
            "safety.leave",
            "safety.leave_link",
            "safety.privacy",
            "safety.safe",
        }
    ),
    blueprints=(blueprint,),
    setup=configure_after_leaving,
    navigation=(
        NavigationItem(Place.FOOTER, "safety.privacy", lazy_gettext("Your data"), order=50),
        NavigationItem(Place.FOOTER, "safety.safe", lazy_gettext("Staying safe online"), order=60),
    ),
)
