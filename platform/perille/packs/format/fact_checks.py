"""What a fact must hold: numbers that can be dialled, addresses, languages, dates in order, and where it was read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from perille.api import did_you_mean
from perille.core.countries import countries
from perille.core.i18n import LANGUAGES
from perille.domain.fact import Fact, FactKind
from perille.packs.source.toml_table import KEY, Table

#: Rows of the help box.
HELP_ROWS = ("emergency", "violence", "trafficking", "child", "crisis", "health")
_DIALLED = re.compile(r"\+?[0-9][0-9 ()/-]*")
_E164 = re.compile(r"\+[1-9][0-9]{2,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s][^@\s.]*\.[^@\s]+")
_ADDRESS = re.compile(r"https://[^\s\"<>]+")
#: An amount of money in the currencies of countries that have facts.
_MONEY = re.compile(r"€|\b(?:EUR|euros?|SEK|kronor|ISK|krónur)\b", re.IGNORECASE)
#: A month or a year, where a page shows no day of its own.
_MONTH_OR_YEAR = re.compile(r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2]))?")


def check_fact(fact: Fact, table: Table) -> None:
    """Keep a fault for everything in one fact that cannot be shown or dialled."""
    _KIND_CHECKS.get(fact.kind, _check_nothing)(fact, table)
    if fact.e164 and not _E164.fullmatch(fact.e164):
        table.fault('"e164" must be "+", the country\'s code and digits, without spaces', "e164")
    _check_lists(fact, table)
    if fact.help and fact.help not in HELP_ROWS:
        table.fault(
            f'"help" cannot be "{fact.help}"{did_you_mean(fact.help, HELP_ROWS)} It may be: {", ".join(HELP_ROWS)}',
            "help",
        )
    _check_source(fact, table)
    _check_links(fact, table)
    _check_days(fact, table)


def _check_lists(fact: Fact, table: Table) -> None:
    for language in fact.languages:
        if language not in LANGUAGES:
            table.fault(
                f'"{language}" is not a language code that is known here{did_you_mean(language, LANGUAGES)}',
                "languages",
            )
    for topic in fact.topics:
        if not KEY.fullmatch(topic):
            table.fault(f'The topic "{topic}" must be lower-case letters, digits and hyphens', "topics")


def _check_days(fact: Fact, table: Table) -> None:
    for first, second in (("checked_on", "review_due"), ("valid_from", "valid_to")):
        early, late = getattr(fact, first), getattr(fact, second)
        if early and late and late < early:
            table.fault(f'"{second}" is before "{first}"', second)


def _check_source(fact: Fact, table: Table) -> None:
    if fact.page_date and not _MONTH_OR_YEAR.fullmatch(fact.page_date):
        try:
            day = date.fromisoformat(fact.page_date)
        except ValueError:
            table.fault(f'"page_date" cannot be "{fact.page_date}": write 2026-11-22, "2026-11" or "2026"', "page_date")
            return
        if day > fact.checked_on:
            table.fault('"page_date" is after "checked_on"', "page_date")


def _check_links(fact: Fact, table: Table) -> None:
    if fact.links and fact.kind not in (FactKind.URL, FactKind.CHAT):
        table.fault('Only a fact of kind "url" or "chat" has "links"', "links")
    for language, address in fact.links.items():
        if language not in LANGUAGES:
            table.fault(f'"links": "{language}" is not a language code{did_you_mean(language, LANGUAGES)}', "links")
        if not _ADDRESS.fullmatch(address):
            table.fault(f'"links": "{address}" must be an address that begins with https://', "links")


def _looked_at_in_january(fact: Fact) -> bool:
    """Tell whether an amount ends by itself, or is looked at again by the end of the January after it was checked."""
    return fact.valid_to is not None or fact.review_due <= date(fact.checked_on.year + 1, 1, 31)


def check_instead(fact: Fact, own: Mapping[str, Fact], table: Table) -> bool:
    """Keep a fault where "instead" names what cannot be called, and tell whether it is right.

    Only published telephones of the same country, *own*, may stand there.
    """
    before = len(table.diagnostics.errors)
    for key in fact.instead:
        other = own.get(key)
        if other is None:
            table.fault(f'"instead": {fact.country} has no fact "{key}"{did_you_mean(key, own)}', "instead")
        elif other.kind is not FactKind.PHONE or not other.publishable:
            table.fault(f'"instead": "{key}" is not a telephone number of grade A or B', "instead")
    return len(table.diagnostics.errors) == before


def _check_nothing(_fact: Fact, _table: Table) -> None:
    """Take every text."""


def _check_phone(fact: Fact, table: Table) -> None:
    if not _DIALLED.fullmatch(fact.value):
        table.fault(f'"{fact.value}" is not a telephone number: Latin digits, spaces and "+" only', "value")
        return
    known = countries().get(fact.country)
    for start, why in known.no_longer_dialled.items() if known is not None else ():
        if fact.value.startswith(start):
            table.fault(why, "value")


def _check_number(fact: Fact, table: Table) -> None:
    if not re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", fact.value):
        table.fault(f'"{fact.value}" is not a number in Latin digits', "value")


def _check_date(fact: Fact, table: Table) -> None:
    try:
        date.fromisoformat(fact.value)
    except ValueError:
        table.fault(f'"{fact.value}" is not a date such as 2026-11-22', "value")


def _check_url(fact: Fact, table: Table) -> None:
    if not _ADDRESS.fullmatch(fact.value):
        table.fault(f'"{fact.value}" must be an address that begins with https://', "value")


def _check_email(fact: Fact, table: Table) -> None:
    if not _EMAIL.fullmatch(fact.value):
        table.fault(f'"{fact.value}" is not an e-mail address', "value")


_KIND_CHECKS = {
    FactKind.PHONE: _check_phone,
    FactKind.NUMBER: _check_number,
    FactKind.DATE: _check_date,
    FactKind.CHAT: _check_url,
    FactKind.URL: _check_url,
    FactKind.EMAIL: _check_email,
}


def warn_of_fact(fact: Fact, table: Table, today: date | None) -> None:
    """Warn of a source that readers cannot follow, and of what is past its review or does not hold on *today*."""
    for key, message in (*_warnings(fact), *(_warnings_on(fact, today) if today else ())):
        table.diagnostics.warn(table.file.path, table.line_of(key), message)


def _warnings(fact: Fact) -> Iterator[tuple[str, str]]:
    """Yield (key of the table, message) for what is wrong on any day."""
    if not fact.publishable:
        return
    name = f"{fact.country}/{fact.key}"
    if not _ADDRESS.fullmatch(fact.source):
        advice = 'give the page\'s https:// address, and its name in "source_name"'
        yield "source", f'{name}: "source" is not an address: {advice}'
    if _MONEY.search(fact.value) and not _looked_at_in_january(fact):
        advice = 'give "valid_to" where it is set for a year, else a "review_due" in January'
        yield "review_due", f"{name} is an amount of money, and those change on 1 January: {advice}"


def _warnings_on(fact: Fact, today: date) -> Iterator[tuple[str, str]]:
    name = f"{fact.country}/{fact.key}"
    if fact.overdue_on(today):
        yield "review_due", f"The review of {name} was due on {fact.review_due}"
    if fact.valid_to and fact.valid_to < today:
        yield "valid_to", f"{name} holds no longer"
    if fact.changed_on and fact.changed_on > today:
        yield "changed_on", f"{name} is said to have changed on {fact.changed_on}, which is to come"
    if fact.publishable and fact.valid_from and fact.valid_from > today:
        yield "valid_from", f"{name} holds only from {fact.valid_from}: until then pages say that it is not known"
