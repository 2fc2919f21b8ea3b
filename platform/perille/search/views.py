"""Search, and the A to Z of offices. What was looked for goes to the page that shows it in an encrypted cookie, for ten minutes."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from perille.core.current import current_config
from perille.core.i18n import _, ngettext
from perille.core.web.flash_cookie import show_once, shown_once
from perille.core.web.page_cache import cached_page
from perille.core.web.rejected_form import kept_form, see_form_again
from perille.core.web.responses import no_store
from perille.packs.published.library import current_library
from perille.safety.services import help_countries
from perille.search import pages
from perille.search.forms import SearchForm
from perille.search.index import Hit, SearchIndex
from perille.search.services import SearchResults, refresh, search
from perille.search.terms import LONGEST_SEARCH, search_terms

blueprint = Blueprint("search", __name__)
_KIND = "search"


def current_index() -> SearchIndex:
    """Return the index of this installation."""
    return SearchIndex(current_config().data_dir)


@blueprint.post("/<lang:lang>/search")
def submit_search(lang: str) -> Response:
    """Take what is looked for, and lead to the page that shows what was found."""
    form = SearchForm(request.form).offer(pages.countries())
    if not form.validate():
        return see_form_again(url_for(".search_page", lang=lang), form)
    # Told in the address that something was sent, so that a browser without cookies can say why it finds nothing.
    return show_once(
        url_for(".search_page", lang=lang, sent="1"), _KIND, [str(form.q.data)[:LONGEST_SEARCH], form.country.data]
    )


@blueprint.get("/<lang:lang>/search")
def search_page(lang: str) -> Response:
    """Show the form, and what was found."""
    g.page_query = ""
    kept = kept_form(SearchForm.__name__)
    wanted = _wanted()
    if kept is None and wanted is None and not request.args:
        return cached_page(
            ("search", current_library().facts_stamp()),
            lambda: _render(SearchForm().offer(pages.countries()), None),
        )
    form = SearchForm(kept.data if kept is not None else wanted).offer(pages.countries())
    if kept is not None:
        form.q.errors = list(kept.errors.get("q", ()))
    found = _look_up(form, lang) if kept is None and wanted is not None and form.validate() else None
    response = make_response(_render(form, found, lost=kept is None and wanted is None))
    no_store(response)
    return response


def _wanted() -> MultiDict[str, str] | None:
    """Return what is looked for: from the cookie, or from the address, which the page offers only where no cookie is kept."""
    brought = shown_once(_KIND, keep=True)
    if isinstance(brought, list):
        return MultiDict({"q": str(brought[0]), "country": str(brought[1])})
    return MultiDict(request.args) if "q" in request.args else None


def _look_up(form: SearchForm, lang: str) -> SearchResults:
    text, country = str(form.q.data), str(form.country.data)
    return search(current_index(), current_library(), text, language=lang, country=country)


def _render(form: SearchForm, found: SearchResults | None, *, lost: bool = False) -> str:
    library, wanted = current_library(), search_terms(str(form.q.data or ""))
    lang, country = g.language, str(form.country.data or "")

    def rows(hits: list[Hit]) -> list[pages.Row]:
        return pages.rows(hits, library, wanted, language=lang, country=country)

    contacts, aside = (pages.found_contacts(found, country), pages.contacts_aside(found)) if found else ([], [])
    lessons, modules = (rows(found.lessons), rows(found.modules)) if found else ([], [])
    return render_template(
        "search/search.html",
        form=form,
        lost=lost,
        searched=found is not None,
        said=_said(len(contacts) + len(aside) + len(lessons) + len(modules)) if found is not None else "",
        contacts=contacts,
        aside=aside,
        lessons=lessons,
        modules=modules,
        help_country=country,
    )


def _said(count: int) -> str:
    return ngettext("%(num)s result", "%(num)s results", count) if count else _("Nothing was found.")


@blueprint.get("/<lang:lang>/offices")
def offices(lang: str) -> Response:
    """Show all offices and helplines of a country by their names."""
    wish = request.args.get("country", "")
    country = wish if wish in help_countries() else ""
    library = current_library()
    return cached_page(
        ("offices", country, library.facts_stamp()),
        lambda: render_template(
            "search/offices.html",
            country=country,
            letters=pages.letters(library, country, lang) if country else [],
            help_country=country,
        ),
        query=f"country={country}" if country else "",
    )


def refresh_index(_session: object) -> int:
    """Make one part of the index anew whose pack was published since: the job. All at once would slow the pages made meanwhile."""
    with current_app.test_request_context():
        return refresh(current_index(), current_library(), most=1)
