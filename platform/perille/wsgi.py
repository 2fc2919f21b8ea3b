"""The application object for a WSGI server: `gunicorn perille.wsgi:app`. See docs/operating.md for what must run beside it."""

from __future__ import annotations

from perille.app import create_app
from perille.core.current import config_of
from perille.core.logs import configure_logging
from perille.core.readiness import announce

app = create_app()
configure_logging(config_of(app).log_format)
announce(app)
