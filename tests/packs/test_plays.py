"""Role-plays as authors write them: what is compiled of them, and what an author is told of a graph that cannot be walked."""

from __future__ import annotations

import pytest

from packs.conftest import Compile, FaultsOf, catalogue, line_of
from packs.plays import ITEM, PLAY, MakePack
from perille.domain.role_play import Ending, role_play_of


def test_structure_has_the_graph_and_the_item_carries_it(make_play: MakePack, compiled: Compile) -> None:
    structure = compiled(make_play()).structure
    (play,), (item,) = structure.plays, structure.items
    assert (play.key, play.start, play.lesson) == ("first-talk", "door", "hello")
    assert [(scene.key, scene.end, scene.signs, scene.picture) for scene in play.scenes] == [
        ("door", None, 2, "course_small/room"),
        ("talk", None, 0, ""),
        ("good-end", Ending.GOOD, 0, ""),
    ]
    carried = role_play_of(item)
    assert carried is not None
    assert (carried.scenes, carried.start, carried.lesson) == (play.scenes, play.start, play.lesson)
    assert set(play.parts) < set(item.parts)


def test_words_are_translated_and_found_with_the_item(make_play: MakePack, compiled: Compile) -> None:
    fi = catalogue(
        ("play/first-talk/scene/door/choice/alone/led_to", "Mira could speak.", "Mira pystyi puhumaan."),
        ("play/first-talk/scene/door/sign/2", "no papers", "ei papereita"),
        ("play/first-talk/title", "A first talk", "Ensimmäinen keskustelu"),
    )
    result = compiled(make_play(translations={"fi": fi}))
    words, item = result.words["fi"], result.structure.items[0]
    assert words.plays["first-talk"]["title"].plain == "Ensimmäinen keskustelu"
    assert words.of_item(item)["scene/door/choice/alone/led_to"].plain == "Mira pystyi puhumaan."
    assert words.of_item(item)["scene/door/sign/2"].plain == "ei papereita"
    assert words.of_item(item)["prompt"].language == "en"
    assert "FI/" not in words.of_item(item)["about"].plain
    assert "fact:emergency.number" in words.of_item(item)["about"].plain


def test_a_play_that_can_be_walked_has_no_fault(make_play: MakePack, faults_of: FaultsOf) -> None:
    assert [fault.message for fault in faults_of(make_play()) if "credit" not in fault.message] == []


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('start = "door"', 'start = "dor"', 'title = "A first', 'Did you mean "door"'),
        ('to = "talk"', 'to = "tlak"', "[[scene.choice]]", 'Did you mean "talk"'),
        ('to = "talk"', 'to = "good-end"', "[[scene]]\nkey", 'Nobody can reach the scene "talk"'),
        ('end = "good"\n', "", "[[scene]]\nkey", 'The scene "good-end" is a dead end'),
        ('to = "good-end"', 'to = "door"', "[[scene]]\nkey", 'The scene "talk" is in a loop'),
        ('best = true\nwhy = "She', 'why = "She', "[[scene]]\nkey", 'The scene "talk": no choice has best'),
        (
            'led_to = "Mira said nothing."',
            'led_to = "No."\nbest = true\nwhy = "So."',
            "[[scene]]\nkey",
            "more than one",
        ),
        ('why = "She decides."\n', "", "[[scene.choice]]", '"why" is missing'),
        ('lesson = "hello"', 'lesson = "helo"', "lesson", 'Did you mean "hello"'),
        ("{fact: emergency.number}", "{fact: emergency.numbre}", "about", "emergency.numbre"),
        ('picture = "room"', 'picture = "rom"', "[[scene]]", 'Did you mean "room"'),
        ('end = "good"', 'end = "god"', "end =", 'Did you mean "good"'),
        ('key = "both"', 'key = "alone"', "[[scene]]", 'second choice of the scene "door"'),
        ("signs", "singns", "singns", 'Did you mean "signs"'),
    ],
)
def test_a_graph_that_cannot_be_walked_names_its_line(
    make_play: MakePack, faults_of: FaultsOf, old: str, new: str, at: str, says: str
) -> None:
    assert old in PLAY
    folder = make_play(PLAY.replace(old, new))
    found = [fault for fault in faults_of(folder) if says in fault.message]
    assert [fault.path for fault in found] == ["plays/first-talk.toml"]
    lines = (folder / "plays" / "first-talk.toml").read_text("utf-8").split("\n")
    assert lines[found[0].line - 1].startswith(at.partition("\n")[0])


def test_an_item_names_a_play_that_is_there(make_play: MakePack, faults_of: FaultsOf) -> None:
    folder = make_play(item=ITEM.replace("first-talk", "first-tlak"))
    found = [fault for fault in faults_of(folder) if "plays/first-tlak.toml" in fault.message]
    assert [(fault.path, fault.line) for fault in found] == [
        ("items/bank.toml", line_of(folder, "items/bank.toml", "[["))
    ]
