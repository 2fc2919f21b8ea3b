"""Named areas of a picture."""

from __future__ import annotations

import pytest

from interactions.faults import faults
from interactions.pages import Page, render
from interactions.samples import INTERACTIONS, table
from perille.api import InteractionType, ItemReading
from perille.core.paths import STATIC

HOTSPOT = INTERACTIONS["hotspot"]
AREAS = [
    {"key": "door", "text": "The locked door", "shape": "rect", "coords": [0, 0, 40, 80], "right": True},
    {"key": "bed", "text": "The bed", "shape": "poly", "coords": [1, 2, 3, 4, 5, 6], "right": True, "feedback": "Yes."},
    {"key": "lamp", "text": "The lamp", "shape": "circle", "coords": [50, 50, 9.5], "feedback": "It only gives light."},
]


def hotspot(count: int = 2) -> ItemReading:
    rows = [{**row, "right": number < count} for number, row in enumerate(AREAS)]
    return HOTSPOT.read(table("hotspot", area=rows))


def test_areas_are_kept_with_their_shapes() -> None:
    assert hotspot().item.extra == {
        "areas": {
            "door": {"shape": "rect", "coords": [0.0, 0.0, 40.0, 80.0]},
            "bed": {"shape": "poly", "coords": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]},
            "lamp": {"shape": "circle", "coords": [50.0, 50.0, 9.5]},
        }
    }


@pytest.mark.parametrize(
    ("chosen", "scaled", "said"),
    [
        (["bed", "door"], 1.0, ("area/bed/feedback",)),
        (["door"], 0.5, ()),
        (["door", "bed", "lamp"], 0.5, ("area/bed/feedback", "area/lamp/feedback")),
        (["lamp"], 0.0, ("area/lamp/feedback",)),
    ],
)
def test_right_areas_less_wrong_ones(chosen: list[str], scaled: float, said: tuple[str, ...]) -> None:
    item = hotspot().item
    outcome = HOTSPOT.score(item, HOTSPOT.parse(item, {"q": chosen}, "q"))
    assert (outcome.scaled, outcome.success, outcome.feedback) == (scaled, scaled == 1.0, said)


def test_areas_are_choices_for_xapi() -> None:
    found = HOTSPOT.describe(hotspot().item)
    assert found.interaction_type is InteractionType.CHOICE
    assert found.correct_responses_pattern == ("door[,]bed",)
    assert found.components["choices"][0] == ("door", "area/door/text")


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"shape": "oval"}, "area 4: 'shape' must be rect, circle or poly"),
        ({"shape": "rect", "coords": [1, 2, 3]}, "area 4: 'coords' of a rect must be 4 numbers, not 3"),
        *(
            ({"shape": "rect", "coords": coords}, "area 4: 'coords' of a rect must be left, top, right and bottom")
            for coords in ([32, 46, 32, 100], [90, 62, 62, 118], [220, 106, 252, 40])
        ),
        ({"shape": "circle", "coords": [1, 2, 3, 4]}, "area 4: 'coords' of a circle must be 3 numbers, not 4"),
        (
            {"shape": "poly", "coords": [1, 2, 3, 4]},
            "area 4: 'coords' of a poly must be pairs of numbers, one for each of three corners or more",
        ),
        (
            {"shape": "poly", "coords": [1, 2, 3, 4, 5, 6, 7]},
            "area 4: 'coords' of a poly must be pairs of numbers, one for each of three corners or more",
        ),
        *(
            ({"coords": coords}, "area 4: 'coords' must be a list of numbers in the picture's units, from 0")
            for coords in ("1,2", [1, 2, 3, -1], [1, 2, 3, True], [1, 2, 3, 1e9], None)
        ),
        ({"key": "bed"}, "two keys of area are the same: 'bed'"),
        ({"text": "The bed"}, "two texts of area are the same: 'The bed'"),
        ({"right": "yes"}, "area 4: 'right' must be true or false"),
        ({"sort": 1}, "area 4: unknown key 'sort'"),
    ],
)
def test_area_that_cannot_be_drawn_is_told(own: dict[str, object], said: str) -> None:
    area = {"key": "wall", "text": "The wall", "shape": "rect", "coords": [1, 2, 3, 4], **own}
    assert any(fault.startswith(said) for fault in faults("hotspot", area=[*AREAS, area]))


def test_largest_and_smallest_places_are_places() -> None:
    row = {"key": "all", "text": "All", "shape": "rect", "coords": [0, 0, 100_000, 100_000]}
    assert HOTSPOT.read(table("hotspot", area=[*AREAS, row])).item.extra


