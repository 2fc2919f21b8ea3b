"""What cards for a counter bring."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.phrases.views import blueprint

feature = Feature(name="phrases", public=frozenset({"phrases.phrase_list"}), blueprints=(blueprint,))
