"""The application object for a WSGI server: `gunicorn wsgi:app`. See docs/operating.md for what must run beside it."""

from perille.app import create_app
from perille.core.readiness import announce

app = create_app()
announce(app)
