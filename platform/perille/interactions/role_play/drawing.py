"""A picture of a role-play's graph for its author: scenes from left to right, each choice a line to where it leads.

>>> from perille.interactions.role_play.graph import Ending
>>> hello = Scene(key="hello", choices=(PlayChoice(key="sit", to="talk"),))
>>> play = RolePlay(key="door", start="hello", scenes=(hello, Scene(key="talk", end=Ending.GOOD)))
>>> layers(play)
{'hello': 0, 'talk': 1}
>>> words = {"title": "At the door", "scene/hello/text": "Hello", "scene/hello/choice/sit/text": "Sit", "scene/talk/text": "Good"}
>>> draw_graph(FileReading(value=play, words=words, lines={}))[:38]
'<svg xmlns="http://www.w3.org/2000/svg'
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from perille.api import FileReading
from perille.interactions.role_play.graph import PlayChoice, RolePlay, Scene

_WIDTH, _BETWEEN, _GAP, _EDGE = 260, 140, 28, 24
_LINE, _ROW, _HEAD, _PAD = 17, 24, 28, 10
_LETTERS, _MOST_LINES, _ROW_LETTERS = 36, 5, 32
_STUB = 14
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1d2433}.key{font-weight:700}.box{fill:#fff;stroke:#44506a;stroke-width:1.5}"
    ".end{fill:#e8f1ea}.wrong{fill:#fde8e6;stroke:#a3271b;stroke-dasharray:5 3}.row{fill:#eef1f6}.best-row{fill:#dcebdf}"
    ".way{fill:none;stroke:#6b7690;stroke-width:1.5}.best{stroke:#22683a;stroke-width:3.5}.name{font-size:12px}.best-name{font-size:12px;font-weight:700;fill:#22683a}"
)


@dataclass(frozen=True, slots=True)
class _Box:
    """A scene with its place; lengths in pixels."""

    scene: Scene
    layer: int
    lines: tuple[str, ...]
    left: int
    top: int

    @property
    def height(self) -> int:
        return _height(self.lines, self.scene)

    def row(self, number: int) -> int:
        """Return the top of a choice's row."""
        return self.top + _HEAD + _LINE * len(self.lines) + _PAD + _ROW * number


def draw_graph(found: FileReading[RolePlay]) -> str:
    """Return a role-play's graph as SVG. What cannot be reached stands last; what is not there is drawn with broken lines."""
    boxes = _placed(found)
    ways = [
        _way(boxes, box, number, choice) for box in boxes.values() for number, choice in enumerate(box.scene.choices)
    ]
    width = max(box.left for box in boxes.values()) + _WIDTH + _BETWEEN
    height = max(box.top + box.height for box in boxes.values()) + _EDGE
    title = escape(found.words.get("title", found.value.key))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' role="img" aria-labelledby="title desc"><title id="title">{title}</title><desc id="desc">{_told(found.value)}</desc>'
        f'<style>{_STYLE}</style><rect width="{width}" height="{height}" fill="#f7f8fa"/>'
        f"{''.join(ways)}{''.join(_shown(found, box) for box in boxes.values())}</svg>\n"
    )


def layers(play: RolePlay) -> dict[str, int]:
    """Return how many choices each scene is from the start, at least; scenes out of reach and targets not there come after."""
    found = {play.start: 0}
    waiting = [play.start]
    for key in waiting:
        fresh = dict.fromkeys(target for target in _targets(play, key) if target not in found)
        found |= dict.fromkeys(fresh, found[key] + 1)
        waiting += fresh
    last = max(found.values()) + 1
    others = [key for scene in play.scenes for key in (scene.key, *_targets(play, scene.key))]
    return found | {key: last for key in others if key not in found}


def _targets(play: RolePlay, key: str) -> tuple[str, ...]:
    scene = play.scene(key)
    return tuple(choice.to for choice in scene.choices) if scene else ()


