"""The end of the way: the certificate, and the page where anybody verifies one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Response, make_response, redirect, render_template, request, url_for

from perille.core.current import current_config
from perille.core.dates import day_in, long_date, today
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, language_of
from perille.core.site import current_site
from perille.core.web.deferred import DeferredResponse
from perille.core.web.rejected_form import again, kept_form, kept_or, see_form_again
from perille.core.web.site_address import external_url
from perille.courses.acts import ensure_enrolment, record_completed_modules
from perille.courses.addresses import course_url, with_country
from perille.courses.learner_course import LearnerCourse, plain
from perille.courses.progress import states_of
from perille.credentials import services
from perille.credentials.blueprint import CERTIFICATE, blueprint
from perille.credentials.certificate_text import (
    certificate_of,
    details_of,
    hours_and_minutes,
    notice,
    paper_language,
    second_languages,
)
from perille.credentials.certified_module import proof_of
from perille.credentials.codes import pretty
from perille.credentials.design import print_certificate
from perille.credentials.extensions import modules_of, modules_refresh
from perille.credentials.forms import FixedNameForm, NameForm, ReissueForm
from perille.credentials.models import Credential
from perille.credentials.path_steps import next_step
from perille.credentials.reissues import ReissueReason, reissue, reissues_left
from perille.credentials.services import Achievement, CredentialState, last_day
from perille.credentials.shares import links_of
from perille.credentials.verify_views import summary_of
from perille.domain.course import CredentialRule, PackKind
from perille.domain.progress import missing_units
from perille.domain.refresher import MINUTES, is_open, opens_on, test_of
from perille.enrolment.accounts import account_keeping
from perille.enrolment.cookies import ensure_learner
from perille.enrolment.models import Enrolment
from perille.enrolment.services import touch
from perille.learning.course_units import stations
from perille.learning.render_context import LessonRenderer
from perille.learning.requested_course import requested_course
from perille.operator.logo import logo_of
from perille.packs.published.library import current_library
from perille.sync.room import office_site


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEnd:
    """Where a learner stands at the end of a course."""

    place: LearnerCourse
    rule: CredentialRule
    #: Units that are still missing, in the order of the way.
    missing: tuple[str, ...]
    credential: Credential | None
    #: Whether modules of this path are done, with or without an enrolment in it.
    modules_done: bool

    @property
    def begun(self) -> bool:
        """Whether anything is done: somebody who took the modules of a path has begun it."""
        return self.enrolment is not None or self.modules_done

    @property
    def enrolment(self) -> Enrolment | None:
        """The learner's enrolment, None before they started."""
        return self.place.enrolment


def end_of(kind: str, slug: str, lang: str) -> CourseEnd:
    """Return where this request's learner stands at the end of a course; raise NotFound for one without a certificate."""
    place = requested_course(kind, slug, lang)
    rule = place.structure.credential
    if rule is None or rule.is_badge or not place.tracked:
        raise NotFound(_("This course has no certificate."))
    enrolment = place.enrolment
    states = states_of(db.session, place)
    return CourseEnd(
        place=place,
        rule=rule,
        missing=missing_units(place.structure, states),
        credential=services.of_enrolment(db.session, enrolment) if enrolment is not None else None,
        modules_done=enrolment is None and bool(states),
    )


def _given_elsewhere(place: LearnerCourse) -> CredentialRule | None:
    """Return the certificate of a course that its learners get and this reader does not: a guest, or who looks at a draft."""
    rule = place.structure.credential
    return rule if rule and not rule.is_badge and (place.for_guest or place.edition.is_draft) else None


@blueprint.get(CERTIFICATE)
def certificate(lang: str, kind: str, slug: str) -> Response:
    """Show the certificate, the form that makes it, or what is still missing; where nothing is kept, what learners get."""
    place = requested_course(kind, slug, lang)
    if (rule := _given_elsewhere(place)) is not None:
        return _not_made_here(place, rule)
    end = end_of(kind, slug, lang)
    able = end.begun and (not end.missing or end.credential is not None)
    if able and (kept := kept_form("name")) is not None:
        return _form(end, again(_name_form(end), kept))
    if end.credential is not None:
        return _made(end, end.credential)
    return _form(end, _name_form(end)()) if able else _missing(end)


def _name_form(end: CourseEnd) -> type[NameForm]:
    return FixedNameForm if end.place.kind is PackKind.MODULE else NameForm


