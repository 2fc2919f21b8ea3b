"""The names by which a phone knows profiles, and whose acts wait there beside those of the open one."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from uuid import UUID

from perille.core.current import current_config
from perille.core.extensions import db
from perille.enrolment.cookies import current_learner, held_phones, locked_phones, profiles, sleeping_phones
from perille.enrolment.merged import merged_into
from perille.enrolment.models import Learner


def profile_token(learner: Learner, key: str) -> str:
    """Return the name by which a phone knows a profile: made from its number, leading nowhere."""
    return hmac.digest(key.encode(), b"perille queue " + learner.id.bytes, "sha256").hex()[:16]


def profile_tokens(learners: Iterable[Learner]) -> frozenset[str]:
    """Return all names by which a phone may know *learners*: one for each key that is still taken."""
    return frozenset(profile_token(each, key) for each in learners for key in current_config().secret_keys)


def tokens_of(learner: Learner) -> frozenset[str]:
    """Return all names by which a phone may know one learner, also from before they were put together with others."""
    return profile_tokens([learner, *merged_into(db.session, learner.id)])


def others_here(learner: Learner | None) -> list[UUID]:
    """Return the phones of others who learn in this browser, awake, locked or asleep."""
    found = (*profiles(), *locked_phones(), *sleeping_phones())
    return [each.id for each in found if learner is not None and each.learner_id != learner.id]


def tokens_to_forget() -> str:
    """Return the names of the open profile, separated by spaces, where others learn here too and keep what waits; "" elsewhere.

    Asks no database where the cookie holds one number.
    """
    held = held_phones()
    if len({*held.here, *held.asleep}) < 2:  # noqa: PLR2004  (somebody and another one)
        return ""
    learner = current_learner()
    return " ".join(sorted(tokens_of(learner))) if learner is not None and others_here(learner) else ""
