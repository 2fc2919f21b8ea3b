"""What plugins bring that is not their own: the style sheet of a theme, and commands."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.plugins.commands import plugins
from perille.plugins.themes import blueprint, current_theme


def give_theme(app: Flask) -> None:
    """Let templates ask for the theme."""
    app.jinja_env.globals["current_theme"] = current_theme


feature = Feature(
    name="plugins",
    public=frozenset(
        {
            "themes.sheet",
        }
    ),
    blueprints=(blueprint,),
    commands=(plugins,),
    setup=give_theme,
)
