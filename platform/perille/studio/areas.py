"""Places in a picture as the form of a question shows them: the picture, its units, and each place that can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from perille.domain.item_form import FieldKind, FormField, FormRows, ItemForm
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
    drawn = _list_of_areas(form)
    if drawn is None or picture is None or not picture.width:
        return None
    areas = (_area_of(number, row, drawn) for number, row in enumerate(fields.rows.get(drawn.key, ())))
    return tuple(each for each in areas if each is not None)


def _list_of_areas(form: ItemForm | None) -> FormRows | None:
    """Return the list of a form whose rows are places in a picture, None where it has none."""
    return next((row for row in (form.rows if form else ()) if _area_fields(row)), None)


def _area_fields(row: FormRows) -> list[FormField]:
    return [each for each in row.fields if each.kind is FieldKind.AREA]


def _area_of(number: int, row: Mapping[str, str], drawn: FormRows) -> Area | None:
    """Return the place that a row tells, None for one that is not told to its end yet."""
    try:
        values = field_values(_area_fields(drawn), row)
    except BadQuestion:
        return None
    coords = next((tuple(map(float, each)) for each in values.values() if isinstance(each, list)), ())
    shape = str(values.get(SHAPE))
    return Area(number, shape, coords) if _can_be_drawn(shape, coords) else None


def _can_be_drawn(shape: str, coords: tuple[float, ...]) -> bool:
    if shape == "poly":
        return len(coords) >= _LEAST_NUMBERS and len(coords) % 2 == 0
    if len(coords) != _COUNTS.get(shape):
        return False
    return shape == "circle" or (coords[0] < coords[2] and coords[1] < coords[3])
