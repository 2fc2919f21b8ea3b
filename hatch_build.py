"""Build hook: compile the interface catalogues, so that no machine-made file is kept in git."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogue(po: Path) -> Path:
    """Write the .mo beside *po*; a fuzzy message stays out, as gettext has it."""
    mo = po.with_suffix(".mo")
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parts[-3])
    with mo.open("wb") as target:
        write_mo(target, catalogue)
    return mo


class CatalogueHook(BuildHookInterface[Any]):
    """Compile every catalogue of the interface and add it to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the files are collected; *version* is "standard" or "editable"."""
        root = Path(self.root)
        for po in sorted(root.glob("platform/perille/translations/*/LC_MESSAGES/*.po")):
            mo = compile_catalogue(po).relative_to(root)
            build_data["artifacts"].append(f"/{mo}")
