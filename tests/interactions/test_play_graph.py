"""Role-plays as graphs: walks, the best way, and what makes a graph that cannot be walked to its end."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from interactions.any_plays import plays, walked_plays
from perille.domain.item import Item
from perille.interactions.role_play.graph import (
    LONGEST_PATH,
    Ending,
    PlayChoice,
    RolePlay,
    Scene,
    best_way,
    best_way_fault,
    dead_ends,
    ended,
    lost,
    role_play_of,
    trapped,
    unreachable,
    walk,
    with_role_play,
)


def graph(**scenes: str) -> RolePlay:
    """Return a graph from text: `a="b! c"` leads to b (the best way) and to c; "." is an end."""
    made = []
    for key, ways in scenes.items():
        to = [way for way in ways.split() if way != "."]
        choices = tuple(
            PlayChoice(key=f"{key}-{way.strip('!')}", to=way.strip("!"), best=way.endswith("!")) for way in to
        )
        made.append(Scene(key=key, choices=choices, end=Ending.GOOD if ways == "." else None))
    return RolePlay(key="play", start="a", scenes=tuple(made))


SOUND = graph(a="b! c", b="d! a", c="a! d", d=".")


def test_sound_graph_has_no_fault() -> None:
    assert (unreachable(SOUND), dead_ends(SOUND), lost(SOUND), trapped(SOUND)) == ((), (), (), ())
    assert best_way_fault(SOUND) is None
    assert best_way(SOUND) == ("a-b", "b-d")


def test_each_fault_is_found_where_it_is() -> None:
    assert unreachable(graph(a="d!", b="d", d=".")) == ("b",)
    assert dead_ends(graph(a="b! d", b="", d=".")) == ("b",)
    assert lost(graph(a="d! z", d=".")) == (("a", "a-z"),)
    assert trapped(graph(a="b d!", b="c!", c="b!", d=".")) == ("b", "c")


def test_what_leads_to_a_dead_end_is_no_loop() -> None:
    assert trapped(graph(a="b! z", b="")) == ()


def test_best_way_stops_where_it_is_not_told() -> None:
    assert best_way_fault(graph(a="b!", b="d c", c="d!", d=".")) == ("b", "none")
    assert best_way_fault(graph(a="b! d!", b="d!", d=".")) == ("a", "several")
    assert best_way_fault(graph(a="b!", b="a! d", d=".")) == ("a", "loop")
    assert best_way_fault(graph(a="b!", b="")) is None
    assert best_way(graph(a="b!", b="a! d", d=".")) == ("a-b", "b-a")


def test_walk_gives_the_scenes_and_what_was_chosen() -> None:
    steps = walk(SOUND, ("a-c", "c-a", "a-b"))
    assert steps is not None
    assert [(step.scene.key, step.choice.key if step.choice else "") for step in steps] == [
        ("a", "a-c"),
        ("c", "c-a"),
        ("a", "a-b"),
        ("b", ""),
    ]
    assert not ended(SOUND, ("a-c", "c-a", "a-b"))
    assert ended(SOUND, ("a-c", "c-d"))


def test_walk_follows_the_graph_alone() -> None:
    assert walk(SOUND, ("b-d",)) is None
    assert walk(SOUND, ("a-b", "b-d", "d-a")) is None
    assert walk(graph(a="z!"), ("a-z",)) is None
    assert walk(replace(SOUND, start="z"), ()) is None
    assert not ended(SOUND, ("b-d",))


def test_going_in_circles_is_followed_a_hundred_times() -> None:
    circles = ("a-c", "c-a") * (LONGEST_PATH // 2)
    assert walk(SOUND, circles) is not None
    assert walk(SOUND, (*circles, "a-b")) is None


def test_end_is_not_left_even_where_it_has_choices() -> None:
    end = Scene(key="a", choices=(PlayChoice(key="on", to="a"),), end=Ending.POOR)
    assert walk(RolePlay(key="play", start="a", scenes=(end,)), ("on",)) is None


@given(plays())
def test_an_end_is_reached_from_anywhere_without_faults_and_from_no_fault(play: RolePlay) -> None:
    reached = {scene.key for scene in play.scenes} - set(unreachable(play))
    faults = {*trapped(play), *dead_ends(play), *(scene for scene, _choice in lost(play))} & reached
    ends = {scene.key for scene in play.scenes if scene.end}
    if not faults:
        assert all(ends & _reach(play, key) for key in reached)
    for key in (*trapped(play), *dead_ends(play)):
        assert not ends & _reach(play, key)


@given(plays())
def test_trapped_scene_reaches_no_place_where_the_play_stops(play: RolePlay) -> None:
    known = {scene.key for scene in play.scenes}
    for key in trapped(play):
        assert all(place in known and play.scene(place).choices for place in _reach(play, key))  # type: ignore[union-attr]


@given(plays())
def test_best_way_can_be_walked_and_ends_where_there_is_no_fault(play: RolePlay) -> None:
    path = best_way(play)
    known = {scene.key for scene in play.scenes}
    steps = walk(play, path)
    if steps is not None and best_way_fault(play) is None:
        last = steps[-1].scene
        assert last.end is not None or not last.choices
    assert steps is not None or any(choice.to not in known for scene in play.scenes for choice in scene.choices)


@given(walked_plays())
def test_every_walk_is_made_of_choices_of_its_scenes(walked: tuple[RolePlay, tuple[str, ...]]) -> None:
    play, path = walked
    steps = walk(play, path)
    assert steps is not None
    assert tuple(step.choice.key for step in steps if step.choice) == path
    assert steps[-1].choice is None
    assert all(step.choice in step.scene.choices for step in steps[:-1])


@given(walked_plays(), st.data())
def test_no_walk_leaves_the_graph(walked: tuple[RolePlay, tuple[str, ...]], data: st.DataObject) -> None:
    play, path = walked
    steps = walk(play, path)
    assert steps is not None
    here = steps[-1].scene
    open_ways = {choice.key for choice in here.choices} if here.end is None else set()
    elsewhere = [choice.key for scene in play.scenes for choice in scene.choices if choice.key not in open_ways]
    assert walk(play, (*path, data.draw(st.sampled_from([*elsewhere, "no such way"])))) is None


@given(plays())
def test_item_carries_its_play_through_a_store(play: RolePlay) -> None:
    named = replace(play, lesson="words", parts=("title", "about"))
    item = with_role_play(Item(key="i", interaction="role-play", parts=("prompt",), extra={"play": "play"}), named)
    stored = replace(item, extra=json.loads(json.dumps(item.extra)))
    assert role_play_of(stored) == replace(named, parts=())
    assert stored.parts == ("prompt", "title", "about")
    assert role_play_of(Item(key="i", interaction="role-play", extra={"play": "play"})) is None


def _reach(play: RolePlay, key: str) -> set[str]:
    found, waiting = {key}, [key]
    while waiting:
        scene = play.scene(waiting.pop())
        fresh = {choice.to for choice in scene.choices} - found if scene else set()
        found |= fresh
        waiting += fresh
    return found
