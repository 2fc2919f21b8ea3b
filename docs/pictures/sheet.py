"""Contact sheets to look at, as HTML on standard output: `python docs/pictures/sheet.py WHAT > sheet.html`.

WHAT is `bodies`, `heads` (with beards and glasses), `faces`, `hands`, `objects`, or a pack: its pictures in light and dark, and small.
"""

from __future__ import annotations

import sys
from typing import Any

from compose import HERE, drawing, files, folder, weight
from figures import parts
from limbs import HANDS
from palette import HAIR, SKIN

_STYLE = (
    "<!doctype html><meta charset=utf-8><style>body{margin:8px;font:13px sans-serif;background:#FBF8F2}div{display:inline-block;"
    "margin:4px;vertical-align:top}svg{display:block;border-radius:14px;max-width:100%;height:auto}.dark{background:#10191C;"
    "color:#E8EEF0;padding:8px}</style>"
)


def main() -> None:
    """Write the sheet that the command line names."""
    what = sys.argv[1] if len(sys.argv) > 1 else "bodies"
    sheets = {"bodies": bodies, "heads": heads, "faces": faces, "hands": hands, "objects": objects}
    sys.stdout.write(_STYLE + (sheets[what]() if what in sheets else pictures(what)))


def bodies() -> str:
    """Return every body with its name."""
    found = []
    for kind in ("bust", "sit", "stand"):
        scale = {"bust": 0.9, "sit": 0.55, "stand": 0.45}[kind]
        box = {"bust": (170, 160), "sit": (150, 170), "stand": (130, 180)}[kind]
        for place, name in enumerate(parts(kind)):
            entry = {"figure": name, "x": box[0] * 0.5, "y": 45 if kind == "bust" else 28, "scale": scale}
            found.append(_cell([entry | {"skin": place % 8 + 1}], f"{name} ({kind})", *box))
    return "".join(found)


def heads() -> str:
    """Return every head, beard and pair of glasses, and the colours of skin and hair."""
    found = [_cell([_face(head=name)], name) for name in parts("head")]
    found += [_cell([_face(beard=name)], f"beard: {name}") for name in parts("beard")]
    found += [_cell([_face(glasses=name)], f"glasses: {name}") for name in parts("glasses")]
    found += [_cell([_face(skin=tone)], f"skin: {tone}") for tone in range(1, len(SKIN) + 1)]
    return "".join([*found, *(_cell([_face(hair=name, head="medium-two")], f"hair: {name}") for name in HAIR)])


def faces() -> str:
    """Return every face."""
    return "".join(_cell([_face(face=name)], name) for name in parts("face"))


def hands() -> str:
    """Return every hand of an arm, to the right and flipped."""
    arms = [{"arm": [[10, 20], [20, 90], [56, 60]], "width": 20, "hand": name, "bare": 0.3} for name in HANDS]
    return "".join(
        _cell([arm | flip], f"{arm['hand']} {'flip' if flip else ''}") for arm in arms for flip in ({}, {"flip": True})
    )


def objects() -> str:
    """Return every object at scale 1."""
    names = sorted(path.stem for path in (HERE / "objects").glob("*.svg"))
    return "".join(_cell([{"object": name, "x": 100, "y": 50}], name, 200, 100) for name in names)


def pictures(pack: str) -> str:
    """Return the pictures of *pack* that have a scene: in light, in dark, and as small as in a list."""
    drawn = files(pack) or {path.name: path.read_text("utf-8") for path in folder(pack).glob("*.svg")}
    large = "".join(f"<div>{text}{name} {weight(text)}</div>" for name, text in drawn.items())
    size, thumb = 'width="320" height="180"', 'width="144" height="81"'
    small = "".join(f"<div>{text.replace(size, thumb, 1)}</div>" for text in drawn.values())
    return f"{large}<div class=dark>{large}</div><div class=dark>{small}</div>"


def _face(**entry: Any) -> dict[str, Any]:
    return {"figure": "head", "x": 50, "y": 50, "scale": 1.2} | entry


def _cell(entries: list[dict[str, Any]], words: str, width: int = 100, height: int = 100) -> str:
    drawn = "".join(drawing(entry) for entry in entries)
    inner = f'<g fill="#16262B" stroke-linecap="round" stroke-linejoin="round">{drawn}</g>'
    return f'<div><svg viewBox="0 0 {width} {height}" width="{width}" height="{height}">{inner}</svg>{words}</div>'


if __name__ == "__main__":
    main()
