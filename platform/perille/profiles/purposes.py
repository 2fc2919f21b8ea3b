"""What people with an account are asked about their progress."""

from __future__ import annotations

from uuid import UUID

from flask import Response
from sqlalchemy import delete

from perille.core.consent import Purpose
from perille.core.extensions import db
from perille.core.i18n import lazy_gettext
from perille.enrolment.cookies import keep_phones, open_phone_ids
from perille.people.current import current_session
from perille.profiles.models import AccountLearner
from perille.profiles.on_sign_in import RECORD as NAME
from perille.profiles.on_sign_in import open_by_session
from perille.profiles.services import learners_of


def let_progress_go(account_id: UUID, response: Response) -> None:
    """Take the progress of an account out of it: it stays, without a name, in the browser in which this is asked for.

    Other phones where it was open by a session of the account lose it when that session ends.
    """
    kept, row = learners_of(db.session, account_id), current_session()
    if not kept or row is None:
        return
    phone = open_by_session(row, kept[0].id)
    phone.session_id = phone.open_until = None
    db.session.execute(delete(AccountLearner).where(AccountLearner.account_id == account_id))
    keep_phones(response, [phone.id, *open_phone_ids()])


RECORD = Purpose(
    name=NAME,
    version=1,
    question=lazy_gettext("Keep your progress in your account?"),
    about=lazy_gettext(
        "What you begin while you are signed in is kept in your account: it is there wherever you sign in. Take it back, and your progress "
        "stays in this browser alone. Nothing is lost, and your organisations see nothing of it."
    ),
    # Whoever makes an account and learns while they are signed in asks for it.
    unasked=True,
    on_end=let_progress_go,
)
