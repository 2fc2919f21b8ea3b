"""Checks that plugins bring."""

from __future__ import annotations

from perille.api import CheckedItem, CheckedPack
from perille.core.traceback_places import describe_error
from perille.packs.format.loading import LoadedPack, messages_of
from perille.packs.source.diagnostics import Diagnostics, Kind


def check_by_plugins(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Let each check of a plugin look at a pack; one that fails is a warning that names whose it is."""
    shown: CheckedPack | None = None
    for check, owner in pack.checks:
        shown = shown or _shown(pack)
        try:
            for finding in check(shown):
                add = diagnostics.add if finding.error else diagnostics.warn
                add(finding.path, finding.line, finding.message, Kind.CHECK_OF_PLUGIN)
        except Exception as error:
            text = f"A check of {owner} failed ({describe_error(error)})"
            diagnostics.warn("pack.toml", 1, text, Kind.FAILED_CHECK)


def _shown(pack: LoadedPack) -> CheckedPack:
    manifest = pack.manifest
    return CheckedPack(
        id=manifest.id,
        kind=manifest.kind,
        languages=manifest.languages,
        countries=manifest.countries,
        sensitive=manifest.sensitive,
        files=pack.files.files,
        items=tuple(
            CheckedItem(item=each.item, words=each.words, path=each.path, line=each.line)
            for each in pack.items.values()
        ),
        words=tuple((each.msgid, each.path, each.line) for each in messages_of(pack)),
    )
