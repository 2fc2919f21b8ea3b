"""Compose the pictures of packs from the texts in scenes/*.toml: `python docs/pictures/compose.py [PACK] [NAME...]`.

Writes courses/PACK/media/NAME.svg, and NAME.rtl.svg where the scene says `direction = true`, and their credits. README.md
says how a scene is written. Needs Python alone.
"""

from __future__ import annotations

import functools
import gzip
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from figures import figure, short
from limbs import LINE, arm
from palette import GROUNDS, colour

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WIDTH, HEIGHT = 320, 180
#: The most that a picture may weigh on the wire, in bytes.
MOST = 12_000
AUTHOR = "Pablo Stanley (figures, CC0-1.0); The Perille authors (objects, composition)"
SOURCE = "Open Peeps, from @opeepsfun/open-peeps 1.0.6"
CHANGES = "figures with fewer curves and other colours"
_HEAD = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'


@functools.cache
def written(pack: str) -> dict[str, dict[str, Any]]:
    """Return the scenes of *pack* as its file has them.

    Raises:
        OSError: The pack has none.

    """
    return tomllib.loads((HERE / "scenes" / f"{pack}.toml").read_text(encoding="utf-8"))


def scenes(pack: str) -> dict[str, dict[str, Any]]:
    """Return the scenes of *pack* by the name of their picture.

    Raises:
        OSError: The pack has none.
        ValueError: A scene takes one that is not there, or, by other packs, itself.

    """
    return {name: scene_of(pack, name) for name in written(pack)}


