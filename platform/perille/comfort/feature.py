"""What choosing the look of pages brings."""

from __future__ import annotations

from perille.comfort.views import blueprint
from perille.core.feature import Feature, NavigationItem, Place
from perille.core.i18n import lazy_gettext

feature = Feature(
    name="comfort",
    public=frozenset({"comfort.choose", "comfort.choose_pictures", "comfort.look"}),
    blueprints=(blueprint,),
    navigation=(NavigationItem(Place.FOOTER, "comfort.look", lazy_gettext("How it looks"), order=55),),
)
