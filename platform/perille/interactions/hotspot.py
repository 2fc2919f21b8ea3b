"""Named areas of a picture: right when the right ones are chosen and no other."""

from __future__ import annotations

from collections.abc import Sequence

from perille.api import (
    FieldKind,
    FormField,
    FormRows,
    ItemForm,
    ItemReader,
    ItemReading,
    ItemTable,
    Option,
    TableReader,
    flag_field,
    word_fields,
)
from perille.interactions.multiple_choice import MultipleChoice

#: Shapes with how many numbers tell them, as in HTML: two corners; middle and radius; the corners one after another.
_COUNTS = {"rect": 4, "circle": 3}
_LEAST_CORNERS = 3
_LARGEST = 100_000


class Hotspot(MultipleChoice):
    """Areas of a picture, each with its name as a control: nobody has to see or to point.

    A field *name* with one value for each chosen area. Marked like a multiple choice. `extra["areas"]` has the shape and the
    coordinates of each area by key.
    """

    name = "hotspot"
    friendly_name = "Find it in the picture"
    keys = frozenset({"area"})
    template = "interactions/hotspot.html"
    offline = "offline/multiple-choice.js"
    script = "hotspot.js"
    form = ItemForm(
        rows=(
            FormRows(
                key="area",
                fields=(
                    *word_fields("text"),
                    FormField(key="coords", kind=FieldKind.AREA, needed=True),
                    *word_fields("feedback"),
                    flag_field("right"),
                ),
            ),
        ),
        needs_picture=True,
    )
    measured_picture = True
    kind = "area"

    def read(self, table: ItemTable) -> ItemReading:
        """Read the picture and two areas or more; raise ItemFault naming every fault."""
        reader = ItemReader(table, self.name, self.keys)
        reader.picture(needed=True)
        areas: dict[str, object] = {}
        options: list[Option] = []
        for entry in reader.tables("area", {"key", "text", "feedback", "right", "shape", "coords"}, least=2):
            key = entry.own_key()
            reader.word(f"area/{key}/text", entry.text("text", needed=True))
            reader.word(f"area/{key}/feedback", entry.text("feedback"))
            options.append(Option(key=key, right=entry.flag("right")))
            areas[key] = {"shape": entry.text("shape", needed=True), "coords": _coords(entry)}
        reader.no_doubles("keys of area", (option.key for option in options))
        reader.no_doubles("texts of area", reader.words_of("area", "text"))
        self.check_right(reader, sum(option.right for option in options))
        return reader.finish(options=tuple(options), extra={"areas": areas})


def _coords(entry: TableReader) -> list[float]:
    value = entry.table.get("coords")
    numbers = value if isinstance(value, list) else []
    if not isinstance(value, list) or not all(_is_place(number) for number in numbers):
        entry.fault("'coords' must be a list of numbers in the picture's units, from 0")
    elif fault := _shape_fault(entry.table.get("shape"), numbers):
        entry.fault(fault)
    return [float(number) for number in numbers if _is_place(number)]


def _shape_fault(shape: object, numbers: Sequence[float]) -> str:
    """Say what is wrong with the numbers of a shape, as HTML's `area` has them; "" for nothing."""
    if shape == "poly":
        if len(numbers) % 2 or len(numbers) < 2 * _LEAST_CORNERS:
            return "'coords' of a poly must be pairs of numbers, one for each of three corners or more"
        return ""
    if shape not in _COUNTS:
        return "'shape' must be rect, circle or poly"
    if len(numbers) != _COUNTS[str(shape)]:
        return f"'coords' of a {shape} must be {_COUNTS[str(shape)]} numbers, not {len(numbers)}"
    if shape == "rect" and not (numbers[0] < numbers[2] and numbers[1] < numbers[3]):
        return "'coords' of a rect must be left, top, right and bottom, not a place and a size"
    return ""


def _is_place(number: object) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= _LARGEST
