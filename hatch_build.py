"""Build hooks: compile the interface catalogues, so that no machine-made file is kept in git, and fit README.md to the wheel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_PICTURE = re.compile(r"!\[[^\]]*\]\((?!https?://)[^)]+\)\n*")
_LINK = re.compile(r"\[([^\]]+)\]\((?!https?://)([^)]+)\)")


TRANSLATIONS = "platform/perille/translations"


def compile_catalogues(root: Path) -> list[Path]:
    """Compile the catalogues that lack no word; return the .mo files.

    A language is offered where there is a compiled catalogue (`perille.core.i18n`), so one that lacks words is not compiled, and what
    was compiled of it before goes. The words are those of all catalogues of the same name together.
    """
    read: dict[str, dict[Path, Catalog]] = {}
    for po in sorted(root.glob(f"{TRANSLATIONS}/*/LC_MESSAGES/*.po")):
        with po.open("rb") as source:
            read.setdefault(po.stem, {})[po] = read_po(source, locale=po.parts[-3])
    made = []
    for catalogues in read.values():
        words = set().union(*map(words_of, catalogues.values()))
        for po, catalogue in catalogues.items():
            if _compile(po.with_suffix(".mo"), catalogue, words):
                made.append(po.with_suffix(".mo"))
    return made


def words_of(catalogue: Catalog, *, translated: bool = False) -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Return context and message of each word; *translated*: of those alone that have a translation, and none in doubt."""
    return {(each.context, each.id) for each in catalogue if each.id and (not translated or _is_translated(each))}


def _is_translated(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return not message.fuzzy and bool(strings) and all(strings)


def _compile(mo: Path, catalogue: Catalog, words: set[tuple[str | None, str | tuple[str, ...]]]) -> bool:
    if words - words_of(catalogue, translated=True):
        mo.unlink(missing_ok=True)
        return False
    with mo.open("wb") as target:
        write_mo(target, catalogue)
    return True


class CatalogueHook(BuildHookInterface[Any]):
    """Compile every complete catalogue of the interface and add it to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Run before the files are collected; *version* is "standard" or "editable"."""
        root = Path(self.root)
        for mo in compile_catalogues(root):
            build_data["artifacts"].append(f"/{mo.relative_to(root)}")


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
