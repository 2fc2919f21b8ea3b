"""The way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from markupsafe import Markup, escape

from perille.catalogue.services import FIRST_STEPS, Filters, audience_name, choose
from perille.core.collation import alphabetical
from perille.core.countries import countries, country_name
from perille.core.extensions import db
from perille.core.host_languages import foreign_word
from perille.core.i18n import LANGUAGES, _, fallbacks, wished_language
from perille.core.web.display_preferences import wants_pictures
from perille.core.web.page_addresses import url_for
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import no_store
from perille.core.web.static_files import has_static_file, static_url
from perille.core.web.templating import lang_attributes
from perille.courses.addresses import ADDRESSES
from perille.courses.learner_course import KINDS
from perille.domain.course import PackKind
from perille.enrolment.cookies import enrolments_here
from perille.enrolment.models import Enrolment
from perille.learning.course_page import contents
from perille.learning.course_units import minutes
from perille.learning.covers import course_cover, named_picture
from perille.learning.enrolled_course import course_of, is_complete
from perille.packs.published.library import PackLibrary, Summary, current_library
from perille.safety.services import language_names

blueprint = Blueprint("catalogue", __name__)

#: Newcomers look for a country by its name, so there is room for all of them. What is more stands in the list of courses.
CARDS_ON_HOME = 12
#: The picture of the front page: people on their way.
HOME_PICTURE = "way-stations"

#: Language -> how people greet each other in it: who does not read finds their language by it.
GREETINGS = {
    "ar": "مرحبا",
    "en": "Hello",
    "es": "Hola",
    "et": "Tere",
    "fa": "سلام",
    "fi": "Hei",
    "fr": "Bonjour",
    "is": "Halló",
    "lt": "Labas",
    "prs": "سلام",
    "ru": "Здравствуйте",
    "sk": "Dobrý deň",
    "so": "Salaan",
    "sv": "Hej",
    "uk": "Вітаю",
}


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course in a list."""

    url: str
    #: The names of its countries, "" where its title begins with them.
    country: str
    title: str
    title_lang: Markup
    summary: str
    summary_lang: Markup
    meta: str
    #: Their names, each marked as being in it.
    languages: Markup
    #: Address of its picture, for who finds the way by pictures; "" for others, and where it has none or is sensitive.
    cover: str = ""
    #: Whether its title may be said aloud in picture mode: the phone's own voice may send words away, so not of a sensitive course.
    spoken: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """A choice that narrows a list."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


def _shelf() -> PackLibrary:
    return current_library()


def _words(by_language: Mapping[str, str], language: str, source: str) -> tuple[str, Markup]:
    code = next((each for each in (*fallbacks(language)[:-1], source) if each in by_language), source)
    return by_language.get(code, ""), Markup("") if code == language else lang_attributes(code)


def card_of(summary: Summary, language: str) -> CourseCard:
    """Return a course as a card in the reader's language."""
    title, title_lang = _words(summary.titles, language, summary.source_language)
    about, about_lang = _words(summary.summaries, language, summary.source_language)
    return CourseCard(
        url=url_for("learning.course", lang=language, kind=ADDRESSES[summary.kind], slug=summary.slug),
        country=_country_line(summary, title),
        title=title,
        title_lang=title_lang,
        summary=about,
        summary_lang=about_lang,
        meta=" · ".join(_meta(summary, language)),
        languages=_languages(summary),
        cover=_cover(summary, language) if wants_pictures() and not summary.sensitive else "",
        spoken=not summary.sensitive,
    )


def _languages(summary: Summary) -> Markup:
    """Name the languages of a course, each in itself: read aloud in it, and kept in its own order."""
    return escape(_(", ")).join(
        foreign_word(LANGUAGES[code].name, code) for code in summary.languages if code in LANGUAGES
    )


def _cover(summary: Summary, language: str) -> str:
    """Return the picture of a course: the flag of its country, where it has one and we have that, else the first picture in it."""
    flag = f"flags/{summary.countries[0].lower()}.svg" if len(summary.countries) == 1 else ""
    if flag and has_static_file(current_app, flag):
        return static_url(flag)
    edition = _shelf().newest(summary.pack_id)
    return course_cover(edition, language) if edition is not None else ""


def _home_picture(summaries: Iterable[Summary], language: str) -> str:
    """Return the picture of the front page: people on their way, of the first course that has it; "" where none has."""
    editions = (_shelf().newest(each.pack_id) for each in summaries if not each.sensitive)
    return next((found for each in editions if each and (found := named_picture(each, HOME_PICTURE, language))), "")


def _country_line(summary: Summary, title: str) -> str:
    """Name the countries of a course; "" where its title begins with them. Six names would take two lines of a phone on each such card."""
    if not summary.countries or set(countries()) <= set(summary.countries):
        return _("All countries")
    names = _countries(summary)
    return "" if title.casefold().startswith(names.casefold()) else names


