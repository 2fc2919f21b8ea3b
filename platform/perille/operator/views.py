"""The page "Who runs this", and the administrators' page of what stands on it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from wtforms import Form

from perille.core.countries import countries, country_name
from perille.core.database import run_in_transaction
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, OFFERED
from perille.core.permissions import is_let_in, require
from perille.core.security import takes_files
from perille.core.site import current_site
from perille.core.web.before_transaction import Prepared
from perille.core.web.page_cache import cached_page
from perille.core.web.rejected_form import kept_form, kept_or, see_again, see_form_again
from perille.core.web.responses import no_store
from perille.core.web.site_address import site_address
from perille.operator.forms import AccessibilityForm, OfferForm, OperatorForm, who_values
from perille.operator.logo import MOST_BYTES, BadLogo, keep_logo, logo_of, prepare_logo
from perille.operator.required_details import EXPECTED
from perille.operator.saving import save_settings
from perille.operator.services import saved_values
from perille.operator.statement import statement_template

blueprint = Blueprint("operator", __name__)
MANAGE = "operator.settings"


@blueprint.get("/<lang:lang>/who")
def about_operator(lang: str) -> Response:
    """Say who runs this site, whom to ask and where to complain."""
    return cached_page(("who",), lambda: render_template("operator/who.html", labels=EXPECTED))


@blueprint.get("/<lang:lang>/manage/site")
@require(MANAGE)
def settings(lang: str) -> Response:
    """Show the settings of the site."""
    saved = saved_values(db.session, ("languages", "countries", "exit_url", "issuer"))
    listed: dict[str, object] = {name: saved.get(name, "").split() for name in ("languages", "countries")}
    site = current_site()
    written = site.accessibility or statement_template(site.operator, site_address())
    body = render_template(
        "operator/settings.html",
        who=kept_or(OperatorForm, data=who_values(site)),
        statement=kept_or(AccessibilityForm, data={"accessibility": written}),
        logo=site.logo,
        logo_problem=problem.error if (problem := kept_form("logo")) is not None else "",
        offer=kept_or(OfferForm, data={**saved, **listed}),
        language_names={code: LANGUAGES[code].name for code in OFFERED},
        country_names={code: country_name(code) for code in countries()},
    )
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/manage/site/who")
@require(MANAGE)
def save_operator(lang: str) -> Response:
    """Save who runs the site."""
    return _save(lang, OperatorForm(request.form), "who")


@blueprint.post("/<lang:lang>/manage/site/accessibility")
@require(MANAGE)
def save_accessibility(lang: str) -> Response:
    """Save the accessibility statement."""
    return _save(lang, AccessibilityForm(request.form), "statement")


@blueprint.post("/<lang:lang>/manage/site/offer")
@require(MANAGE)
def save_offer(lang: str) -> Response:
    """Save what the site offers."""
    return _save(lang, OfferForm(request.form), "offer")


def _read_logo() -> bytes | BadLogo:
    """Make the logo anew before the transaction; b"" where it is to be taken away, or was sent by somebody whom the view refuses."""
    if not run_in_transaction(db.session, lambda: is_let_in(MANAGE), write=False):
        return b""
    file = request.files.get("logo")
    if request.form.get("none") == "yes":
        return b""
    try:
        return prepare_logo(file.read(MOST_BYTES + 1) if file is not None else b"")
    except BadLogo as error:
        return error


made_logo = Prepared(_read_logo)


@blueprint.post("/<lang:lang>/manage/site/logo")
@takes_files(MOST_BYTES)
@made_logo
@require(MANAGE)
def save_logo(lang: str) -> Response:
    """Save the logo of certificates that are made from now on, or take it away."""
    here, made = url_for(".settings", lang=lang), made_logo.result()
    if isinstance(made, BadLogo):
        return see_again(f"{here}#logo", "logo", errors={"": [str(made)]})
    return save_settings({"logo": keep_logo(db.session, made) if made else ""}, f"{here}#logo")


@blueprint.get("/logo/<name>.png")
def logo(name: str) -> Response:
    """Show a logo; its name changes with it."""
    body = logo_of(db.session, name)
    if not body:
        raise NotFound
    response = Response(body, mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _save(lang: str, form: Form, part: str) -> Response:
    here = url_for(".settings", lang=lang)
    if not form.validate():
        return see_form_again(here, form)
    return save_settings({each.name: _text(each.data) for each in form}, f"{here}#{part}")


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(sorted(value))
    return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())
