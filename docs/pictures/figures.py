"""Figures of a picture: a body, a head, a face and what one wears, put together from the parts in parts/*.json."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from palette import COLOURS, HAIR, SKIN, colour

FOLDER = Path(__file__).parent
INK = COLOURS["ink"]
#: Picture units a unit of the source at scale 1; a bust is then 140 units high, a picture 180.
UNIT = 0.125
#: The middle of the face and the neck, in units of the source.
FACE = (640, 490)
NECK = (560, 690)
#: What a figure wears when a scene does not say it.
WEARS = {"top": "sun", "coat": "way", "pants": "slate", "shoes": "card", "thing": "card", "chair": "stone"}
WEARS |= {"cover": "rose", "under": "card", "frame": "ink", "dark": "ink", "white": "card", "tongue": "brick"}

#: Where the parts lie in the frame of a figure (as in the package's `Effigy`), and how single ones are moved.
_PLACES = {"head": (342, 190), "face": (531, 366), "beard": (495, 518), "glasses": (419, 421)}
_MOVED = {
    "bald": (50, 20),
    "bangs-two": (20, 0),
    "bantu-knots": (30, 0),
    "bun": (-20, -30),
    "beanie": (20, 0),
    "bun-clip": (20, -70),
    "bun-knots": (10, -30),
    "bun-two": (-50, -90),
    "grey-medium": (30, 0),
    "cornrows-light": (-15, 0),
    "dreads-two": (0, -15),
    "hat-hip": (-30, 0),
    "hijab": (50, 20),
    "long-afro": (-100, -130),
    "long-bangs": (-25, 0),
    "long-curly": (-50, -40),
    "long-hair": (-50, 0),
    "grey-curls": (-20, 0),
    "medium-bangs": (-50, 0),
    "medium-bangs-one": (40, 10),
    "medium-one": (40, 10),
    "medium-two": (-20, 0),
    "shaved-three": (10, -20),
    "short-five": (40, -10),
    "short-four": (40, -10),
    "short-one": (40, -10),
    "eyepatch": (0, -60),
    "sunglasses-two": (-10, 0),
    "full-max": (0, -20),
    "full-medium": (0, -10),
    "full-color": (0, -20),
    "mustache-bull": (0, -20),
    "mustache-eight": (-240, -75),
}
_FORTY = """grey-short medium-straight mohawk mohawk-knots pomp shaved shaved-one short-three short-two turban twists
twists-two wavy"""
_MOVED |= dict.fromkeys(_FORTY.split(), (40, 0)) | dict.fromkeys(("flat-top", "flat-top-long"), (50, 0))
_MOVED |= dict.fromkeys(("no-hair-two", "no-hair-three"), (30, 0))
#: How far the head of some busts moves.
_LEANS = {
    "explaining": (0, 30),
    "pointing-up": (0, 30),
    "polkadot-jacket": (0, 20),
    "hands-on-hips": (250, 0),
    "whatever": (90, 0),
}
#: Where the body lies: the busts all in one place, the others by pose.
_BUST = (147, 639)
_BODIES = {
    "blazer-pants": (-129, 599),
    "blazer-tee": (-129, 604),
    "cross-arm-pants": (-165, 632),
    "cross-arm-tee": (-150, 632),
    "dancer": (-129, 640),
    "doc": (-123, 609),
    "doc-hazardous": (-123, 631),
    "doc-stethoscope": (-123, 603),
    "easing-pants": (-129, 618),
    "easing-tee": (-129, 618),
    "pointing-finger-pants": (-129, 632),
    "pointing-finger-tee": (-129, 634),
    "polkadots": (-123, 638),
    "prothesis-pants": (-129, 599),
    "prothesis-tee": (-129, 604),
    "resting-pants": (-139, 640),
    "resting-tee": (-139, 640),
    "shirt-pants": (-129, 597),
    "shirt-tee": (-129, 614),
    "shirt-prothesis-pants": (-129, 597),
    "shirt-prothesis-tee": (-129, 614),
    "walking-pants": (-129, 623),
    "walking-tee": (-129, 623),
    "closed-legs-pants": (-29, 605),
    "closed-legs-tee": (-29, 605),
    "crossed-legs": (-39, 599),
    "hands-back-pants": (-15, 566),
    "hands-back-tee": (-15, 566),
    "mid-pants": (-138, 580),
    "mid-tee": (-138, 580),
    "one-leg-pants": (-25, 559),
    "one-leg-tee": (-25, 559),
    "wheelchair": (-15, 592),
}
#: A little below the lower edge of a picture.
_LOWER_EDGE = 182
#: How much wider the lines of small figures are drawn, in picture units.
_THICKER = 0.5
Shape = tuple[str, str]


@functools.cache
def parts(kind: str) -> dict[str, Any]:
    """Return the parts of *kind*: bust, sit, stand, head, face, beard or glasses."""
    return dict(json.loads((FOLDER / "parts" / f"{kind}.json").read_text(encoding="utf-8")))


def figure(entry: dict[str, Any]) -> str:
    """Return a figure as SVG, from an entry `figure = "BODY"` of a scene (README.md has the keys).

    Raises:
        KeyError: A part or a colour that there is not.

    """
    scale = float(entry.get("scale", 1))
    wears = colours(entry)
    lean = _LEANS.get(entry["figure"], (0, 0))
    body = _body(entry, scale, wears)
    grown = float(entry.get("head_scale", 1))
    head = _head(entry, scale * grown, wears, lean)
    middle = FACE[0] + lean[0], FACE[1] + lean[1]
    neck = NECK[0] + lean[0], NECK[1] + lean[1]
    # A head that is larger than the body's grows from the neck: that is how children are drawn.
    face = [neck[axis] + grown * (middle[axis] - neck[axis]) for axis in (0, 1)]
    x, y = float(entry["x"]), _height(entry, scale, face[1])
    side = -1 if entry.get("flip") else 1
    shift = x - side * (face[0] - FACE[0]) * UNIT * scale, y - (face[1] - FACE[1]) * UNIT * scale
    text = _group(body, shift, scale, side) if body else ""
    from_neck = [(neck[axis] - FACE[axis]) * (1 - grown) * UNIT * scale for axis in (0, 1)]
    return text + _group(head, (shift[0] + side * from_neck[0], shift[1] + from_neck[1]), scale * grown, side)


def colours(entry: dict[str, Any]) -> dict[str, str]:
    """Return the colour of each role of a figure."""
    found = {role: colour(str(entry.get(role, default))) for role, default in WEARS.items()}
    hair = str(entry.get("hair", "grey" if str(entry.get("head")).startswith("grey") else "black"))
    return found | {
        "hair": HAIR[hair] if hair in HAIR else colour(hair),
        "skin": SKIN[int(entry.get("skin", 4)) - 1],
        "ink": "",
    }


def kind_of(body: str) -> str:
    """Return the kind of a *body* by its name."""
    return next(kind for kind in ("bust", "sit", "stand") if body in parts(kind))


def level(scale: float) -> tuple[int, int]:
    """Return (which of the three levels of detail, its grid) for a figure at *scale*."""
    return (0, 2) if scale >= 1.2 else (1, 3) if scale >= 0.55 else (2, 5)


def _height(entry: dict[str, Any], scale: float, face: float) -> float:
    """Return the height of the face: as the scene says, or so that the figure stands on `foot` (a bust: on the lower edge)."""
    if "y" in entry:
        return float(entry["y"])
    name = entry["figure"]
    below = _place(name)[1] + parts(kind_of(name))[name]["size"][1] - face
    return float(entry.get("foot", _LOWER_EDGE)) - below * UNIT * scale


def _place(body: str) -> tuple[int, int]:
    return _BODIES.get(body, _BUST)


def _body(entry: dict[str, Any], scale: float, wears: dict[str, str]) -> list[Shape]:
    name = entry["figure"]
    if name == "head":
        return []
    # A turtleneck is one black shape: cloth and line at once.
    ink = {"ink": wears["dark"]} if name == "turtleneck" else {}
    return _shapes(parts(kind_of(name))[name], _place(name), scale, wears | ink)


def _head(entry: dict[str, Any], scale: float, wears: dict[str, str], lean: tuple[int, int]) -> list[Shape]:
    shapes: list[Shape] = []
    for kind in ("head", "face", "beard", "glasses"):
        name = entry.get(kind, {"head": "short-two", "face": "calm"}.get(kind))
        if not name:
            continue
        x, y = (_PLACES[kind][axis] + _MOVED.get(name, (0, 0))[axis] + lean[axis] for axis in (0, 1))
        worn = wears | {"dark": _dark(kind, name, wears)}
        if kind in ("face", "glasses"):
            worn |= {"ink": INK}  # named, so that _group leaves its fine lines as they are
        if kind == "head" and not {"hair", "dark"} & {role for role, _ in parts(kind)[name]["levels"][1]}:
            worn |= {"ink": wears["hair"]}  # hair and face are one line
        if name == "hijab":
            # Its edge has a hole for the face, which only one path with it can have.
            worn |= {"cover": wears["under"], "dark": wears["cover"], "ink": wears["cover"]}
        shapes += _shapes(parts(kind)[name], (x, y), scale, worn)
    return shapes


def _dark(kind: str, name: str, wears: dict[str, str]) -> str:
    """Return the colour of the largest black shape of a head: its hair, where that is not a shape of its own."""
    own = any(role == "hair" for role, _ in parts(kind)[name]["levels"][1])
    return "" if own or kind != "head" else wears["hair"]


def _shapes(part: dict[str, Any], place: tuple[int, int], scale: float, wears: dict[str, str]) -> list[Shape]:
    which, grid = level(scale)
    found: list[Shape] = []
    for role, path in part["levels"][which]:
        x, y, rest = _start(path)
        moved = round((place[0] - FACE[0]) / grid) + x, round((place[1] - FACE[1]) / grid) + y
        drawn = f"M{moved[0]} {moved[1]}{rest}".replace(" -", "-")
        # Neighbours of one colour become one path, but never of two parts: where those overlap they would make holes.
        if found and found[-1][0] == wears[role]:
            drawn = found.pop()[1] + drawn
        found.append((wears[role], drawn))
    return found


def _start(path: str) -> tuple[int, int, str]:
    """Return (x, y, the rest) of a path that begins with "Mx y"."""
    end = next(index for index, sign in enumerate(path) if index and sign.isalpha())
    x, y = path[1:end].replace("-", " -").split()
    return int(x), int(y), path[end:]


def _group(shapes: list[Shape], at: tuple[float, float], scale: float, side: int) -> str:
    """Return *shapes* in a group."""
    factor = UNIT * scale * level(scale)[1]
    # A small figure's lines would be thinner than those of the objects beside it.
    more = f' stroke="{INK}" stroke-width="{short(_THICKER / factor)}"' if level(scale)[0] == 2 else ""
    drawn = "".join(
        f'<path fill="{fill}" d="{path}"/>' if fill else f'<path{more} d="{path}"/>' for fill, path in shapes
    )
    sizes = f"{short(side * factor, 4)} {short(factor, 4)}" if side < 0 else short(factor, 4)
    return f'<g transform="translate({short(at[0])} {short(at[1])})scale({sizes})">{drawn}</g>'


def short(number: float, digits: int = 1) -> str:
    """Return *number* with at most *digits* behind the point, and no zero that says nothing."""
    text = f"{number:.{digits}f}".rstrip("0").rstrip(".") if digits else str(round(number))
    return "0" if text in ("-0", "") else text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text
