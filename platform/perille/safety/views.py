"""Leaving fast, help, staying safe online, and what is kept of whom."""

from __future__ import annotations

from calendar import Calendar as Months

from babel.dates import format_skeleton, get_day_names
from flask import Blueprint, Flask, Response, make_response, render_template, request

from perille.core.countries import country_name
from perille.core.dates import today
from perille.core.errors import NotFound
from perille.core.i18n import LANGUAGES, _, babel_locale, language_of
from perille.core.security import MARK, SAME, over_https
from perille.core.site import current_site
from perille.core.web.forms import ForgetForm
from perille.core.web.leaving import clear_browser, clear_cookies, clear_copies, mark_left
from perille.core.web.page_addresses import url_for
from perille.core.web.page_cache import cached_page
from perille.core.web.rejected_form import kept_or
from perille.core.web.responses import no_store, see_other
from perille.enrolment.deleting import open_tokens_to_forget
from perille.packs.published.library import current_library
from perille.safety.after_leaving import note_leaving
from perille.safety.browser_store import PURPOSES
from perille.safety.calendar_words import calendar_words
from perille.safety.contact_cards import contact_cards
from perille.safety.help_box import help_box
from perille.safety.language_menu import language_menu, page_at, page_in
from perille.safety.services import help_countries, help_rows, say_check_once
from perille.safety.speakers import speakers_of

blueprint = Blueprint("safety", __name__)
#: Interfaces that a person has checked; in the others a safety word has its source under it.
REVIEWED_INTERFACES = frozenset({"en"})


@blueprint.record_once
def configure_safety(state: object) -> None:
    """Give every template the help box and the language links."""
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.globals.update(
        help_box=help_box,
        help_rows=help_rows,
        say_check_once=say_check_once,
        help_countries=help_countries,
        country_name=country_name,
        page_in=page_in,
        page_at=page_at,
        language_menu=language_menu,
        calendar_words=calendar_words,
    )

    @app.context_processor
    def reviewed() -> dict[str, object]:
        return {"interface_reviewed": language_of() in REVIEWED_INTERFACES}


@blueprint.get("/leave")
def leave_link() -> Response:
    """Lead away and change nothing: any page of the web can have a browser ask for this address."""
    return _away(current_site().exit_url)


@blueprint.post("/leave")
def leave() -> Response:
    """Leave: every page takes this browser for a stranger until it is reopened, and an account is signed out. No progress is lost.

    The account was signed out before (`signing_out`): leaving itself asks no database.
    """
    # The script's own message needs no page in return.
    quiet = bool(request.form.get("quiet"))
    return mark_left(Response(status=204) if quiet else note_leaving(_away(url_for(".calendar"))))


@blueprint.post("/forget")
def leave_and_forget() -> Response:
    """Leave and forget: this browser loses its place among a learner's phones (`signing_out`), and all that it keeps of us.

    The worker asks twice, with `quiet`: for the cookies, which a page waits for, and then for the browser's own copies of pages. It has
    emptied its storage itself, and an answer that asks for that would end it.
    """
    quiet = request.form.get("quiet", "")
    if quiet == "cache":
        return clear_copies(Response(status=204))
    if quiet:
        return clear_cookies(Response(status=204))
    return clear_browser(_away(url_for(".calendar")))


def _away(address: str) -> Response:
    response = see_other(address)
    no_store(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/today")
def calendar() -> Response:
    """Show a calendar: where leaving without script arrives, and what leave.js draws by itself. It names nobody and leads away."""
    day = today()
    locale = babel_locale(language_of())
    response = make_response(
        render_template(
            "safety/today.html",
            month=format_skeleton("yMMMM", day, locale=locale),
            names=[get_day_names("narrow", locale=locale)[number] for number in range(7)],
            weeks=Months().monthdayscalendar(day.year, day.month),
            day=day.day,
        )
    )
    no_store(response)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/<lang:lang>/help")
def help_page(lang: str) -> Response:
    """Show who helps in a country; `?speaks=so`: in which country who speaks a language."""
    speaks = request.args.get("speaks", "")
    if speaks in LANGUAGES:
        return cached_page(
            ("speakers", speaks, current_library().facts_stamp()),
            lambda: render_template("safety/speakers.html", speaks=speaks, places=speakers_of(speaks)),
            query=f"speaks={speaks}",
        )
    country = request.args.get("country", "")
    known = country if country in help_countries() else ""
    return cached_page(
        ("help", known, current_library().facts_stamp()),
        lambda: render_template("safety/help.html", country=known, help_country=known),
        query=f"country={known}" if known else "",
    )


@blueprint.get("/<lang:lang>/help/numbers.vcf")
def helpline_cards(lang: str) -> Response:
    """Give the numbers of a country's help box as cards for the phone's list of contacts."""
    country = request.args.get("country", "")
    body = contact_cards(current_library(), country, lang, today()) if country in help_countries() else ""
    if not body:
        raise NotFound(_("Choose the country first."))
    response = Response(body, mimetype="text/vcard")
    response.headers["Content-Disposition"] = 'attachment; filename="numbers.vcf"'
    response.headers["Cache-Control"] = "private, no-cache"
    # The page on which they stand is kept on the phone, and so are they.
    response.headers[MARK] = SAME
    return response


@blueprint.get("/<lang:lang>/safe")
def safety_advice(lang: str) -> Response:
    """Explain how to leave, and how to be safe on a shared phone."""
    return cached_page(("safe",), lambda: render_template("safety/safe.html"))


@blueprint.get("/<lang:lang>/privacy")
def privacy_notice(lang: str) -> Response:
    """Say what is kept, why and for how long."""
    form, mine = kept_or(ForgetForm), open_tokens_to_forget()
    if form.errors or mine is not None:
        return no_store(make_response(_privacy(form, mine)))
    # It names the cookies, whose names begin otherwise over https.
    return cached_page(("privacy", over_https()), lambda: _privacy(form, None))


def _privacy(form: ForgetForm, mine: str | None) -> str:
    return render_template("safety/privacy.html", form=form, mine=mine, purposes=PURPOSES)
