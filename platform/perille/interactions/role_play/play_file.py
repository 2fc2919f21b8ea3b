"""The file of a role-play, plays/<name>.toml: how it is read, what must hold of its graph, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from perille.api import (
    FieldKind,
    FileForm,
    FileReading,
    FileTable,
    FormField,
    FormRows,
    Item,
    LearnerPath,
    NamePicture,
    did_you_mean,
    flag_field,
    word_fields,
)
from perille.interactions.role_play.drawing import draw_graph
from perille.interactions.role_play.graph import (
    Ending,
    PlayChoice,
    RolePlay,
    Scene,
    best_way_fault,
    dead_ends,
    lost,
    trapped,
    unreachable,
    ways,
    with_role_play,
)

MAX_SCENES = 60
_BEST = {
    "none": "no choice has best = true, so the best way stops here before an end",
    "several": "more than one choice has best = true",
    "loop": "the best way comes here twice and never reaches an end",
}


_CHOICES = FormRows(
    key="choice",
    fields=(
        *word_fields("text"),
        FormField(key="to", kind=FieldKind.ROW, rows="scene", needed=True),
        *word_fields("led_to"),
        flag_field("best"),
        *word_fields("why", needed=False),
    ),
)
_SCENES = FormRows(
    key="scene",
    fields=(
        *word_fields("text"),
        FormField(key="picture", kind=FieldKind.PICTURE),
        *word_fields("picture_description", needed=False),
        FormField(key="signs", kind=FieldKind.LINES),
        FormField(
            key="end",
            kind=FieldKind.ONE_OF,
            values={Ending.GOOD: "it ends well", Ending.PARTLY: "it ends partly well", Ending.POOR: "it ends badly"},
        ),
    ),
    inner=_CHOICES,
)


class PlayFiles:
    """Role-plays stand in plays/, and an item names one with `play`."""

    folder = "plays"
    key = "play"
    form = FileForm(
        fields=(
            *word_fields("title", "about"),
            FormField(key="start", kind=FieldKind.ROW, rows="scene"),
            FormField(key="lesson", kind=FieldKind.LESSON),
        ),
        rows=_SCENES,
        start="start",
    )

    def read(self, name: str, table: FileTable) -> FileReading[RolePlay]:
        """Read a role-play; its parts stand in the order of the file."""
        return _Reader(table, name).read()

    def check(self, reading: FileReading[RolePlay]) -> Iterator[tuple[int, str]]:
        """Yield (line, message) of what makes a graph that cannot be walked to its end."""
        return _graph_faults(reading)

    def compiled(self, reading: FileReading[RolePlay], picture: NamePicture) -> RolePlay:
        """Return the play with its pictures as the course names them."""
        scenes = (
            replace(each, picture=picture(each.picture)) if each.picture else each for each in reading.value.scenes
        )
        return replace(reading.value, scenes=tuple(scenes))

    def attach(self, item: Item, compiled: RolePlay) -> Item:
        """Return an item with the graph of its play."""
        return with_role_play(item, compiled)

    def ways(self, reading: FileReading[RolePlay]) -> Iterator[LearnerPath]:
        """Yield what is read, and how often is chosen, on each way that comes to no scene twice."""
        for way in ways(reading.value):
            yield LearnerPath(parts=("about", *_parts_of(reading.value, way)), answers=sum("/" in step for step in way))

    def draw(self, reading: FileReading[RolePlay]) -> str:
        """Return the graph as SVG; "" for a play without scenes."""
        return draw_graph(reading) if reading.value.scenes else ""


def _parts_of(play: RolePlay, way: Iterable[str]) -> Iterator[str]:
    """Yield the parts read on a way: each scene with all that it offers, and what each choice led to."""
    for step in way:
        if "/" in step:
            yield f"scene/{step}/led_to"
            continue
        yield f"scene/{step}/text"
        scene = play.scene(step)
        yield from (f"scene/{step}/choice/{each.key}/text" for each in (scene.choices if scene else ()))


class _Reader:
    """Reads the tables of one role-play and keeps its words."""

    def __init__(self, table: FileTable, name: str) -> None:
        self.table = table
        self.name = name
        self.words: dict[str, str] = {}
        self.lines: dict[str, int] = {}

    def read(self) -> FileReading[RolePlay]:
        table = self.table
        self.word(table, "title", "title", required=True)
        self.word(table, "about", "about", required=True)
        tables = table.take_tables("scene")[:MAX_SCENES]
        # Who has written no scene yet cannot name the first one: that there is none is said instead.
        start = table.take_text("start", required=bool(tables))
        lesson = table.take_text("lesson")
        self.lines["lesson"] = table.line_of("lesson")
        scenes = tuple(self.scene(each) for each in tables)
        table.refuse_unknown()
        last = {scene.key: each for each, scene in zip(tables, scenes, strict=True)}
        for key in _doubles(scene.key for scene in scenes):
            last[key].fault(f'A second scene is called "{key}"')
        if not scenes and table.data:
            table.fault("The role-play has no [[scene]]")
        play = RolePlay(key=self.name, start=start, scenes=scenes, lesson=lesson, parts=tuple(self.words))
        pictures = tuple((each.picture, self.lines[f"scene/{each.key}"]) for each in scenes if each.picture)
        units = (("lesson", lesson),) if lesson else ()
        return FileReading(value=play, words=self.words, lines=self.lines, pictures=pictures, units=units)

    def word(self, table: FileTable, key: str, part: str, *, required: bool = False) -> None:
        """Keep the words under a key as a part."""
        self._keep(table.line_of(key), part, table.take_text(key, required=required))

    def _keep(self, line: int, part: str, text: str) -> None:
        if text:
            self.words[part], self.lines[part] = text, line

    def scene(self, table: FileTable) -> Scene:
        """Read a [[scene]] table."""
        key = table.take_key("key")
        self.lines[f"scene/{key}"] = table.line
        self.word(table, "text", f"scene/{key}/text", required=True)
        picture = table.take_text("picture")
        self.word(table, "picture_description", f"scene/{key}/picture_description", required=bool(picture))
        signs = table.take_texts("signs")
        for number, sign in enumerate(signs, 1):
            self._keep(table.line_of("signs"), f"scene/{key}/sign/{number}", sign)
        end = table.take_one_of("end", Ending, Ending.GOOD) if table.has("end") else None
        choices = tuple(self.choice(each, key) for each in table.take_tables("choice"))
        table.refuse_unknown(("end",))
        for double in _doubles(choice.key for choice in choices):
            table.fault(f'A second choice of the scene "{key}" is called "{double}"')
        if end is not None and choices:
            table.fault(f'The scene "{key}" is an end and cannot have choices', "end")
        return Scene(key=key, choices=choices, end=end, picture=picture, signs=len(signs))

    def choice(self, table: FileTable, scene: str) -> PlayChoice:
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


def _graph_faults(found: FileReading[RolePlay]) -> Iterator[tuple[int, str]]:
    play = found.value
    known = [scene.key for scene in play.scenes]
    if play.start not in known:
        yield 1, f'"start" names a scene "{play.start}" that is not there{did_you_mean(play.start, known)}'
        return
    for scene_key, choice_key in lost(play):
        scene = play.scene(scene_key)
        choice = scene.choice(choice_key) if scene else None
        to = choice.to if choice else ""
        line = found.line(f"scene/{scene_key}/choice/{choice_key}")
        yield line, f'The choice "{choice_key}" leads to a scene "{to}" that is not there{did_you_mean(to, known)}'
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
