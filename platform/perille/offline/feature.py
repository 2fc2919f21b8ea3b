"""What keeping pages on the phone brings."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.offline.queue_views import blueprint as queue_blueprint
from perille.offline.views import blueprint, kept_addresses, may_be_taken


def configure_offline(app: Flask) -> None:
    """Let every page say what a phone keeps beside it."""
    app.jinja_env.globals.update(kept_addresses=kept_addresses, may_be_taken=may_be_taken)


feature = Feature(
    name="offline",
    public=frozenset(
        {
            "offline.manifest",
            "offline.offline_page",
            "offline.bundle_size",
            "offline.download_bundle",
            "offline.service_worker",
            "offline_queue.apply_queue",
        }
    ),
    blueprints=(blueprint, queue_blueprint),
    setup=configure_offline,
)
