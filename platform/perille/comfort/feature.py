"""What choosing the look of pages brings."""

from __future__ import annotations

from perille.comfort.views import blueprint
from perille.core.feature import Feature, NavigationItem, Place
from perille.core.i18n import lazy_gettext

feature = Feature(
    name="comfort",
    public=frozenset({"comfort.save_preferences", "comfort.set_picture_mode", "comfort.display_preferences"}),
    blueprints=(blueprint,),
    navigation=(NavigationItem(Place.FOOTER, "comfort.display_preferences", lazy_gettext("How it looks"), order=55),),
)