@blueprint.post(CERTIFICATE)
def issue_certificate(lang: str, kind: str, slug: str) -> Response:
    """Make the certificate, or correct the name on it."""
    end = end_of(kind, slug, lang)
    here = redirect(certificate_address(end.place), 303)
    if not end.begun or (end.missing and end.credential is None):
        return make_response(here)
    if end.credential is not None and not _correctable(end, end.credential):
        # From an old page: the page of today says why not.
        return make_response(here)
    form = NameForm(request.form)
    if not form.validate():
        return see_form_again(here.location, form, "name")
    enrolment = end.enrolment or ensure_enrolment(db.session, end.place, ensure_learner())
    end = replace(end, place=replace(end.place, enrolment=enrolment))
    record_completed_modules(db.session, end.place, enrolment)
    _award(end, enrolment, form.clean)
    return make_response(here)


def certificate_address(place: LearnerCourse) -> str:
    """Return the address of a course's certificate, in the country that the reader chose."""
    return with_country(course_url(place, "credentials.certificate"), place)


def _correctable(end: CourseEnd, credential: Credential) -> bool:
    if credential.name_fixed:
        return False
    return credential.revoked_at is None and services.corrections_left(credential, day_in(end.place.country)) > 0


def _award(end: CourseEnd, enrolment: Enrolment, name: str) -> None:
    place = end.place
    day = day_in(place.country)
    source = place.edition.summary.source_language
    achievement = Achievement(
        kind=end.rule.kind,
        title=plain(place, place.edition.words(source).title, source),
        source_language=source,
        local_title=plain(place, place.words.title, place.language),
        minutes=place.structure.minutes,
        expires_on=last_day(day, end.rule.valid_months),
        proof=proof_of(db.session, place, enrolment),
    )
    services.award(
        db.session,
        enrolment,
        achievement,
        printed_name=name,
        language=place.language,
        issuer=current_site().issuer,
        logo=current_site().logo,
        day=day,
    )
    touch(enrolment.learner, today())


@blueprint.post(CERTIFICATE + "/reissue")
def reissue_certificate(lang: str, kind: str, slug: str) -> Response:
    """Issue a certificate for professionals anew with the right name."""
    end = end_of(kind, slug, lang)
    here = certificate_address(end.place)
    if end.credential is None or not end.credential.name_fixed:
        raise NotFound(_("There is no certificate yet. Open the course to see what is left."))
    form = ReissueForm(request.form)
    if not form.validate():
        return see_form_again(here, form)
    reason = ReissueReason(form.reason.data)
    reissue(db.session, end.credential, printed_name=form.clean, reason=reason, day=day_in(end.place.country))
    return make_response(redirect(here, 303))


@blueprint.get(CERTIFICATE + ".pdf")
def certificate_pdf(lang: str, kind: str, slug: str) -> Response:
    """Give the certificate as a PDF; `?with=fi` chooses its second language."""
    end = end_of(kind, slug, lang)
    if end.credential is None:
        raise NotFound(_("There is no certificate yet. Open the course to see what is left."))
    if end.credential.revoked_at is not None:
        raise NotFound(_("This certificate was withdrawn."))
    choices = _seconds(end, end.credential)
    wanted = request.args.get("with", "")
    second = wanted if wanted in choices else next(iter(choices), None)
    printed = certificate_of(end.credential, end.place.edition, second=second, verify_address=_verify_address())
    printed = replace(printed, logo=logo_of(db.session, end.credential.logo))
    return DeferredResponse(lambda: _pdf(print_certificate(printed)))


