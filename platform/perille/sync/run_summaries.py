"""What was carried and what was in conflict, in words."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from perille.core.i18n import _, lazy_gettext
from perille.sync.models import SyncConflict

#: Tables that a trainer knows; the others follow from them.
_COUNTED: Mapping[str, str] = {
    "learning_group": lazy_gettext("Groups"),
    "group_member": lazy_gettext("People"),
    "group_session": lazy_gettext("Meetings"),
    "attendance": lazy_gettext("Marks of who came"),
    "attempt": lazy_gettext("Tries at tests"),
    "credential": lazy_gettext("Certificates"),
    "statement": lazy_gettext("Entries in the learning record"),
}
_ROWS: Mapping[str, str] = {
    **_COUNTED,
    "group_course": lazy_gettext("Courses of a group"),
    "enrolment": lazy_gettext("Courses that somebody began"),
}
_FIELDS: Mapping[str, str] = {
    "name": lazy_gettext("Name"),
    "language": lazy_gettext("Language"),
    "places": lazy_gettext("Places"),
    "starts_on": lazy_gettext("First day"),
    "ends_on": lazy_gettext("Last day"),
    "closed_at": lazy_gettext("Closed"),
    "present": lazy_gettext("Was there"),
    "printed_name": lazy_gettext("Name on the certificate"),
}


def count_words(counts: Mapping[str, int]) -> list[str]:
    """Return what a run carried, in words."""
    return [f"{label}: {counts[name]}" for name, label in _COUNTED.items() if counts.get(name)]


def conflict_words(conflict: SyncConflict) -> str:
    """Say what both sides changed, what stands and what does not."""
    where = str(_ROWS.get(conflict.row, _("Something else")))
    if not conflict.field:
        return _(
            "%(where)s: %(other)s could not be stored beside what is here.", where=where, other=_value(conflict.other)
        )
    what = str(_FIELDS.get(conflict.field, conflict.field))
    return _(
        "%(where)s, %(what)s: “%(stands)s” stands, “%(other)s” was not used.",
        where=where,
        what=what,
        stands=_value(conflict.stands),
        other=_value(conflict.other),
    )


def _value(text: str) -> str:
    value = msgspec.json.decode(text)
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)
