"""Role-plays: plays/*.toml, read and looked over as a graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from perille.domain.role_play import (
    Ending,
    PlayChoice,
    RolePlay,
    Scene,
    best_way_fault,
    dead_ends,
    lost,
    trapped,
    unreachable,
)
from perille.packs.source.diagnostics import Diagnostics, nearest
from perille.packs.source.markdown import fold, inline
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import Table

MAX_SCENES = 60
_BEST = {
    "none": "no choice has best = true, so the best way stops here before an end",
    "several": "more than one choice has best = true",
    "loop": "the best way comes here twice and never reaches an end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPlay:
    """A role-play as its file has it."""

    play: RolePlay
    #: Part -> source Markdown.
    words: Mapping[str, str]
    #: Part -> line.
    lines: Mapping[str, int]
    path: str

    def line(self, part: str) -> int:
        """Return the line of a part or of a scene; that of the file where it has none."""
        return self.lines.get(part, 1)

    def pictures(self) -> Iterator[tuple[str, int]]:
        """Yield the name and the line of each of its pictures."""
        yield from ((scene.picture, self.line(f"scene/{scene.key}")) for scene in self.play.scenes if scene.picture)


def read_play(path: str, name: str, text: str, diagnostics: Diagnostics) -> PackPlay:
    """Read a role-play; what is wrong with its tables, its words or its graph goes to *faults*."""
    file = read_toml(path, text, diagnostics)
    before = len(diagnostics.errors)
    play = _Reader(Table(file.data, file, diagnostics), name).read()
    # The graph of a play that could not be read whole would give faults that nobody made.
    if len(diagnostics.errors) == before and file.data:
        for line, message in _graph_faults(play):
            diagnostics.add(path, line, message)
    return play


class _Reader:
    """Reads the tables of one role-play and keeps its words."""

    def __init__(self, table: Table, name: str) -> None:
        self.table = table
        self.name = name
        self.words: dict[str, str] = {}
        self.lines: dict[str, int] = {}

    def read(self) -> PackPlay:
        """Return the play; its parts stand in the order of the file."""
        table = self.table
        table.check_key(self.name)
        self.word(table, "title", "title", required=True)
        self.word(table, "about", "about", required=True)
        start = table.take_text("start", required=True)
        lesson = table.take_text("lesson")
        self.lines["lesson"] = table.line_of("lesson")
        scenes = tuple(self.scene(each) for each in table.take_tables("scene")[:MAX_SCENES])
        table.refuse_unknown()
        for key in _doubles(scene.key for scene in scenes):
            table.diagnostics.add(table.file.path, self.lines[f"scene/{key}"], f'A second scene is called "{key}"')
        if not scenes and table.data:
            table.fault("The role-play has no [[scene]]")
        play = RolePlay(key=self.name, start=start, scenes=scenes, lesson=lesson, parts=tuple(self.words))
        return PackPlay(play=play, words=self.words, lines=self.lines, path=table.file.path)

    def word(self, table: Table, key: str, part: str, *, required: bool = False) -> None:
        """Keep the words under a key as a part."""
        text = fold(table.take_text(key, required=required))
        self._keep(table, table.line_of(key), part, text)

    def _keep(self, table: Table, line: int, part: str, text: str) -> None:
        if text:
            self.words[part], self.lines[part] = text, line
            for message in inline(text).diagnostics:
                table.diagnostics.add(table.file.path, line, f"{part}: {message}")

    def scene(self, table: Table) -> Scene:
        """Read a [[scene]] table."""
        key = table.take_key("key")
        self.lines[f"scene/{key}"] = table.line
        self.word(table, "text", f"scene/{key}/text", required=True)
        picture = table.take_text("picture")
        self.word(table, "picture_description", f"scene/{key}/picture_description", required=bool(picture))
        signs = table.take_texts("signs")
        for number, sign in enumerate(signs, 1):
            self._keep(table, table.line_of("signs"), f"scene/{key}/sign/{number}", fold(sign))
        end = table.take_one_of("end", Ending, Ending.GOOD) if table.has("end") else None
        choices = tuple(self.choice(each, key) for each in table.take_tables("choice"))
        table.refuse_unknown(("end",))
        for double in _doubles(choice.key for choice in choices):
            table.fault(f'A second choice of the scene "{key}" is called "{double}"')
        if end is not None and choices:
            table.fault(f'The scene "{key}" is an end and cannot have choices', "end")
        return Scene(key=key, choices=choices, end=end, picture=picture, signs=len(signs))

    def choice(self, table: Table, scene: str) -> PlayChoice:
        """Read a [[scene.choice]] table."""
        key = table.take_key("key")
        part = f"scene/{scene}/choice/{key}"
        self.lines[part] = table.line
        best = table.boolean("best")
        self.word(table, "text", f"{part}/text", required=True)
        self.word(table, "led_to", f"{part}/led_to", required=True)
        self.word(table, "why", f"{part}/why", required=best)
        choice = PlayChoice(key=key, to=table.take_text("to", required=True), best=best)
        table.refuse_unknown()
        return choice


def _doubles(keys: Iterator[str]) -> list[str]:
    seen: list[str] = list(keys)
    return sorted({key for key in seen if seen.count(key) > 1})


def _graph_faults(found: PackPlay) -> Iterator[tuple[int, str]]:
    """Yield (line, message) of what makes a graph that cannot be walked to its end."""
    play = found.play
    known = [scene.key for scene in play.scenes]
    if play.start not in known:
        yield 1, f'"start" names a scene "{play.start}" that is not there{nearest(play.start, known)}'
        return
    for scene_key, choice_key in lost(play):
        scene = play.scene(scene_key)
        choice = scene.choice(choice_key) if scene else None
        to = choice.to if choice else ""
        line = found.line(f"scene/{scene_key}/choice/{choice_key}")
        yield line, f'The choice "{choice_key}" leads to a scene "{to}" that is not there{nearest(to, known)}'
    for key in unreachable(play):
        yield (
            found.line(f"scene/{key}"),
            f'Nobody can reach the scene "{key}": no choice on a way from the start leads to it',
        )
    for key in dead_ends(play):
        yield found.line(f"scene/{key}"), f'The scene "{key}" is a dead end: give it choices, or say end = "..."'
    for key in trapped(play):
        yield found.line(f"scene/{key}"), f'The scene "{key}" is in a loop without a way out: no choice leads to an end'
    if fault := best_way_fault(play):
        key, reason = fault
        yield found.line(f"scene/{key}"), f'The scene "{key}": {_BEST[reason]}'
