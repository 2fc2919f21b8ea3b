"""The page of cards to show at a counter."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, render_template, request

from perille.core.dates import today
from perille.core.i18n import LANGUAGES, language_of
from perille.core.web.page_cache import cached_page
from perille.packs.published.library import current_library
from perille.phrases.cards import counter_cards, host_languages
from perille.safety.services import Contact, contacts_of, help_countries

blueprint = Blueprint("phrases", __name__)


@blueprint.record_once
def configure_phrases(state: object) -> None:
    """Let pages of a country lead to its cards."""
    app: Flask = state.app  # type: ignore[attr-defined]
    app.jinja_env.globals["host_languages"] = host_languages


@blueprint.get("/<lang:lang>/say")
def phrase_list(lang: str) -> Response:
    """Show sentences for a country; `?in=sv`: in another of its languages, `?speaks=prs`: for an interpreter of that language."""
    asked = {name: request.args.get(name, "") for name in ("country", "in", "speaks")}
    country = asked["country"] if asked["country"] in help_countries() else ""
    hosts = host_languages(country)
    host = asked["in"] if asked["in"] in hosts[1:] else next(iter(hosts), "")
    speaks = asked["speaks"] if asked["speaks"] in LANGUAGES else lang
    chosen = {"country": country, "in": host if host in hosts[1:] else "", "speaks": speaks if speaks != lang else ""}
    return cached_page(
        ("say", country, host, speaks, current_library().facts_stamp()),
        lambda: _page(country, host, speaks) if country else render_template("phrases/say.html", country=""),
        query="&".join(f"{name}={value}" for name, value in chosen.items() if value),
    )


def _page(country: str, host: str, speaks: str) -> str:
    emergency = current_library().fact(country, "emergency.number", today())
    return render_template(
        "phrases/say.html",
        country=country,
        help_country=country,
        host=host,
        hosts=host_languages(country),
        speaks=speaks,
        cards=counter_cards(host, speaks, emergency.value if emergency is not None else ""),
        same=host == language_of(),
        lines=_interpreted(country),
    )


def _interpreted(country: str) -> list[Contact]:
    """Return whom somebody can call in their own language, because an interpreter joins, as far as a source says so."""
    return contacts_of(fact for fact in current_library().facts(country, today()) if fact.interpreter)
