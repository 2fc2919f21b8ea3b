"""The reports that come with Perille: who finished what in an organisation, and how many hours that took."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from perille.api import Plugin, ReportDefinition, ReportRequest
from perille.core.i18n import lazy_gettext
from perille.organisations.pages import modules
from perille.organisations.people_list import PersonRow, Result, people_of
from perille.people.role_words import SHORT_ROLES


def people_rows(request: ReportRequest) -> Iterator[list[str]]:
    """Yield a row for each person and module; one for a person who shows none."""
    packs = modules()
    for person in _everybody(request, packs):
        who = [*_who(person), ", ".join(str(SHORT_ROLES[role]) for role in person.roles)]
        yield from [who + _cells(each, packs) for each in person.results] or [who + [""] * 6]


def hours_rows(request: ReportRequest) -> Iterator[list[str]]:
    """Yield a row for each person and year in which they earned or extended certificates that still count, the newest year first."""
    for person in _everybody(request, modules()):
        for year in sorted({year for each in person.results for year in each.years}, reverse=True):
            earned = [each for each in person.results if each.awarded_on is not None and each.awarded_on.year == year]
            yield [*_who(person), str(year), str(len(earned)), str(person.minutes_in(year))]


def _everybody(request: ReportRequest, packs: Mapping[str, str]) -> list[PersonRow]:
    return people_of(request.session, request.organisation_id, packs, language=request.language, size=None)


def _who(person: PersonRow) -> list[str]:
    return [person.account.email or person.account.username or "", person.account.name]


def _cells(result: Result, packs: Mapping[str, str]) -> list[str]:
    days = (result.begun_at, result.finished_at, result.awarded_on, result.expires_on)
    return [packs[result.pack_id], *(at.strftime("%Y-%m-%d") if at else "" for at in days), str(result.minutes or "")]


PEOPLE = ReportDefinition(
    name="people",
    title=lazy_gettext("People and modules"),
    about=lazy_gettext("A line for each person and module: when it was begun and finished, and its certificate."),
    columns=(
        lazy_gettext("E-mail address"),
        lazy_gettext("Name"),
        lazy_gettext("Roles"),
        lazy_gettext("Module"),
        lazy_gettext("Begun"),
        lazy_gettext("Finished"),
        lazy_gettext("Certificate"),
        lazy_gettext("Expires"),
        lazy_gettext("Minutes"),
    ),
    rows=people_rows,
)
HOURS = ReportDefinition(
    name="hours",
    title=lazy_gettext("Hours by person and year"),
    about=lazy_gettext(
        "A line for each person and year: how many certificates were earned, and the minutes that they stand for."
    ),
    columns=(
        lazy_gettext("E-mail address"),
        lazy_gettext("Name"),
        lazy_gettext("Year"),
        lazy_gettext("Certificates"),
        lazy_gettext("Minutes"),
    ),
    rows=hours_rows,
)
plugin = Plugin(reports=(PEOPLE, HOURS))
