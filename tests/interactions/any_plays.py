"""Role-plays of any form."""

from __future__ import annotations

from hypothesis import strategies as st

from perille.interactions.role_play.graph import (
    Ending,
    PlayChoice,
    RolePlay,
    Scene,
)

SCENES = "abcdef"


@st.composite
def plays(draw: st.DrawFn, targets: str = SCENES + "z") -> RolePlay:
    """Return any graph of up to six scenes, sound or not."""
    keys = SCENES[: draw(st.integers(1, len(SCENES)))]
    scenes = []
    for key in keys:
        end = draw(st.none() | st.sampled_from(Ending))
        to = draw(st.lists(st.sampled_from(targets), max_size=3)) if end is None else []
        best = draw(st.sampled_from([None, *range(len(to))]))
        choices = tuple(PlayChoice(key=f"{key}{n}", to=each, best=n == best) for n, each in enumerate(to))
        scenes.append(Scene(key=key, choices=choices, end=end, signs=draw(st.integers(0, 2))))
    return RolePlay(key="play", start="a", scenes=tuple(scenes))


@st.composite
def walked_plays(draw: st.DrawFn) -> tuple[RolePlay, tuple[str, ...]]:
    """Return a graph, and a way that can be walked in it: each choice is one of the scene to which the one before it led."""
    play = draw(plays())
    path: list[str] = []
    scene = play.scene(play.start)
    for _step in range(draw(st.integers(0, 8))):
        ways = [each for each in scene.choices if play.scene(each.to)] if scene and scene.end is None else []
        if not ways:
            break
        chosen = draw(st.sampled_from(ways))
        path.append(chosen.key)
        scene = play.scene(chosen.to)
    return play, tuple(path)
