"""The end of the way: the certificate, and the page where anybody verifies one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from perille.core.dates import day_in, long_date, today
from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, _, language_of, offered_languages
from perille.core.ratelimit import rate_limit
from perille.core.site import current_site
from perille.core.web.deferred import DeferredResponse
from perille.core.web.kept_form import again, kept_form, kept_or, see_form_again
from perille.core.web.responses import no_store, see_other
from perille.core.web.site_address import external_url
from perille.core.web.templating import lang_attributes
from perille.credentials import services
from perille.credentials.certificate_text import (
    certificate_of,
    hours_and_minutes,
    notice,
    paper_language,
    second_languages,
    shown_title,
)
from perille.credentials.codes import mistyped, normalise, pretty
from perille.credentials.design import print_certificate
from perille.credentials.forms import CheckForm, NameForm
from perille.credentials.models import Credential
from perille.credentials.services import Achievement, CredentialState, last_day
from perille.domain.course import CredentialRule
from perille.domain.progress import missing_units
from perille.enrolment.cookies import ensure_learner
from perille.enrolment.models import Enrolment
from perille.enrolment.services import touch
from perille.learning.course_page import course_url, stations
from perille.learning.render_context import LessonRenderer
from perille.learning.requested_course import requested_course
from perille.learning.services import (
    LearnerCourse,
    ensure_enrolment,
    plain,
    record_completed_modules,
    states_of,
)
from perille.packs.published.library import Summary, current_library

blueprint = Blueprint("credentials", __name__)
_CERTIFICATE = "/<lang:lang>/<any(courses, modules):kind>/<slug>/certificate"


@blueprint.before_request
def take_language() -> None:
    """Let a link choose the language of /verify, which has none in its address."""
    if request.args.get("lang") in offered_languages() and "lang" not in (request.view_args or {}):
        g.language = request.args["lang"]


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """Leave no copy behind, neither in a shared phone nor in a search engine."""
    no_store(response)
    response.headers["X-Robots-Tag"] = "noindex"
    response.vary.add("Accept-Language")
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
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


def _end(kind: str, slug: str, lang: str) -> End:
    place = requested_course(kind, slug, lang)
    if place.structure.credential is None or not place.tracked:
        raise NotFound(_("This course has no certificate."))
    enrolment = place.enrolment
    states = states_of(db.session, place)
    return End(
        place=place,
        rule=place.structure.credential,
        missing=missing_units(place.structure, states),
        credential=services.of_enrolment(db.session, enrolment) if enrolment is not None else None,
        modules_done=enrolment is None and bool(states),
    )


@blueprint.get(_CERTIFICATE)
def certificate(lang: str, kind: str, slug: str) -> Response:
    """Show the certificate, the form that makes it, or what is still missing."""
    end = _end(kind, slug, lang)
    able = end.begun and (not end.missing or end.credential is not None)
    if able and (kept := kept_form("name")) is not None:
        return _form(end, again(NameForm, kept))
    if end.credential is not None:
        return _made(end, end.credential)
    return _form(end, NameForm()) if able else _missing(end)


@blueprint.post(_CERTIFICATE)
def make(lang: str, kind: str, slug: str) -> Response:
    """Make the certificate, or correct the name on it."""
    end = _end(kind, slug, lang)
    here = redirect(url_for(".certificate", lang=lang, kind=kind, slug=slug), 303)
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


def _correctable(end: End, credential: Credential) -> bool:
    return credential.revoked_at is None and services.corrections_left(credential, day_in(end.place.country)) > 0


def _award(end: End, enrolment: Enrolment, name: str) -> None:
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
    )
    services.award(
        db.session,
        enrolment,
        achievement,
        printed_name=name,
        language=place.language,
        issuer=current_site().issuer,
        day=day,
    )
    touch(enrolment.learner, today())


@blueprint.get(_CERTIFICATE + ".pdf")
def paper(lang: str, kind: str, slug: str) -> Response:
    """Give the certificate as a PDF; `?with=fi` chooses its second language."""
    end = _end(kind, slug, lang)
    if end.credential is None:
        raise NotFound(_("There is no certificate yet. Open the course to see what is left."))
    if end.credential.revoked_at is not None:
        raise NotFound(_("This certificate was withdrawn."))
    choices = _seconds(end, end.credential)
    wanted = request.args.get("with", "")
    second = wanted if wanted in choices else next(iter(choices), None)
    printed = certificate_of(end.credential, end.place.edition, second=second, verify_address=_verify_address())
    return DeferredResponse(lambda: _pdf(print_certificate(printed)))


def _pdf(body: bytes) -> Response:
    response = Response(body, mimetype="application/pdf")
    # A plain name: others may see the list of downloads.
    response.headers["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    return response


def _seconds(end: End, credential: Credential) -> tuple[str, ...]:
    return second_languages(paper_language(credential.language), end.place.edition.summary.countries)


def _verify_address() -> str:
    return external_url("credentials.verify")


def _page(template: str, end: End, **words: object) -> Response:
    place = end.place
    filler = LessonRenderer(place, place.language)
    done = frozenset(place.structure.order) - frozenset(end.missing)
    body = render_template(
        template,
        course_url=course_url(place),
        course_title=filler.said(place.words.title),
        way=stations(place, filler, place.structure.order, done=done),
        help_country=place.sure_country,
        **words,
    )
    return make_response(body)


def _missing(end: End) -> Response:
    filler = LessonRenderer(end.place, end.place.language)
    left = stations(end.place, filler, end.missing) if end.begun else ()
    return _page("credentials/missing.html", end, started=end.begun, left=left)


def _form(end: End, form: NameForm) -> Response:
    return _page("credentials/name.html", end, form=form, made=end.credential is not None)


def _made(end: End, credential: Credential) -> Response:
    address = url_for(".paper", **request.view_args or {})
    language = paper_language(credential.language)
    papers = [
        (LANGUAGES[language].name, LANGUAGES[second].name, f"{address}?with={second}")
        for second in _seconds(end, credential)
    ]
    return _page(
        "credentials/made.html",
        end,
        revoked=services.state(credential, today()) is CredentialState.REVOKED,
        papers=papers or [(LANGUAGES[language].name, "", address)],
        name=credential.printed_name,
        corrections_left=services.corrections_left(credential, day_in(end.place.country)),
        correct_until=long_date(services.last_correction_day(credential), language_of()),
        form=NameForm(data={"name": credential.printed_name}),
        code=pretty(credential.code),
        verify_url=url_for(".verified", code=pretty(credential.code), lang=language_of()),
        verify_address=_verify_address().partition("://")[2],
        notice=notice(credential, _summary(credential)),
    )


@blueprint.get("/verify")
def verify() -> Response:
    """Ask for a code; one in the query leads on to its page."""
    if not request.args.get("code", "").strip():
        return _ask(kept_or(CheckForm))
    form = CheckForm(request.args)
    return _lead_on(form.found) if form.validate() else _ask(form, BadRequest.status)


@blueprint.post("/verify")
def check() -> Response:
    """Lead on to the page of a typed code."""
    form = CheckForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".verify", lang=_chosen_language()), form)
    return _lead_on(form.found)


def _chosen_language() -> str | None:
    lang = request.values.get("lang")
    return lang if lang in offered_languages() else None


def _lead_on(code: str) -> Response:
    return see_other(url_for(".verified", code=pretty(code), lang=_chosen_language()))


@blueprint.get("/verify/<code>")
def verified(code: str) -> Response:
    """Say the least that an office needs: title, time, day, and whether it counts. Never a name."""
    plain_code = normalise(code)
    if plain_code is None:
        form = CheckForm(data={"code": code[:300]})
        form.validate()
        return _ask(form, BadRequest.status)
    if mistyped(plain_code):
        why = _("One of the letters or digits is not right. Compare each group with the paper.")
        return _ask_again(plain_code, why, BadRequest.status)
    trial = rate_limit("verify", burst=30, per_minute=20)
    credential = services.find(db.session, plain_code)
    if credential is None:
        why = _("We do not know this code. It was not given by this site, or it was deleted by its holder.")
        return _ask_again(plain_code, why, NotFound.status)
    trial.succeeded()
    return _verified(credential)


def _verified(credential: Credential) -> Response:
    language = language_of()
    title, title_language = shown_title(credential, _summary(credential))
    body = render_template(
        "credentials/verified.html",
        title=title,
        title_lang="" if title_language == language else lang_attributes(title_language),
        time=hours_and_minutes(credential.minutes),
        day=long_date(credential.awarded_on, language),
        expires=long_date(credential.expires_on, language) if credential.expires_on is not None else "",
        corrected=long_date(credential.corrected_on, language) if credential.corrected_on is not None else "",
        state=services.state(credential, today()),
        code=pretty(credential.code),
        notice=notice(credential, _summary(credential)),
    )
    return make_response(body)


def _summary(credential: Credential) -> Summary | None:
    shelf = current_library()
    return shelf.summary(credential.pack_id)


def _ask_again(code: str, why: str, status: int) -> Response:
    form = CheckForm(data={"code": pretty(code)})
    form.code.errors = [why]
    return _ask(form, status)


def _ask(form: CheckForm, status: int = 200) -> Response:
    return make_response(render_template("credentials/verify.html", form=form, lang=request.values.get("lang")), status)
