"""When a lesson or a test is done, and whether a certificate waits for it: what pack.toml says, what cannot be, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from perille.core.i18n import _
from perille.domain.course import CredentialRule, MoveOn, UnitKind
from perille.packs.compiler.structure_units import MOVE_ON
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.units import ResolvedUnit
from perille.studio.course_settings import counts_at_the_end, is_whole_number, nothing_counts
from perille.studio.outline import Changes, Files, manifest_text
from perille.studio.toml_edit import TomlText, table_text

#: Rules that wait for a test to be passed.
_PASSING = (MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED)
#: What the page has a form for.
_KINDS = (UnitKind.LESSON, UnitKind.ASSESSMENT)


def rule_of(plan: ResolvedUnit) -> dict[str, object]:
    """Return what the form of a unit's rule holds."""
    mastery = plan.spec.mastery if plan.spec.mastery is not None else 1.0
    return {
        "move_on": (plan.spec.move_on or MOVE_ON[plan.kind]).value,
        "percent": str(round(100 * mastery)) if plan.kind is UnitKind.ASSESSMENT else "",
        "extra": plan.spec.core is False,
    }


def has_rule(plan: ResolvedUnit, plans: Sequence[ResolvedUnit]) -> bool:
    """Tell whether something can be chosen for a unit: not for sheets of the trainer, nor for a test that shows what was known before."""
    offered = {each.spec.rules.pre_test for each in plans if each.spec.rules is not None}
    return plan.kind in _KINDS and not plan.spec.for_trainer and plan.key not in offered


def rule_choices(plan: ResolvedUnit) -> dict[str, str]:
    """Return the rules that may be chosen for a unit -> what they mean, for who chooses; the one that it has is among them."""
    now = plan.spec.move_on or MOVE_ON[plan.kind]
    offered = [MOVE_ON[plan.kind]]
    # A test without rules is answered until enough is right: that it was handed in says nothing else.
    if plan.kind is UnitKind.ASSESSMENT and plan.spec.rules is not None:
        offered.append(MoveOn.COMPLETED)
    # Two rules may come to the same: then the one that stands in the file is offered.
    alike = _words(plan.kind, now)
    said = ((each, _words(plan.kind, each)) for each in (*offered, MoveOn.NOT_APPLICABLE, now))
    return {(now if words == alike else each).value: words for each, words in said}


def _words(kind: UnitKind, move_on: MoveOn) -> str:
    if move_on is MoveOn.NOT_APPLICABLE:
        return _("Done from the beginning: nobody has to open it")
    if kind is UnitKind.ASSESSMENT:
        return (
            _("Test: passed when enough answers are right")
            if move_on in _PASSING
            else _("Test: done when it was handed in, whatever was right")
        )
    return (
        _("Done when it was passed: only a test can be")
        if move_on in _PASSING
        else _("Lesson: done when it was read to its end")
    )


def done_words(plan: ResolvedUnit) -> str:
    """Return in one line what a unit is and when it is done; "" for what is neither a lesson nor a test."""
    return _words(plan.kind, plan.spec.move_on or MOVE_ON[plan.kind]) if plan.kind in _KINDS else ""


def weights() -> dict[str, str]:
    """Return whether a unit counts -> what that means, for who chooses."""
    return {
        "no": _("It counts: the certificate or the badge waits for it, and its minutes stand on the certificate."),
        "yes": _("It is an extra: who wants takes it, and no certificate or badge waits for it."),
    }


def rule_problems(
    plan: ResolvedUnit, wanted: Mapping[str, object], plans: Sequence[ResolvedUnit], earned: CredentialRule | None
) -> dict[str, str]:
    """Return field -> why it cannot be as it is wanted, in words for the author; empty where everything goes together."""
    found, move_on, percent = {}, MoveOn(str(wanted["move_on"])), str(wanted["percent"])
    if told := _never_passed(plan, move_on):
        found["move_on"] = told
    if plan.kind is UnitKind.ASSESSMENT and not is_whole_number(percent, 100):
        found["percent"] = _("Write a whole number from 1 to 100.")
    is_waited_for = not wanted["extra"] and move_on is not MoveOn.NOT_APPLICABLE
    if earned is not None and not is_waited_for and not _others_count(plan, plans):
        found["extra" if wanted["extra"] else "move_on"] = nothing_counts()
    return found


def _others_count(plan: ResolvedUnit, plans: Sequence[ResolvedUnit]) -> bool:
    return any(each.key != plan.key and counts_at_the_end(each) for each in plans)


def _never_passed(plan: ResolvedUnit, move_on: MoveOn) -> str:
    """Say why nobody could ever pass a unit; "" where somebody can, or need not."""
    if plan.kind is UnitKind.ASSESSMENT:
        names = _not_scored(plan) if move_on in (*_PASSING, MoveOn.COMPLETED_OR_PASSED) else []
        told = _(
            "These questions have no right answer, so nobody could pass the test: %(names)s. Take them out of it first.",
            names=", ".join(names),
        )
        return told if names else ""
    # Content of another program may pass what its author has set so.
    is_new = move_on is not (plan.spec.move_on or MOVE_ON[plan.kind])
    told = _("What is answered in a lesson is not counted, so nobody could ever pass it.")
    return told if move_on in _PASSING and is_new else ""


def _not_scored(plan: ResolvedUnit) -> list[str]:
    return [item.item.key for item in plan.items() if not item.scored]


def write_rule(files: Files, plan: ResolvedUnit, wanted: Mapping[str, object]) -> Changes:
    """Return pack.toml with another rule of a unit; of a unit that is taken from a library what is another one here.

    Raise UneditableToml where the file is written in a way that cannot be changed in one place.
    """
    now, values = rule_of(plan), dict[str, object]()
    if wanted["move_on"] != now["move_on"]:
        values["move_on"] = wanted["move_on"]
    if wanted["percent"] != now["percent"]:
        values["mastery"] = int(str(wanted["percent"])) / 100
    if wanted["extra"] != now["extra"]:
        values["core"] = not wanted["extra"]
    text = manifest_text(files)
    if values and TomlText(text).value_at(("unit", plan.key)) is None:
        text = TomlText(text).append(table_text(f"[unit.{plan.key}]", values))
    else:
        for key, value in values.items():
            text = TomlText(text).set(("unit", plan.key), key, value)
    return {MANIFEST: text.encode("utf-8", "surrogateescape")}
