"""facts/<CC>.toml: dated facts of a country, with their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from perille.domain.fact import CheckedBy, Confidence, Fact, FactKind
from perille.packs.format.fact_checks import check_fact, check_instead, warn_of_fact
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import fold
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import Table

#: Hours that need no sentence.
PLAIN_HOURS = ("always", "office", "")
_COUNTRY = re.compile(r"[A-Z]{2}")
_FACT_KEY = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
#: Tables inside a fact that are not facts of their own.
_INNER = frozenset({"links"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact and its words in the source language."""

    fact: Fact
    #: "label", "hours", "for_whom" or "value" -> source text.
    words: Mapping[str, str]
    path: str
    line: int

    @property
    def name(self) -> str:
        """How it is named from anywhere: "CC/key"."""
        return f"{self.fact.country}/{self.fact.key}"


def read_facts(
    path: str, country: str, text: str, today: date | None, diagnostics: Diagnostics
) -> tuple[KnownFact, ...]:
    """Read one country's facts; one with a fault is left out. *today*: warn of what is past review, None: do not."""
    if not _COUNTRY.fullmatch(country):
        diagnostics.add(path, 1, "The file's name must be an ISO country code, such as FI.toml")
    file = read_toml(path, text, diagnostics)
    tables = list(_tables(Table(file.data, file, diagnostics), ""))
    read = [_read_fact(key, table, country, today) for key, table in tables]
    # As written: TOML gives tables of one prefix together, and the author's order is the order on a card.
    known = sorted((fact for fact in read if fact is not None), key=lambda fact: fact.line)
    return _with_replacements(known, tables)


def _with_replacements(known: Sequence[KnownFact], tables: Iterable[tuple[str, Table]]) -> tuple[KnownFact, ...]:
    """Leave out facts that name another one of their country to be shown instead, and there is no such one."""
    own = {each.fact.key: each.fact for each in known}
    wrong = {key for key, table in tables if key in own and not check_instead(own[key], own, table)}
    return tuple(each for each in known if each.fact.key not in wrong)


def _tables(table: Table, prefix: str) -> Iterator[tuple[str, Table]]:
    """Yield (dotted key, table) of each fact: a table that holds a value of its own."""
    for name, value in table.data.items():
        key = f"{prefix}{name}"
        inner = Table(value, table.file, table.diagnostics, (*table.place, name))
        if any(not isinstance(each, dict) for each in inner.data.values()):
            yield key, inner
        deeper = {k: v for k, v in inner.data.items() if isinstance(v, dict) and k not in _INNER}
        yield from _tables(Table(deeper, table.file, table.diagnostics, inner.place), f"{key}.")


def _read_fact(key: str, table: Table, country: str, today: date | None) -> KnownFact | None:
    before = len(table.diagnostics.errors)
    if not _FACT_KEY.fullmatch(key):
        table.fault(f'"{key}" must be lower-case letters, digits, "." and "-"')
    words = {"label": fold(table.take_text("label", required=True))}
    fact = _take_fact(key, table, country)
    table.refuse_unknown(key for key, child in table.data.items() if isinstance(child, dict) and key not in _INNER)
    check_fact(fact, table)
    if len(table.diagnostics.errors) > before:
        return None
    warn_of_fact(fact, table, today)
    words |= {"hours": fold(fact.hours)} if fact.hours not in PLAIN_HOURS else {}
    words |= {"for_whom": fold(fact.for_whom)} if fact.for_whom else {}
    words |= {"value": fold(fact.value)} if fact.kind is FactKind.TEXT else {}
    return KnownFact(fact=fact, words=words, path=table.file.path, line=table.line)


def _take_fact(key: str, table: Table, country: str) -> Fact:
    return Fact(
        country=country,
        key=key,
        kind=table.take_one_of("kind", FactKind, None) or FactKind.TEXT,
        value=_take_date_or_text(table, "value", required=True),
        source=table.take_text("source", required=True),
        confidence=table.take_one_of("confidence", Confidence, None) or Confidence.U,
        checked_on=table.take_day("checked_on", required=True) or date.min,
        review_due=table.take_day("review_due", required=True) or date.max,
        source_name=table.take_text("source_name"),
        page_date=_take_date_or_text(table, "page_date"),
        checked_by=table.take_one_of("checked_by", CheckedBy, None) if table.has("checked_by") else None,
        e164=table.take_text("e164"),
        hours=table.take_text("hours"),
        languages=table.take_texts("languages"),
        interpreter=table.boolean("interpreter"),
        free=table.boolean("free"),
        for_whom=table.take_text("for_whom"),
        topics=table.take_texts("topics"),
        help=table.take_text("help"),
        instead=table.take_texts("instead"),
        links=_take_links(table),
        valid_from=table.take_day("valid_from"),
        valid_to=table.take_day("valid_to"),
        changed_on=table.take_day("changed_on"),
    )


def _take_date_or_text(table: Table, name: str, *, required: bool = False) -> str:
    """Return a value as text; a date and a whole number may be written without quotes."""
    value = table.data.get(name)
    if isinstance(value, (date, int)) and not isinstance(value, bool):
        table.data = {**table.data, name: str(value)}
    return table.take_text(name, required=required)


def _take_links(table: Table) -> dict[str, str]:
    """Return language -> address, in the order in which they are written."""
    links = table.take_table("links")
    return {} if links is None else {code: links.take_text(code, required=True) for code in links.data}
