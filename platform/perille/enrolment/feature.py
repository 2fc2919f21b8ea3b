"""What learners, their enrolments and their phones bring."""

from __future__ import annotations

from uuid import UUID

from flask import Flask

from perille.core.feature import Feature, MergeRule, MergeStrategy, NavigationItem, Place
from perille.core.i18n import lazy_gettext
from perille.core.learner import current_finder
from perille.core.synced_tables import ConflictRule, SyncedTable
from perille.enrolment.cookies import current_learner
from perille.enrolment.lock_notes import note_locks
from perille.enrolment.merged_learners import families, registered
from perille.enrolment.models import (
    CodeKey,
    Enrolment,
    JoinToken,
    Learner,
    MergedEnrolment,
    MergedLearner,
    Phone,
    ResumeCode,
)
from perille.enrolment.phone_views import blueprint as phones
from perille.enrolment.tombstones import Tombstone
from perille.enrolment.views import blueprint
from perille.tracking import services as tracking


def connect(app: Flask) -> None:
    """Let statements, whoever sends them, change progress in the same transaction, and other features ask who learns here."""
    tracking.listen(registered, families)
    current_finder.set(app, learner_id)
    app.after_request(note_locks)


def learner_id() -> UUID | None:
    """Return the number of the learner of this request."""
    learner = current_learner()
    return None if learner is None else learner.id


feature = Feature(
    name="enrolment",
    public=frozenset(
        {
            "enrolment.confirm_new_code",
            "enrolment.revoke_resume_code",
            "enrolment.progress_access",
            "enrolment.create_resume_code",
            "enrolment.redeem_resume_code",
            "enrolment.reopen_left_phone",
            "enrolment.resume_form",
            "phones.join",
            "phones.create_join_code",
            "phones.confirm_join",
            "phones.remove_phone",
            "phones.mark_joins_read",
        }
    ),
    blueprints=(blueprint, phones),
    models=(Learner, Enrolment, Phone, JoinToken, ResumeCode, CodeKey, MergedLearner, MergedEnrolment, Tombstone),
    carried=(
        # The day of the last act: the office writes its own day, whatever the laptop's clock said.
        SyncedTable(model=Learner, reached="group_member.learner_id", settle={"last_seen_on": ConflictRule.GREATER}),
        SyncedTable(model=Enrolment, through="learner_id", in_courses=True, settle={"ended_at": ConflictRule.GREATER}),
    ),
    # Phones work where they were made. Codes go in their own way (`sync.codes`), and erasures are exchanged before all else.
    stays=(Phone, JoinToken, ResumeCode, CodeKey, MergedLearner, MergedEnrolment, Tombstone),
    # A tombstone is a digest under the installation's key and leads to nobody; the key of a laptop says nothing of anybody.
    personal_data=(Learner, Enrolment, Phone, JoinToken, ResumeCode, MergedLearner, MergedEnrolment),
    merge_rules=(
        MergeRule(model=Learner, rule=MergeStrategy.STAY),
        MergeRule(model=Enrolment, rule=MergeStrategy.MOVE),
        MergeRule(model=Phone, rule=MergeStrategy.MOVE),
        MergeRule(model=JoinToken, rule=MergeStrategy.MOVE),
        MergeRule(model=ResumeCode, rule=MergeStrategy.MOVE),
        MergeRule(model=MergedLearner, rule=MergeStrategy.STAY),
        MergeRule(model=MergedEnrolment, rule=MergeStrategy.STAY),
    ),
    navigation=(NavigationItem(Place.FOOTER, "enrolment.resume_form", lazy_gettext("I have a code"), order=30),),
    setup=connect,
)
