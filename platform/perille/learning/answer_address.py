"""An answer in the address of the page that shows it: a POST leads to a GET, which Back and reload may ask for again.

Addresses stay in a browser's history, so they hold keys of what was offered, never words of a person where these might tell of them:
then the address says only whether the answer was right.
"""

from __future__ import annotations

from secrets import token_hex
from urllib.parse import urlencode

from flask import Response, request

from perille.api import graded
from perille.core.extensions import db
from perille.core.web.rejected_form import kept_form, see_again
from perille.courses.learner_course import LearnerCourse
from perille.domain.course import Unit
from perille.domain.item import Form, InteractionType, Item, Outcome, Recording, has_own_buttons, recording_of
from perille.learning.polls import shares
from perille.learning.questions import SEED_BYTES, field_name, interaction_of, seed_field, seed_in, typed_in
from perille.learning.shown_answer import GradedAnswer, StaleAnswer
from perille.packs.source.interaction_proxy import InteractionError

#: The key of the item that was answered.
SAID = "said"
#: "1" for right and "0" for not, where the answer itself is not in the address.
WORTH = "worth"
_LONGEST = 1500
_STALE = "stale"
_TYPED = frozenset({InteractionType.FILL_IN, InteractionType.NUMERIC})


def with_answer(address: str, place: LearnerCourse, answered: GradedAnswer) -> str:
    """Return *address* with an answer of this request's form, as `answer_in_address` reads it."""
    item = place.structure.item(answered.item)
    assert item is not None, "an answer belongs to an item of the course"
    values = [(SAID, item.key)]
    if _may_be_seen(place, item):
        values += _fields(item) + _seed(item, answered)
    elif answered.response is not None:
        values.append((WORTH, str(int(answered.outcome.success))))
    query = urlencode(values)
    if len(query) > _LONGEST:
        query = urlencode([values[0], (WORTH, str(int(answered.outcome.success)))])
    return f"{address}{'&' if '?' in address else '?'}{query}"


def _fields(item: Item) -> list[tuple[str, str]]:
    name = field_name(item)
    fields = ((field, values) for field, values in request.form.lists() if field.split(".")[0] == name)
    return [(field, value) for field, values in fields for value in values if value and field != seed_field(item)]


def _seed(item: Item, answered: GradedAnswer) -> list[tuple[str, str]]:
    """Return the seed of a walk through scenes: a fresh one where it begins, then the same until it begins again.

    It is drawn by lot and told by the address alone, so a page that is loaded again has its buttons where they were, a second walk has
    them elsewhere, and nothing is kept of either.
    """
    if not has_own_buttons(interaction_of(item)):
        return []
    kept = seed_in({seed_field(item): request.form.getlist(seed_field(item))}, item) if answered.response else ""
    return [(seed_field(item), kept or token_hex(SEED_BYTES))]


def _may_be_seen(place: LearnerCourse, item: Item) -> bool:
    interaction = interaction_of(item)
    typed = interaction.describe(item).interaction_type in _TYPED
    # What is counted is kept with nobody; longer text of one's own may tell of a real person.
    common = recording_of(interaction) is Recording.ALWAYS
    return common and not (typed and (place.edition.summary.sensitive or not place.tracked))


def answer_in_address(place: LearnerCourse, unit: Unit) -> GradedAnswer | None:
    """Return the answer that this page's address names, marked; None for none, and where it cannot be marked."""
    try:
        return _answer_in_address(place, unit)
    except InteractionError:
        return None


def _answer_in_address(place: LearnerCourse, unit: Unit) -> GradedAnswer | None:
    item = place.structure.item(request.args.get(SAID, ""))
    if item is None or item.key not in unit.items:
        return None
    if request.args.get(WORTH) in ("0", "1"):
        return _worth(place, unit, item, success=request.args[WORTH] == "1")
    interaction = interaction_of(item)
    form: Form = {name: request.args.getlist(name) for name in request.args}
    if not _may_be_seen(place, item):
        return GradedAnswer(item.key, None, interaction.score(item, None))
    response = interaction.parse(item, form, field_name(item))
    typed, seed = typed_in(form, item), seed_in(form, item)
    return GradedAnswer(item.key, response, interaction.score(item, response), typed=typed, seed=seed)


def _worth(place: LearnerCourse, unit: Unit, item: Item, *, success: bool) -> GradedAnswer:
    response = (item.accepted[0],) if success and item.accepted else ("",)
    outcome: Outcome = graded(item, float(success), success=success)
    counted = recording_of(interaction_of(item)) is Recording.COUNTED
    found = shares(db.session, pack_id=place.structure.pack, unit=unit.key, item=item) if counted else None
    return GradedAnswer(item.key, response, outcome, found)


def see_stale(address: str) -> Response:
    """Lead to the page of a question with an answer to an edition of the course that is no more, so that it can be sent again."""
    return see_again(address, _STALE)


def stale_answer(place: LearnerCourse, unit: Unit) -> StaleAnswer | None:
    """Return the answer that `see_stale` brought, as far as the question of today has what it names; None for none."""
    kept = kept_form(_STALE)
    item = place.structure.item(kept.data.get("item", "")) if kept is not None else None
    if kept is None or item is None or item.key not in unit.items:
        return None
    response = interaction_of(item).parse(item, kept.fields, field_name(item))
    return StaleAnswer(item.key, response, typed=typed_in(kept.fields, item), seed=seed_in(kept.fields, item))
