"""The application object for a WSGI server started in this folder: `gunicorn wsgi:app`; elsewhere it is `perille.wsgi:app`."""

from perille.wsgi import app

__all__ = ["app"]
