"""What the way in brings."""

from __future__ import annotations

from perille.catalogue.views import blueprint
from perille.core.feature import Feature

feature = Feature(name="catalogue", blueprints=(blueprint,))
