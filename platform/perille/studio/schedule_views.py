"""Setting a day and time at which a draft is published, or taken out of the lists, and taking that back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from flask import Response, request
from wtforms import BooleanField, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the type stubs

from perille.core.countries import zone_of
from perille.core.database import utcnow
from perille.core.dates import day_in, moment
from perille.core.errors import Conflict
from perille.core.extensions import db
from perille.core.i18n import _, language_of, lazy_gettext
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.studio.builds import DraftBuild, build
from perille.studio.drafts import require_revision
from perille.studio.models import StudioDraft, StudioSchedule
from perille.studio.organisations import require_in_draft
from perille.studio.pages import account_id, done, draft_url, locked, whole_number
from perille.studio.publishing import current_version, differs, newest_number
from perille.studio.schedule_status import ACTIONS, planned_of
from perille.studio.scheduling import (
    ScheduledAction,
    cancel,
    country_of,
    read,
    schedule_publishing,
    schedule_withdrawal,
    waiting_of,
    was_done,
)
from perille.studio.views import blueprint

_DRAFT = "/<lang:lang>/studio/<uuid:draft_id>"
#: How far ahead a moment may be.
_FARTHEST = timedelta(days=2 * 366)


class ScheduleForm(Form):
    """What is to happen and when, by the clock of *country*, which is set before the form is read."""

    action = SelectField(lazy_gettext("What is to happen?"), choices=[], validate_choice=False)
    day = StringField(lazy_gettext("Day"), render_kw={"type": "date", "required": True})
    clock = StringField(lazy_gettext("Time"), render_kw={"type": "time", "required": True})
    newest = BooleanField(lazy_gettext("Publish the draft as it is now, with what was changed since"))
    country = ""

    def validate_action(self, field: SelectField) -> None:
        """Take one of the two."""
        if field.data not in set(ScheduledAction):
            raise ValidationError(_("What is to happen?"))

    def validate_day(self, field: StringField) -> None:
        """Take a day from today on."""
        day, today = _day(field.data), day_in(self.country)
        if day is None:
            raise ValidationError(_("This is no day. Write it as 2026-12-31."))
        if day > today + _FARTHEST:
            raise ValidationError(_("This day is more than two years away."))
        if day < today:
            raise ValidationError(_("This moment is past."))

    def validate_clock(self, field: StringField) -> None:
        """Take a time of the day that is to come, and that the clock of that day shows."""
        try:
            clock = time.fromisoformat((field.data or "").strip())
        except ValueError:
            clock = time(tzinfo=UTC)
        if clock.tzinfo is not None:
            raise ValidationError(_("This is no time. Write it as 14:30."))
        at = self.at
        if at is None:
            return
        if at.astimezone(zone_of(self.country)).time() != clock:
            raise ValidationError(_("There is no such time on that day: the clocks go forward. Choose another one."))
        if at <= utcnow():
            raise ValidationError(_("This moment is past."))

    @property
    def at(self) -> datetime | None:
        """The moment that was typed; None where that is none, or too far away."""
        day = _day(self.day.data)
        if day is None or not timedelta(0) <= day - day_in(self.country) <= _FARTHEST:
            return None
        clock = time.fromisoformat((self.clock.data or "").strip())
        return datetime.combine(day, clock, zone_of(self.country)).astimezone(UTC)


def _day(typed: str | None) -> date | None:
    try:
        return date.fromisoformat((typed or "").strip())
    except ValueError:
        return None


def schedule_values(draft: StudioDraft, made: DraftBuild, *, may_publish: bool) -> dict[str, object]:
    """Return what the page of a publication says of moments, and the form that sets one."""
    country = country_of(db.session, draft, made)
    planned = planned_of([draft])[draft.id]
    coming = planned.coming
    publishes = any(each.action == ScheduledAction.PUBLISH for each in coming)
    offered = [ScheduledAction.PUBLISH] if publishes or (may_publish and differs(db.session, draft)) else []
    if publishes or current_version(db.session, draft) is not None:
        offered.append(ScheduledAction.WITHDRAW)
    form = kept_or(ScheduleForm, data={"action": offered[0]} if offered else {})
    form.action.choices = [SelectChoice(action.value, ACTIONS[action]) for action in offered]
    return {
        "planned": planned,
        "schedule_form": form,
        "now": moment(utcnow(), language_of(), country),
        "actions": ACTIONS,
        "has_newer": any(each.without_since for each in coming),
    }


def to_publication(draft: StudioDraft, words: str, *, stop: bool = False) -> Response:
    """Lead to the page on which a draft is published, and say what was done, or what stopped it."""
    return done(draft_url(draft, "studio.publication"), words, stop=stop)


@blueprint.post(f"{_DRAFT}/schedule")
@require_in_draft("studio.author")
def set_schedule(lang: str, draft_id: UUID) -> Response:
    """Set the moment at which the draft is published or taken out of the lists; another one takes the place of the one before."""
    draft = locked(draft_id)
    country = country_of(db.session, draft, build(db.session, draft))
    form = ScheduleForm(request.form)
    form.country = country
    if not form.validate() or form.at is None:
        return see_form_again(draft_url(draft, "studio.publication"), form)
    try:
        row = _scheduled(draft, form, form.at, country)
    except Conflict as refused:
        return to_publication(draft, refused.message, stop=True)
    return to_publication(draft, f"{ACTIONS[ScheduledAction(row.action)]}: {moment(row.at, language_of(), country)}")


def _scheduled(draft: StudioDraft, form: ScheduleForm, at: datetime, country: str) -> StudioSchedule:
    if form.action.data == ScheduledAction.WITHDRAW:
        return schedule_withdrawal(db.session, draft, at, country, account_id())
    had = waiting_of(db.session, draft).get(ScheduledAction.PUBLISH)
    newest = had is None or bool(form.newest.data)
    if newest:
        require_revision(draft, whole_number("revision"))
    return schedule_publishing(db.session, draft, at, country, account_id(), newest=newest)


@blueprint.post(f"{_DRAFT}/schedule/<any(publish, withdraw):action>/cancel")
@require_in_draft("studio.author")
def cancel_schedule(lang: str, draft_id: UUID, action: str) -> Response:
    """Let what was to happen by itself not happen; who comes too late is told that it has happened."""
    draft = locked(draft_id)
    if not cancel(db.session, draft, action, account_id()) and was_done(db.session, draft, action):
        return to_publication(draft, _happened(draft, action), stop=True)
    return to_publication(draft, _("It does not happen by itself any more."))


def _happened(draft: StudioDraft, action: str) -> str:
    if action == ScheduledAction.WITHDRAW:
        return _("The course is in no list any more. Who has begun it can go on.")
    number = newest_number(db.session, draft)
    return _("Published as version %(number)s. Learners can take it now.", number=number)


@blueprint.post(f"{_DRAFT}/schedule/read")
@require_in_draft("studio.author")
def dismiss_schedule_notice(lang: str, draft_id: UUID) -> Response:
    """Note that somebody has read why something did not happen."""
    draft = locked(draft_id)
    read(db.session, draft)
    return done(draft_url(draft, "studio.publication"), _("Saved."))
