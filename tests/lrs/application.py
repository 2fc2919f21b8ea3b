"""The record store without the platform around it: the same dispatch, nothing else."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request

from perille.core.config import Config
from perille.core.database import prepare_engine, run_in_transaction
from perille.core.extensions import db
from perille.core.outage import init_outage
from perille.lrs.http.blueprint import blueprint


class RecordStore(Flask):
    """Flask, with one commit a request."""

    def dispatch_request(self) -> object:  # type: ignore[override]
        """Run the view in one transaction."""
        write = request.method not in ("GET", "HEAD", "OPTIONS")
        return run_in_transaction(db.session, super().dispatch_request, write=write)


def make_application(url: str, folder: Path, **settings: object) -> Flask:
    """Make the application on a database whose tables are there."""
    config = Config(data_dir=folder, database_url=url, secret_keys=("k" * 40,), testing=True, **settings)  # type: ignore[arg-type]
    app = RecordStore(__name__, static_folder=None)
    app.config.update(
        PERILLE=config,
        SECRET_KEY="k" * 40,
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS={"connect_args": {"timeout": 10, "check_same_thread": False}}
        if config.sqlite
        else {"pool_pre_ping": True},
        MAX_CONTENT_LENGTH=config.max_body,
    )
    db.init_app(app)
    init_outage(app)
    with app.app_context():
        prepare_engine(db.engine)
    app.register_blueprint(blueprint, url_prefix="/xapi")
    return app