@pytest.mark.parametrize("corners", [3, 4, 5])
def test_area_may_have_any_number_of_corners_from_three(corners: int) -> None:
    row = {"key": "all", "text": "All", "shape": "poly", "coords": list(range(2 * corners))}
    assert HOTSPOT.read(table("hotspot", area=[*AREAS, row])).item.extra


def test_a_picture_and_a_right_area_are_needed() -> None:
    none = [{**row, "right": False} for row in AREAS]
    assert faults("hotspot", area=none) == ("at least one choice must have right = true",)
    assert "'picture' is missing" in faults("hotspot", area=AREAS, picture=None)
    assert "needs at least 2 [[item.area]]" in faults("hotspot", area=AREAS[:1])


@pytest.mark.parametrize(("count", "kind"), [(1, "radio"), (2, "checkbox")])
def test_names_of_the_areas_are_the_controls(count: int, kind: str) -> None:
    page = Page(render(hotspot(count)))
    inputs = page.all("input")
    assert {tag["type"] for tag in inputs} == {kind}
    assert [page.label_of(tag) for tag in inputs] == ["The locked door", "The bed", "The lamp"]
    assert not page.all("svg"), "the size of the picture is not known"


def test_wrong_area_is_marked_and_tied_to_what_is_said_of_it() -> None:
    reading = hotspot()
    page = Page(render(reading, ("door", "lamp"), HOTSPOT.score(reading.item, ("door", "lamp"))))
    assert [mark.words for mark in page.marked("mark")] == ["~Correct", "~Not correct", "~Not correct"]
    (lamp,) = [tag for tag in page.all("input") if tag["value"] == "lamp"]
    assert page.by_id()[lamp["aria-describedby"]].words == "It only gives light."
    found = Page(render(reading, ("door",), HOTSPOT.score(reading.item, ("door",))))
    assert found.by_id()["q-result"].words == "~Partly correct"


@pytest.fixture
def placed() -> Page:
    """The question with a picture whose size is known, after the lamp was chosen."""
    reading = hotspot()
    outcome = HOTSPOT.score(reading.item, ("lamp",))
    more = {"picture_size": (320, 180), "static_url": lambda name: f"/static/{name}"}
    return Page(render(reading, ("lamp",), outcome, **more))


def test_places_are_told_in_the_units_of_the_picture(placed: Page) -> None:
    (drawing,) = placed.marked("spots")
    assert drawing["viewbox"] == "0 0 320 180"
    (door,) = placed.all("rect")
    assert [door[name] for name in ("x", "y", "width", "height")] == ["0.0", "0.0", "40.0", "80.0"]
    (bed,) = placed.all("polygon")
    assert bed["points"] == "1.0 2.0 3.0 4.0 5.0 6.0"
    (lamp,) = [tag for tag in placed.marked("spot-area") if tag.name == "circle"]
    assert [lamp[name] for name in ("cx", "cy", "r")] == ["50.0", "50.0", "9.5"]


def test_each_place_has_the_number_of_its_control_on_its_upper_edge(placed: Page) -> None:
    numbers = {tag["data-for"]: text.words for tag, text in zip(placed.marked("spot"), placed.all("text"), strict=True)}
    for control in placed.all("input"):
        assert placed.label_of(control).startswith(numbers[control["id"]])
    assert sorted(numbers.values()) == ["1", "2", "3"]
    assert {(text["x"], text["y"]) for text in placed.all("text")} == {
        ("20.0", "12.5"),
        ("12.5", "12.5"),
        ("50.0", "40.5"),
    }, "inside the picture as well"


def test_what_was_chosen_is_marked_in_the_picture_without_script(placed: Page) -> None:
    assert [tag["data-for"] for tag in placed.marked("chosen")] == ["q-area-lamp"]


def test_the_list_stays_the_control_and_the_drawing_is_hidden_from_readers(placed: Page) -> None:
    (drawing,) = placed.marked("spots")
    assert (drawing["aria-hidden"], drawing["focusable"]) == ("true", "false")
    assert not [tag for tag in placed.tags if drawing in tag.parents and tag.name in ("a", "input", "button")]
    assert not [tag for tag in placed.tags if tag.has("style")], "no inline style goes past the content policy"


def test_the_script_is_small() -> None:
    assert (STATIC / "hotspot.js").stat().st_size < 2048
