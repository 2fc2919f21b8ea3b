"""What seminars bring."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from perille.core.database import Session, run_in_transaction, utcnow
from perille.core.fault_isolation import one_by_one
from perille.core.feature import Feature, NavigationItem, Permission, Place, Scope
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.seminars import mails, queue, services
from perille.seminars.models import Seminar, SeminarEntry
from perille.seminars.services import MANAGE
from perille.seminars.staff_views import blueprint as desk
from perille.seminars.views import blueprint


def move_queues(session: Session) -> None:
    """Offer places that became free, each seminar in a transaction of its own."""
    waiting = run_in_transaction(
        session, lambda: [each.id for each in services.seminars_to_move(session, utcnow())], write=False
    )
    one_by_one(session, waiting, partial(_move, session), job="seminar-queues")


def _move(session: Session, number: UUID) -> int:
    seminar = session.get(Seminar, number)
    if seminar is None:
        return 0
    queue.lock(session, seminar)
    return queue.move_up(session, seminar, utcnow(), partial(mails.queue_mail, session))


def remind_people(session: Session) -> None:
    """Queue reminders of seminars that begin within a day, each in a transaction of its own."""
    due = run_in_transaction(session, lambda: services.due_for_reminder(session, utcnow()), write=False)
    one_by_one(session, due, partial(_remind, session), job="seminar-reminders")


def _remind(session: Session, number: UUID) -> int:
    found = services.has_place(session, number, utcnow())
    return int(found is not None and mails.remind(session, *found))


def forget_entries(session: Session) -> None:
    """Delete sign-ups whose time is over."""
    run_in_transaction(session, lambda: services.forget_old(session, utcnow()), write=True)


feature = Feature(
    name="seminars",
    blueprints=(blueprint, desk),
    jobs=(
        Job(
            "seminar-queues",
            move_queues,
            timedelta(minutes=1),
            lazy_gettext("Offer places in seminars that became free"),
        ),
        Job("seminar-reminders", remind_people, timedelta(minutes=30), lazy_gettext("Remind people of seminars")),
        Job("seminar-retention", forget_entries, timedelta(days=1), lazy_gettext("Delete old sign-ups for seminars")),
    ),
    notices=(mails.CONFIRM, mails.NEWS, mails.REMINDER),
    models=(Seminar, SeminarEntry),
    stays=(Seminar, SeminarEntry),
    personal_data=(SeminarEntry,),
    navigation=(NavigationItem(Place.FOOTER, "seminars.upcoming", lazy_gettext("Seminars"), order=36),),
    permissions=(
        Permission(
            name=MANAGE,
            about="Give seminars: make them, see who signed up, note who came",
            roles=frozenset({"trainer", "coordinator"}),
            scope=Scope.ORGANISATION,
        ),
    ),
    public=frozenset(
        f"seminars.{name}"
        for name in (
            "upcoming",
            "show",
            "sign_up",
            "entry",
            "update_entry",
            "calendar",
            "own_calendar",
            "certificate",
            "verify_certificate",
        )
    ),
)
