"""Role-plays of any form."""

from __future__ import annotations

from hypothesis import strategies as st

from perille.domain.role_play import (
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
