"""Role-plays: a graph of scenes that a learner walks, and what must hold of it. Pure, as all rules.

>>> play = RolePlay(
...     key="door",
...     start="hello",
...     scenes=(
...         Scene(key="hello", choices=(PlayChoice(key="sit", to="talk", best=True), PlayChoice(key="stand", to="hello"))),
...         Scene(key="talk", end=Ending.GOOD),
...         Scene(key="attic"),
...     ),
... )
>>> [step.scene.key for step in walk(play, ("stand", "sit"))], walk(play, ("run",))
(['hello', 'hello', 'talk'], None)
>>> ended(play, ("sit",)), ended(play, ("stand",))
(True, False)
>>> best_way(play), best_way_fault(play)
(('sit',), None)
>>> list(ways(play))
[('hello', 'hello/choice/sit', 'talk')]
>>> unreachable(play), dead_ends(play), lost(play), trapped(play)
(('attic',), ('attic',), (), ())
>>> item = with_role_play(Item(key="q", interaction="role-play"), play)
>>> role_play_of(item) == play
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from perille.api import Item
from perille.core.type_aliases import TomlTable

#: Choice keys from the start on.
Path = tuple[str, ...]
#: A walk of more choices is going in circles; it is not followed any further.
LONGEST_PATH = 100


class Ending(StrEnum):
    """How a role-play ended for the one who was met; said in words, never as a score."""

    GOOD = "good"
    PARTLY = "partly"
    POOR = "poor"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayChoice:
    """What the worker can do in a scene."""

    key: str
    #: Key of the scene that it leads to.
    to: str
    #: Whether an experienced colleague would do it.
    best: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A moment of the meeting."""

    key: str
    choices: tuple[PlayChoice, ...] = ()
    #: How it ended; None where it goes on.
    end: Ending | None = None
    #: Name of a picture of the pack, or "".
    picture: str = ""
    #: How many signs are there to notice; their words are the parts scene/<key>/sign/<n>, from 1.
    signs: int = 0

    def choice(self, key: str) -> PlayChoice | None:
        """Return the choice of that key, or None."""
        return next((choice for choice in self.choices if choice.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePlay:
    """A role-play without its words."""

    #: Its file is plays/<key>.toml.
    key: str
    #: Key of the first scene.
    start: str
    scenes: tuple[Scene, ...]
    #: Key of the lesson to read again, or "".
    lesson: str = ""
    #: Parts that have words, such as "title" and "scene/door/text".
    parts: tuple[str, ...] = ()

    def scene(self, key: str) -> Scene | None:
        """Return the scene of that key, or None."""
        return next((scene for scene in self.scenes if scene.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One scene of a walk, and what was chosen in it."""

    scene: Scene
    #: None in the scene where the walk stands.
    choice: PlayChoice | None


def with_role_play(item: Item, play: RolePlay) -> Item:
    """Return an item that carries the graph of its play, as JSON values, and has the play's parts beside its own."""
    scenes = [
        {
            "key": scene.key,
            "end": scene.end.value if scene.end else "",
            "picture": scene.picture,
            "signs": scene.signs,
            "choices": [{"key": each.key, "to": each.to, "best": each.best} for each in scene.choices],
        }
        for scene in play.scenes
    ]
    graph = {"start": play.start, "lesson": play.lesson, "scenes": scenes}
    return replace(item, extra={**item.extra, "play": play.key, "graph": graph}, parts=item.parts + play.parts)


def role_play_of(item: Item) -> RolePlay | None:
    """Return the play that an item carries; None where it carries none. It has no parts: the item has them."""
    graph = item.extra.get("graph")
    if not isinstance(graph, Mapping):
        return None
    scenes = tuple(_scene_from(each) for each in graph["scenes"])
    return RolePlay(key=str(item.extra["play"]), start=graph["start"], lesson=graph["lesson"], scenes=scenes)


def _scene_from(data: TomlTable) -> Scene:
    return Scene(
        key=data["key"],
        end=Ending(data["end"]) if data["end"] else None,
        picture=data["picture"],
        signs=data["signs"],
        choices=tuple(PlayChoice(key=each["key"], to=each["to"], best=each["best"]) for each in data["choices"]),
    )


def walk(play: RolePlay, path: Sequence[str]) -> tuple[Step, ...] | None:
    """Return the scenes of a walk, its last one without a choice; None where the graph has no such way."""
    scene = play.scene(play.start)
    steps: list[Step] = []
    for key in path[: LONGEST_PATH + 1]:
        choice = scene.choice(key) if scene is not None and scene.end is None else None
        if scene is None or choice is None or len(steps) == LONGEST_PATH:
            return None
        steps.append(Step(scene=scene, choice=choice))
        scene = play.scene(choice.to)
    return None if scene is None else (*steps, Step(scene=scene, choice=None))


def ended(play: RolePlay, path: Sequence[str]) -> bool:
    """Tell whether a walk has reached an end."""
    steps = walk(play, path)
    return steps is not None and steps[-1].scene.end is not None


def best_way(play: RolePlay) -> Path:
    """Return the choices of the best way, from the start as far as it is told: no scene twice."""
    scene, seen, path = play.scene(play.start), set[str](), list[str]()
    while scene is not None and scene.key not in seen:
        seen.add(scene.key)
        choice = next((choice for choice in scene.choices if choice.best), None)
        if choice is None:
            break
        path.append(choice.key)
        scene = play.scene(choice.to)
    return tuple(path)


def ways(play: RolePlay, at: str = "", way: Path = ()) -> Iterator[Path]:
    """Yield each way through a play that comes to no scene twice, as "scene" and "scene/choice/<key>" by turns."""
    scene = play.scene(at or play.start)
    if scene is None:
        return
    here = (*way, scene.key)
    if not scene.choices:
        yield here
    for choice in scene.choices:
        if choice.to not in here:
            yield from ways(play, choice.to, (*here, f"{scene.key}/choice/{choice.key}"))


def unreachable(play: RolePlay) -> tuple[str, ...]:
    """Return the scenes that no way from the start leads to."""
    reached = _spread([play.start], _targets_of(play))
    return tuple(scene.key for scene in play.scenes if scene.key not in reached)


def dead_ends(play: RolePlay) -> tuple[str, ...]:
    """Return the scenes without choices that are no end."""
    return tuple(scene.key for scene in play.scenes if not scene.choices and scene.end is None)


def lost(play: RolePlay) -> tuple[tuple[str, str], ...]:
    """Return (scene, choice) of each choice that leads to a scene that is not there."""
    known = {scene.key for scene in play.scenes}
    return tuple((scene.key, choice.key) for scene in play.scenes for choice in scene.choices if choice.to not in known)


def trapped(play: RolePlay) -> tuple[str, ...]:
    """Return the scenes of loops without a way out: they have choices, and none leads to where the play stops."""
    before = _leading_to(play)
    known = {scene.key for scene in play.scenes}
    # A dead end or an unknown target is a fault of its own; what leads there is not told once more.
    stops = [scene.key for scene in play.scenes if scene.end is not None or not scene.choices]
    stops += [target for target in before if target not in known]
    free = _spread(stops, lambda key: before.get(key, ()))
    return tuple(scene.key for scene in play.scenes if scene.key not in free)


def _leading_to(play: RolePlay) -> dict[str, list[str]]:
    """Return scene -> the scenes with a choice that leads to it."""
    before: dict[str, list[str]] = {}
    for scene in play.scenes:
        for choice in scene.choices:
            before.setdefault(choice.to, []).append(scene.key)
    return before


def best_way_fault(play: RolePlay) -> tuple[str, str] | None:
    """Return (scene, reason) where the best way stops before an end: "none", "several" or "loop"; None where it is sound."""
    scene, seen = play.scene(play.start), set[str]()
    while scene is not None and scene.choices:
        best = [choice for choice in scene.choices if choice.best]
        if scene.key in seen:
            return scene.key, "loop"
        if len(best) != 1:
            return scene.key, "several" if best else "none"
        seen.add(scene.key)
        scene = play.scene(best[0].to)
    return None


def _targets_of(play: RolePlay) -> Callable[[str], Iterator[str]]:
    def targets(key: str) -> Iterator[str]:
        scene = play.scene(key)
        return (choice.to for choice in scene.choices) if scene else iter(())

    return targets


def _spread(start: Iterable[str], after: Callable[[str], Iterable[str]]) -> set[str]:
    """Return all that can be reached from *start*."""
    found, waiting = set(start), list(start)
    while waiting:
        fresh = [key for key in after(waiting.pop()) if key not in found]
        found.update(fresh)
        waiting += fresh
    return found
