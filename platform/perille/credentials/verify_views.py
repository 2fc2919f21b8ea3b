"""The page where anybody verifies a certificate by its code: the least that an office needs, and never a name."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for

from perille.core.dates import long_date, today
from perille.core.errors import BadRequest, NotFound
from perille.core.extensions import db
from perille.core.i18n import _, language_of, offered_languages
from perille.core.ratelimit import rate_limit
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.rejected_form import kept_or, see_form_again
from perille.core.web.responses import see_other
from perille.core.web.templating import lang_attributes
from perille.credentials import services
from perille.credentials.blueprint import blueprint
from perille.credentials.certificate_text import extended_words, hours_and_minutes, notice, shown_title
from perille.credentials.codes import mistyped, normalise, pretty
from perille.credentials.forms import CheckForm, OwnerForm
from perille.credentials.holder_name import is_same_name
from perille.credentials.models import Credential
from perille.enrolment.models import Enrolment
from perille.packs.published.library import Edition, Summary, current_library
from perille.sync.keys import has_rooms

#: Names that may be tried on one code, and by one line, before each further one takes minutes: nobody shall find out a name.
_TRIES, _PER_MINUTE = 8, 0.2


@blueprint.get("/verify")
def code_form() -> Response:
    """Ask for a code; one in the query leads on to its page."""
    if not request.args.get("code", "").strip():
        return _ask(kept_or(CheckForm))
    form = CheckForm(request.args)
    return _lead_on(form.found) if form.validate() else _ask(form, BadRequest.status)


@blueprint.post("/verify")
def submit_code() -> Response:
    """Lead on to the page of a typed code."""
    form = CheckForm(request.form)
    if not form.validate():
        return see_form_again(url_for(".code_form", lang=_chosen_language()), form)
    return _lead_on(form.found)


def _chosen_language() -> str | None:
    lang = request.values.get("lang")
    return lang if lang in offered_languages() else None


def _lead_on(code: str) -> Response:
    return see_other(url_for(".verification", code=pretty(code), lang=_chosen_language()))


@blueprint.get("/verify/<code>")
def verification(code: str) -> Response:
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
        return _ask_again(plain_code, _unknown(), NotFound.status)
    trial.succeeded()
    return _verified(credential)


def _unknown() -> str:
    """Say that a code is not known; where laptops carry to this site, its paper may be here before it."""
    if not has_rooms(db.session):
        return _("We do not know this code. It was not given by this site, or it was deleted by its holder.")
    return _(
        "We do not know this code. It was not given by this site, it was deleted by its holder, or it comes from a room without internet"
        " and was not brought here yet. Then try again in a few days."
    )


def _verified(credential: Credential) -> Response:
    language = language_of()
    title, title_language = shown_title(credential, summary_of(credential))
    body = render_template(
        "credentials/verified.html",
        title=title,
        title_lang="" if title_language == language else lang_attributes(title_language),
        time=hours_and_minutes(credential.minutes),
        day=long_date(credential.awarded_on, language),
        expires=long_date(credential.expires_on, language) if credential.expires_on is not None else "",
        extended=extended_words(credential, language),
        corrected=long_date(credential.corrected_on, language) if credential.corrected_on is not None else "",
        state=services.state(credential, today()),
        code=pretty(credential.code),
        notice=notice(credential, summary_of(credential)),
        replaced=long_date(credential.replaced_on, language) if credential.replaced_on is not None else "",
        owner=kept_or(OwnerForm),
        belongs=shown_once("name-belongs"),
    )
    return make_response(body)


def _ask_again(code: str, why: str, status: int) -> Response:
    form = CheckForm(data={"code": pretty(code)})
    form.code.errors = [why]
    return _ask(form, status)


def _ask(form: CheckForm, status: int = 200) -> Response:
    return make_response(render_template("credentials/verify.html", form=form, lang=request.values.get("lang")), status)


def summary_of(credential: Credential) -> Summary | None:
    """Return what lists say of a certificate's pack, None where it is not published any more."""
    return current_library().summary(credential.pack_id)


def edition_of(credential: Credential) -> Edition | None:
    """Return the course with the structure that its holder learned by, None where it is not published any more."""
    enrolment = db.session.get_one(Enrolment, credential.enrolment_id)
    return current_library().edition(credential.pack_id, enrolment.structure_hash)


@blueprint.post("/verify/<code>/name")
def verify_name(code: str) -> Response:
    """Answer whether a name belongs to a certificate, by yes or no. A right one costs no try; the name is neither shown nor kept."""
    credential = services.find(db.session, normalise(code) or "")
    if credential is None:
        raise NotFound(_unknown())
    here = url_for(".verification", code=pretty(credential.code), lang=_chosen_language())
    form = OwnerForm(request.form)
    if not form.validate():
        return see_form_again(here, form)
    tries = [
        rate_limit("verify-name-code", burst=_TRIES, per_minute=_PER_MINUTE, caller=credential.code),
        rate_limit("verify-name", burst=5 * _TRIES, per_minute=1),
    ]
    same = is_same_name(form.name.data or "", credential.printed_name)
    if same:
        for each in tries:
            each.succeeded()
    return show_once(f"{here}#belongs", "name-belongs", same)
