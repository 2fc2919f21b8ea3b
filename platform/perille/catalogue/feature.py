"""What the way in brings."""

from __future__ import annotations

from perille.catalogue.views import blueprint
from perille.core.feature import Feature, NavigationItem, Place
from perille.core.i18n import lazy_gettext

feature = Feature(
    name="catalogue",
    public=frozenset(
        {
            "catalogue.redirect_to_language",
            "catalogue.home",
            "catalogue.listing",
        }
    ),
    blueprints=(blueprint,),
    navigation=(
        NavigationItem(Place.FOOTER, "catalogue.listing", lazy_gettext("All courses"), {"kind": "courses"}, order=10),
        NavigationItem(
            Place.FOOTER, "catalogue.listing", lazy_gettext("For professionals"), {"kind": "modules"}, order=20
        ),
    ),
)
