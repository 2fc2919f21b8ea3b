"""What search brings."""

from __future__ import annotations

from datetime import timedelta

from perille.core.feature import Feature, NavigationItem, Place
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.search.views import blueprint, refresh_index

feature = Feature(
    name="search",
    public=frozenset({"search.submit_search", "search.offices", "search.search_page"}),
    blueprints=(blueprint,),
    jobs=(
        Job(
            name="search-index",
            run=refresh_index,
            every=timedelta(seconds=15),
            title=lazy_gettext("Keep the search equal to what is published"),
        ),
    ),
    navigation=(
        NavigationItem(Place.FOOTER, "search.search_page", lazy_gettext("Search"), order=5),
        NavigationItem(Place.FOOTER, "search.offices", lazy_gettext("Offices from A to Z"), order=25),
    ),
)
