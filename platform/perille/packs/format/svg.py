"""SVG pictures of a pack: their size, and that they neither run nor load anything."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from perille.packs.source.diagnostics import Diagnostics, Kind

_LOADS = re.compile(r"javascript:|url\((?!\s*[\"']?#)", re.IGNORECASE)
_LENGTH = re.compile(r"([0-9.]+)\s*(?:px)?")
#: Elements that run, load or embed; a picture has none.
_REFUSED_TAGS = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener", "set"}
)


def measure_svg(path: str, body: bytes, diagnostics: Diagnostics) -> tuple[int, int]:
    """Return an SVG's size; refuse one that could run or load something, since it can be opened as a page."""
    if has_document_type(body):
        diagnostics.add(path, 1, "The picture has a document type: remove it", Kind.ACTIVE_PICTURE)
        return 0, 0
    try:
        root = ElementTree.fromstring(body)  # noqa: S314  (no document type, so no entities)
    except ElementTree.ParseError as error:
        diagnostics.add(path, error.position[0], f"This is not SVG: {error}")
        return 0, 0
    except (LookupError, ValueError) as error:
        # It names an encoding that is not known, or one that the reader of XML does not take.
        diagnostics.add(path, 1, f"This is not SVG: {error}")
        return 0, 0
    for element in root.iter():
        _check_svg_element(path, element, diagnostics)
    return _svg_size(root)


def has_document_type(body: bytes) -> bool:
    """Tell whether an XML file has one, and so perhaps entities; in UTF-16, too, where each sign has a zero beside it."""
    signs = body.replace(b"\0", b"")
    return b"<!DOCTYPE" in signs or b"<!ENTITY" in signs


def _check_svg_element(path: str, element: ElementTree.Element, diagnostics: Diagnostics) -> None:
    tag = str(element.tag).rpartition("}")[2].lower()
    if tag in _REFUSED_TAGS:
        diagnostics.add(
            path, 1, f"The picture has <{tag}>: a picture neither runs nor loads anything", Kind.ACTIVE_PICTURE
        )
    for name, value in element.attrib.items():
        short = name.rpartition("}")[2].lower()
        outside = short == "href" and not value.strip().startswith(("#", "data:image/png;", "data:image/jpeg;"))
        if short.startswith("on") or outside or _runs_or_loads(value):
            said = f'The picture has {short}="{value[:40]}": a picture neither runs nor loads anything'
            diagnostics.add(path, 1, said, Kind.ACTIVE_PICTURE)
    if tag == "style" and re.search(r"@import|url\((?!\s*[\"']?#)", element.text or "", re.IGNORECASE):
        diagnostics.add(path, 1, "The picture's style loads something from elsewhere", Kind.ACTIVE_PICTURE)


def _runs_or_loads(value: str) -> bool:
    """Tell whether a value could run or load something. Most are points of a line, hold neither sign, and ask no pattern."""
    return (":" in value or "(" in value) and _LOADS.search(value) is not None


def _svg_size(root: ElementTree.Element) -> tuple[int, int]:
    box = (root.get("viewBox") or "").replace(",", " ").split()
    texts = box[2:] if len(box) == 4 else [root.get("width") or "", root.get("height") or ""]
    found = [_LENGTH.fullmatch(text.strip()) for text in texts]
    width, height = (round(float(each.group(1))) if each else 0 for each in found)
    return width, height
