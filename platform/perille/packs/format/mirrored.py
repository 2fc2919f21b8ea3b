"""The mirrored picture of one with a direction, for languages written from right to left: made of it, or another one in its size.

A pack refuses a mirrored picture of another size (`media._check_mirrored`), so what is made here always has the size that is asked for.
"""

from __future__ import annotations

import base64
import io
import re
from xml.etree import ElementTree
from xml.parsers import expat

from PIL import Image, ImageOps

from perille.packs.format.photographs import QUALITIES, WEIGHT
from perille.packs.format.svg import has_document_type

#: The first tag of a drawing, from its "<" on; a value may hold ">".
_TAG = re.compile(rb"<(?P<prefix>[\w.-]+:)?svg(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
#: The line before it, which may name the encoding of all that follows.
_DECLARATION = re.compile(
    rb"(?:\xef\xbb\xbf)?<\?xml\b(?:[^>]*?\bencoding\s*=\s*[\"'](?P<encoding>[\w.:-]+)[\"'])?[^>]*\?>"
)
#: Encodings whose bytes below 128 are ASCII and nothing else. Of all others Python knows some in which letters that the check of
#: pictures has read as words become tags, such as "raw-unicode-escape".
_PLAIN_ENCODINGS = re.compile(rb"utf-?8|(?:us-)?ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]", re.IGNORECASE)
#: What the first tag says of its size, and where it lies in a drawing around it.
_MEASURES = re.compile(rb"\s(?:x|y|width|height)\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
#: Below what photographs have otherwise: a mirrored one must not become smaller than the other, as a heavy photograph would.
_LOWER_QUALITIES = (*QUALITIES, 35, 25, 15, 5, 1)


class CannotMirror(ValueError):
    """This drawing is written in a way in which it cannot be mirrored."""


def mirror_drawing(body: bytes, width: int) -> bytes:
    """Return an SVG with one group around all its shapes that mirrors them; *width*: where it says none in a viewBox.

    >>> mirror_drawing(b'<svg viewBox="0 0 16 9"><path d="M0 0h9"/></svg>', 16)
    b'<svg viewBox="0 0 16 9"><g transform="translate(16 0) scale(-1 1)"><path d="M0 0h9"/></g></svg>'
    """
    far = _far_side(body, width).encode()
    tag, end = _inside(body)
    prefix = tag["prefix"] or b""
    group = b'<%bg transform="translate(%b 0) scale(-1 1)">' % (prefix, far)
    return b"".join((body[: tag.end()], group, body[tag.end() : end], b"</%bg>" % prefix, body[end:]))


def has_writing(body: bytes) -> bool:
    """Tell whether words are written in an SVG as letters, which would read backwards in a mirror; drawn letters cannot be told."""
    try:
        root = _root(body)
    except CannotMirror:
        return False
    return any(str(each.tag).rpartition("}")[2] == "text" and "".join(each.itertext()).strip() for each in root.iter())


def mirror_photograph(body: bytes) -> bytes:
    """Return a photograph mirrored, as WebP of the same size without metadata."""
    with Image.open(io.BytesIO(body)) as image:
        return _light(ImageOps.mirror(_plain(image)))


def photograph_in_size(body: bytes, width: int, height: int) -> bytes:
    """Return a photograph whole, as WebP of this size; where it has another shape, nothing is seen at two of its sides."""
    with Image.open(io.BytesIO(body)) as image:
        if image.size == (width, height) and len(body) <= WEIGHT:
            return body
        plain = image.convert("RGBA")
    return _light(ImageOps.pad(plain, (width, height), Image.Resampling.LANCZOS, color=(0, 0, 0, 0)))


def photograph_as_drawing(body: bytes, width: int, height: int) -> bytes:
    """Return an SVG of this size that holds a photograph: a drawing of few units would leave few pixels of it."""
    with Image.open(io.BytesIO(body)) as image:
        seen = image.convert("RGBA")
    ground = Image.new("RGBA", seen.size, "white")
    ground.alpha_composite(seen)
    # As text it weighs a third more.
    jpeg = _first_light(ground.convert("RGB"), "JPEG", WEIGHT * 3 // 4)
    address = f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
    # Phones whose SVG is older than 2 know the address by this name alone.
    inner = (
        f'<image xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" height="{height}" xlink:href="{address}"/>'
    )
    return f"{_frame(width, height)}{inner}</svg>".encode()


def drawing_in_size(body: bytes, own: tuple[int, int], width: int, height: int) -> bytes:
    """Return an SVG of the size *own* whole in one of another size; raise CannotMirror where it has no size."""
    if own == (width, height):
        return body
    if not all(own):
        raise CannotMirror
    # The drawing around it is UTF-8, and says nothing of another encoding.
    body = _in_utf8(body)
    tag, end = _inside(body)
    prefix, rest = tag["prefix"] or b"", _MEASURES.sub(b"", tag["rest"])
    box = b"" if b"viewBox" in rest else b' viewBox="0 0 %d %d"' % own
    inner = b'<%bsvg%b%b width="%d" height="%d">' % (prefix, rest, box, width, height)
    return b"".join((_frame(width, height).encode(), inner, body[tag.end() : end], b"</%bsvg></svg>" % prefix))


def _in_utf8(body: bytes) -> bytes:
    """Return an XML file in UTF-8, without the line that says in which encoding it was."""
    found = _DECLARATION.match(body)
    if found is None:
        return body
    encoding = found["encoding"] or b"utf-8"
    if not _PLAIN_ENCODINGS.fullmatch(encoding):
        raise CannotMirror
    try:
        text = body[found.end() :].decode(encoding.decode("ascii"))
    except (LookupError, UnicodeDecodeError) as error:
        raise CannotMirror from error
    return text.encode()


def _frame(width: int, height: int) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'


def _inside(body: bytes) -> tuple[re.Match[bytes], int]:
    """Return the first tag of an SVG, behind which its shapes begin, and where they end in its bytes."""
    first, last = _first_and_last_tag(body)
    found = _TAG.match(body, first)
    if found is None or found["rest"].endswith(b"/") or body[last : last + 2] != b"</":
        raise CannotMirror
    return found, last


def _first_and_last_tag(body: bytes) -> tuple[int, int]:
    """Return where the first and the last tag of an XML file stand."""
    parser = expat.ParserCreate()
    starts: list[int] = []
    ends = [0]

    def begin(_name: str, _values: dict[str, str]) -> None:
        if not starts:
            starts.append(parser.CurrentByteIndex)

    def end(_name: str) -> None:
        ends[0] = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(body, True)  # noqa: FBT003 - the module takes it by its place
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise CannotMirror from error
    return starts[0], ends[0]


def _root(body: bytes) -> ElementTree.Element:
    # As `media` refuses it: a file of a draft may be one that is refused.
    if has_document_type(body):
        raise CannotMirror
    try:
        return ElementTree.fromstring(body)  # noqa: S314  (no document type, so no entities)
    except (ElementTree.ParseError, LookupError, ValueError) as error:
        # The last two: an encoding that is not known, or that the reader of XML does not take.
        raise CannotMirror from error


def _far_side(body: bytes, width: int) -> str:
    """Return by how much a mirrored SVG is moved back: twice where it begins, and its width."""
    box = (_root(body).get("viewBox") or "").replace(",", " ").split()
    if not box and width:
        return str(width)
    if len(box) != 4 or not all(_NUMBER.fullmatch(each) for each in box):
        raise CannotMirror
    return f"{2 * float(box[0]) + float(box[2]):.6f}".rstrip("0").rstrip(".")


def _plain(image: Image.Image) -> Image.Image:
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if see_through else "RGB")


def _light(image: Image.Image) -> bytes:
    """Return a picture as WebP that no reader of packs makes smaller once more; one of few colours keeps clean lines."""
    drawn = _saved(image, "WEBP", lossless=True) if image.getcolors(256) is not None else b""
    return drawn if drawn and len(drawn) <= WEIGHT else _first_light(image, "WEBP", WEIGHT)


def _first_light(image: Image.Image, kind: str, most: int) -> bytes:
    made = b""
    for quality in _LOWER_QUALITIES:
        made = _saved(image, kind, quality=quality)
        if len(made) <= most:
            break
    return made


def _saved(image: Image.Image, kind: str, *, quality: int = 100, lossless: bool = False) -> bytes:
    out = io.BytesIO()
    options = {"method": 4, "lossless": lossless, "exact": False} if kind == "WEBP" else {"optimize": True}
    image.save(out, kind, quality=quality, **options)
    return out.getvalue()
