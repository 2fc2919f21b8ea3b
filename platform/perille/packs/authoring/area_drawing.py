"""A picture with a grid of coordinates and the areas of a question, for the author who writes their numbers."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from perille.packs.format.items import BankItem
from perille.packs.format.loading import LoadedPack
from perille.packs.format.media import MediaFile

#: Pixels of the drawn picture, and of the edge on which coordinates stand.
_WIDTH, _EDGE, _LINE = 1000, 48, 20
#: About so many lines of the grid stand side by side.
_LINES = 20
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d2433}.grid{stroke:#1d2433;stroke-opacity:.35;stroke-width:1}"
    ".area{fill:#fff;fill-opacity:.35;stroke:#a3271b;stroke-width:3;stroke-dasharray:8 4}.right{stroke:#22683a;stroke-dasharray:none}"
    ".number{font-size:20px;font-weight:700;paint-order:stroke;stroke:#fff;stroke-width:5px}"
)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From units of the picture to pixels of the drawing."""

    factor: float

    def x(self, units: float) -> str:
        return f"{_EDGE + units * self.factor:.1f}"

    def y(self, units: float) -> str:
        return f"{_EDGE + units * self.factor:.1f}"

    def length(self, units: float) -> str:
        return f"{units * self.factor:.1f}"


def draw_areas(pack: LoadedPack, picture: MediaFile, item: BankItem | None = None) -> str:
    """Return SVG: the picture, a grid in its units, and the areas of *item*, numbered as in the list beneath, which names them.

    Raise ValueError for a picture whose size is not known.
    """
    if not picture.width or not picture.height:
        raise ValueError(f"{picture.path} does not say its size: give it a viewBox")
    scale = _Scale(_WIDTH / picture.width)
    areas = _areas(item) if item else {}
    names = [_name(number, key, area, item) for number, (key, area) in enumerate(areas.items(), 1) if item]
    bottom = round(_EDGE + picture.height * scale.factor)
    width, height = _WIDTH + 2 * _EDGE, bottom + _EDGE + _LINE * len(names)
    title = f"{picture.path}, {picture.width} x {picture.height}"
    body = picture.converted or pack.files.files[picture.path]
    source = f"data:{picture.mime};base64,{base64.b64encode(body).decode()}"
    shapes = "".join(
        _shape(scale, number, key, area, item) for number, (key, area) in enumerate(areas.items(), 1) if item
    )
    lines = "".join(_text(_EDGE, bottom + _EDGE + _LINE * number, name) for number, name in enumerate(names))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">'
        f'<title>{escape(title)}</title><style>{_STYLE}</style><rect width="{width}" height="{height}" fill="#f7f8fa"/>'
        f'<image href="{source}" x="{_EDGE}" y="{_EDGE}" width="{_WIDTH}" height="{scale.length(picture.height)}"/>'
        f"{''.join(_grid(scale, picture))}{shapes}{lines}</svg>\n"
    )


def _areas(item: BankItem) -> Mapping[str, Mapping[str, object]]:
    found = item.item.extra.get("areas", {})
    return found if isinstance(found, Mapping) else {}


def _coords(area: Mapping[str, object]) -> list[float]:
    found = area.get("coords", ())
    return [float(number) for number in found] if isinstance(found, Sequence) and not isinstance(found, str) else []


def grid_step(side: int) -> int:
    """Return the distance of the lines of a grid: 1, 2 or 5 times a power of ten.

    >>> grid_step(320), grid_step(1280), grid_step(24)
    (20, 100, 2)
    """
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if side / step <= _LINES:
                return step
        power *= 10


def _grid(scale: _Scale, picture: MediaFile) -> Iterator[str]:
    step = grid_step(max(picture.width, picture.height))
    right, bottom = scale.x(picture.width), scale.y(picture.height)
    for units in range(0, picture.width + 1, step):
        yield f'<path class="grid" d="M{scale.x(units)} {_EDGE}V{bottom}"/>{_text(scale.x(units), _EDGE - 8, units, "middle")}'
    for units in range(0, picture.height + 1, step):
        yield f'<path class="grid" d="M{_EDGE} {scale.y(units)}H{right}"/>{_text(_EDGE - 8, scale.y(units), units, "end")}'


def _shape(scale: _Scale, number: int, key: str, area: Mapping[str, object], item: BankItem) -> str:
    coords = _coords(area)
    right = any(option.right for option in item.item.options if option.key == key)
    kind = f'class="area{" right" if right else ""}"'
    xs, ys = coords[0::2], coords[1::2]
    if area.get("shape") == "circle":
        drawn = f'<circle {kind} cx="{scale.x(coords[0])}" cy="{scale.y(coords[1])}" r="{scale.length(coords[2])}"/>'
        xs, ys = coords[:1], coords[1:2]
    elif area.get("shape") == "rect":
        size = f'width="{scale.length(xs[1] - xs[0])}" height="{scale.length(ys[1] - ys[0])}"'
        drawn = f'<rect {kind} x="{scale.x(xs[0])}" y="{scale.y(ys[0])}" {size}/>'
    else:
        corners = " ".join(f"{scale.x(x)},{scale.y(y)}" for x, y in zip(xs, ys, strict=True))
        drawn = f'<polygon {kind} points="{corners}"/>'
    middle = (scale.x(sum(xs) / len(xs)), scale.y(sum(ys) / len(ys)))
    return f'{drawn}<text class="number" x="{middle[0]}" y="{middle[1]}" text-anchor="middle">{number}</text>'


def _name(number: int, key: str, area: Mapping[str, object], item: BankItem) -> str:
    right = any(option.right for option in item.item.options if option.key == key)
    place = ", ".join(f"{each:g}" for each in _coords(area))
    text = item.words.get(f"area/{key}/text", "")
    return f"{number} {key}{' (right)' if right else ''}: {text} - {area.get('shape')} [{place}]"


def _text(x: float | str, y: float | str, words: object, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(str(words))}</text>'