def _placed(found: FileReading[RolePlay]) -> dict[str, _Box]:
    """Place the scenes: a layer is a column, and in it a scene stands near those that lead to it."""
    layer_of = layers(found.value)
    boxes: dict[str, _Box] = {}
    for layer in range(max(layer_of.values()) + 1):
        keys = [key for key, at in layer_of.items() if at == layer]
        top = _EDGE
        for key in sorted(keys, key=lambda key: _pull(key, boxes)):
            scene = found.value.scene(key) or Scene(key=key)
            lines = _lines(found.words.get(f"scene/{key}/text", ""))
            boxes[key] = _Box(scene, layer, lines, _EDGE + layer * (_WIDTH + _BETWEEN), top)
            top += boxes[key].height + _GAP
    return boxes


def _pull(key: str, boxes: Mapping[str, _Box]) -> float:
    """Return the mean height of the rows that lead to a scene, as far as they have a place."""
    rows = [
        box.row(number) for box in boxes.values() for number, each in enumerate(box.scene.choices) if each.to == key
    ]
    return sum(rows) / len(rows) if rows else 0.0


def _height(lines: tuple[str, ...], scene: Scene) -> int:
    return _HEAD + _LINE * len(lines) + _PAD + _ROW * len(scene.choices) + _PAD


def _lines(text: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, _LETTERS, max_lines=_MOST_LINES, placeholder=" …"))


def _way(boxes: Mapping[str, _Box], box: _Box, number: int, choice: PlayChoice) -> str:
    """Return the line of a choice: to a scene of the next column a curve, to any other a stub that names it.

    Lines across the whole picture would run behind scenes, and nobody could follow them.
    """
    target = boxes[choice.to]
    x, y = box.left + _WIDTH, box.row(number) + _ROW // 2
    kind = "way best" if choice.best else "way"
    if target.layer != box.layer + 1:
        name = _text(x + _STUB + 4, y + 4, f"→ {choice.to}", "best-name" if choice.best else "name")
        return f'<path class="{kind}" d="M{x} {y}h{_STUB}"/>{name}'
    to_x, to_y = target.left, target.top + _HEAD // 2
    bend = (to_x - x) // 2
    return f'<path class="{kind}" d="M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"/>'


def _shown(found: FileReading[RolePlay], box: _Box) -> str:
    scene = box.scene
    wrong = found.value.scene(scene.key) is None or not (scene.choices or scene.end)
    kind = "box wrong" if wrong else "box end" if scene.end else "box"
    head = f"{scene.key} ({scene.end})" if scene.end else scene.key
    parts = [
        f'<rect class="{kind}" x="{box.left}" y="{box.top}" width="{_WIDTH}" height="{box.height}" rx="8"/>',
        _text(box.left + _PAD, box.top + 19, head, "key"),
    ]
    for number, line in enumerate(box.lines):
        parts.append(_text(box.left + _PAD, box.top + _HEAD + _LINE * number + 13, line))
    for number, choice in enumerate(scene.choices):
        words = found.words.get(f"scene/{scene.key}/choice/{choice.key}/text", choice.key)
        parts.append(_row(box, number, choice, words))
    there = "" if found.value.scene(scene.key) is None else f' data-row="{escape(scene.key)}"'
    return f"<g{there}>{''.join(parts)}</g>"


def _row(box: _Box, number: int, choice: PlayChoice, words: str) -> str:
    kind = "best-row" if choice.best else "row"
    # The best way is told by a sign too, not by colour alone.
    text = f"{'★ ' if choice.best else ''}{textwrap.shorten(words, _ROW_LETTERS, placeholder=' …')}"
    top = box.row(number)
    rect = f'<rect class="{kind}" x="{box.left + 4}" y="{top}" width="{_WIDTH - 8}" height="{_ROW - 3}" rx="4"/>'
    return f"<g><title>{escape(words)}</title>{rect}{_text(box.left + _PAD, top + 15, text)}</g>"


def _text(x: int, y: int, words: str, kind: str = "words") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(words)}</text>'


def _told(play: RolePlay) -> str:
    """Return the graph in words, for whoever does not see the picture."""
    sentences = []
    for scene in play.scenes:
        ways = ", ".join(f"{each.key}{' (best)' if each.best else ''} to {each.to}" for each in scene.choices)
        sentences.append(f"{scene.key}: {f'end, {scene.end}' if scene.end else ways or 'nothing'}.")
    return escape(f"Starts at {play.start}. {' '.join(sentences)}")
