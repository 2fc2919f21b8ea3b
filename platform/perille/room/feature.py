"""What a room without internet brings."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.room.views import blueprint

feature = Feature(name="room", blueprints=(blueprint,), public=frozenset({"room.show"}))
