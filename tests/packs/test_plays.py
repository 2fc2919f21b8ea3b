"""Role-plays as authors write them: what is compiled of them, and what an author is told of a graph that cannot be walked."""

from __future__ import annotations

import pytest

from packs.conftest import Compile, FaultsOf, catalogue, line_of
from packs.plays import ITEM, PLAY, MakePack
from perille.interactions.role_play.graph import Ending, role_play_of
from perille.packs.publishing.serialization import deserialize_words, serialize


def test_structure_has_the_graph_and_the_item_carries_it(make_play: MakePack, compiled: Compile) -> None:
    (item,) = compiled(make_play()).structure.items
    play = role_play_of(item)
    assert play is not None
    assert (play.key, play.start, play.lesson) == ("first-talk", "door", "hello")
    assert [(scene.key, scene.end, scene.signs, scene.picture) for scene in play.scenes] == [
        ("door", None, 2, "course_small/room"),
        ("talk", None, 0, ""),
        ("good-end", Ending.GOOD, 0, ""),
    ]
    assert {"title", "about", "prompt", "scene/door/sign/2", "scene/talk/choice/card/why"} < set(item.parts)


def test_the_hash_of_a_role_play_is_that_of_courses_in_which_people_are_enrolled(
    make_play: MakePack, compiled: Compile
) -> None:
    """It was taken when a role-play was a part of the structure itself: another one would split a course in two."""
    now = compiled(make_play()).structure_hash
    assert now == "54d5f9d5eda97d111c4099d5a33edabf4f7757bdf852e505da09261b8140cd98"


def test_a_change_of_the_graph_is_another_structure(make_play: MakePack, compiled: Compile) -> None:
    before = compiled(make_play()).structure_hash
    after = compiled(make_play(PLAY.replace('picture = "room"\npicture_description = "Two chairs."\n', "")))
    assert after.structure_hash != before


def test_words_stored_by_an_older_version_are_read_with_their_items(make_play: MakePack, compiled: Compile) -> None:
    made = compiled(make_play())
    words, item = made.words["en"], made.structure.items[0]
    own = {"prompt": words.items["mira"]["prompt"]}
    rest = {part: text for part, text in words.items["mira"].items() if part != "prompt"}
    stored = {name: getattr(words, name) for name in ("language", "title", "summary", "blocks", "units")}
    body = serialize(stored | {"items": {"mira": own}, "plays": {"first-talk": rest}})
    assert deserialize_words(body, made.structure).of_item(item) == words.of_item(item)
    assert deserialize_words(serialize(words), made.structure) == words


def test_words_are_translated_and_found_with_the_item(make_play: MakePack, compiled: Compile) -> None:
    fi = catalogue(
        ("play/first-talk/scene/door/choice/alone/led_to", "Mira could speak.", "Mira pystyi puhumaan."),
        ("play/first-talk/scene/door/sign/2", "no papers", "ei papereita"),
        ("play/first-talk/title", "A first talk", "Ensimmäinen keskustelu"),
    )
    result = compiled(make_play(translations={"fi": fi}))
    words, item = result.words["fi"], result.structure.items[0]
    assert words.of_item(item)["title"].plain == "Ensimmäinen keskustelu"
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
