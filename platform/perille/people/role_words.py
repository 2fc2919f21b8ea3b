"""What roles are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

from perille.core.i18n import lazy_gettext
from perille.people.models import Role

ROLE_WORDS: Mapping[Role, str] = {
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.COORDINATOR: lazy_gettext("Coordinator: sees who finished what, invites people"),
    Role.TRAINER: lazy_gettext("Trainer: leads groups"),
    Role.AUTHOR: lazy_gettext("Author: writes courses"),
    Role.REVIEWER: lazy_gettext("Reviewer: reads drafts"),
    Role.TRANSLATOR: lazy_gettext("Translator"),
    Role.MENTOR: lazy_gettext("Mentor: helps learners"),
    Role.MEMBER: lazy_gettext("Learner at work: coordinators see finished modules, dates and hours"),
}
#: The same in one word, for lists.
SHORT_ROLES: Mapping[Role, str] = {
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.TRAINER: lazy_gettext("Trainer"),
    Role.AUTHOR: lazy_gettext("Author"),
    Role.REVIEWER: lazy_gettext("Reviewer"),
    Role.TRANSLATOR: lazy_gettext("Translator"),
    Role.MENTOR: lazy_gettext("Mentor"),
    Role.MEMBER: lazy_gettext("Learner at work"),
}