def scene_of(pack: str, name: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return a scene; `like` takes the one of the same name from another pack, in which some keys may be others.

    *before*: the packs by which it is taken. Raises what `scenes` raises.
    """
    if pack in before:
        raise ValueError(f"the scene {name} is like itself: {' -> '.join((*before, pack))}")
    scene = written(pack).get(name)
    if scene is None:
        raise ValueError(f"scenes/{before[-1]}.toml: {name} is like one of {pack}, which has no such scene")
    return scene_of(scene["like"], name, (*before, pack)) | scene if "like" in scene else scene


@functools.cache
def people() -> dict[str, dict[str, Any]]:
    """Return the people whom scenes name with `who`, so that somebody looks the same in each picture."""
    return dict(tomllib.loads((HERE / "people.toml").read_text(encoding="utf-8")))


def files(pack: str) -> dict[str, str]:
    """Return what each picture file of *pack* that has a scene must hold, by its name."""
    found = {}
    for name, scene in scenes(pack).items():
        found[f"{name}.svg"] = picture(scene)
        if scene.get("direction"):
            found[f"{name}.rtl.svg"] = picture(scene, mirrored=True)
    return found


def picture(scene: dict[str, Any], *, mirrored: bool = False) -> str:
    """Return the SVG of a *scene*.

    Raises:
        KeyError: The scene names a part, an object or a colour that there is not.

    """
    ground = GROUNDS.get(scene.get("ground", "mist")) or scene["ground"]
    drawn = "".join(drawing(entry) for entry in scene["draw"])
    inner = f'<g fill="#16262B" stroke-linecap="round" stroke-linejoin="round">{drawn}</g>'
    shapes = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>{inner}'
    if mirrored:
        shapes = f'<g transform="translate({WIDTH} 0) scale(-1 1)">{shapes}</g>'
    return f"{_HEAD}{shapes}</svg>\n"


def drawing(entry: dict[str, Any]) -> str:
    """Return one entry of a scene as SVG, cropped where it says so."""
    entry = (people()[entry["who"]] if "who" in entry else {}) | entry
    kinds = {"figure": figure, "arm": arm, "object": thing, "shape": shape, "floor": floor}
    kind = next(kind for kind in kinds if kind in entry)
    text = kinds[kind](entry)
    if "crop" not in entry:
        return text
    x, y, width, height = (short(float(number)) for number in entry["crop"])
    box = f'x="{x}" y="{y}" width="{width}" height="{height}" viewBox="{x} {y} {width} {height}"'
    return f"<svg {box}>{text}</svg>"


def thing(entry: dict[str, Any]) -> str:
    """Return an object of objects/*.svg with its middle at `x`, `y`, or its lower edge at `foot`.

    Raises:
        OSError: There is no such object.

    """
    text = (HERE / "objects" / f"{entry['object']}.svg").read_text(encoding="utf-8").strip()
    head, inner = re.fullmatch(r"<svg([^>]*)>(.*)</svg>", text, re.S).groups()  # type: ignore[union-attr]
    left, top, width, height = (float(number) for number in re.search(r'viewBox="([^"]+)"', head)[1].split())  # type: ignore[index]
    scale = float(entry.get("scale", 1))
    x = float(entry["x"])
    y = float(entry["foot"]) - height / 2 * scale if "foot" in entry else float(entry["y"])
    steps = [f"translate({short(x)} {short(y)})"]
    if entry.get("rotate"):
        steps.append(f"rotate({short(float(entry['rotate']))})")
    if entry.get("flip") or scale != 1:
        side = -1 if entry.get("flip") else 1
        steps.append(f"scale({short(side * scale, 3)} {short(scale, 3)})" if side < 0 else f"scale({short(scale, 3)})")
    steps.append(f"translate({short(-left - width / 2)} {short(-top - height / 2)})")
    return f'<g transform="{"".join(steps)}">{_lined(_recoloured(inner, entry), scale)}</g>'


def _lined(inner: str, scale: float) -> str:
    """Return the shapes of an object with lines that stay about as wide as the figures', however large it is drawn."""
    thinner = f'stroke-width="{short(LINE * scale**-0.75)}"'
    return inner.replace('stroke-width="2"', thinner)


def _recoloured(inner: str, entry: dict[str, Any]) -> str:
    """Return the shapes of an object with other colours, where the entry has `colours = {sun = "way"}`."""
    changes = {colour(one).lower(): colour(other) or "#16262B" for one, other in entry.get("colours", {}).items()}
    return re.sub(r"#[0-9A-Fa-f]{3,6}", lambda match: changes.get(match[0].lower(), match[0]), inner)


def shape(entry: dict[str, Any]) -> str:
    """Return a simple shape: rect, ellipse, line or path, with a `fill` and a `line` of some width (0: none)."""
    kind = entry["shape"]
    keys = {
        "rect": {"x": "x", "y": "y", "w": "width", "h": "height", "round": "rx"},
        "ellipse": {"x": "cx", "y": "cy", "w": "rx", "h": "ry"},
        "path": {"d": "d"},
    }[kind]
    size = {"w": 0.5, "h": 0.5} if kind == "ellipse" else {}
    words = [
        f'{name}="{value if isinstance(value, str) else short(value * size.get(key, 1))}"'
        for key, name in keys.items()
        if (value := entry.get(key)) is not None
    ]
    if fill := colour(entry.get("fill", "none")):
        words.append(f'fill="{fill}"')
    if line := float(entry.get("line", LINE)):
        words += [f'stroke="{colour(entry.get("stroke", "ink")) or "#16262B"}"', f'stroke-width="{short(line)}"']
    if entry.get("rotate"):
        words.append(f'transform="rotate({entry["rotate"]} {entry["x"]} {entry["y"]})"')
    return f"<{kind} {' '.join(words)}/>"


def floor(entry: dict[str, Any]) -> str:
    """Return the ground from `floor` (its height) downwards, in the colour `fill`."""
    top = float(entry["floor"])
    fill = colour(entry.get("fill", "#C3DAD8"))
    return f'<path fill="{fill}" d="M0 {short(top)}h{WIDTH}v{short(HEIGHT - top)}H0z"/>'


def weight(text: str) -> int:
    """Return the bytes of *text* on the wire."""
    return len(gzip.compress(text.encode(), 9))


def credited(text: str, names: list[str], drawn: dict[str, dict[str, Any]]) -> str:
    """Return credits.toml *text* with the credit of each picture of *names*; the others keep theirs."""
    tables = {match[1]: match[0].strip() for match in re.finditer(r"^\[([^\]]+)\]\n(?:(?!\[).*\n?)*", text, re.M)}
    for name in names:
        people = any("figure" in entry for entry in drawn[name]["draw"])
        author = AUTHOR if people else "The Perille authors"
        words = [f"[{name}]", f'author = "{author}"', 'licence = "CC-BY-4.0"']
        words += [f'source = "{SOURCE}"', f'changes = "{CHANGES}"'] if people else []
        tables[name] = "\n".join(words)
    head = "# How the pictures are drawn: docs/pictures/README.md. The figures are of the Open Peeps (CC0); all else is our own.\n"
    return head + "".join(f"\n{tables[name]}\n" for name in sorted(tables))


def folder(pack: str) -> Path:
    """Return the folder of the pictures of *pack*."""
    return next(base / pack / "media" for base in (ROOT / "courses", ROOT / "modules") if (base / pack).is_dir())


def write(pack: str, names: list[str]) -> list[tuple[int, str]]:
    """Write the pictures of *pack* (those of *names*, or all) and their credits; return each one's weight and name."""
    drawn = scenes(pack)
    media = folder(pack)
    weights = []
    for file, text in files(pack).items():
        if names and file.split(".")[0] not in names:
            continue
        (media / file).write_text(text, encoding="utf-8")
        weights.append((weight(text), file))
    for name, scene in drawn.items():
        if not scene.get("direction"):
            (media / f"{name}.rtl.svg").unlink(missing_ok=True)
    credits = media / "credits.toml"
    credits.write_text(credited(credits.read_text(encoding="utf-8"), list(drawn), drawn), encoding="utf-8")
    return sorted(weights, reverse=True)


def main() -> None:
    """Compose what the command line names, or everything, and say what it weighs."""
    packs = sys.argv[1:2] or sorted(path.stem for path in (HERE / "scenes").glob("*.toml"))
    for pack in packs:
        weights = write(pack, sys.argv[2:])
        total = sum(size for size, _ in weights)
        heavy = ", ".join(f"{name} {size}" for size, name in weights[:5])
        sys.stdout.write(f"{pack}: {len(weights)} pictures, {total} bytes on the wire; the heaviest: {heavy}\n")
        if too_heavy := [name for size, name in weights if size > MOST]:
            sys.exit(f"more than {MOST} bytes: {', '.join(too_heavy)}")


if __name__ == "__main__":
    main()
