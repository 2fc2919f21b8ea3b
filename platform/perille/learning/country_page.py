"""The page before a lesson that each country has its own of: it asks for the country, and keeps it nowhere but in the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Response, make_response, redirect, render_template, request

from perille.core.countries import country_name
from perille.core.errors import NotFound
from perille.core.extensions import db
from perille.core.i18n import _
from perille.core.web.page_cache import cached_page
from perille.core.web.responses import no_store
from perille.courses.addresses import course_url, with_country
from perille.courses.named_country import named_country
from perille.domain.course import PackKind
from perille.learning.lesson_page import after_url, back_url, lesson_key, next_url, side_list
from perille.learning.lesson_request import LessonRequest
from perille.learning.render_context import LessonRenderer


@dataclass(frozen=True, slots=True)
class CountryChoice:
    """The way into the lesson of one country."""

    url: str
    name: str


def before_lesson(asked: LessonRequest, query: str) -> Response | None:
    """Return what stands before a lesson with variants while its country is not known; None where the lesson can be shown.

    Without `?in=` the country that the learner named at a test is taken; an empty one always asks. *query* is the page's own.
    """
    place, unit = asked.place, asked.unit
    if not unit.variants:
        return None
    wish = request.args.get("in")
    if wish and wish.upper() not in unit.variants:
        return _fresh(country_page(asked, unknown=True), NotFound.status)
    if place.sure_country in unit.variants:
        return None
    if wish is None and place.enrolment is not None:
        country = named_country()(db.session, place.enrolment)
        if country in unit.variants:
            return _fresh(redirect(_address(asked, country), 303))
    again = _asking_again(query) if wish == "" else query
    return cached_page(("country", again, *lesson_key(asked)), lambda: country_page(asked), query=again)


def country_page(asked: LessonRequest, *, unknown: bool = False) -> str:
    """Make the page that asks for the country. *unknown*: the address named one that the lesson is not for."""
    place, unit = asked.place, asked.unit
    renderer = LessonRenderer(place, place.language)
    order = place.structure.order
    return render_template(
        "learning/country.html",
        unit=unit.key,
        title=renderer.rendered(place.words.units[unit.key].title),
        question=_("Which country do you work in?")
        if place.kind is PackKind.MODULE
        else _("Which country are you in?"),
        unknown=unknown,
        doors=list(_doors(asked)),
        position=order.index(unit.key) + 1,
        of_units=len(order),
        side=side_list(asked, renderer),
        course_url=with_country(course_url(place), place),
        back_url=back_url(replace(asked, screen=1)),
        # The unit counts as done then, as any lesson that is walked past: nothing here is for the country of this reader, and
        # without it the rest could never be completed.
        next_url=next_url(asked) if place.tracked else "",
        after_url=after_url(place, unit.key),
        help_country=place.sure_country,
    )


def _doors(asked: LessonRequest) -> Iterator[CountryChoice]:
    # In the order of the pack: it is the same in every language.
    for country in asked.place.edition.summary.countries:
        if country in asked.unit.variants:
            yield CountryChoice(_address(asked, country), country_name(country))


def _address(asked: LessonRequest, country: str) -> str:
    """Return the address of a country's lesson, at the screen that was asked for, or at its last one."""
    screen = min(asked.screen, asked.unit.screens_in(country))
    return replace(asked, place=replace(asked.place, chosen=country)).url(screen)


def _fresh(body: object, status: int | None = None) -> Response:
    return no_store(make_response(body, status) if status else make_response(body))


def _asking_again(query: str) -> str:
    """Return the query of a page that asks for the country once more, which an empty `in` stands for."""
    return f"{query}&in=" if query else "in="
