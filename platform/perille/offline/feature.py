"""What keeping pages on the phone brings."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.offline.views import blueprint, kept_addresses


def configure_offline(app: Flask) -> None:
    """Let every page say what a phone keeps beside it."""
    app.jinja_env.globals.update(kept_addresses=kept_addresses)


feature = Feature(
    name="offline",
    public=frozenset({"offline.page", "offline.worker"}),
    blueprints=(blueprint,),
    setup=configure_offline,
)
