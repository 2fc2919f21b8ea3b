"""The way into a group, for those who learn: a code, a link, the question whether to join, and what one has to do with one's groups."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for

from perille.core.current import current_config
from perille.core.dates import today
from perille.core.errors import NotFound, lead_on
from perille.core.extension_state import AppSlot
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, language_of, offered_languages, wished_language
from perille.core.network import network_of
from perille.core.ratelimit import RateLimit, rate_limit
from perille.core.web.cookie_check import TRIED
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.enrolment.cookieless import ask_for_cookie, may_make_learner
from perille.enrolment.cookies import acting_learner, current_learner, ensure_learner, remember
from perille.enrolment.services import touch
from perille.groups import attendance, joining, mentors, services
from perille.groups.join_forms import JoinForm, RoomCodeForm
from perille.groups.models import Group
from perille.groups.pages import day_words, named_courses, today_of
from perille.packs.published.library import current_library
from perille.people.models import Organisation

blueprint = Blueprint("group_doors", __name__)
#: Wrong codes of one line: more than a class of 300 mistypes. Right ones are never counted.
_BURST, _PER_MINUTE = 300, 30
#: Wrong codes of one page, at once and then each minute: nobody mistypes so many. What comes without a page of ours shares one count.
_MINE, _MINE_PER_MINUTE = 8, 4
#: Wrong codes of the whole site, after which every open door gets a new code.
_MARK, _MARK_PER_MINUTE = 3000, 50
_wrong_codes = AppSlot("wrong_group_codes", lambda: RateLimit(_MARK, _MARK_PER_MINUTE))


@blueprint.before_request
def lead_to_my_groups() -> None:
    """Let who comes by a way that has ended find the field for a code."""
    lead_on(lambda: (url_for(".my_groups", lang=language_of()), _("My group")))


@blueprint.get("/<lang:lang>/group")
def my_groups(lang: str) -> Response:
    """Show the groups of whoever learns here, and ask for the code of another one."""
    learner = current_learner()
    found = joining.own_groups(db.session, learner.id) if learner is not None else []
    library = current_library()
    pairs = mentors.pairs_in(db.session, [member.id for _group, member in found])
    past = joining.own_groups(db.session, learner.id, closed=True) if learner is not None else []
    # Of open groups, too: their organisation may be closed. Those stand with their group.
    resting = mentors.pairs_in(db.session, [member.id for _group, member in [*found, *past]], closed=True)
    groups = [
        {
            "group": group,
            "member": member,
            "pair": pairs.get(member.id),
            "resting": resting.pop(member.id, None),
            "office": db.session.get(Organisation, group.organisation_id),
            "courses": named_courses(library, services.courses_of(db.session, group.id)),
            "open": joining.is_open(group),
            "here": bool(attendance.here_today(db.session, [group.id], [member.id], today_of(db.session, group))),
        }
        for group, member in found
    ]
    form = kept_or(RoomCodeForm)
    # A page that is shown again after a wrong code stays the same page.
    form.knock.data = form.knock.data or joining.make_mark(current_config().secret_keys)
    return _page("own", groups=groups, resting=resting.values(), form=form)


@blueprint.post("/<lang:lang>/group")
def look_up_group(lang: str) -> Response:
    """Look for the open door of a code. It opens no more than the question whether to join."""
    form = RoomCodeForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".my_groups", lang=lang), form)
    # First that of the page: a program that guesses is refused by its own count, and leaves that of its line to the class.
    page = joining.page_of_mark(form.knock.data or "", current_config().secret_keys)
    caller = page or f"none {_line()}"
    mine = rate_limit("group-page", burst=_MINE, per_minute=_MINE_PER_MINUTE, caller=caller, refusal=_refusal)
    trial = rate_limit("group-code", burst=_BURST, per_minute=_PER_MINUTE, refusal=_refusal)
    group = joining.group_of_code(db.session, form.code.data or "")
    if group is None:
        _count_wrong_code()
        form.code.errors = [_("No open group has this code. Look at the screen again, or scan the picture.")]
        return see_form_again(url_for(".my_groups", lang=lang), form)
    trial.succeeded()
    mine.succeeded()
    ticket = joining.make_ticket(group, current_config().secret_keys)
    return no_store(see_other(url_for(".confirm_join", lang=lang, ticket=ticket)))


def _refusal() -> str:
    # A right code waits too, or each answer would tell a program that guesses one more; the picture cannot be guessed at.
    return _(
        "Too many wrong codes were tried here. Scan the picture: that works at once. Or wait a minute, then type the code again."
    )


def _line() -> str:
    return network_of(request.remote_addr or "")


def _count_wrong_code() -> None:
    """Count a wrong code on the whole site; at the mark all open doors get a new code."""
    if current_config().rate_limits and _wrong_codes().take("site"):
        joining.renew_codes(db.session)


@blueprint.get("/group/<ticket>")
def scan_code(ticket: str) -> Response:
    """Lead from the picture on the wall to the question in the language of the phone, else in that of the group."""
    lang = wished_language(default=_group_of(ticket).language)
    return no_store(see_other(url_for(".confirm_join", lang=lang, ticket=ticket)))


@blueprint.get("/<lang:lang>/group/<ticket>")
def confirm_join(lang: str, ticket: str) -> Response:
    """Ask whether to join. Looking changes nothing: programs follow links, too."""
    group = _group_of(ticket)
    organisation = db.session.get(Organisation, group.organisation_id)
    return _page(
        "join",
        group=group,
        ticket=ticket,
        organisation=organisation.name if organisation is not None else "",
        courses=named_courses(current_library(), services.courses_of(db.session, group.id)),
        form=kept_or(JoinForm),
        other=LANGUAGES[group.language] if group.language in offered_languages() and group.language != lang else None,
    )


@blueprint.post("/<lang:lang>/group/<ticket>")
def join(lang: str, ticket: str) -> Response:
    """Join a group; makes the learner of somebody who comes for the first time."""
    group = _group_of(ticket)
    if acting_learner() is None:
        if (again := ask_for_cookie()) is not None:
            return again
        if not may_make_learner():
            return no_store(see_other(f"{url_for('.confirm_join', lang=lang, ticket=ticket)}?{TRIED}=1"))
    form = JoinForm(request.form)
    learner = ensure_learner()
    joining.join(db.session, group, learner.id, form.name.data or "")
    touch(learner, today())
    return remember(no_store(see_other(url_for(".my_groups", lang=lang))), learner)


def _group_of(ticket: str) -> Group:
    group = joining.group_of_ticket(db.session, ticket, current_config().secret_keys)
    if group is None:
        raise NotFound(
            _("This way into a group does not work any more. Ask your trainer for the picture or a new code.")
        )
    return group


@blueprint.post("/<lang:lang>/group/mine/<uuid:group_id>/here")
def check_in(lang: str, group_id: UUID) -> Response:
    """Note that somebody is here, while the door is open."""
    learner = acting_learner()
    own = joining.own_groups(db.session, learner.id) if learner is not None else []
    for group, member in own:
        if group.id == group_id and joining.is_open(group):
            joining.lock(db.session, group)
            attendance.tap(db.session, group, member, today_of(db.session, group))
    return no_store(see_other(url_for(".my_groups", lang=lang)))


@blueprint.post("/<lang:lang>/group/mine/<uuid:group_id>/leave")
def leave(lang: str, group_id: UUID) -> Response:
    """Leave a group."""
    learner = acting_learner()
    if learner is not None:
        joining.leave(db.session, group_id, learner.id)
    return no_store(see_other(url_for(".my_groups", lang=lang)))


@blueprint.post("/<lang:lang>/group/mine/<uuid:group_id>/mentor")
def end_mentoring(lang: str, group_id: UUID) -> Response:
    """End the pair with one's mentor, in a group that is closed too."""
    learner = acting_learner()
    if learner is not None:
        own = joining.own_groups(db.session, learner.id) + joining.own_groups(db.session, learner.id, closed=True)
        for group, member in own:
            if group.id == group_id:
                mentors.end_shown(db.session, member.id, request.form.get("pair", ""))
    return no_store(see_other(url_for(".my_groups", lang=lang)))


def _page(template: str, **values: object) -> Response:
    return no_store(make_response(render_template(f"groups/{template}.html", day_words=day_words, **values)))
