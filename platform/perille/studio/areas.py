"""Places in a picture as the form of a question shows them: the picture, its units, and each place that can be drawn."""

from __future__ import annotations

from dataclasses import dataclass

from perille.domain.item_form import FieldKind, ItemForm
from perille.packs.authoring.item_forms import SHAPE, BadQuestion, QuestionFields, field_values
from perille.packs.format.media import MediaFile

#: How many numbers tell a shape; a polygon has three corners or more.
_COUNTS = {"rect": 4, "circle": 3}
_LEAST_NUMBERS = 6


@dataclass(frozen=True, slots=True)
class Area:
    """A place that can be drawn, in units of the picture."""

    #: Its number in the list of the form, from 0.
    row: int
    shape: str
    coords: tuple[float, ...]


def shown_areas(picture: MediaFile | None, fields: QuestionFields, form: ItemForm | None) -> tuple[Area, ...] | None:
    """Return the places of a question that lie on its picture; None where its type has none, or the picture no size."""
    lists = [row for row in (form.rows if form else ()) if any(each.kind is FieldKind.AREA for each in row.fields)]
    if not lists or picture is None or not picture.width:
        return None
    found = []
    for number, row in enumerate(fields.rows.get(lists[0].key, ())):
        try:
            values = field_values([each for each in lists[0].fields if each.kind is FieldKind.AREA], row)
        except BadQuestion:
            continue
        coords = next((tuple(map(float, each)) for each in values.values() if isinstance(each, list)), ())
        if _can_be_drawn(str(values.get(SHAPE)), coords):
            found.append(Area(number, str(values[SHAPE]), coords))
    return tuple(found)


def _can_be_drawn(shape: str, coords: tuple[float, ...]) -> bool:
    if shape == "poly":
        return len(coords) >= _LEAST_NUMBERS and len(coords) % 2 == 0
    if len(coords) != _COUNTS.get(shape):
        return False
    return shape == "circle" or (coords[0] < coords[2] and coords[1] < coords[3])
