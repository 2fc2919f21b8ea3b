"""What a room without internet brings."""

from __future__ import annotations

from flask import Flask

from perille.core.feature import Feature
from perille.room.code_reach import reach_of_code
from perille.room.views import blueprint


def connect(app: Flask) -> None:
    """Let the page of a code on paper say where it works."""
    app.jinja_env.globals["reach_of_code"] = reach_of_code


feature = Feature(name="room", blueprints=(blueprint,), public=frozenset({"room.show"}), setup=connect)
