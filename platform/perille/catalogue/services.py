"""Choosing from the courses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from perille.core.i18n import _
from perille.core.site import current_site
from perille.packs.published.library import Summary

#: Audience of the courses that teach how to learn here: who finds the way by pictures meets them first.
FIRST_STEPS = "first-steps"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by; "" is no wish."""

    country: str = ""
    audience: str = ""
    language: str = ""


def choose(summaries: Iterable[Summary], filters: Filters) -> list[Summary]:
    """Return the courses that fit, in the order of their country and title; those of countries that are not offered are left out."""
    site = current_site()
    fitting = [
        each
        for each in summaries
        if site.offers_any(each.countries)
        and (not filters.country or not each.countries or filters.country in each.countries)
        and (not filters.audience or filters.audience in each.audiences)
        and (not filters.language or filters.language in each.languages)
    ]
    return sorted(fitting, key=lambda each: (each.countries, each.titles.get(each.source_language, ""), each.slug))


def audience_names() -> dict[str, str]:
    """Return the audiences that have words here, in the order in which authors choose them."""
    return {
        "quota-refugee": _("Quota refugees"),
        "family-reunification": _("Families that reunite"),
        "asylum-seeker": _("Asylum seekers"),
        "international-protection": _("People with international protection"),
        "temporary-protection": _("People with temporary protection"),
        "worker": _("People who come to work"),
        "student": _("Students"),
        "social-worker": _("Social workers"),
        "municipal-staff": _("Municipal staff"),
        "teacher": _("Teachers"),
        "everyone": _("Everyone"),
        FIRST_STEPS: _("People who are new to learning online"),
    }


def audience_name(key: str) -> str:
    """Return the words for an audience; a stranger's key is shown as it is, with spaces."""
    return audience_names().get(key, key.replace("-", " "))
