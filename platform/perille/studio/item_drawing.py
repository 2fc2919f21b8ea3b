"""The drawing of a question's file on the Studio's page: what stands for a row becomes a link to its form."""

from __future__ import annotations

import logging
from collections.abc import Callable
from xml.etree import ElementTree

from perille.domain.item_files import drawing_of
from perille.packs.format.own_files import OwnFile

log = logging.getLogger(__name__)

_SVG = "http://www.w3.org/2000/svg"


def drawing_for(file: OwnFile | None) -> str:
    """Return the drawing of a file, "" where there is none, or its type fails at it: the page is there without it."""
    try:
        return "" if file is None else drawing_of(file.files, file.reading)
    except Exception:
        # A stranger's type: what it does wrong ends nothing else.
        log.exception("the drawing of %s failed", file.path if file else "")
        return ""


def linked_drawing(drawn: str, address: Callable[[str], str]) -> str:
    """Return an SVG in which each element with `data-row` is a link to *address* of that row, opened outside the drawing's frame.

    The drawing is no single picture then, for a reader who cannot see it, but a list of links.
    """
    root = ElementTree.fromstring(drawn)  # noqa: S314  (made by a question type that is installed here)
    for name in ("role", "aria-labelledby"):
        root.attrib.pop(name, None)
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            row = child.get("data-row")
            if row:
                link = ElementTree.Element(f"{{{_SVG}}}a", {"href": address(row), "target": "_top"})
                parent[place] = link
                link.append(child)
    return ElementTree.tostring(root, encoding="unicode")
