"""On what ground somebody lives in a country, where a lesson says something that holds for some and not for all.

The one list of them. What a reader chooses stays on their device: none of these words is ever stored with a person (SE1).
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """A ground of residence, as `::: for STATUS` names it."""

    TEMPORARY_PROTECTION = "temporary-protection"
    INTERNATIONAL_PROTECTION = "international-protection"
    ASYLUM_SEEKER = "asylum-seeker"
    FAMILY_MEMBER = "family-member"
    WORKER = "worker"
    STUDENT = "student"
    QUOTA_REFUGEE = "quota-refugee"
