"""Arms and hands that a figure's body does not have: a hand that holds the phone, a finger that presses, a palm that says no."""

from __future__ import annotations

from typing import Any

from figures import short
from palette import SKIN, colour

#: The width of a line in ink.
LINE = 2.0
#: Hands, from the wrist at (0, 0) towards +x, for an arm that is 10 units wide: (points, width) of each stroke, and lines in ink.
Stroke = tuple[str, float]
HANDS: dict[str, tuple[tuple[Stroke, ...], str]] = {
    "fist": ((("M0 0h6", 11), ("M4-3l6 1M5 2h6", 6)), "M12-1h-4M12 3h-4M5-6l3 3"),
    "hold": (
        (("M0 0h5", 11), ("M5-5q4-2 7-1", 5), ("M6-2h8M6 2h8M5 5h7", 3.6)),
        "M14 0h-5M14 4h-5",
    ),
    "point": ((("M0 0h5", 11), ("M5-3h14", 4), ("M5-1q5 0 6 2M5 2q4 0 5 1", 4.6), ("M3-5q4-4 8-2", 3.6)), "M8 4l4-1"),
    "flat": ((("M0 0h5", 11), ("M6-3h10M6 0h12M6 3h10", 3.8), ("M2-4q3-5 8-5", 3.8)), "M17-1.5h-6M17 1.5h-6"),
    "open": (
        (("M0 0h6", 11), ("M6-4l9-7M7-1l13-4M7 2l12 2M5 4l9 6", 3.8), ("M2-4q0-6 3-9", 4)),
        "",
    ),
    "palm": (
        (("M0 0h6", 12), ("M6-5l9-3M8-2l11-1M8 2l11 1M6 5l8 4", 3.8), ("M3-5q1-4 5-8", 4.2)),
        "M6 4q-3-4 1-7",
    ),
    "pinch": ((("M0 0h5", 10), ("M5-3q6 0 10 4M4 2q5 2 11 0", 4), ("M4 4q4 2 6 1", 4.4)), "M10 4l-3 1"),
}
_Point = tuple[float, float]


def arm(entry: dict[str, Any]) -> str:
    """Return an arm as SVG, from an entry `arm = [[x, y], [x, y], [x, y]]` of a scene: shoulder, elbow, wrist.

    Raises:
        KeyError: A hand or a colour that there is not.

    """
    start, bend, end = (
        _Point(point) if len(point) != 2 else (float(point[0]), float(point[1])) for point in entry["arm"]
    )
    width = float(entry.get("width", 10))
    skin = SKIN[int(entry.get("skin", 4)) - 1]
    whole = (start, bend, end)
    sleeved = _until(whole, 1 - float(entry.get("bare", 0.1)))
    text = _hand(entry, bend, end, width, skin)
    if float(entry.get("bare", 0.1)) < 1:
        text += _tube(whole, width * 0.85, skin) if float(entry.get("bare", 0.1)) else ""
        return text + _tube(sleeved, width, colour(entry.get("sleeve", "sun")), cuff=True)
    return text + _tube(whole, width, skin)


def _tube(curve: tuple[_Point, _Point, _Point], width: float, fill: str, *, cuff: bool = False) -> str:
    # A sleeve ends in a line of ink; a bare wrist goes over into the hand without one.
    shorter = _until(curve, 1 - (LINE if cuff else 1) / max(_length(curve), 2 * LINE))
    outer, inner = (curve, shorter) if cuff else (shorter, curve)
    dark = f'<path stroke="#16262B" stroke-width="{short(width + 2 * LINE)}" d="{_drawn(outer)}"/>'
    fill = fill or "#16262B"
    bright = f'<path stroke="{fill}" stroke-width="{short(width)}" d="{_drawn(inner)}"/>'
    return f'<g fill="none" stroke-linecap="butt">{dark}{bright}</g>'


def _hand(entry: dict[str, Any], bend: _Point, end: _Point, width: float, skin: str) -> str:
    strokes, lines = HANDS[entry.get("hand", "fist")]
    scale = width / 10 * float(entry.get("hand_scale", 1))
    # The direction of the forearm as a matrix needs no angle.
    x, y = end[0] - bend[0], end[1] - bend[1]
    length = (x * x + y * y) ** 0.5 or 1
    across, down = x / length, y / length
    turn = f"rotate({short(float(entry['turn']))})" if entry.get("turn") else ""
    side = -1 if entry.get("flip") else 1
    matrix = (scale * across, scale * down, -side * scale * down, side * scale * across, end[0], end[1])
    dark = "".join(f'<path stroke-width="{short(wide + 2 * LINE / scale)}" d="{path}"/>' for path, wide in strokes)
    bright = "".join(f'<path stroke-width="{short(wide)}" d="{path}"/>' for path, wide in strokes)
    inner = f'<path stroke-width="{short(LINE / scale * 0.6)}" d="{lines}"/>' if lines else ""
    place = " ".join(short(number, 3) for number in matrix)
    ink = 'stroke="#16262B"'
    return f'<g fill="none" transform="matrix({place}){turn}"><g {ink}>{dark}</g><g stroke="{skin}">{bright}</g><g {ink}>{inner}</g></g>'


def _until(curve: tuple[_Point, _Point, _Point], share: float) -> tuple[_Point, _Point, _Point]:
    """Return the first *share* of a quadratic curve."""

    def between(one: _Point, two: _Point) -> _Point:
        return one[0] + (two[0] - one[0]) * share, one[1] + (two[1] - one[1]) * share

    first, second = between(curve[0], curve[1]), between(curve[1], curve[2])
    return curve[0], first, between(first, second)


def _length(curve: tuple[_Point, _Point, _Point]) -> float:
    ways = zip(curve, curve[1:], strict=False)
    return sum(((one[0] - two[0]) ** 2 + (one[1] - two[1]) ** 2) ** 0.5 for one, two in ways)


def _drawn(curve: tuple[_Point, _Point, _Point]) -> str:
    (x, y), (bend_x, bend_y), (end_x, end_y) = curve
    return f"M{short(x)} {short(y)}Q{short(bend_x)} {short(bend_y)} {short(end_x)} {short(end_y)}"
