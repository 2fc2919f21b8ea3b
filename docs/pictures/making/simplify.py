"""Make the parts of figures small: `python simplify.py raw.json ../parts`; raw.json comes from dump.cjs. Needs numpy.

Each part is written three times, for figures that are large, of middle size and small in a picture: the smaller, the
coarser its grid and the fewer its curves.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from fit import Points, area, simplify, subpaths

#: (tolerance, grid) in units of the source: for figures at scale 1.2 and more, 0.55 to 1.2, and below.
LEVELS = ((2.0, 2), (3.5, 3), (6.5, 5))
#: The colour of a shape -> its role in a scene.
ROLES = {
    "@skinColor": "skin",
    "@outlineColor": "ink",
    "@topColor": "top",
    "@pocketColor": "top",
    "@pantsColor": "pants",
    "@jacketColor": "coat",
    "@blazerColor": "coat",
    "@coatColor": "coat",
    "@shoesColor": "shoes",
    "@hairColor": "hair",
    "@beardColor": "hair",
    "#4F66AF": "hair",
    "#E8E1E1": "hair",
    "@hijabColor": "cover",
    "@turbanColor": "cover",
    "@capColor": "cover",
    "@beanieColor": "cover",
    "@clipColor": "cover",
    "@frameColor": "frame",
    "@wheelchairColor": "chair",
    "@prothesisColor": "thing",
    "@cupColor": "thing",
    "@paperColor": "thing",
    "@computerColor": "thing",
    "white": "white",
    "#FF8181": "tongue",
    "#FF6C6C": "tongue",
}
#: What is left out of a part, as a box (left, top, right, bottom) in units of the source: the emblem on the laptop.
HIDDEN = {"computer": (690, 380, 800, 520)}
FOLDERS = {
    "body/effigy": "bust",
    "body/sitting": "sit",
    "body/standing": "stand",
    "head": "head",
    "face": "face",
    "accessory": "glasses",
    "beard": "beard",
}
#: Names that say what one sees.
RENAMED = {
    "ColorBun": "grey-bun",
    "ColorMedium": "grey-medium",
    "MediumBangsColor": "grey-curls",
    "GrayShort": "grey-short",
    "StrippedPocketTee": "hands-on-hips",
    "FullColor": "full-color",
}
#: Not for this platform: weapons, monsters, hearts for eyes, a brand; and a bicycle that weighs as much as ten figures.
LEFT_OUT = {
    "killer",
    "bike",
    "bear",
    "monster",
    "cyclops",
    "angry-fang",
    "love-grin-teeth",
    "love-grin-tongue",
    "tee-selena",
}


def main() -> None:
    """Read raw.json, write a file of parts for each kind."""
    raw = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    kinds: dict[str, dict[str, Any]] = {kind: {} for kind in FOLDERS.values()}
    for place, part in raw.items():
        folder, _, name = place.rpartition("/")
        name = RENAMED.get(name) or re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower().replace("-color-", "-")
        if name not in LEFT_OUT:
            kinds[FOLDERS[folder]][name] = _part(part, HIDDEN.get(name, ()), cloth=FOLDERS[folder] in ("bust", "head"))
    for kind, parts in kinds.items():
        text = json.dumps(parts, indent=0, ensure_ascii=False, sort_keys=True)
        Path(sys.argv[2], f"{kind}.json").write_text(text + "\n", encoding="utf-8")


def _part(raw: dict[str, Any], hidden: tuple[int, ...], *, cloth: bool) -> dict[str, Any]:
    svg = re.sub(r'<rect x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"', _rectangle, raw["svg"])
    shapes = [(ROLES[fill], subpaths(path)) for path, fill in re.findall(r'<path d="([^"]+)" fill="([^"]+)"', svg)]
    shapes = [(role, [each for each in outlines if not _within(each, hidden)]) for role, outlines in shapes]
    levels = [_level(shapes, tolerance, grid, cloth=cloth) for tolerance, grid in LEVELS]
    return {"size": [raw["width"], raw["height"]], "levels": levels}


def _rectangle(match: re.Match[str]) -> str:
    x, y, width, height = (float(number) for number in match.groups())
    return f'<path d="M{x} {y}H{x + width}V{y + height}H{x}Z"'


def _within(curves: list[Points], box: tuple[int, ...]) -> bool:
    points = np.vstack(curves)
    return bool(box) and bool((points.min(0) >= box[:2]).all() and (points.max(0) <= box[2:]).all())


def _level(
    shapes: list[tuple[str, list[list[Points]]]], tolerance: float, grid: int, *, cloth: bool
) -> list[list[str]]:
    """Return (role, path) of each shape; the largest black shape of a bust or head is cloth or hair: its role is "dark"."""
    written = []
    for role, outlines in shapes:
        # The edge of a coloured area lies under an ink line, so that it may be rougher.
        allowed = tolerance if role in ("ink", "white") else tolerance * 1.6
        largest = max(outlines, key=area)
        kept = [each for each in outlines if area(each) >= tolerance**2 * 4]
        if cloth and role == "ink" and len(kept) > 1:
            written.append(["dark", _path([largest], allowed, grid)])
            kept = [each for each in kept if each is not largest]
        if kept:
            written.append([role, _path(kept, allowed, grid)])
    return [shape for shape in written if shape[1]]


def _path(outlines: list[list[Points]], tolerance: float, grid: int) -> str:
    """Return the path: its first move is absolute, all else relative, in whole units of *grid*."""
    text, start = "", (0, 0)
    for outline in outlines:
        curves = simplify(outline, tolerance)
        if curves:
            piece, start = _written(curves, grid, start)
            text += piece
    return "M" + text[1:] if text else ""


def _written(curves: list[Points], grid: int, pen: tuple[int, int]) -> tuple[str, tuple[int, int]]:
    def place(point: Points) -> tuple[int, int]:
        return round(float(point[0]) / grid), round(float(point[1]) / grid)

    start = place(curves[0][0])
    text, last, mirrored = "m" + _joined((start[0] - pen[0], start[1] - pen[1])), "m", None
    pen = start
    for curve in curves:
        one, two, end = (place(point) for point in curve[1:])
        if one == two == end == pen:
            continue
        command, numbers = _command(pen, one, two, end, mirrored)
        mirrored = (end[0] - two[0], end[1] - two[1]) if command in "cs" else None
        body = _joined(numbers)
        text += command + body if command != last else body if body[0] == "-" else " " + body
        last, pen = command, end
    return text + "z", start


Place = tuple[int, int]


def _command(pen: Place, one: Place, two: Place, end: Place, mirrored: Place | None) -> tuple[str, tuple[int, ...]]:
    """Return the shortest command for a curve, relative to *pen*."""
    x, y = end[0] - pen[0], end[1] - pen[1]
    length = max(1e-9, float(np.hypot(x, y)))
    handles = [(point[0] - pen[0], point[1] - pen[1]) for point in (one, two)]
    beside = max(abs(handle[0] * y - handle[1] * x) / length for handle in handles)
    along = [(handle[0] * x + handle[1] * y) / length for handle in handles]
    if beside < 0.75 and min(along) >= -1 and max(along) <= length + 1:
        if x and y:
            return "l", (x, y)
        return ("h", (x,)) if x else ("v", (y,))
    if mirrored and abs(handles[0][0] - mirrored[0]) + abs(handles[0][1] - mirrored[1]) <= 1:
        return "s", (*handles[1], x, y)
    return "c", (*handles[0], *handles[1], x, y)


def _joined(numbers: tuple[int, ...]) -> str:
    return re.sub(r" (?=-)", "", " ".join(str(number) for number in numbers))


if __name__ == "__main__":
    main()
