"""Made-up role-plays, and a way to give them to the items that name them, as the compiler does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from perille.api import Interaction, ItemReading, ItemTable
from perille.interactions.role_play import RolePlayInteraction
from perille.interactions.role_play.graph import Ending, PlayChoice, RolePlay, Scene, with_role_play


@dataclass(frozen=True)
class Made:
    """A play, its best way, and all keys of its choices."""

    play: RolePlay
    best: tuple[str, ...]

    @property
    def keys(self) -> list[str]:
        return [choice.key for scene in self.play.scenes for choice in scene.choices]


def scene(key: str, *choices: PlayChoice, end: Ending | None = None, signs: int = 0, picture: str = "") -> Scene:
    return Scene(key=key, choices=choices, end=end, signs=signs, picture=picture)


def choice(key: str, to: str, *, best: bool = False) -> PlayChoice:
    return PlayChoice(key=key, to=to, best=best)


def play(key: str, *scenes: Scene) -> RolePlay:
    """Return a play that starts in its first scene, with parts for all words."""
    made = RolePlay(key=key, start=scenes[0].key, scenes=scenes, lesson="words")
    return replace(made, parts=tuple(words_of(made)))


def words_of(made: RolePlay) -> dict[str, str]:
    """Return the words of a play by part."""
    words = {"title": f"The play {made.key}", "about": "Mira is made up."}
    for each in made.scenes:
        at = f"scene/{each.key}"
        words[f"{at}/text"] = f"Scene {each.key}."
        words |= {f"{at}/picture_description": f"A picture of {each.key}."} if each.picture else {}
        words |= {f"{at}/sign/{number}": f"Sign {number} of {each.key}" for number in range(1, each.signs + 1)}
        for option in each.choices:
            words[f"{at}/choice/{option.key}/text"] = f"Do {option.key}"
            words[f"{at}/choice/{option.key}/led_to"] = f"After {option.key}."
            words |= {f"{at}/choice/{option.key}/why": f"Because {option.key}."} if option.best else {}
    return words


SHORT = play(
    "short",
    scene("door", choice("in", "end", best=True), choice("out", "end")),
    scene("end", end=Ending.GOOD),
)
TALK = play(
    "talk",
    scene("door", choice("alone", "room", best=True), choice("both", "silence"), signs=2, picture="pack/door"),
    scene("room", choice("ask", "door"), choice("card", "good", best=True), signs=1),
    scene("silence", choice("again", "door", best=True), choice("leave", "poor")),
    scene("good", end=Ending.GOOD, picture="pack/good"),
    scene("poor", end=Ending.POOR, signs=1),
)
PLAYS: Mapping[str, Made] = {"short": Made(SHORT, ("in",)), "talk": Made(TALK, ("alone", "card"))}


class Staged(RolePlayInteraction):
    """A role-play whose items get their graph when they are read, not when a pack is compiled."""

    def read(self, table: ItemTable) -> ItemReading:
        reading = super().read(table)
        made = PLAYS.get(str(reading.item.extra["play"]))
        if made is None:
            return reading
        return ItemReading(item=with_role_play(reading.item, made.play), words={**reading.words, **words_of(made.play)})


def staged(interaction: Interaction) -> Interaction:
    """Return an interaction for tests: a role-play with the plays of this file, any other as it is."""
    return Staged() if isinstance(interaction, RolePlayInteraction) else interaction
