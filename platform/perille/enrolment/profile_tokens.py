"""The names by which a phone knows profiles."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from uuid import UUID

from perille.core.current import current_config
from perille.core.extensions import db
from perille.enrolment.merged_learners import merged_into
from perille.enrolment.models import Learner


def profile_token(number: UUID, key: str) -> str:
    """Return the name by which a phone knows the profile of a learner's *number*: it leads nowhere."""
    return hmac.digest(key.encode(), b"perille queue " + number.bytes, "sha256").hex()[:16]


def profile_tokens(numbers: Iterable[UUID]) -> frozenset[str]:
    """Return all names by which a phone may know the profiles of learners: one for each key that is still taken."""
    return frozenset(profile_token(each, key) for each in numbers for key in current_config().secret_keys)


def tokens_of(learners: Iterable[Learner]) -> frozenset[str]:
    """Return all names by which a phone may know learners, also from before they were put together with others."""
    return profile_tokens(row.id for each in learners for row in (each, *merged_into(db.session, each.id)))
