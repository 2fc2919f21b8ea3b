"""Who helps: contacts of a country, from dated facts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app
from markupsafe import Markup

from perille.dates import long_date
from perille.domain.fact import Fact
from perille.i18n import LANGUAGES, _, babel_locale, language_of
from perille.packs.fill import Filling, fact_html
from perille.packs.shelf import Shelf
from perille.pages import lang_attributes, today

#: Rows of the help box, the most urgent first.
HELP_ROWS = ("emergency", "violence", "trafficking", "child", "crisis", "health")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be called, as a page shows it."""

    label: Markup
    value: Markup
    hours: str
    languages: str
    free: bool
    checked: str
    overdue: bool
    urgent: bool


def contacts_for(country: str, *, topic: str | None = None, language: str | None = None) -> list[Contact]:
    """Return the contacts of a country for a topic."""
    shelf: Shelf = current_app.extensions["perille_shelf"]
    return [_contact(shelf, fact, language or language_of()) for fact in shelf.facts(country, today(), topic=topic)]


def help_rows(country: str) -> list[Contact]:
    """Return the contacts of the help box of a country, the emergency number first; without one, what holds in all of them."""
    shelf: Shelf = current_app.extensions["perille_shelf"]
    if not country:
        return _everywhere(shelf)
    facts = {row: shelf.facts(country, today(), help_row=row) for row in HELP_ROWS}
    return [_contact(shelf, fact, language_of()) for row in HELP_ROWS for fact in facts[row]]


def _everywhere(shelf: Shelf) -> list[Contact]:
    """Return the emergency number, where it is the same in every country that we know."""
    found = [fact for code in help_countries() for fact in shelf.facts(code, today(), help_row="emergency")]
    if not found or len({fact.value for fact in found}) > 1:
        return []
    return [_contact(shelf, replace(found[0], languages=()), language_of())]


def help_countries() -> tuple[str, ...]:
    """Return the countries of which the platform knows helpers, in a fixed order."""
    shelf: Shelf = current_app.extensions["perille_shelf"]
    return tuple(
        code for code in ("FI", "SE", "IS", "EE", "LT", "SK") if shelf.facts(code, today(), help_row="emergency")
    )


def country_name(code: str) -> str:
    """Return a country's name in the language of the page."""
    return str(babel_locale(language_of()).territories.get(code, code))


def language_names(codes: tuple[str, ...]) -> str:
    """Write languages in the language of the page."""
    names = babel_locale(language_of()).languages
    return _(", ").join(
        str(names.get(LANGUAGES[code].locale or code, LANGUAGES[code].name)) for code in codes if code in LANGUAGES
    )


def _contact(shelf: Shelf, fact: Fact, language: str) -> Contact:
    filling = Filling(
        shelf=shelf, country=fact.country, day=today(), language=language, media_url=lambda _pack, _name: ""
    )
    label = shelf.fact_words(fact.country, fact.key, "label", language)
    words = Markup(label.html) if label else Markup(fact.key)  # noqa: S704  (compiled and cleaned)
    if label and label.language != language:
        words = Markup("<span {}>{}</span>").format(lang_attributes(label.language), words)
    return Contact(
        label=words,
        value=Markup(fact_html(fact, filling, notice=False)),  # noqa: S704  (escaped by the filler)
        hours=_hours(shelf, fact, language),
        languages=language_names(fact.languages),
        free=fact.free,
        checked=long_date(fact.checked_on, language_of()),
        overdue=fact.overdue_on(today()),
        urgent=fact.help == "emergency",
    )


def _hours(shelf: Shelf, fact: Fact, language: str) -> str:
    if fact.hours == "always":
        return _("day and night")
    if fact.hours == "office":
        return _("office hours on weekdays")
    words = shelf.fact_words(fact.country, fact.key, "hours", language) if fact.hours else None
    return words.plain if words else fact.hours
