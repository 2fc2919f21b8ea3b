"""What the safety shell brings."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.safety.after_leaving import configure_after_leaving
from perille.safety.views import blueprint

feature = Feature(name="safety", blueprints=(blueprint,), setup=configure_after_leaving)
