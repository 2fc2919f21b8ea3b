"""What pages of organisations bring."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask

from perille.consents.services import answer
from perille.core.database import Session, run_in_transaction
from perille.core.feature import Feature
from perille.core.i18n import lazy_gettext
from perille.core.job import Job
from perille.organisations.account_views import blueprint as own
from perille.organisations.audit_views import blueprint as audit_pages
from perille.organisations.deleting import empty_stores
from perille.organisations.handing_over import blueprint as invitation_links
from perille.organisations.import_views import blueprint as people_import
from perille.organisations.importing import forget_tables, mail_invitations
from perille.organisations.invitation_views import blueprint as invitations
from perille.organisations.models import PeopleTable
from perille.organisations.people_views import blueprint as org_people
from perille.organisations.purposes import RESULTS
from perille.organisations.report_views import blueprint as org_reports
from perille.organisations.views import blueprint
from perille.people.invitations import on_joining


def forget_old_tables(session: Session) -> int:
    """Delete tables of people to which nobody said yes; return how many. The work of a job."""
    return run_in_transaction(session, lambda: forget_tables(session), write=True)


def note_agreement(session: Session, account_id: UUID, organisation_id: UUID, language: str) -> None:
    """Note that who joins as a professional lets the organisation see their results: the page on which they joined says so."""
    answer(session, account_id, RESULTS.name, organisation_id, given=True, language=language)


def set_up(app: Flask) -> None:
    """Hear of everybody who joins an organisation."""
    on_joining.set(app, note_agreement)


feature = Feature(
    name="organisations",
    public=frozenset({"invitations.accept_invitation", "invitations.show"}),
    blueprints=(own, blueprint, org_people, org_reports, people_import, invitations, invitation_links, audit_pages),
    models=(PeopleTable,),
    stays=(PeopleTable,),
    personal_data=(PeopleTable,),
    purposes=(RESULTS,),
    jobs=(
        Job(
            "deleted-organisations",
            empty_stores,
            timedelta(minutes=1),
            lazy_gettext("Empty the record stores of deleted organisations"),
        ),
        Job("invitations", mail_invitations, timedelta(seconds=10), lazy_gettext("Send invitations from tables")),
        Job(
            "people-tables",
            forget_old_tables,
            timedelta(days=1),
            lazy_gettext("Forget lists of people that were not brought in"),
        ),
    ),
    setup=set_up,
)
