"""Filling the slots of compiled words when a page is shown: facts of the country and the day, pictures, links to lessons."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from perille.core.dates import long_date
from perille.core.i18n import _, fallbacks, in_language
from perille.domain.content import SLOT_END, SLOT_START, Text
from perille.domain.fact import Fact, FactKind
from perille.packs.compiler.screens import direction
from perille.packs.source.markdown import SLOT

#: A tag, in which a slot is part of an attribute, or a slot between tags.
_TAG_OR_SLOT = re.compile(f"<[^>]*>|{SLOT.pattern}")
_NOT_DIALLED = re.compile(r"[^0-9+]")


class Facts(Protocol):
    """Where facts are looked up; `PackLibrary` is one."""

    def fact(self, country: str, key: str, day: date) -> Fact | None:
        """Return a fact that may be shown and holds on *day*."""

    def fact_words(self, country: str, key: str, part: str, language: str) -> Text | None:
        """Return a part of a fact's words."""


def _beside(key: str) -> str:
    """Return the address of another unit seen from a unit's page: units of a course stand side by side."""
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceholderContext:
    """What slots are filled from."""

    shelf: Facts
    #: ISO code of the course's country, or "".
    country: str
    day: date
    #: Language of the words.
    language: str
    #: (pack, name) -> address of a picture.
    media_url: Callable[[str, str], str]
    #: Unit -> address of its page.
    lesson_url: Callable[[str], str] = _beside

    def fact(self, name: str) -> Fact | None:
        """Return the fact that a slot names: "CC/key", or "key" of the course's country."""
        country, _sep, key = name.rpartition("/")
        return self.shelf.fact(country or self.country, key, self.day)


def fill_html(html: str, context: PlaceholderContext, *, links: bool = True) -> str:
    """Fill the slots of compiled HTML. *links*: telephone numbers and addresses are links, and old facts say so."""

    def replace(found: re.Match[str]) -> str:
        if found.group(1) is None:
            return SLOT.sub(lambda slot: entities.escape(_plain_slot(slot, context)), found.group())
        return _html_slot(found, context, links)

    return _TAG_OR_SLOT.sub(replace, html) if SLOT_START in html else html


def fill_plain(plain: str, context: PlaceholderContext) -> str:
    """Fill the slots of plain words, such as an alternative text; nothing is escaped here."""
    return SLOT.sub(lambda slot: _plain_slot(slot, context), plain) if SLOT_START in plain else plain


def _html_slot(slot: re.Match[str], context: PlaceholderContext, links: bool) -> str:
    kind, name = slot.group(1), slot.group(2)
    if kind == "leaves":
        return _leaves(context.language) if links else ""
    if kind != "fact":
        return entities.escape(_plain_slot(slot, context))
    fact = context.fact(name)
    return _not_known(context.language) if fact is None else fact_html(fact, context, links=links, notice=links)


def _plain_slot(slot: re.Match[str], context: PlaceholderContext) -> str:
    kind, name = slot.group(1), slot.group(2)
    if kind == "fact":
        fact = context.fact(name)
        return _not_known(context.language) if fact is None else fact_plain(fact, context)
    if kind == "media":
        return context.media_url(*name.split("/", 1))
    return context.lesson_url(name) if kind == "lesson" else ""


def fact_html(fact: Fact, context: PlaceholderContext, *, links: bool = True, notice: bool = True) -> str:
    """Write a fact's value. *notice*: past its review a sentence stands beside it."""
    value = _WRITERS.get(fact.kind, _write_plain)(fact, context, links)
    if notice and fact.overdue_on(context.day):
        value += f' <small class="overdue">{entities.escape(_overdue(fact, context.language))}</small>'
    return value


def fact_plain(fact: Fact, context: PlaceholderContext) -> str:
    """Return a fact's value as plain words."""
    if fact.kind is FactKind.TEXT:
        words = context.shelf.fact_words(fact.country, fact.key, "value", context.language)
        return words.plain if words else fact.value
    if fact.kind is FactKind.DATE:
        return _date(fact, context.language)
    return fact.address_in(fallbacks(context.language))[0] if fact.links else fact.value


def _ltr(value: str) -> str:
    """Keep digits and addresses in their own order inside a right-to-left sentence."""
    return f'<bdi dir="ltr">{entities.escape(value)}</bdi>'


def _write_plain(fact: Fact, _filling: PlaceholderContext, _links: bool) -> str:
    return _ltr(fact.value)


def _write_phone(fact: Fact, _filling: PlaceholderContext, links: bool) -> str:
    if not links:
        return _ltr(fact.value)
    number = entities.escape(fact.e164 or _NOT_DIALLED.sub("", fact.value))
    return f'<a class="tel" dir="ltr" href="tel:{number}">{_ltr(fact.value)}</a>'


def _write_text(fact: Fact, context: PlaceholderContext, _links: bool) -> str:
    words = context.shelf.fact_words(fact.country, fact.key, "value", context.language)
    if words is None:
        return f"<bdi>{entities.escape(fact.value)}</bdi>"
    if words.language == context.language:
        return words.html
    return f'<span lang="{words.language}" dir="{direction(words.language)}">{words.html}</span>'


def _write_date(fact: Fact, context: PlaceholderContext, _links: bool) -> str:
    return f'<time datetime="{entities.escape(fact.value)}">{entities.escape(_date(fact, context.language))}</time>'


def _write_url(fact: Fact, context: PlaceholderContext, links: bool) -> str:
    address, language = fact.address_in(fallbacks(context.language))
    shown = _ltr(address.removeprefix("https://").removesuffix("/"))
    if not links:
        return shown
    there = f' hreflang="{language}"' if language else ""
    href = entities.escape(address)
    return f'<a class="external address" rel="external noopener"{there} href="{href}">{shown}{_leaves(context.language)}</a>'


def _write_email(fact: Fact, _filling: PlaceholderContext, links: bool) -> str:
    return f'<a href="mailto:{entities.escape(fact.value)}">{_ltr(fact.value)}</a>' if links else _ltr(fact.value)


_WRITERS: dict[FactKind, Callable[[Fact, PlaceholderContext, bool], str]] = {
    FactKind.PHONE: _write_phone,
    FactKind.TEXT: _write_text,
    FactKind.DATE: _write_date,
    FactKind.CHAT: _write_url,
    FactKind.URL: _write_url,
    FactKind.EMAIL: _write_email,
}


def _date(fact: Fact, language: str) -> str:
    return long_date(date.fromisoformat(fact.value), language)


def _overdue(fact: Fact, language: str) -> str:
    checked = long_date(fact.checked_on, language)
    with in_language(language):
        words: str = _("This was last checked on %(date)s. Ask whether it still holds.", date=checked)
    return words


def _leaves(language: str) -> str:
    with in_language(language):
        words = _("leads to another site")
    # The space is hidden too, or one would be seen before the comma that follows the link; an ordinary one would fall away at the edge.
    return f'<span class="visually-hidden">\u00a0({entities.escape(words)})</span>'


def _not_known(language: str) -> str:
    with in_language(language):
        words: str = _("(not known at the moment)")
    return words


__all__ = [
    "SLOT_END",
    "SLOT_START",
    "Facts",
    "PlaceholderContext",
    "fact_html",
    "fact_plain",
    "fill_html",
    "fill_plain",
]
