"""A stranger's plugin, as a package that was installed: `owned(folder, ...)` writes its folders and returns it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from perille.api import (
    Definition,
    Form,
    InteractionType,
    Item,
    ItemReader,
    ItemReading,
    ItemTable,
    Outcome,
    Plugin,
    Response,
    graded,
    no_answer,
    only_value,
)
from perille.packs.source.registry import OwnedPlugin

PACKAGE, OWNER = "stranger", "stranger 1.0"
TEMPLATE = """<fieldset class="item"><legend>{{ words('prompt') }}</legend>
<input name="{{ name }}" value="{{ response[0] if response else '' }}">
<p>{{ _('How many?') }}</p>{% if outcome %}<p id="{{ name }}-result">{{ 'yes' if outcome.success else 'no' }}</p>{% endif %}</fieldset>"""
#: An item of the type below.
TALLY = '[[item]]\nkey = "cups"\ninteraction = "tally"\nprompt = "How many cups?"\nright = "3"\n'


@dataclass(frozen=True)
class Tally:
    """A number of marks, written in a field; *fails*: the method that goes wrong."""

    fails: str = ""
    scaled: float | None = None
    name: str = "tally"
    friendly_name: str = "Count them"
    keys: frozenset[str] = frozenset({"right"})
    template: str = "stranger/tally.html"
    script: str = ""
    style: str = ""
    offline: str = ""

    def _may_fail(self, method: str) -> None:
        if self.fails == method:
            # In pieces: a traceback quotes this line.
            raise ZeroDivisionError(" ".join(("a", "secret", "answer")))

    def read(self, table: ItemTable) -> ItemReading:
        self._may_fail("read")
        reader = ItemReader(table, self.name, self.keys)
        return reader.finish(accepted=(reader.text("right", needed=True),))

    def parse(self, item: Item, form: Form, name: str) -> Response | None:
        self._may_fail("parse")
        value = only_value(form, name)
        return (value,) if value else None

    def score(self, item: Item, response: Response | None) -> Outcome:
        self._may_fail("score")
        if not response:
            return no_answer()
        right = response == item.accepted
        return graded(item, float(right) if self.scaled is None else self.scaled, success=right)

    def arrange(self, item: Item, seed: str) -> tuple[str, ...]:
        self._may_fail("arrange")
        return ()

    def describe(self, item: Item) -> Definition:
        self._may_fail("describe")
        return Definition(interaction_type=InteractionType.OTHER, correct_responses_pattern=item.accepted)

    def respond(self, item: Item, response: Response) -> str:
        self._may_fail("respond")
        return response[0]


def owned(folder: Path, plugin: Plugin, files: Mapping[str, str | bytes] | None = None) -> OwnedPlugin:
    """Write the files of a package and return the plugin as discovery would."""
    package = folder / PACKAGE
    package.mkdir()
    for path, content in ({"templates/tally.html": TEMPLATE} if files is None else files).items():
        (package / path).parent.mkdir(parents=True, exist_ok=True)
        (package / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return OwnedPlugin(plugin=plugin, owner=OWNER, name="A stranger's", package=PACKAGE, folder=package)
