"""Who helps: contacts of a country, from dated facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_skeleton
from markupsafe import Markup

from perille.core.countries import countries, country_name
from perille.core.dates import long_date, today
from perille.core.i18n import LANGUAGES, _, babel_locale, language_of, lazy_gettext
from perille.core.web.templating import lang_attributes
from perille.domain.fact import CheckedBy, Fact, FactKind
from perille.packs.format.fact_checks import HELP_ROWS
from perille.packs.published.library import PackLibrary, current_library
from perille.packs.published.placeholders import PlaceholderContext, fact_html

#: Row of the help box -> what it is about, said where a country has no confirmed number for it.
ROW_NAMES = {
    "emergency": lazy_gettext("Danger to life"),
    "violence": lazy_gettext("Violence at home"),
    "trafficking": lazy_gettext("Somebody controls or exploits you"),
    "child": lazy_gettext("Children and young people"),
    "crisis": lazy_gettext("Deep sadness and crisis"),
    "health": lazy_gettext("Illness that is not an emergency"),
}


#: Contacts of which a sentence must be true to be said of all at once.
_SHARED_FROM = 3


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be called, as a page shows it."""

    label: Markup
    value: Markup
    hours: Markup
    languages: str
    free: bool
    #: Whether an interpreter can join for other languages.
    interpreter: bool
    #: How and when it was checked, as a sentence; "" where nothing was.
    checked: str
    overdue: bool
    urgent: bool
    #: Kind of the value: a telephone number is shown larger than an address.
    kind: str
    #: Who may use it, in words; "" where the fact says nothing.
    for_whom: Markup = Markup("")
    #: Numbers to call where this contact says that none is confirmed: (label, number).
    instead: tuple[tuple[Markup, Markup], ...] = ()


def contacts_for(country: str, *, topic: str | None = None, language: str | None = None) -> list[Contact]:
    """Return the contacts of a country for a topic: who answers now first, e-mail last."""
    shelf = current_library()
    facts = in_order(shelf.facts(country, today(), topic=topic), language or language_of())
    return [_contact(shelf, fact, language or language_of()) for fact in facts]


def in_order(facts: tuple[Fact, ...], language: str) -> list[Fact]:
    """Sort contacts: phones, those that are closed at times, chat, web, e-mail.

    Among equals those that speak the reader's language come first, then the author's order holds.
    """
    return sorted(facts, key=lambda fact: (fact.rank, language not in fact.languages))


def contacts_of(facts: Iterable[Fact]) -> list[Contact]:
    """Return facts as contacts, in the order of `in_order`."""
    shelf, language = current_library(), language_of()
    return [_contact(shelf, fact, language) for fact in in_order(tuple(facts), language)]


def contact_of(country: str, key: str) -> Contact | None:
    """Return a fact as a contact; None for one that may not be shown."""
    shelf = current_library()
    fact = shelf.fact(country, key, today())
    return _contact(shelf, fact, language_of()) if fact is not None else None


def help_rows(country: str) -> list[Contact]:
    """Return the contacts of the help box of a country, the emergency number first; without one, what holds in all of them.

    The rows without a confirmed number are named at the end, with the emergency number of the same country, never another country's.
    """
    shelf = current_library()
    if not country:
        return _everywhere(shelf)
    facts = {row: in_order(shelf.facts(country, today(), help_row=row), language_of()) for row in HELP_ROWS}
    found = [_contact(shelf, fact, language_of()) for row in HELP_ROWS for fact in facts[row]]
    missing = [row for row in HELP_ROWS if not facts[row]]
    return [*found, _gap(shelf, country, missing)] if missing and facts["emergency"] else found


def say_check_once(rows: Sequence[Contact]) -> tuple[Sequence[Contact], str]:
    """Return contacts without the sentence that most of them share on how they were checked, and that sentence.

    It made the list a third longer, and the next number was out of sight. What few share, and what may be out of date, is said of each.
    """
    said = Counter(row.checked for row in rows if row.checked and not row.overdue)
    ((words, count),) = said.most_common(1) or [("", 0)]
    if count < _SHARED_FROM:
        return rows, ""
    return [replace(row, checked="") if row.checked == words and not row.overdue else row for row in rows], words


def _gap(shelf: PackLibrary, country: str, rows: list[str]) -> Contact:
    emergency = in_order(shelf.facts(country, today(), help_row="emergency"), language_of())[:1]
    return Contact(
        label=Markup.escape(_(", ").join(str(ROW_NAMES[row]) for row in rows)),
        value=Markup.escape(_gap_words(rows, country_name(country))),
        hours=Markup(""),
        languages="",
        free=False,
        interpreter=False,
        checked="",
        overdue=False,
        urgent=False,
        kind=FactKind.TEXT,
        instead=_numbers(shelf, tuple(emergency), language_of()),
    )


