"""One question on the page of one's modules: shown there, answered by a press, and shown again with its answer."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, request, url_for
from markupsafe import Markup

from perille.consents.pages import Question as Switch
from perille.consents.pages import questions
from perille.consents.services import is_given
from perille.core.database import utcnow
from perille.core.dates import long_date
from perille.core.extensions import db
from perille.core.i18n import language_of
from perille.core.permissions import require
from perille.core.web.responses import keep_private, see_other
from perille.domain.item import Form
from perille.learning.answer_address import SAID, answer_in_address, with_answer
from perille.learning.questions import field_name, interaction_of, typed_in
from perille.learning.render_context import LessonRenderer, RenderedText
from perille.learning.shown_answer import GradedAnswer
from perille.people.current import the_account
from perille.people.permissions import Action
from perille.refreshers.purposes import MAILS, QUESTIONS
from perille.refreshers.spaced import Question, answered_question, keep_answer, waiting

blueprint = Blueprint("spaced", __name__)
blueprint.after_request(keep_private)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpacedCard:
    """What the page of one's modules shows of spaced questions."""

    #: The purposes as switches, the questions' first.
    switches: list[Switch]
    question: Question | None = None
    #: Title of the question's module.
    title: RenderedText | None = None
    controls: Markup = Markup("")
    #: Whether its answer is shown.
    answered: bool = False
    #: The day from which the next one stands, in words; "" where none is known.
    next_on: str = ""


def card() -> SpacedCard:
    """Return what the page of one's modules shows to who is signed in."""
    known = {each.name: each for each in questions()}
    switches = [known[QUESTIONS.name]]
    if switches[0].answer is not True:
        return SpacedCard(switches=switches)
    if the_account().email:
        switches.append(known[MAILS.name])
    shown = _answered()
    if shown is not None:
        return _filled(switches, *shown)
    found = waiting(db.session, the_account().id, language_of(), utcnow())
    if found.question is not None:
        return _filled(switches, found.question, _unread(found.question))
    return SpacedCard(
        switches=switches, next_on=long_date(found.next_at.date(), language_of()) if found.next_at else ""
    )


@blueprint.post("/<lang:lang>/account/question")
@require(Action.MODULES_MINE)
def answer(lang: str) -> Response:
    """Mark the answer to the question that waits, and lead to the page that shows it."""
    account, address = the_account(), url_for("own.module_list", lang=lang)
    pack, key = request.form.get("pack", ""), request.form.get("item", "")
    if not is_given(db.session, account.id, QUESTIONS.name):
        return see_other(address)
    found = answered_question(db.session, account.id, lang, pack, key)
    current = waiting(db.session, account.id, lang, utcnow()).question
    if current is not None and (current.place.structure.pack, current.item.key) == (pack, key):
        found = current
    if found is None:
        # A page of before: what waits now is shown.
        return see_other(address)
    given = _given(found)
    if given.response is not None and found is current:
        keep_answer(db.session, account.id, found, given.outcome, utcnow())
    return see_other(f"{with_answer(f'{address}?pack={pack}', found.place, given)}#a-{key}-result")


def _given(question: Question) -> GradedAnswer:
    form: Form = {name: request.form.getlist(name) for name in request.form}
    item = question.item
    interaction = interaction_of(item)
    response = interaction.parse(item, form, field_name(item))
    return GradedAnswer(item.key, response, interaction.score(item, response), typed=typed_in(form, item))


def _answered() -> tuple[Question, GradedAnswer] | None:
    """Return the question that this page's address names, with its answer, where who is signed in has answered it."""
    pack, key = request.args.get("pack", ""), request.args.get(SAID, "")
    found = answered_question(db.session, the_account().id, language_of(), pack, key) if key else None
    given = answer_in_address(found.place, found.unit) if found is not None else None
    return (found, given) if found is not None and given is not None else None


def _unread(question: Question) -> GradedAnswer | None:
    """Return what was sent for the question that waits and is no answer yet."""
    given = answer_in_address(question.place, question.unit)
    return given if given is not None and given.response is None else None


def _filled(switches: list[Switch], question: Question, given: GradedAnswer | None) -> SpacedCard:
    answered = given is not None and given.response is not None
    renderer = LessonRenderer(
        question.place, question.place.language, answered=given, seed=question.seed, ended=answered
    )
    return SpacedCard(
        switches=switches,
        question=question,
        title=renderer.rendered(question.place.words.title),
        controls=renderer.item(question.item),
        answered=answered,
    )
