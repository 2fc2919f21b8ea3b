"""The smallest application that can run background jobs: settings, a database, and its memory of troubles."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from perille.core.config import Config
from perille.core.current import set_config
from perille.core.database import prepare_engine
from perille.core.extensions import db
from perille.core.outage import init_outage
from support.whole import driver


def make_job_site(url: str, folder: Path) -> Flask:
    """Make the application on a database that is migrated."""
    app = Flask("jobs")
    set_config(app, Config(data_dir=folder, database_url=driver(url), secret_keys=("k" * 32,)))
    app.config["SQLALCHEMY_DATABASE_URI"] = driver(url)
    db.init_app(app)
    init_outage(app)
    with app.app_context():
        prepare_engine(db.engine)
    return app
