"""The figures of the site for Prometheus, at /metrics, for whoever has the token of the settings; for all others there is no such page."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterator

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import DBAPIError

from perille.core.current import current_config
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.feature import features_of
from perille.core.metrics import Gauge, Gauges, current_metrics, current_server, exposition
from perille.core.web.responses import no_store

log = logging.getLogger(__name__)
blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures as text; 404 without the token, as if there were no such page."""
    if not _is_allowed(request.headers.get("Authorization", "")):
        raise NotFound
    return no_store(
        Response(exposition(current_metrics(), _gauges()), content_type="text/plain; version=0.0.4; charset=utf-8")
    )


def _is_allowed(header: str) -> bool:
    token = current_config().metrics_token
    # Compared even where none is set, and in a time that tells nothing of the token.
    given = header.removeprefix("Bearer ").encode()
    return hmac.compare_digest(given, token.encode()) and bool(token)


def _gauges_of(name: str, gauges: Gauges) -> list[Gauge]:
    """Return the figures of a feature; one that fails, as a plugin's may, takes none of the others away."""
    try:
        return list(gauges(db.session()))
    except DBAPIError:
        # The request is run again where the database was busy.
        raise
    except Exception:
        log.exception("the figures of %s cannot be read", name)
        return []


def _gauges() -> Iterator[Gauge]:
    for feature in features_of(current_app):
        if feature.gauges is not None:
            yield from _gauges_of(feature.name, feature.gauges)
    server = current_server.made(current_app)
    if server is not None:
        for name, value in server.load.items():
            yield Gauge(f"perille_server_{name}", f"The embedded server: {name.replace('_', ' ')}", value)
