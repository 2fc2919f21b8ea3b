"""The page on which somebody makes a reminder, and its file. Both are asked by GET: nothing is kept here, and no cookie is needed."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, g, make_response, render_template, request

from perille.core.current import current_config
from perille.core.dates import today
from perille.core.errors import NotFound
from perille.core.i18n import _
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import no_store, see_other
from perille.core.web.site_address import site_address
from perille.courses.addresses import course_url, with_country
from perille.courses.learner_course import LearnerCourse
from perille.learning.course_page import may_leave_a_trace
from perille.learning.render_context import LessonRenderer
from perille.learning.requested_course import requested_course
from perille.reminders.calendar_file import reminder_file
from perille.reminders.forms import ReminderForm

blueprint = Blueprint("reminders", __name__)
_REMIND = "/<lang:lang>/<any(courses, modules):kind>/<slug>/remind"
#: In the address of a page that shows a form again, with what is wrong with it.
_AGAIN = "again"
#: No field of ours is longer.
_LONGEST_QUERY = 200


def _wanted(lang: str, kind: str, slug: str) -> LearnerCourse:
    """Return the course of this address; raise NotFound for none, and for one of which no calendar may tell anything."""
    place = requested_course(kind, slug, lang)
    if not may_leave_a_trace(place):
        raise NotFound(_("There is no such course here."))
    return place


@blueprint.get(_REMIND)
def reminder_form(lang: str, kind: str, slug: str) -> Response:
    """Ask for days, time, weeks and a word; where they could not be used, again with what is wrong."""
    place = _wanted(lang, kind, slug)
    query = with_country("", place).lstrip("?")
    if _AGAIN not in request.args:
        key = ("remind", place.kind, place.chosen, place.edition.stamp(place.language))
        return cached_page(key, lambda: _page(place, ReminderForm()), query=query)
    g.page_query = query
    form = ReminderForm(request.args)
    form.validate()
    response = make_response(_page(place, form))
    no_store(response)
    return response


def _page(place: LearnerCourse, form: ReminderForm) -> str:
    return render_template(
        "reminders/ask.html",
        form=form.offer(),
        course_title=LessonRenderer(place, place.language, voice=False).rendered(place.words.title),
        course_url=with_country(course_url(place), place),
        file_url=course_url(place, "reminders.calendar"),
        chosen=place.chosen.lower(),
        help_country=place.sure_country,
    )


@blueprint.get(f"{_REMIND}/reminder.ics")
def calendar(lang: str, kind: str, slug: str) -> Response:
    """Give the reminder as a calendar file, or lead back to the form where it could not be used."""
    place = _wanted(lang, kind, slug)
    form = ReminderForm(request.args)
    if not form.validate():
        asked = f"?{_AGAIN}=1&{form.as_query()[:_LONGEST_QUERY]}"
        return see_other(with_country(course_url(place, "reminders.reminder_form") + asked, place) + "#errors")
    address = site_address() + with_country(course_url(place), place)[len(request.script_root) :]
    key = sha256(b"perille reminders\0" + current_config().secret_keys[0].encode()).digest()
    response = Response(reminder_file(form.reminder(address), today(), key), mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'attachment; filename="reminder.ics"'
    no_store(response)
    return response
