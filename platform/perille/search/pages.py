"""What a search found, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup

from perille.core.collation import alphabetical, initial
from perille.core.countries import country_name
from perille.core.dates import today
from perille.core.host_languages import foreign_word, host_language
from perille.core.i18n import _
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import ADDRESSES
from perille.domain.content import Text
from perille.packs.published.library import PackLibrary, Summary
from perille.safety.services import Contact, contact_of, help_countries, help_rows
from perille.search.documents import REACHABLE, Document, DocumentKind
from perille.search.excerpt import excerpt
from perille.search.index import Hit
from perille.search.services import SearchResults


@dataclass(frozen=True, slots=True)
class Row:
    """A place in a course that was found."""

    url: str
    #: "Word", "Errand", "Course", or "" for a lesson.
    kind: str
    title: Markup
    text: Markup
    #: lang and dir of title and text, "" where they are in the language of the page.
    lang: Markup
    course: str
    course_lang: Markup


@dataclass(frozen=True, slots=True)
class FoundContact:
    """Somebody to ask, and in which country; "" for all of them."""

    contact: Contact
    country: str


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """The contacts whose names begin with a letter."""

    letter: str
    contacts: list[Contact]


def rows(hits: Iterable[Hit], library: PackLibrary, wanted: list[str], *, language: str, country: str) -> list[Row]:
    """Return what was found in courses, with the words of the search marked."""
    found = []
    for hit in hits:
        summary = library.summary(hit.pack)
        if summary is not None:
            found.append(_row(hit, summary, library, wanted, language, country))
    return found


def _row(hit: Hit, summary: Summary, library: PackLibrary, wanted: list[str], language: str, country: str) -> Row:
    document = hit.document
    title_language = hit.language if hit.language in summary.titles else summary.source_language

    def said(words: str) -> str:
        text = Text(html="", plain=words, language=hit.language)
        shown = document.country or country or next(iter(summary.countries), "")
        return library.plain(text, language=hit.language, country=shown)

    return Row(
        url=_address(hit, summary, language, country),
        kind=_kind(document.kind),
        title=_title(document, said(document.title), wanted, country or next(iter(summary.countries), "")),
        text=excerpt(said(document.body), wanted),
        lang=Markup("") if hit.language == language else lang_attributes(hit.language),
        course="" if document.kind is DocumentKind.COURSE else summary.titles.get(title_language, ""),
        course_lang=Markup("") if title_language == language else lang_attributes(title_language),
    )


def _title(document: Document, words: str, wanted: list[str], country: str) -> Markup:
    if document.kind is DocumentKind.WORD:
        return foreign_word(words, host_language(document.country or country))
    return excerpt(words, wanted, whole=True)


def _address(hit: Hit, summary: Summary, language: str, country: str) -> str:
    document = hit.document
    chosen = document.country or (country if len(summary.countries) > 1 and country in summary.countries else "")
    query = {"screen": str(document.screen) if document.screen > 1 else "", "in": chosen.lower()}
    given = urlencode({name: value for name, value in query.items() if value})
    kind = ADDRESSES[summary.kind]
    if document.unit:
        address = url_for("learning.unit", lang=language, kind=kind, slug=summary.slug, key=document.unit)
    else:
        address = url_for("learning.course", lang=language, kind=kind, slug=summary.slug)
    return f"{address}?{given}" if given else address


def _kind(kind: DocumentKind) -> str:
    names = {
        DocumentKind.COURSE: _("Course"),
        DocumentKind.WORD: _("Word"),
        DocumentKind.ERRAND: _("Errand"),
    }
    return names.get(kind, "")


def found_contacts(found: SearchResults, country: str) -> list[FoundContact]:
    """Return contacts as they are today, an emergency number first; one that does not hold any more is left out.

    The same number of every country is said once, unless one *country* was asked for: six rows of 112 would hide who else helps.
    """
    everywhere = help_rows("") if found.urgent and not country else []
    if everywhere:
        return [*(FoundContact(each, "") for each in everywhere), *_as_today(found.contacts)]
    return _as_today([*found.urgent, *found.contacts])


def contacts_aside(found: SearchResults) -> list[FoundContact]:
    """Return the contacts that come after the lessons, as they are today."""
    return _as_today(found.aside)


def _as_today(hits: Iterable[Hit]) -> list[FoundContact]:
    found = ((contact_of(each.document.country, each.document.fact), each.document) for each in hits)
    return [FoundContact(contact, country_name(document.country)) for contact, document in found if contact is not None]


def countries() -> list[tuple[str, str]]:
    """Return (ISO code, name) of the countries with contacts, by their names."""
    return [(code, country_name(code)) for code in help_countries()]


def letters(library: PackLibrary, country: str, language: str) -> list[LetterGroup]:
    """Return all contacts of a country by the first letters of their names, in the reader's alphabet."""
    facts = [fact for fact in library.facts(country, today()) if fact.kind in REACHABLE]
    found: dict[str, list[Contact]] = {}
    named = [(_name(library, country, fact.key, language), fact.key) for fact in facts]
    for name, key in alphabetical(named, language, lambda each: each[0]):
        contact = contact_of(country, key)
        if contact is not None and name:
            found.setdefault(initial(name, language), []).append(contact)
    return [LetterGroup(letter, contacts) for letter, contacts in found.items()]


def _name(library: PackLibrary, country: str, key: str, language: str) -> str:
    label = library.fact_words(country, key, "label", language)
    return label.plain.strip("\"'«»„“”‟ ") if label is not None else key
