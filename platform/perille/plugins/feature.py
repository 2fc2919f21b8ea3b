"""What plugins bring that is not their own: the style sheet of a theme, the page of their settings, and commands."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature, NavigationItem, Permission, Place
from perille.core.i18n import lazy_gettext
from perille.plugins.commands import plugins
from perille.plugins.settings_page import MANAGE
from perille.plugins.settings_page import blueprint as settings_page
from perille.plugins.themes import blueprint, current_theme


def give_theme(app: Flask) -> None:
    """Let templates ask for the theme."""
    app.jinja_env.globals["current_theme"] = current_theme


feature = Feature(
    name="plugins",
    public=frozenset(
        {
            "themes.style_sheet",
        }
    ),
    blueprints=(blueprint, settings_page),
    navigation=(
        NavigationItem(
            Place.MANAGE, "plugin_settings.show", lazy_gettext("Settings of plugins"), order=60, permission=MANAGE
        ),
    ),
    permissions=(Permission(name=MANAGE, about="Change the settings of plugins"),),
    commands=(plugins,),
    setup=give_theme,
)
