"""The feature of the ground itself: whether the site is alive and ready, and the care of its database."""

from __future__ import annotations

from datetime import timedelta

from perille.core.database import Session
from perille.core.extensions import db
from perille.core.feature import Feature
from perille.core.figures import core_gauges
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.core.job_runs import JobRun
from perille.core.outage import check_integrity
from perille.core.wal import checkpoint
from perille.core.web.health import blueprint
from perille.core.web.metrics_page import blueprint as metrics


def look_for_damage(_session: Session) -> None:
    """Look for damage in an SQLite database. Needs an app context."""
    check_integrity(db.engine)


def shorten_log(_session: Session) -> None:
    """Move SQLite's write-ahead log into the database. Needs an app context."""
    checkpoint(db.engine)


feature = Feature(
    name="core",
    public=frozenset({"health.alive", "health.ready", "health.robots", "metrics.metrics", "static.shipped"}),
    blueprints=(blueprint, metrics),
    gauges=core_gauges,
    models=(JobRun,),
    stays=(JobRun,),
    jobs=(
        Job("integrity", look_for_damage, timedelta(days=1), lazy_gettext("Look for damage in the database")),
        Job("checkpoint", shorten_log, timedelta(seconds=20), lazy_gettext("Keep the log of the database short")),
    ),
)
