"""What the settings of the site bring."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature, NavigationItem, Permission, Place
from perille.core.i18n import lazy_gettext
from perille.core.site import current_site, site_loader
from perille.operator.models import SiteImage, SiteSetting
from perille.operator.services import load_settings, missing_details
from perille.operator.views import MANAGE, blueprint


def set_up(app: Flask) -> None:
    """Let every page know the settings, and administrators what is missing of them."""
    site_loader.set(app, load_settings)
    app.jinja_env.globals["site_gaps"] = lambda: missing_details(current_site())


feature = Feature(
    name="operator",
    public=frozenset({"operator.about_operator", "operator.logo"}),
    blueprints=(blueprint,),
    navigation=(
        NavigationItem(Place.FOOTER, "operator.about_operator", lazy_gettext("Who runs this"), order=40),
        NavigationItem(
            Place.MANAGE, "operator.settings", lazy_gettext("This site: who runs it"), order=10, permission=MANAGE
        ),
    ),
    permissions=(Permission(name=MANAGE, about="Say who runs the site, what it offers, and its mail server"),),
    models=(SiteSetting, SiteImage),
    stays=(SiteSetting, SiteImage),
    setup=set_up,
)
