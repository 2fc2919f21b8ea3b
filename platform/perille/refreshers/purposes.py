"""The two switches: questions on the page of one's modules, and an e-mail when one waits."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from sqlalchemy import delete

from perille.consents.services import answer, is_given
from perille.core.consent import Purpose
from perille.core.extensions import db
from perille.core.i18n import language_of, lazy_gettext
from perille.notices.person import Person
from perille.notices.services import switch
from perille.refreshers.models import SpacedAnswer

#: Kind of the e-mail.
NOTICE = "spaced-question"


def let_answers_go(account_id: UUID, _response: Response) -> None:
    """Delete all that is kept of an account's spaced questions, and switch the e-mails off with them."""
    db.session.execute(delete(SpacedAnswer).where(SpacedAnswer.account_id == account_id))
    if is_given(db.session, account_id, MAILS.name):
        answer(db.session, account_id, MAILS.name, None, given=False, language=language_of())


QUESTIONS = Purpose(
    name="spaced-questions",
    version=1,
    question=lazy_gettext("Two questions a week from modules you have passed?"),
    about=lazy_gettext(
        "One at a time stands under “My modules”, two a week at most. They count nowhere, and nobody else sees your answers. We keep which "
        "question it was, when, and whether your answer was right, for 400 days at most. Take it back, and all of this goes."
    ),
    in_place=True,
    on_end=let_answers_go,
)
#: Switched on again with the yes, as reminders of certificates are.
MAILS = Purpose(
    name="spaced-mails",
    version=1,
    question=lazy_gettext("Tell you by e-mail when a question waits?"),
    about=lazy_gettext(
        "The e-mail names no module and no question. It comes only while you want two questions a week. Take it back, and none comes any "
        "more, not even one that waits already."
    ),
    in_place=True,
    on_given=lambda account_id: switch(db.session, Person(account_id), NOTICE, off=False),
)
