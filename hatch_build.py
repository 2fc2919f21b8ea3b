"""Build hooks: compile the interface catalogues, so that no machine-made file is kept in git, and fit README.md to the wheel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?://)[^)]+\)\n*")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)([^)]+)\)")


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


class ReadmeHook(MetadataHookInterface):
    """Give README.md as the description. On the page of a package index its links to files would lead nowhere."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the description."""
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {"content-type": "text/markdown", "text": untied(text)}


def untied(text: str) -> str:
    """Return Markdown whose links to files are the names of the files, without pictures that are files.

    >>> untied("See [how](docs/how.md) and [why](https://example.org).")
    'See how (`docs/how.md`) and [why](https://example.org).'
    """
    return _LINK.sub(lambda link: link[1] if link[1] == link[2] else f"{link[1]} (`{link[2]}`)", _PICTURE.sub("", text))
