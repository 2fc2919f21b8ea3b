"""Where phones send what was done without a line."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, jsonify, request

from perille.core.current import current_config
from perille.core.database import utcnow
from perille.core.dates import today
from perille.core.errors import PerilleError
from perille.core.extensions import db
from perille.core.web.leaving import is_left
from perille.core.web.responses import no_store
from perille.enrolment.cookieless import may_make_learner, remember_pending
from perille.enrolment.cookies import (
    current_learner,
    current_phone,
    ensure_learner,
    held_phones,
    locked_phones,
    profiles,
    remember,
    several_here,
)
from perille.enrolment.lock_notes import count_as_no_use
from perille.enrolment.models import Learner
from perille.enrolment.profile_tokens import profile_token, profile_tokens, tokens_of
from perille.enrolment.services import touch
from perille.offline.queue import QueuedActApplier, Sender, given_to_newcomer, owned
from perille.offline.queued_batch import AFTER_LEAVING, QueuedAct, read_batch, times_of
from perille.packs.published.library import current_library
from perille.tracking.services import BackdatedTime

blueprint = Blueprint("offline_queue", __name__)
#: When each act happened.
Times = Mapping[UUID, BackdatedTime]
#: Said of an act that waits on the phone until its profile is open.
_OTHER = "other"
#: Said of one that was done while the phone was left, where somebody of before is there again.
_LEFT = "left"
#: Said of one that stays on the phone and is sent no more.
_UNREADABLE = "unreadable"


@blueprint.post("/queue")
def apply_queue() -> Response:
    """Apply what a phone did without a line; say what became of each act, and whose profile is open."""
    batch = read_batch(request.get_data(cache=False))
    times = times_of(batch, utcnow())
    mine, others = _sorted_by_owner(batch.acts, times)
    told, waiting = _apply_for_others(others, times)
    if not mine:
        # Pages of a course that was taken along ask once a minute for as long as they can be seen.
        count_as_no_use()
    told |= {str(act.id): _said_of_others(act) for act in waiting} | dict.fromkeys(batch.unreadable, _UNREADABLE)
    sender = _sender(bool(mine))
    if sender is None:
        told |= {str(act.id): _OTHER for act in mine}
        # A browser that keeps cookies brings this one when it sends again, and then somebody is made for it.
        response = no_store(jsonify(who="", acts=told, again=bool(mine), people=_people_here()))
        return remember_pending(response, "") if mine else response
    told |= QueuedActApplier(db.session, current_library(), sender, times).apply(mine)
    response = no_store(jsonify(who=_token(sender.learner), acts=told, people=_people_here()))
    if not mine:
        return response
    touch(sender.learner, today())
    return remember(response, sender.learner)


def _said_of_others(act: QueuedAct) -> str:
    # Whoever is added to the phone after its owner came back did not do it either: it is sent no more.
    return _LEFT if act.who == AFTER_LEAVING and current_learner() is not None else _OTHER


def _apply_for_others(acts: list[QueuedAct], times: Times) -> tuple[dict[str, str], list[QueuedAct]]:
    """Apply acts of those whom a press opens on this phone; return what became of them, and the acts of all others.

    *acts*: of other profiles than the open one.
    """
    told: dict[str, str] = {}
    phones = profiles() if acts and not is_left() and held_phones().waits is None else []
    for phone in phones:
        mine, acts = owned(acts, tokens_of([phone.learner]), or_nobodys=False)
        if mine:
            sender = Sender(learner=phone.learner, phone=phone)
            told |= QueuedActApplier(db.session, current_library(), sender, times).apply(mine)
            touch(phone.learner, today())
    return told, acts


def _people_here() -> list[list[object]]:
    """Return what a phone shows without a line of who learns on it, where several do: pictures by their numbers.

    Beside it is the name by which the phone knows them, unless three pictures stand before them. Of somebody whose progress is not on this
    phone any more nothing is said, though something of theirs waits here: whoever holds it next is not told that they were here.
    """
    if is_left() or not several_here():
        return []
    locks = held_phones().locks
    here = [*profiles(), *locked_phones()]
    return [[each.shown_picture.number, *([] if each.id in locks else [_token(each.learner)])] for each in here]


def _token(learner: Learner) -> str:
    return profile_token(learner.id, current_config().secret_keys[0])


@blueprint.errorhandler(PerilleError)
def refused(error: PerilleError) -> tuple[Response, int]:
    """Say in JSON why nothing was taken: a script reads no page, and one costs more than the acts on a bad line."""
    return no_store(jsonify(error=error.message or "Nothing of this was taken.")), error.status


def _sorted_by_owner(acts: list[QueuedAct], times: Times) -> tuple[list[QueuedAct], list[QueuedAct]]:
    # Whoever comes after somebody who left, or who locked their progress, takes nothing of theirs along, and leaves nothing to them.
    if is_left() or held_phones().waits is not None:
        return [], acts
    learner = current_learner()
    if learner is not None and any(act.who == AFTER_LEAVING for act in acts):
        acts = given_to_newcomer(acts, times, [*profiles(), *locked_phones()])
    mine, others = owned(acts, profile_tokens([learner.id] if learner is not None else []))
    if learner is None or not others:
        return mine, others
    # The phone still knows the open profile by the number that it had before it was put together with another one.
    return owned(acts, tokens_of([learner]))


def _sender(needed: bool) -> Sender | None:
    """Return the learner of the open profile with their phone; made now where acts need one, as a press of "Start" would."""
    if current_phone() is None and (not needed or not may_make_learner()):
        return None
    learner = ensure_learner()
    phone = current_phone()
    assert phone is not None, "a learner has a phone"
    return Sender(learner=learner, phone=phone)
