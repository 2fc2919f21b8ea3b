"""What the grounds of residence are called on pages, in plain words."""

from __future__ import annotations

from perille.core.i18n import _
from perille.domain.status import Status


def status_name(status: str) -> str:
    """Return the name of a `Status` in the language of the page; the key itself where it is not known."""
    names: dict[str, str] = {
        Status.TEMPORARY_PROTECTION: _("people with temporary protection"),
        Status.INTERNATIONAL_PROTECTION: _("people with asylum or other international protection"),
        Status.ASYLUM_SEEKER: _("people who wait for an answer on asylum"),
        Status.FAMILY_MEMBER: _("family members of somebody who lives here"),
        Status.WORKER: _("people who came for work"),
        Status.STUDENT: _("people who came to study"),
        Status.QUOTA_REFUGEE: _("quota refugees"),
    }
    return names.get(status, status)