def _countries(summary: Summary) -> str:
    return str(_(", ").join(country_name(code) for code in summary.countries))


def _by_country(summaries: Iterable[Summary], language: str) -> list[Summary]:
    """Sort courses by the names of their countries in the reader's alphabet: each reader looks for the name of theirs."""
    return alphabetical(summaries, language, _countries)


def _meta(summary: Summary, language: str) -> list[str]:
    edition = _shelf().newest(summary.pack_id)
    meta = [*contents(edition.structure)] if edition is not None else []
    meta.append(minutes(summary.minutes))
    if language not in summary.languages:
        meta.append(_("Language: %(language)s", language=language_names((summary.source_language,))))
    return meta


@blueprint.get("/")
def redirect_to_language() -> Response:
    """Answer in the reader's language."""
    g.language = wished_language()
    response = home(g.language)
    response.vary.update(["Accept-Language", "Cookie"])
    response.headers["Content-Language"] = g.language
    return response


@blueprint.get("/<lang:lang>/")
def home(lang: str) -> Response:
    """Say what this is, offer the languages, and the courses."""
    enrolments = enrolments_here()
    if not enrolments:
        return cached_page(("home", _shelf().stamp()), lambda: _home(lang, None))
    return no_store(make_response(_home(lang, _resume(lang, enrolments[0]))))


def _resume(lang: str, enrolment: Enrolment) -> Mapping[str, object] | None:
    """Return what the one button of the way in says: to go on, or, at the end of the way, to get the certificate."""
    summary = _shelf().summary(enrolment.pack_id)
    place = course_of(_shelf(), enrolment, language=lang)
    if summary is None:
        return None
    end = place.structure.credential if place is not None and is_complete(db.session, place) else None
    return {
        "badge": end is not None and end.is_badge,
        "title": _words(summary.titles, lang, summary.source_language)[0],
        "url": url_for("learning.resume", lang=lang, kind=ADDRESSES[summary.kind], slug=summary.slug),
        "at_end": end is not None,
    }


def _home(lang: str, resume: Mapping[str, object] | None) -> str:
    # The front page is for newcomers; professionals' modules are one press away, at the foot of every page.
    # What can be read in the page's language comes first, and of that courses of one country: each newcomer looks for theirs.
    every = _by_country(choose(_shelf().summaries(PackKind.COURSE), Filters()), lang)
    ordered = sorted(every, key=lambda each: (lang not in each.languages, len(each.countries) != 1))
    if wants_pictures():
        # Who does not read learns first how to learn here; nobody has to.
        ordered.sort(key=lambda each: FIRST_STEPS not in each.audiences)
    summaries = ordered[:CARDS_ON_HOME]
    cards = [card_of(each, lang) for each in summaries]
    picture = _home_picture(summaries, lang)
    return render_template("catalogue/home.html", cards=cards, resume=resume, greetings=GREETINGS, picture=picture)


@blueprint.get("/<lang:lang>/<any(courses, modules):kind>/")
@blueprint.get("/<lang:lang>/<any(courses, modules):kind>")
def listing(lang: str, kind: str) -> Response:
    """List courses or modules, narrowed by country, audience and language."""
    filters = Filters(*(request.args.get(name, "")[:40] for name in ("country", "audience", "language")))
    query = urlencode({name: value for name, value in asdict(filters).items() if value})
    return cached_page(("list", kind, filters, _shelf().stamp()), lambda: _listing(lang, kind, filters), query=query)


def _listing(lang: str, kind: str, filters: Filters) -> str:
    summaries = _shelf().summaries(KINDS[kind])
    found = {code: country_name(code) for each in summaries for code in each.countries}
    audiences = {name: audience_name(name) for each in summaries for name in each.audiences}
    languages = {code: language_names((code,)) for each in summaries for code in each.languages if code in LANGUAGES}
    fields = [
        Field("country", _("Country"), _choices(found, lang), filters.country),
        Field("audience", _("For whom"), _choices(audiences, lang), filters.audience),
        Field("language", _("Language"), _choices(languages, lang), filters.language),
    ]
    return render_template(
        "catalogue/list.html",
        heading=_("Courses") if kind == "courses" else _("Modules for professionals"),
        for_professionals=kind == "modules",
        filters=fields,
        cards=[card_of(each, lang) for each in _listed(summaries, filters, lang)[:200]],
    )


def _listed(summaries: Iterable[Summary], filters: Filters, language: str) -> list[Summary]:
    """Return the courses of a list in order: who asked for a country wants the course made for it before those for several."""
    ordered = _by_country(choose(summaries, filters), language)
    return sorted(ordered, key=lambda each: tuple(each.countries) != (filters.country,)) if filters.country else ordered


def _choices(names: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    return alphabetical(names.items(), language, lambda each: each[1])
