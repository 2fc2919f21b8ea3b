"""Pages of people and organisations: never kept by a browser, never found by a search engine."""

from __future__ import annotations

from datetime import date, datetime

from babel.dates import format_date
from flask import Response, make_response, render_template

from perille.core.countries import countries, country_name
from perille.core.i18n import LANGUAGES, OFFERED, babel_locale, language_of
from perille.domain.course import PackKind
from perille.organisations.forms import KIND_WORDS
from perille.packs.published.library import current_library
from perille.people.current import current_account, current_memberships
from perille.people.landing_page import pages_for_roles
from perille.people.models import OrganisationKind, Role
from perille.people.role_words import ROLE_WORDS, SHORT_ROLES


def page(name: str, status: int = 200, **words: object) -> Response:
    """Make a page of people and organisations."""
    account = current_account()
    body = render_template(
        f"organisations/{name}.html",
        day=day,
        short_roles={role.value: words for role, words in SHORT_ROLES.items()},
        role_words={role.value: words for role, words in ROLE_WORDS.items()},
        language_names={code: LANGUAGES[code].name for code in OFFERED},
        country_names={code: country_name(code) for code in countries()},
        kind_words={kind.value: words for kind, words in KIND_WORDS.items()},
        Role=Role,
        OrganisationKind=OrganisationKind,
        account=account,
        ways=pages_for_roles(current_memberships(), language_of()) if account is not None else [],
        **words,
    )
    return make_response(body, status)


def day(at: date | datetime) -> str:
    """Write a day in the reader's language."""
    return format_date(at, "medium", locale=babel_locale(language_of()))


def modules() -> dict[str, str]:
    """Return the modules for professionals: id of the pack -> title, in the reader's language where it has one.

    Courses for newcomers are not among them: what somebody does there is no organisation's business.
    """
    found = current_library().summaries(PackKind.MODULE)
    return {each.pack_id: each.titles.get(language_of(), each.titles[each.source_language]) for each in found}
