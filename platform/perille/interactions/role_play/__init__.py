"""A role-play: scenes of a meeting that choices lead through, and a talk about it at the end."""

from __future__ import annotations

from hashlib import sha256

from perille.api import (
    KEY,
    PAIR_MARK,
    Definition,
    FieldKind,
    Form,
    FormField,
    InteractionType,
    Item,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Response,
    authored_parts,
    joined_list,
    only_value,
)
from perille.interactions.role_play.graph import Step, best_way, ended, role_play_of, walk
from perille.interactions.role_play.play_file import PlayFiles

#: Longest path in characters: a hundred choices of the longest key.
_LONGEST_PATH_TEXT = 8200


class RolePlayInteraction:
    """The way so far in a field *name*, choice keys with spaces between; the next choice in a field *name*.next.

    A field *name*.again begins anew.

    The page holds no other state: any path is walked from the start and followed only where the graph has it. The
    response is the path. Nothing is scored and nothing is said while one is inside.
    """

    name = "role-play"
    friendly_name = "A role-play"
    keys = frozenset({"play"})
    template = "interactions/role-play.html"
    scored = False
    own_buttons = True
    item_files = PlayFiles()
    form = ItemForm(fields=(FormField(key="play", kind=FieldKind.FILE, needed=True),))

    def read(self, table: ItemTable) -> ItemReading:
        """Read the name of the play; its graph comes with the pack. Raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        play = reader.shaped("play", KEY, "the name of a file in plays/ without its ending", needed=True)
        return reader.finish(extra={"play": play})

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        """Return the path with the next choice; None at the start, begun anew, and for a way that the graph does not have.

        A page that was sent again, or a choice of another scene, leaves the path as it was.
        """
        play, text = role_play_of(item), only_value(form, name) if form.get(name) else ""
        if play is None or text is None or form.get(f"{name}.again") or len(text) > _LONGEST_PATH_TEXT:
            return None
        path = tuple(text.split())
        if walk(play, path) is None:
            return None
        following = (*path, only_value(form, f"{name}.next") or "")
        return following if walk(play, following) else path or None

    def score(self, item: Item, response: Response | None) -> Outcome:
        """Give 1 where an end was reached, whichever; 0 on the way. At the end says what each choice led to, and why."""
        play = role_play_of(item)
        if not response or play is None or not ended(play, response):
            return Outcome(scaled=0.0, success=False)
        parts = [f"{_part(step)}/{what}" for step in walk(play, response) or () for what in ("led_to", "why")]
        return Outcome(scaled=1.0, success=True, feedback=authored_parts(item, *dict.fromkeys(parts)))

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        """Return "scene/choice" of each choice, in the order in which the buttons of its scene stand: never as authored.

        Who presses the first button of each scene must not come out well. The same seed gives the same order, so that a page
        that is loaded again has its buttons where they were; each walk has its own, so that a second one cannot be known by place.
        """
        play = role_play_of(item)
        places = [f"{scene.key}/{choice.key}" for scene in play.scenes for choice in scene.choices] if play else []
        return tuple(sorted(places, key=lambda place: sha256(f"{seed}\0{item.key}\0{place}".encode()).digest()))

    def describe(self, item: Item) -> Definition:
        """Describe a performance: its steps are the scenes, the pattern is the best way (xAPI 1.0.3 Data 2.4.4.1)."""
        play = role_play_of(item)
        if play is None:
            return Definition(interaction_type=InteractionType.PERFORMANCE, correct_responses_pattern=())
        steps = tuple((scene.key, f"scene/{scene.key}/text") for scene in play.scenes if scene.end is None)
        return Definition(
            interaction_type=InteractionType.PERFORMANCE,
            correct_responses_pattern=(self.respond(item, best_way(play)),),
            components={"steps": steps},
        )

    def respond(self, item: Item, response: Response) -> str:
        """Write the way, "scene[.]choice" with "[,]" between; a scene that was met twice stands twice."""
        play = role_play_of(item)
        steps = walk(play, response) if play else None
        return joined_list(
            tuple(f"{step.scene.key}{PAIR_MARK}{step.choice.key}" for step in steps or () if step.choice)
        )


def _part(step: Step) -> str:
    return f"scene/{step.scene.key}/choice/{step.choice.key if step.choice else ''}"
