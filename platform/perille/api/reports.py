"""Reports: tables about the people of an organisation, for whoever coordinates it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from perille.core.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRequest:
    """For whom, when and in which language a report is made."""

    #: For reading; what a report writes is rolled back.
    session: Session
    organisation_id: UUID
    day: date
    #: Code of the reader's language.
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDefinition:
    """A report: a page with a table, and the same as a CSV file (RFC 4180).

    It is about one organisation and is shown to those who coordinate it. It must say nothing of people who do not share their results
    there, and never an answer: what `perille.organisations.people_list` gives keeps to that, and so must a query of one's own.
    """

    #: Stands in addresses: lower-case letters, digits and hyphens.
    name: str
    #: `lazy_gettext`, as are the next two.
    title: str
    #: Of what it tells, in a sentence or two.
    about: str
    columns: tuple[str, ...]
    #: Returns the rows, each with one text for each column.
    rows: Callable[[ReportRequest], Iterable[Sequence[str]]]
