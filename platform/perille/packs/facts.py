"""facts/<CC>.toml: dated facts of a country, with their words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from perille.domain.fact import Confidence, Fact, FactKind
from perille.i18n import LANGUAGES
from perille.packs.faults import Faults, nearest
from perille.packs.markdown import fold
from perille.packs.tables import KEY, Table
from perille.packs.toml import read_toml

#: Rows of the help box.
HELP_ROWS = ("emergency", "violence", "trafficking", "child", "crisis", "health")
#: Hours that need no sentence.
PLAIN_HOURS = ("always", "office", "")
_COUNTRY = re.compile(r"[A-Z]{2}")
_FACT_KEY = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*")
_DIALLED = re.compile(r"\+?[0-9][0-9 ()/-]*")
_E164 = re.compile(r"\+[1-9][0-9]{2,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact and its words in the source language."""

    fact: Fact
    #: "label", "hours" or "value" -> source text.
    words: Mapping[str, str]
    path: str
    line: int

    @property
    def name(self) -> str:
        """How it is named from anywhere: "CC/key"."""
        return f"{self.fact.country}/{self.fact.key}"


def read_facts(path: str, country: str, text: str, today: date | None, faults: Faults) -> tuple[KnownFact, ...]:
    """Read one country's facts; one with a fault is left out. *today*: warn of what is past review, None: do not."""
    if not _COUNTRY.fullmatch(country):
        faults.add(path, 1, "The file's name must be an ISO country code, such as FI.toml")
    file = read_toml(path, text, faults)
    read = (_read_fact(key, table, country, today) for key, table in _tables(Table(file.data, file, faults), ""))
    return tuple(fact for fact in read if fact is not None)


def _tables(table: Table, prefix: str) -> Iterator[tuple[str, Table]]:
    """Yield (dotted key, table) of each fact: a table that holds a value of its own."""
    for name, value in table.data.items():
        key = f"{prefix}{name}"
        inner = Table(value, table.file, table.faults, (*table.place, name))
        if any(not isinstance(each, dict) for each in inner.data.values()):
            yield key, inner
        yield from _tables(
            Table({k: v for k, v in inner.data.items() if isinstance(v, dict)}, table.file, table.faults, inner.place),
            f"{key}.",
        )


def _read_fact(key: str, table: Table, country: str, today: date | None) -> KnownFact | None:
    before = len(table.faults.errors)
    if not _FACT_KEY.fullmatch(key):
        table.fault(f'"{key}" must be lower-case letters, digits, "." and "-"')
    kind = table.take_one_of("kind", FactKind, None)
    confidence = table.take_one_of("confidence", Confidence, None)
    checked, due = table.take_day("checked_on", required=True), table.take_day("review_due", required=True)
    words = {"label": fold(table.take_text("label", required=True))}
    value, hours = _take_value(table), table.take_text("hours")
    source = table.take_text("source", required=True)
    fact = Fact(
        country=country,
        key=key,
        kind=kind or FactKind.TEXT,
        value=value,
        source=source,
        confidence=confidence or Confidence.U,
        checked_on=checked or date.min,
        review_due=due or date.max,
        e164=table.take_text("e164"),
        hours=hours,
        languages=table.take_texts("languages"),
        free=table.take_flag("free"),
        topics=table.take_texts("topics"),
        help=table.take_text("help"),
        valid_from=table.take_day("valid_from"),
        valid_to=table.take_day("valid_to"),
    )
    table.refuse_unknown(key for key, child in table.data.items() if isinstance(child, dict))
    _check(fact, table)
    if len(table.faults.errors) > before:
        return None
    _warn(fact, table, today)
    words |= {"hours": fold(hours)} if hours not in PLAIN_HOURS else {}
    words |= {"value": fold(value)} if fact.kind is FactKind.TEXT else {}
    return KnownFact(fact=fact, words=words, path=table.file.path, line=table.line)


def _take_value(table: Table) -> str:
    """Return the value as text; a date and a whole number may be written without quotes."""
    value = table.data.get("value")
    if isinstance(value, (date, int)) and not isinstance(value, bool):
        table.data = {**table.data, "value": str(value)}
    return table.take_text("value", required=True)


def _check(fact: Fact, table: Table) -> None:
    _KIND_CHECKS.get(fact.kind, _check_nothing)(fact, table)
    if fact.e164 and not _E164.fullmatch(fact.e164):
        table.fault('"e164" must be "+", the country\'s code and digits, without spaces', "e164")
    for language in fact.languages:
        if language not in LANGUAGES:
            table.fault(
                f'"{language}" is not a language code that is known here{nearest(language, LANGUAGES)}', "languages"
            )
    for topic in fact.topics:
        if not KEY.fullmatch(topic):
            table.fault(f'The topic "{topic}" must be lower-case letters, digits and hyphens', "topics")
    if fact.help and fact.help not in HELP_ROWS:
        table.fault(
            f'"help" cannot be "{fact.help}"{nearest(fact.help, HELP_ROWS)} It may be: {", ".join(HELP_ROWS)}', "help"
        )
    for first, second in (("checked_on", "review_due"), ("valid_from", "valid_to")):
        early, late = getattr(fact, first), getattr(fact, second)
        if early and late and late < early:
            table.fault(f'"{second}" is before "{first}"', second)


def _check_nothing(_fact: Fact, _table: Table) -> None:
    """Any text will do."""


def _check_phone(fact: Fact, table: Table) -> None:
    if not _DIALLED.fullmatch(fact.value):
        table.fault(f'"{fact.value}" is not a telephone number: Latin digits, spaces and "+" only', "value")
    elif fact.country == "LT" and fact.value.startswith("8"):
        table.fault(
            "A number inside Lithuania begins with 0 since 2025; one that begins with 8 no longer connects", "value"
        )


def _check_number(fact: Fact, table: Table) -> None:
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", fact.value):
        table.fault(f'"{fact.value}" is not a number in Latin digits', "value")


def _check_date(fact: Fact, table: Table) -> None:
    try:
        date.fromisoformat(fact.value)
    except ValueError:
        table.fault(f'"{fact.value}" is not a date such as 2026-11-22', "value")


def _check_url(fact: Fact, table: Table) -> None:
    if not re.fullmatch(r"https://[^\s\"<>]+", fact.value):
        table.fault(f'"{fact.value}" must be an address that begins with https://', "value")


def _check_email(fact: Fact, table: Table) -> None:
    if not _EMAIL.fullmatch(fact.value):
        table.fault(f'"{fact.value}" is not an e-mail address', "value")


_KIND_CHECKS = {
    FactKind.PHONE: _check_phone,
    FactKind.NUMBER: _check_number,
    FactKind.DATE: _check_date,
    FactKind.URL: _check_url,
    FactKind.EMAIL: _check_email,
}


def _warn(fact: Fact, table: Table, today: date | None) -> None:
    if today and fact.overdue_on(today):
        table.faults.warn(
            table.file.path,
            table.line_of("review_due"),
            f"The review of {fact.country}/{fact.key} was due on {fact.review_due}",
        )
    if today and fact.valid_to and fact.valid_to < today:
        table.faults.warn(table.file.path, table.line_of("valid_to"), f"{fact.country}/{fact.key} holds no longer")
