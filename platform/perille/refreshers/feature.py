"""What refreshers bring: pages alone. An attempt is one of `assessment`, what it extends one of `credentials`."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.refreshers.views import blueprint

feature = Feature(
    name="refreshers",
    public=frozenset({"refreshers.answer", "refreshers.current", "refreshers.show"}),
    blueprints=(blueprint,),
)
