"""What changed in pack.toml between two states of a draft, as words and values, and said in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from perille.catalogue.services import audience_name
from perille.core.countries import country_name
from perille.core.i18n import _
from perille.domain.course import BADGE, MoveOn, Trace, UnitKind
from perille.packs.compiler.structure_units import MOVE_ON
from perille.packs.format.manifest import Manifest, UnitSpec

#: A kind of change, and what it is about.
Change = list[str]
#: Characters of a summary that are quoted.
_QUOTED = 80


def manifest_changes(old: Manifest, new: Manifest, told: Collection[str]) -> Iterator[Change]:
    """Yield what is another one in pack.toml; *told*: lessons that are new or gone, which are told by their names."""
    yield from _words(old, new)
    yield from _meanings(old, new)
    yield from _unit_changes(old, new, told)
    if _order(old, told) != _order(new, told):
        yield ["order-changed"]


def _words(old: Manifest, new: Manifest) -> Iterator[Change]:
    if old.title != new.title:
        yield ["title-changed", new.title]
    if old.summary != new.summary:
        yield ["summary-changed", new.summary if len(new.summary) <= _QUOTED else f"{new.summary[: _QUOTED - 1]}…"]
    if old.slug != new.slug:
        yield ["address-changed", new.slug]
    if old.countries != new.countries:
        yield ["countries-changed", " ".join(new.countries)]
    if set(old.audiences) != set(new.audiences):
        yield ["audiences-changed", " ".join(new.audiences)]


def _meanings(old: Manifest, new: Manifest) -> Iterator[Change]:
    if old.sensitive != new.sensitive:
        yield ["sensitive-on" if new.sensitive else "sensitive-off"]
    if old.law != new.law:
        yield ["law-on" if new.law else "law-off"]
    if old.trace is not new.trace:
        yield [f"trace-{new.trace.value}"]
    # Two words for its rule mean the same.
    if _earned(old) != _earned(new):
        yield ["credential-changed", *_earned(new)]


def _earned(manifest: Manifest) -> tuple[str, str]:
    rule = manifest.credential
    return (rule.kind, str(rule.valid_months)) if rule else ("", "0")


def _order(manifest: Manifest, told: Collection[str]) -> list[list[str]]:
    parts = ([unit.key for unit in block.units if unit.key not in told] for block in manifest.blocks)
    return [part for part in parts if part]


def _unit_changes(old: Manifest, new: Manifest, told: Collection[str]) -> Iterator[Change]:
    """Yield the units of both states that are done by another rule, or count where they did not."""
    before = _keys(old)
    for key in _keys(new):
        if key in before and key not in told:
            yield from _unit_change(key, *(each.unit(key) or UnitSpec(key=key, line=0) for each in (old, new)))


def _keys(manifest: Manifest) -> list[str]:
    return [name.key for block in manifest.blocks for name in block.units]


def _unit_change(key: str, was: UnitSpec, now: UnitSpec) -> Iterator[Change]:
    if _rule_of(was) != _rule_of(now):
        yield ["rule-changed", now.title or key]
    if (was.core is False) != (now.core is False):
        yield ["unit-extra" if now.core is False else "unit-counts", now.title or key]


def _rule_of(unit: UnitSpec) -> tuple[MoveOn, float]:
    """Return when a unit is done and what of a test must be right, also where its author left it as it is by default."""
    kind = unit.kind or UnitKind.LESSON
    default = 1.0 if kind is UnitKind.ASSESSMENT else 0.0
    return unit.move_on or MOVE_ON[kind], default if unit.mastery is None else unit.mastery


def manifest_sentence(kind: str, name: str = "", more: str = "") -> str:
    """Return the sentence of a change of pack.toml; "" for another kind."""
    said = _SENTENCES.get(kind)
    return said(name, more) if said else ""


def _countries(codes: str, _more: str) -> str:
    names = ", ".join(country_name(code) for code in codes.split())
    return _("Country: %(names)s", names=names or _("For none in particular"))


def _audiences(keys: str, _more: str) -> str:
    names = ", ".join(audience_name(key) for key in keys.split())
    return _("Who it is for: %(names)s", names=names or "–")


def _credential(kind: str, months: str) -> str:
    if not kind:
        return _("It gives no certificate and no badge any more")
    if kind == BADGE:
        return _("It gives a badge at its end")
    shown = months if months != "0" else "∞"
    return _("It gives a certificate at its end. Months for which it counts: %(months)s", months=shown)


_SENTENCES: dict[str, Callable[[str, str], str]] = {
    "title-changed": lambda name, _more: _("New title: “%(name)s”", name=name),
    "summary-changed": lambda name, _more: _("What it is about: “%(name)s”", name=name),
    "address-changed": lambda name, _more: _("New address: %(name)s", name=name),
    "countries-changed": _countries,
    "audiences-changed": _audiences,
    "sensitive-on": lambda _name, _more: _("It is sensitive now: its titles stay neutral"),
    "sensitive-off": lambda _name, _more: _("It is not sensitive any more"),
    "law-on": lambda _name, _more: _("It says what the law is"),
    "law-off": lambda _name, _more: _("It does not say what the law is any more"),
    f"trace-{Trace.NONE.value}": lambda _name, _more: _("Nothing is kept of its learners any more"),
    f"trace-{Trace.PROGRESS.value}": lambda _name, _more: _("The progress of its learners is kept now"),
    "credential-changed": _credential,
    "rule-changed": lambda name, _more: _("“%(name)s” is done by another rule", name=name),
    "unit-extra": lambda name, _more: _("“%(name)s” is an extra now", name=name),
    "unit-counts": lambda name, _more: _("“%(name)s” counts now", name=name),
    "order-changed": lambda _name, _more: _("The lessons stand in another order, or others are there"),
}