def _pdf(body: bytes) -> Response:
    response = Response(body, mimetype="application/pdf")
    # A plain name: others may see the list of downloads.
    response.headers["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    return response


def _seconds(end: CourseEnd, credential: Credential) -> tuple[str, ...]:
    return second_languages(paper_language(credential.language), end.place.edition.summary.countries)


def _verify_address() -> str:
    """Return where a certificate is checked: at the office, once a laptop in a room has carried it there."""
    office = office_site(db.session) if current_config().room_addresses else ""
    return f"{office}{url_for('credentials.code_form')}" if office else external_url("credentials.code_form")


def _page(template: str, end: CourseEnd, **words: object) -> Response:
    place = end.place
    renderer = LessonRenderer(place, place.language)
    done = frozenset(place.structure.order) - frozenset(end.missing)
    body = render_template(
        template,
        course_url=course_url(place),
        course_title=renderer.rendered(place.words.title),
        way=stations(place, renderer, place.structure.order, done=done),
        help_country=place.sure_country,
        sensitive=place.edition.summary.sensitive,
        **words,
    )
    return make_response(body)


def _missing(end: CourseEnd) -> Response:
    renderer = LessonRenderer(end.place, end.place.language)
    left = stations(end.place, renderer, end.missing) if end.begun else ()
    return _page("credentials/missing.html", end, started=end.begun, left=left)


def _not_made_here(place: LearnerCourse, rule: CredentialRule) -> Response:
    renderer = LessonRenderer(place, place.language)
    until = last_day(day_in(place.country), rule.valid_months)
    body = render_template(
        "credentials/not_made_here.html",
        course_url=with_country(course_url(place), place),
        course_title=renderer.rendered(place.words.title),
        time=hours_and_minutes(place.structure.minutes),
        until=long_date(until, language_of()) if until else "",
        help_country=place.sure_country,
        sensitive=place.edition.summary.sensitive,
    )
    return make_response(body)


def _form(end: CourseEnd, form: NameForm) -> Response:
    return _page("credentials/name.html", end, form=form, made=end.credential is not None)


def _refresher(end: CourseEnd, credential: Credential) -> dict[str, str]:
    """Return where a certificate can be made to count longer, or before that the day from which on; nothing where no refresher is.

    It is of the newest edition (`refreshers.services`), whatever the learner began with.
    """
    edition, ends_on = current_library().newest(credential.pack_id), credential.expires_on
    if ends_on is not None and modules_of(credential.pack_id):
        return {"of_modules": "yes" if modules_refresh(credential.pack_id) else "no"}
    if ends_on is None or edition is None or test_of(edition.structure) is None:
        return {}
    if not is_open(ends_on, day_in(end.place.country)):
        return {"opens": long_date(opens_on(ends_on), language_of())}
    return {"url": with_country(course_url(end.place, "refreshers.current"), end.place)}


def _in_account(end: CourseEnd) -> bool:
    """Whether the progress is kept in an account: signing in opens it again, and no code does."""
    return end.enrolment is not None and account_keeping()(db.session, end.enrolment.learner_id) is not None


def _made(end: CourseEnd, credential: Credential) -> Response:
    address = course_url(end.place, "credentials.certificate_pdf")
    language = paper_language(credential.language)
    papers = [
        (LANGUAGES[language].name, LANGUAGES[second].name, f"{address}?with={second}")
        for second in _seconds(end, credential)
    ]
    return _page(
        "credentials/made.html",
        end,
        logo=credential.logo,
        issuer=credential.issuer,
        revoked=services.state(credential, today()) is CredentialState.REVOKED,
        step=next_step(db.session, end.place),
        papers=papers or [(LANGUAGES[language].name, "", address)],
        name=credential.printed_name,
        **_corrections(end, credential),
        in_account=_in_account(end),
        details=list(details_of(credential, end.place.edition, language_of())),
        refresher=_refresher(end, credential),
        refresher_time=hours_and_minutes(MINUTES),
        **_shares(end, credential),
        code=pretty(credential.code),
        verify_url=url_for(".verification", code=pretty(credential.code), lang=language_of()),
        verify_address=_verify_address().partition("://")[2],
        notice=notice(credential, summary_of(credential)),
    )


def _corrections(end: CourseEnd, credential: Credential) -> dict[str, object]:
    """Return what the page offers to who finds the name wrong: a correction for a while, after it a new issue of a fixed name."""
    name, fixed = {"name": credential.printed_name}, credential.name_fixed
    return {
        "corrections_left": services.corrections_left(credential, day_in(end.place.country)),
        "correct_until": long_date(services.last_correction_day(credential), language_of()),
        "form": NameForm(data=name),
        "reissue": kept_or(ReissueForm, data=name) if fixed else None,
        "reissue_url": with_country(course_url(end.place, "credentials.reissue_certificate"), end.place),
        "reissues_left": reissues_left(db.session, credential) if fixed else 0,
    }


def _shares(end: CourseEnd, credential: Credential) -> dict[str, object]:
    """Return the private links to a certificate, and what the page needs to show, make and end one."""
    place = end.place
    return {
        "shares": links_of(db.session, credential),
        "shared_address": lambda token: external_url(".shared_certificate", lang=language_of(), token=token),
        "day_words": lambda at: long_date(at.date(), language_of()),
        "end_share_url": lambda number: with_country(
            course_url(place, "credentials.revoke_share", share_id=number), place
        ),
        "share_url": with_country(course_url(place, "credentials.create_share"), place),
    }
