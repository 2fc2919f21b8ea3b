"""The page "Who runs this", and the administrators' page of what stands on it."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from wtforms import Form

from perille.core.countries import countries
from perille.core.extensions import db
from perille.core.i18n import LANGUAGES, OFFERED
from perille.core.permissions import require
from perille.core.site import current_site
from perille.core.web.kept_form import kept_or, see_form_again
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import no_store
from perille.core.web.site_address import site_address
from perille.operator.expected import EXPECTED
from perille.operator.forms import AccessibilityForm, OfferForm, WhoForm, who_values
from perille.operator.saving import save_settings
from perille.operator.services import saved_values
from perille.operator.statement import statement_template
from perille.safety.services import country_name

blueprint = Blueprint("operator", __name__)
MANAGE = "operator.settings"


@blueprint.get("/<lang:lang>/who")
def who(lang: str) -> Response:
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
        who=kept_or(WhoForm, data=who_values(site)),
        statement=kept_or(AccessibilityForm, data={"accessibility": written}),
        offer=kept_or(OfferForm, data={**saved, **listed}),
        language_names={code: LANGUAGES[code].name for code in OFFERED},
        country_names={code: country_name(code) for code in countries()},
    )
    return no_store(make_response(body))


@blueprint.post("/<lang:lang>/manage/site/who")
@require(MANAGE)
def save_who(lang: str) -> Response:
    """Save who runs the site."""
    return _save(lang, WhoForm(request.form), "who")


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


def _save(lang: str, form: Form, part: str) -> Response:
    here = url_for(".settings", lang=lang)
    if not form.validate():
        return see_form_again(here, form)
    return save_settings({each.name: _text(each.data) for each in form}, f"{here}#{part}")


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(sorted(value))
    return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())
