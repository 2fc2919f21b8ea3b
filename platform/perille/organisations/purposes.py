"""What people in organisations are asked to agree to."""

from __future__ import annotations

from perille.core.consent import Purpose
from perille.core.i18n import lazy_gettext

#: The page of an invitation says the same where somebody joins; pressing "Join" there is a yes.
RESULTS = Purpose(
    name="organisation",
    version=1,
    question=lazy_gettext("Show %(organisation)s which modules you finished?"),
    about=lazy_gettext(
        "Its coordinators then see which modules you finished, when, how long they take and when a certificate ends. They never see an "
        "answer. Take it back, and they see nothing of it any more; you stay in the organisation."
    ),
    by_organisation=True,
)