def _gap_words(rows: list[str], country: str) -> str:
    if rows == ["health"]:
        return _(
            "We could not confirm a number for this in %(country)s. Ask a health centre. In danger to life, call:",
            country=country,
        )
    return _("We could not confirm a number for this in %(country)s. Call instead:", country=country)


def _everywhere(shelf: PackLibrary) -> list[Contact]:
    """Return the emergency number, where it is the same in every country that we know."""
    found = [fact for code in help_countries() for fact in shelf.facts(code, today(), help_row="emergency")]
    if not found or len({fact.value for fact in found}) > 1:
        return []
    return [_contact(shelf, replace(found[0], languages=(), interpreter=False), language_of())]


def help_countries() -> tuple[str, ...]:
    """Return the countries of which the platform knows helpers, in a fixed order."""
    shelf = current_library()
    return tuple(code for code in countries() if shelf.facts(code, today(), help_row="emergency"))


def language_names(codes: tuple[str, ...]) -> str:
    """Write languages in the language of the page."""
    names = babel_locale(language_of()).languages
    return _(", ").join(
        str(names.get(LANGUAGES[code].locale or code, LANGUAGES[code].name)) for code in codes if code in LANGUAGES
    )


def _filling(shelf: PackLibrary, fact: Fact, language: str) -> PlaceholderContext:
    return PlaceholderContext(
        shelf=shelf, country=fact.country, day=today(), language=language, media_url=lambda _pack, _name: ""
    )


def _contact(shelf: PackLibrary, fact: Fact, language: str) -> Contact:
    others = (shelf.fact(fact.country, key, today()) for key in fact.instead)
    return Contact(
        label=_label(shelf, fact, language),
        value=Markup(fact_html(fact, _filling(shelf, fact, language), notice=False)),  # noqa: S704  (escaped by the filler)
        hours=_hours(shelf, fact, language),
        for_whom=_said(shelf, fact, "for_whom", language),
        languages=language_names(fact.languages),
        free=fact.free,
        interpreter=fact.interpreter,
        checked=checked_words(fact),
        overdue=fact.overdue_on(today()),
        urgent=fact.help == "emergency",
        kind=fact.kind,
        instead=_numbers(shelf, tuple(other for other in others if other is not None), language),
    )


def _label(shelf: PackLibrary, fact: Fact, language: str) -> Markup:
    return _said(shelf, fact, "label", language) or Markup.escape(fact.key)


def _said(shelf: PackLibrary, fact: Fact, part: str, language: str) -> Markup:
    """Return words of a fact, marked where they are of another language than the page; "" where it has none."""
    text = shelf.fact_words(fact.country, fact.key, part, language)
    words = Markup(text.html) if text else Markup("")  # noqa: S704  (compiled and cleaned)
    if text and text.language != language:
        words = Markup("<span {}>{}</span>").format(lang_attributes(text.language), words)
    return words


def _numbers(shelf: PackLibrary, facts: tuple[Fact, ...], language: str) -> tuple[tuple[Markup, Markup], ...]:
    return tuple(
        (
            _label(shelf, fact, language),
            Markup(fact_html(fact, _filling(shelf, fact, language), notice=False)),  # noqa: S704  (escaped by the filler)
        )
        for fact in facts
    )


def checked_words(fact: Fact) -> str:
    """Say how a fact was checked: the age of the page that was read is not the day on which somebody read it."""
    day = long_date(fact.checked_on, language_of())
    if fact.checked_by is CheckedBy.CALL:
        return _("We called on %(day)s.", day=day)
    if fact.checked_by is CheckedBy.LETTER:
        return _("The service confirmed it in writing on %(day)s.", day=day)
    if fact.checked_by is not CheckedBy.PAGE:
        return _("Checked on %(day)s", day=day)
    if not fact.page_date:
        return _("Read on %(day)s, on a web page without a date.", day=day)
    return _("Read on %(day)s, on a web page of %(page_day)s.", day=day, page_day=_page_day(fact.page_date))


def _page_day(written: str) -> str:
    """Write "2025-11-19", "2025-11" or "2025" in the language of the page."""
    locale = babel_locale(language_of())
    if len(written) == len("2025"):
        return written
    if len(written) == len("2025-11"):
        return str(format_skeleton("yMMMM", date.fromisoformat(f"{written}-01"), locale=locale))
    return long_date(date.fromisoformat(written), language_of())


def _hours(shelf: PackLibrary, fact: Fact, language: str) -> Markup:
    if fact.hours == "always":
        return Markup.escape(_("day and night"))
    if fact.hours == "office":
        return Markup.escape(_("office hours on weekdays"))
    return _said(shelf, fact, "hours", language) or Markup.escape(fact.hours)
