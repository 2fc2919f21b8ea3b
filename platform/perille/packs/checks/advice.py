"""Advice to authors: what `perille packs check` warns of and an administrator of a site need not read."""

from __future__ import annotations

from perille.core.i18n import LANGUAGES, OFFERED
from perille.packs.checks.minutes import check_minutes
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST, Manifest
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics


def advise(pack: LoadedPack, plans: tuple[ResolvedUnit, ...], diagnostics: Diagnostics) -> None:
    """Warn of minutes that are not those of the rule, choices that say nothing, and languages that readers are not offered."""
    check_minutes(plans, diagnostics)
    _check_feedback(pack, diagnostics)
    _check_offered(pack.manifest, diagnostics)


def _check_feedback(pack: LoadedPack, diagnostics: Diagnostics) -> None:
    """Whoever chose wrongly must learn why; one line names all such choices of an item."""
    for item in pack.items.values():
        chosen = [part.split("/")[:2] for part in item.words if part.endswith("/text") and item.scored]
        silent = [key for kind, key in chosen if kind == "choice" and f"{kind}/{key}/feedback" not in item.words]
        if silent:
            names = ", ".join(silent)
            text = f'Item {item.item.key}: nothing is said to one who chooses {names}: add "feedback" that says why'
            with diagnostics.about_item(item.item.key):
                diagnostics.warn(item.path, item.line, text)


def _check_offered(manifest: Manifest, diagnostics: Diagnostics) -> None:
    line = manifest.file.line(("languages",))
    for language in manifest.languages:
        if language in LANGUAGES and language not in OFFERED:
            name = LANGUAGES[language].name
            text = f'"{language}" ({name}) is not offered to readers: the words of the interface are not complete in it'
            diagnostics.warn(MANIFEST, line, text)
