"""pack.toml: what a pack is, and which units it has in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from perille.api import did_you_mean
from perille.core.i18n import LANGUAGES
from perille.domain.assessment import TestRules
from perille.domain.course import BADGE, CredentialRule, MoveOn, PackKind, Trace, UnitKind
from perille.packs.format.assessment_rules import SectionSpec, read_rules, read_sections
from perille.packs.format.review import Review, read_reviews
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import TomlFile, read_toml
from perille.packs.source.toml_table import KEY, RESERVED, Table

MANIFEST = "pack.toml"
_ID = re.compile(r"(?:course|module)_[a-z0-9_]+")
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+.][0-9A-Za-z.-]+)?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CREDENTIAL_KINDS = ("completion", BADGE)
_CREDENTIAL_RULES = ("all-core-and-safety-check", "all-core")


class Variants(StrEnum):
    """What a unit has lessons of its own for."""

    COUNTRY = "country"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSpec:
    """A [unit.<key>] table; None where the key is left out, so that a library's value stands."""

    key: str
    line: int
    kind: UnitKind | None = None
    title: str = ""
    minutes: int | None = None
    objectives: tuple[str, ...] = ()
    move_on: MoveOn | None = None
    mastery: float | None = None
    core: bool | None = None
    #: A sheet for whoever leads a group.
    for_trainer: bool = False
    #: Bank that a test asks, or "".
    items: str = ""
    rules: TestRules | None = None
    #: Line of [unit.<key>.rules]; 0 where there is none.
    rules_line: int = 0
    sections: tuple[SectionSpec, ...] = ()
    #: Id of the pack that a unit of kind "module" stands for, or "".
    module: str = ""
    #: Whether each country has a lesson of its own; None: one lesson is for all.
    variants: Variants | None = None
    #: Line of "variants"; 0 where it is left out.
    variants_line: int = 0

    def over(self, base: UnitSpec) -> UnitSpec:
        """Return *base* (a library's unit) with what is said here put over it."""
        return replace(
            base,
            kind=self.kind or base.kind,
            title=self.title or base.title,
            minutes=base.minutes if self.minutes is None else self.minutes,
            objectives=self.objectives or base.objectives,
            move_on=self.move_on or base.move_on,
            mastery=base.mastery if self.mastery is None else self.mastery,
            core=base.core if self.core is None else self.core,
            rules=self.rules or base.rules,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitName:
    """How a block names a unit: its own, or one of a library."""

    key: str
    #: Slug of the library, or "" for the pack itself.
    library: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSpec:
    """A [[block]] table."""

    key: str
    title: str
    line: int
    units: tuple[UnitName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The typed content of pack.toml."""

    id: str
    kind: PackKind
    slug: str
    version: str
    title: str
    summary: str
    source_language: str
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    audiences: tuple[str, ...]
    #: Words of its country's language that stand in its sentences, and in no list of words.
    host_words: tuple[str, ...]
    sensitive: bool
    #: Says what the law is: a second person must have read it, as of a sensitive pack.
    law: bool
    licence: str
    authors: tuple[str, ...]
    reviews: tuple[Review, ...]
    trace: Trace
    blocks: tuple[BlockSpec, ...]
    units: tuple[UnitSpec, ...]
    credential: CredentialRule | None
    #: Key of an objective -> its text.
    objectives: Mapping[str, str]
    #: The file, for the lines of faults that are found later.
    file: TomlFile

    def unit(self, key: str) -> UnitSpec | None:
        """Return the table of a unit, or None."""
        return next((unit for unit in self.units if unit.key == key), None)

    @property
    def translated_into(self) -> tuple[str, ...]:
        """Languages that have a catalogue."""
        return tuple(language for language in self.languages if language != self.source_language)


def read_manifest(text: str, folder_name: str, diagnostics: Diagnostics) -> Manifest:
    """Read pack.toml; every fault goes to *faults*, and the manifest is whole as far as it can be."""
    file = read_toml(MANIFEST, text, diagnostics)
    table = Table(file.data, file, diagnostics)
    manifest = Manifest(
        id=_take_id(table, folder_name),
        kind=table.take_one_of("kind", PackKind, None) or PackKind.COURSE,
        slug=table.take_key("slug", reserved=RESERVED),
        version=_take_version(table),
        title=table.take_text("title", required=True),
        summary=table.take_text("summary", required=True),
        source_language=table.take_text("source_language", "en"),
        languages=table.take_texts("languages"),
        countries=table.take_texts("countries"),
        audiences=table.take_texts("audiences"),
        host_words=table.take_texts("host_words"),
        sensitive=table.boolean("sensitive"),
        law=table.boolean("law"),
        licence=table.take_text("licence", required=True),
        authors=table.take_texts("authors"),
        reviews=read_reviews(table.take_tables("review")),
        trace=table.take_one_of("trace", Trace, Trace.PROGRESS) or Trace.PROGRESS,
        blocks=tuple(_read_block(each) for each in table.take_tables("block")),
        units=tuple(_read_unit(key, each) for key, each in table.take_named("unit").items()),
        credential=_read_credential(table.take_table("credential")),
        objectives=_read_objectives(table.take_table("objectives")),
        file=file,
    )
    table.refuse_unknown()
    _check(manifest, table)
    return manifest


def _take_id(table: Table, folder_name: str) -> str:
    value = table.take_text("id", required=True)
    if value and not _ID.fullmatch(value):
        table.fault(
            f'"{value}" must begin with course_ or module_ and have lower-case letters, digits and underscores only',
            "id",
        )
    elif value and value != folder_name:
        table.fault(f'"id" must be the name of the folder, "{folder_name}"', "id")
    return value


def _take_version(table: Table) -> str:
    value = table.take_text("version", required=True)
    if value and not _VERSION.fullmatch(value):
        table.fault(f'"version" must be three numbers such as "1.0.0", not "{value}"', "version")
    return value


def _read_block(table: Table) -> BlockSpec:
    key = table.take_key("key")
    title = table.take_text("title", required=True)
    names = table.take_texts("units")
    if not names:
        table.fault("The block has no units", "units" if table.has("units") else "")
    table.refuse_unknown()
    units = tuple(_unit_name(table, name, place) for place, name in enumerate(names))
    return BlockSpec(key=key, title=title, line=table.line, units=units)


def _unit_name(table: Table, name: str, place: int) -> UnitName:
    library, _sep, key = name.rpartition(":")
    table.check_key(key, "units", reserved=RESERVED)
    # A list over several lines has its first entry on the line after the key, as a rule.
    line = table.file.line((*table.place, "units", place))
    return UnitName(key=key, library=library, line=line)


def _read_unit(key: str, table: Table) -> UnitSpec:
    table.check_key(key, reserved=RESERVED)
    rules = table.take_table("rules")
    spec = UnitSpec(
        key=key,
        line=table.line,
        kind=table.take_one_of("kind", UnitKind, UnitKind.LESSON) if table.has("kind") else None,
        title=table.take_text("title"),
        minutes=table.integer("minutes", 0, low=0, high=600) if table.has("minutes") else None,
        objectives=table.take_texts("objectives"),
        move_on=table.take_one_of("move_on", MoveOn, MoveOn.COMPLETED) if table.has("move_on") else None,
        mastery=table.fraction("mastery"),
        core=table.boolean("core", True) if table.has("core") else None,
        for_trainer=table.boolean("for_trainer", False),
        items=table.take_text("items"),
        rules=read_rules(rules),
        rules_line=rules.line if rules else 0,
        sections=read_sections(table.take_tables("section")),
        module=table.take_text("module"),
        variants=table.take_one_of("variants", Variants, Variants.COUNTRY) if table.has("variants") else None,
        variants_line=table.line_of("variants") if table.has("variants") else 0,
    )
    if spec.for_trainer and not _is_beside_the_way(spec):
        table.fault(
            f'The trainer\'s sheet "{key}" is no part of the way: give it kind = "lesson" and core = false',
            "for_trainer",
        )
    table.refuse_unknown(("kind", "minutes", "move_on", "core", "for_trainer", "variants"))
    return spec


def _is_beside_the_way(spec: UnitSpec) -> bool:
    return spec.core is False and spec.kind is UnitKind.LESSON and not spec.variants


def _read_objectives(table: Table | None) -> dict[str, str]:
    if table is None:
        return {}
    for key in table.data:
        table.check_key(key, key)
    return {key: table.take_text(key, required=True) for key in table.data}


def _read_credential(table: Table | None) -> CredentialRule | None:
    if table is None:
        return None
    rule = CredentialRule(
        kind=table.take_text("kind", required=True),
        rule=table.take_text("rule", required=True),
        valid_months=table.integer("valid_months", 0, low=0, high=120),
    )
    for key, value, known in (("kind", rule.kind, _CREDENTIAL_KINDS), ("rule", rule.rule, _CREDENTIAL_RULES)):
        if value and value not in known:
            table.fault(f'"{key}" cannot be "{value}"{did_you_mean(value, known)} It may be: {", ".join(known)}', key)
    if rule.is_badge and rule.valid_months:
        table.fault("A badge counts for ever: leave valid_months out", "valid_months")
    table.refuse_unknown()
    return rule


def _check(manifest: Manifest, table: Table) -> None:
    _check_languages(manifest, table)
    _check_countries(manifest, table)
    if manifest.credential is not None and manifest.trace is Trace.NONE:
        # Not a fault: what was published with both goes on being served after an upgrade, and gives nobody anything, as before.
        message = 'With trace = "none" nobody is known to have done the course, and nobody gets its [credential]: leave it out'
        table.diagnostics.warn(table.file.path, table.line_of("trace"), message)
    for audience in manifest.audiences:
        if not KEY.fullmatch(audience):
            table.fault(f'"{audience}" must be lower-case letters, digits and hyphens', "audiences")
    lists = {"languages": manifest.languages, "countries": manifest.countries, "audiences": manifest.audiences}
    lists["host_words"] = manifest.host_words
    for key, values in lists.items():
        for value in sorted({value for value in values if values.count(value) > 1}):
            table.fault(f'"{value}" stands twice in "{key}"', key)
    _check_blocks(manifest, table)


def _check_countries(manifest: Manifest, table: Table) -> None:
    for code in manifest.countries:
        if not _COUNTRY.fullmatch(code):
            table.fault(f'"{code}" is not an ISO country code such as "FI"', "countries")
    if manifest.host_words and len(manifest.countries) != 1:
        table.fault('"host_words" are of the language of one country: "countries" must name one', "host_words")


def _check_languages(manifest: Manifest, table: Table) -> None:
    for key, codes in (("source_language", (manifest.source_language,)), ("languages", manifest.languages)):
        for code in codes:
            if code not in LANGUAGES:
                table.fault(f'"{code}" is not a language code that is known here{did_you_mean(code, LANGUAGES)}', key)
    if manifest.source_language not in manifest.languages:
        table.fault(f'"languages" must hold the source language, "{manifest.source_language}"', "languages")


def _check_blocks(manifest: Manifest, table: Table) -> None:
    if manifest.kind is PackKind.LIBRARY:
        if manifest.blocks:
            table.fault("A library has no blocks: its units are put together by courses", "block")
        return
    if not manifest.blocks:
        table.fault("The pack has no [[block]], so none of its units can be reached")
    seen: set[str] = set()
    for block in manifest.blocks:
        if block.key in seen:
            table.diagnostics.add(MANIFEST, block.line, f'A second block is called "{block.key}"')
        seen.add(block.key)
