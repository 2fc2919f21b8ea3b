"""What a course is, as the form of its settings has it: read from pack.toml, what cannot be together, and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from perille.core.i18n import _
from perille.domain.course import BADGE, MoveOn, Trace
from perille.packs.format.manifest import MANIFEST, Manifest
from perille.packs.format.units import ResolvedUnit
from perille.studio.outline import Changes, Files, manifest_text, set_values
from perille.studio.toml_edit import TomlText, table_text

#: Kind of a credential that is a paper with a name and a code.
CERTIFICATE = "completion"
#: The most months for which a certificate may count, as pack.toml has it.
_MOST_MONTHS = 120


def settings_of(manifest: Manifest) -> dict[str, object]:
    """Return what the form of a draft's settings holds; the country of a course for several is not its own."""
    earned = manifest.credential
    return {
        "title": manifest.title,
        "summary": manifest.summary,
        "slug": manifest.slug,
        "country": manifest.countries[0] if len(manifest.countries) == 1 else "",
        "sensitive": manifest.sensitive,
        "law": bool(manifest.law),
        "audiences": list(manifest.audiences),
        "trace": manifest.trace.value,
        "credential": earned.kind if earned else "",
        "months": str(earned.valid_months or "") if earned else "",
    }


def counts_at_the_end(plan: ResolvedUnit) -> bool:
    """Tell whether a certificate waits for a unit: it is no extra, and somebody has to do something for it."""
    return plan.spec.core is not False and plan.spec.move_on is not MoveOn.NOT_APPLICABLE


def nothing_counts() -> str:
    """Say why a certificate or a badge cannot be given where nothing has to be done for it."""
    return _(
        "Nothing would have to be done for the certificate or the badge: each lesson would be an extra, or done from the "
        "beginning. Say first of one that it counts."
    )


def months_words() -> str:
    """Say what may be written as the time for which a certificate counts."""
    return _("Write a whole number from 1 to 120, or leave it empty: then it counts for ever.")


def is_whole_number(typed: str, most: int) -> bool:
    """Tell whether somebody typed a whole number from 1 to *most*, in the digits of any script.

    >>> is_whole_number("24", 120), is_whole_number("٢٤", 120), is_whole_number("0", 120), is_whole_number("two", 120)
    (True, True, False, False)
    """
    return typed.isdecimal() and len(typed) <= len(str(most)) and 0 < int(typed) <= most


def problems_of(wanted: Mapping[str, object], plans: Iterable[ResolvedUnit]) -> dict[str, str]:
    """Return field -> why it cannot be as it is wanted, in words for the author; empty where everything goes together."""
    found = {}
    kind, months = wanted["credential"], str(wanted["months"])
    if kind and wanted["trace"] == Trace.NONE:
        found["credential"] = _(
            "A course that keeps nothing cannot know who has come to its end, so it gives no certificate and no badge. "
            "Choose at the end of “Lessons”: nothing at its end, or progress that is kept."
        )
    elif kind and not any(map(counts_at_the_end, plans)):
        found["credential"] = nothing_counts()
    if months and kind != CERTIFICATE:
        found["months"] = _("Only a certificate ends. Leave this empty, or choose the certificate.")
    elif months and not is_whole_number(months, _MOST_MONTHS):
        found["months"] = months_words()
    return found


def write_settings(files: Files, wanted: Mapping[str, object], manifest: Manifest) -> Changes:
    """Return pack.toml with the settings that are other ones now, all but the address, which is in more files.

    What is as it was is not written: a file that leaves it out goes on doing so.
    Raise UneditableToml where the file is written in a way that cannot be changed in one place.
    """
    now = settings_of(manifest)
    names = ("title", "summary", "sensitive", "law", "audiences", "trace")
    values = {name: wanted[name] for name in names if wanted[name] != now[name]}
    # The page offers one country: those of a course for several stay.
    if len(manifest.countries) < 2 and wanted["country"] != now["country"]:
        values["countries"] = [wanted["country"]] if wanted["country"] else []
    changes = set_values(files, values)
    if any(wanted[name] != now[name] for name in ("credential", "months")):
        text = _with_credential(manifest_text({**files, MANIFEST: changes[MANIFEST] or b""}), wanted, now)
        changes[MANIFEST] = text.encode("utf-8", "surrogateescape")
    return changes


def _with_credential(text: str, wanted: Mapping[str, object], now: Mapping[str, object]) -> str:
    kind, months = wanted["credential"], int(str(wanted["months"]) or 0)
    table = ("credential",)
    if not kind:
        return TomlText(text).remove(table)
    if not now["credential"]:
        months_too = {"valid_months": months} if months else {}
        return TomlText(text).append(table_text("[credential]", {"kind": kind, "rule": "all-core"} | months_too))
    if kind != now["credential"]:
        text = TomlText(text).set(table, "kind", kind)
    return TomlText(text).set(table, "valid_months", months or None) if wanted["months"] != now["months"] else text


def credential_kinds() -> dict[str, str]:
    """Return what one may get at the end of a course -> what it is, for who chooses."""
    return {
        "": _("Nothing"),
        BADGE: _(
            "A badge: a picture that says “You did it”. It has no name and no code, and no row is kept of it. "
            "Nobody can check it."
        ),
        CERTIFICATE: _(
            "A certificate: a paper with a name, the title of the course, the time for it and a code. "
            "An office can check the code; it does not see the name."
        ),
    }


def traces() -> dict[str, str]:
    """Return what may be kept of learners -> what that means for them, for who chooses."""
    return {
        Trace.PROGRESS.value: _(
            "Progress: what was done and answered. One goes on where one was, and can get a certificate or a badge. "
            "A cookie holds it together, and learners can delete it."
        ),
        Trace.NONE.value: _(
            "Nothing: no cookie, no progress, no statistics. Who comes back begins anew. "
            "There is no certificate and no badge, and no phone takes the course along."
        ),
    }
