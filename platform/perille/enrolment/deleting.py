"""Deleting on a phone that several use: what belongs to one person goes, what others did and have there stays.

A page whose form deletes says by which names the phone knows the person (`tokens_to_forget`). Its script takes what goes by these names
out of what waits to be sent, and says so in the form (forget_mine.js). Where it did not, the browser deletes what waits for everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from flask import Response, g, request

from perille.core.web.leaving import clear_browser
from perille.enrolment.browser_phones import keep_unlocked
from perille.enrolment.cookies import (
    cookie_phone_ids,
    current_learner,
    held_phones,
    keep_phones,
    locked_phones,
    profiles,
    sleeping_phones,
)
from perille.enrolment.models import Learner
from perille.enrolment.profile_tokens import tokens_of

#: Field of the form in which the script says for whom it spared the others: the names that the page gave it.
SPARES = "spares"


def others_here(learners: Iterable[Learner]) -> list[UUID]:
    """Return the phones of others than *learners* in this browser, awake, locked or asleep; asks no database where there is no cookie."""
    own = {each.id for each in learners}
    here = (*profiles(), *locked_phones(), *sleeping_phones())
    return [each.id for each in here if each.learner_id not in own]


def tokens_to_forget(learners: Collection[Learner], tokens: Iterable[str]) -> str | None:
    """Return *tokens*, separated by spaces, where others than *learners* learn here too and keep what they have; None where all goes."""
    return " ".join(sorted(tokens)) if others_here(learners) else None


def open_tokens_to_forget() -> str | None:
    """Return `tokens_to_forget` for whose progress is open; "" where it is nobody's, and others have something here.

    Asks no database where the cookie holds one number, and it is open.
    """
    held = held_phones()
    if not {*held.here, *held.asleep} - {held.open}:
        return None
    learner = current_learner()
    mine = [learner] if learner is not None else []
    return tokens_to_forget(mine, tokens_of(mine))


def is_nobodys_of_others(learners: Collection[Learner]) -> bool:
    """Whether what waits on this phone under nobody's name is another one's than *learners*: whose progress is open is none of them."""
    here = current_learner()
    return here is not None and here.id not in {each.id for each in learners}


def has_spared(tokens: Collection[str]) -> bool:
    """Whether the page took what goes by these names out of the phone, and nobody else's."""
    return not set(tokens).isdisjoint(request.form.get(SPARES, "").split())


def empty_browser(response: Response, others: Sequence[UUID], *, spared: bool) -> Response:
    """Have the browser delete all that it keeps, but for what is of *others*, the phones of those who learn there too.

    Call it once the person is deleted. *spared*: whether the page took what is theirs out of what waits to be sent, so that the rest can
    stay. Somebody else's progress on the same phone is not theirs to delete.
    """
    clear_browser(response)
    if not others:
        return response
    response.headers["Clear-Site-Data"] = '"cache"' if spared else '"cache", "storage"'
    held, awake = held_phones(), [each for each in others if each in cookie_phone_ids()]
    g.phone = next((each for each in profiles() if each.id in awake), None)
    keep_phones(response, awake, gone={*held.here, *held.asleep} - {*others})
    if held.open in awake and held.open in held.locks:
        # It was somebody else's progress that was open, and stays so.
        keep_unlocked(response, held.open)
    return response
