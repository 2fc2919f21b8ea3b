"""What reminders bring."""

from __future__ import annotations

from perille.core.feature import Feature
from perille.reminders.views import blueprint

feature = Feature(
    name="reminders",
    public=frozenset({"reminders.reminder_form", "reminders.calendar"}),
    blueprints=(blueprint,),
)
