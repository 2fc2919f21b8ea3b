"""The way with its stations and the flag, all done, as a picture: the mark at the head of a certificate."""

from __future__ import annotations

import math
from functools import lru_cache

WAY, SUN = "#0A5A5E", "#F2B544"
#: Size in points: as wide as the lines of the paper.
WIDTH, HEIGHT = 470.0, 92.0
_LINE = 1.6
#: Where the line ends, and the flag's pole, length and height above it.
_LAST = WIDTH - 36
_END = 10.2
_POLE, _FLAG, _DEEP = 46.5, 32.5, 20.5
_STEPS = 60

Point = tuple[float, float]


@lru_cache(maxsize=64)
def way_svg(stations: int, direction: str) -> str:
    """Return the picture for a number of stations; it begins at the right where *direction* is "rtl"."""
    dot = min(8.8, WIDTH / (stations + 2) * 0.34)
    line = [_at(step / _STEPS, dot) for step in range(_STEPS + 1)]
    places = [_at(number / stations, dot) for number in range(stations)]
    mirror = f' transform="translate({WIDTH} 0) scale(-1 1)"' if direction == "rtl" else ""
    discs = "".join(_disc(place, dot) for place in places)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<g fill="none" stroke-linecap="round" stroke-linejoin="round"><g{mirror}>'
        f'<path d="M{" ".join(map(_point, line))}" stroke="{WAY}" stroke-width="{_LINE}"/>'
        f'<path d="{discs}" fill="{WAY}"/>'
        f'<path d="{_disc(line[-1], _END)}{_flag(line[-1])}" fill="{SUN}" stroke="{WAY}" stroke-width="{_LINE}"/></g>'
        # A tick never mirrors.
        f'<path d="{"".join(_tick(_seen(place, direction), dot) for place in places)}"'
        f' stroke="#fff" stroke-width="{dot * 0.26:.2f}"/></g></svg>'
    )


def _at(part: float, dot: float) -> Point:
    """Return the point after a part of the way, 0 to 1: it rises gently, in waves."""
    x = dot + part * (_LAST - 2 * dot)
    return x, HEIGHT - 20 - part * 14.2 - 9.6 * math.sin(part * 2.6 * math.pi)


def _seen(point: Point, direction: str) -> Point:
    return (WIDTH - point[0], point[1]) if direction == "rtl" else point


def _point(point: Point) -> str:
    return f"{point[0]:.2f} {point[1]:.2f}"


def _disc(place: Point, radius: float) -> str:
    start = _point((place[0] - radius, place[1]))
    return f"M{start}a{radius:.2f} {radius:.2f} 0 1 1 {2 * radius:.2f} 0a{radius:.2f} {radius:.2f} 0 1 1 {-2 * radius:.2f} 0z"


def _tick(place: Point, dot: float) -> str:
    x, y = place
    corners = ((x - dot * 0.44, y + dot * 0.04), (x - dot * 0.1, y + dot * 0.38), (x + dot * 0.46, y - dot * 0.34))
    return "M" + " ".join(map(_point, corners))


def _flag(foot: Point) -> str:
    x, y = foot
    top, low = y - _POLE, y - _POLE + _DEEP
    notch = (x + _FLAG * 0.75, (top + low) / 2)
    corners = ((x, y - _END), (x, top), (x + _FLAG, top), notch, (x + _FLAG, low), (x, low))
    return "M" + " ".join(map(_point, corners))
