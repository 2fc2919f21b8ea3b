"""What the safety shell brings."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.safety.views import blueprint

feature = Feature(name="safety", blueprints=(blueprint,))
