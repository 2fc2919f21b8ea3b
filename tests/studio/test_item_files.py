"""Role-plays and places in pictures by form: whoever writes them needs no TOML, and what is not touched keeps its bytes."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from pathlib import Path

import pytest

from perille.domain.item_form import FileForm
from perille.interactions.role_play.play_file import PlayFiles
from perille.packs.source.diagnostics import Diagnostic
from perille.studio.findings import findings_of
from perille.studio.item_drawing import linked_drawing
from perille.studio.item_file_source import NEW_ROW, ItemFileSource, RowFields
from studio.author import Author, photograph
from support.html import Tag
from support.places import ROOT
from support.visitor import Page

PLAYS = sorted([*ROOT.glob("courses/*/plays/*.toml"), *ROOT.glob("modules/*/plays/*.toml")])
FORM = PlayFiles.form
EMPTY = ItemFileSource("", FORM)


def files_of(author: Author) -> dict[str, str]:
    """Return the files of the draft, as its ZIP file has them."""
    answer = author.get("export.zip").response
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        return {name.partition("/")[2]: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


@pytest.mark.parametrize("path", PLAYS, ids=lambda path: path.stem)
def test_every_scene_of_a_play_that_ships_goes_through_its_form_unharmed(path: Path) -> None:
    text = path.read_bytes().decode()
    source = ItemFileSource(text, FORM)
    assert len(source.rows) > 3
    for row in source.rows:
        assert source.holds(row)
        assert source.put_row(row) == (text, row.key)
        start, end = source.toml.table_lines(("scene", [each.key for each in source.rows].index(row.key)))
        assert {source.row_at(line) for line in (start + 1, end)} == {row.key}
    assert source.put_values(source.values) == text


def test_one_scene_changes_its_own_lines_and_no_other() -> None:
    text = PLAYS[0].read_bytes().decode()
    source = ItemFileSource(text, FORM)
    row = source.rows[1]
    changed, _key = source.put_row(RowFields(row.key, {**row.values, "text": "Another scene."}, row.inner))
    before, after = tomllib.loads(text), tomllib.loads(changed)
    assert after["scene"][1].pop("text") == "Another scene."
    assert before["scene"][1].pop("text")
    assert after == before
    start, end = source.toml.table_lines(("scene", 1))
    lines = text.split("\n")
    assert changed.startswith("\n".join(lines[:start]))
    assert changed.endswith("\n".join(lines[end:]))


def test_a_choice_can_lead_to_a_scene_that_is_written_later() -> None:
    choices = [{"text": "Ask her name", "to": NEW_ROW}, {"text": "Look away", "to": NEW_ROW}]
    text, key = EMPTY.put_row(RowFields("", {"text": "Nadia looks up."}, choices))
    play = tomllib.loads(text)
    assert (key, play["start"]) == ("nadia-looks-up", "nadia-looks-up")
    assert [scene["key"] for scene in play["scene"]] == ["nadia-looks-up", "ask-her-name", "look-away"]
    assert [choice["to"] for choice in play["scene"][0]["choice"]] == ["ask-her-name", "look-away"]
    assert ItemFileSource(text, FORM).leading_to("look-away") == ["nadia-looks-up"]


def test_what_a_form_cannot_hold_is_not_lost_by_it() -> None:
    text = '[[scene]]\nkey = "door"\ntext = "A door."\nmood = "grim"\n'
    source = ItemFileSource(text, FORM)
    assert not source.holds(source.rows[0])


def test_a_drawing_leads_to_the_form_of_each_scene_and_escapes_what_authors_wrote() -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" role="img"><g data-row="a"><text>&lt;b&gt; &amp;</text></g></svg>'
    made = linked_drawing(drawn, lambda row: f"/scenes/{row}?a=1&b=2")
    assert 'href="/scenes/a?a=1&amp;b=2" target="_top"' in made
    assert "&lt;b&gt; &amp;" in made
    assert "role=" not in made


@pytest.mark.parametrize(
    "fault",
    [
        'The choice "a" leads to a scene "b" that is not there.',
        '"start" names a scene "b" that is not there.',
        'Nobody can reach the scene "b": no choice on a way from the start leads to it',
        'The scene "b" is a dead end: give it choices, or say end = "..."',
        'The scene "b" is in a loop without a way out: no choice leads to an end',
        'The scene "b": no choice has best = true, so the best way stops here before an end',
        'The scene "b": more than one choice has best = true',
        'The scene "b": the best way comes here twice and never reaches an end',
        "The role-play has no [[scene]]",
        'The scene "b" is an end and cannot have choices',
        '"led_to" is missing',
        "Item room: 'picture' is missing",
        "Item room: area 1: 'coords' of a rect must be 4 numbers, not 3",
        "Item room: area 1: 'shape' must be rect, circle or poly",
    ],
)
def test_faults_of_scenes_and_places_say_how_to_mend_them(fault: str) -> None:
    (found,) = findings_of([Diagnostic("plays/x.toml", 1, fault)])
    assert found.advice
    assert found.message == fault


def test_a_file_form_says_where_its_file_begins() -> None:
    assert isinstance(FORM, FileForm)
    text, _key = EMPTY.put_row(RowFields("", {"text": "First."}))
    again, _key = ItemFileSource(text, FORM).put_row(RowFields("", {"text": "Second."}))
    assert tomllib.loads(again)["start"] == "first"


@pytest.fixture
def course(author: Author) -> Author:
    author.begin()
    return author


def prompt_form(interaction: str, prompt: str) -> dict[str, str]:
    return {"interaction": interaction, "bank": "checks", "f-prompt": prompt, "difficulty": "1"}


def test_a_role_play_is_written_scene_by_scene_without_script(course: Author) -> None:
    page = course.send("questions/new", prompt_form("role-play", "What would you do?"))
    assert page.all("h1")[0].words == "Role-play: scenes, and choices that lead on"
    scenes, scene = "questions/what-would-you-do/scenes", "questions/what-would-you-do/scene"
    assert page.one("input", _name="f-start")["type"] == "hidden", "nobody can name a scene before there is one"
    assert "First scene" not in page.text
    about = {"f-title": "A door", "f-about": "You visit.", "f-start": "", "f-lesson": ""}
    page = course.send(scenes, about)
    assert [tag.words for tag in page.all("li", _class="finding-error")] != []
    assert "Add the first scene." in page.text
    first = {
        "f-text": "The door is open.",
        "choice-0-text": "Knock",
        "choice-0-to": NEW_ROW,
        "choice-0-led_to": "Somebody came.",
        "choice-0-best": "true",
        "choice-0-why": "It is polite.",
        "choice-1-text": "Walk in",
        "choice-1-to": NEW_ROW,
        "choice-1-led_to": "Somebody was afraid.",
    }
    page = course.send(f"{scenes}/new", first)
    assert "Saved." in page.text
    page = course.get(scenes)
    listed = [tag.words for tag in page.all("a") if "/scene/" in tag["href"]]
    assert listed == ["The door is open.", "knock", "walk-in"]
    for key, words, end in (("knock", "She smiles.", "good"), ("walk-in", "She cries.", "poor")):
        assert "dead end" in course.get(f"{scene}/{key}").text or "missing" in course.get(f"{scene}/{key}").text
        course.send(f"{scene}/{key}", {"f-text": words, "f-end": end})
    assert not course.get(scenes).all("li", _class="finding-error")
    play = tomllib.loads(files_of(course)["plays/what-would-you-do.toml"])
    assert [scene.get("end") for scene in play["scene"]] == [None, "good", "poor"]
    assert play["start"] == "the-door-is-open"
    drawing = course.get(f"{scenes}/drawing").response
    assert drawing.get_data(as_text=True).count("data-row") == 3
    policy = drawing.headers["Content-Security-Policy"]
    assert {"frame-ancestors 'self'", "script-src 'none'", "style-src 'unsafe-inline'"} <= set(policy.split("; "))
    assert "style-src 'self'" in course.get(scenes).headers["Content-Security-Policy"], (
        "the page itself has none of that"
    )
    removed = course.send("questions/what-would-you-do/remove")
    assert "The question is out." in removed.text
    assert not [name for name in files_of(course) if name.startswith("plays/")]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["Who is met, and who the learner is here: Fill in every field", "Leads to: Fill in every field"]),
        ("fi", ["Kenet kohdataan, ja kuka oppija tässä on: ", "Johtaa kohtaukseen: "]),
    ],
)
def test_a_field_of_a_role_play_that_is_left_empty_is_named(course: Author, language: str, told: list[str]) -> None:
    course.send("questions/new", prompt_form("role-play", "What now?"))
    scenes = "questions/what-now/scenes"
    course.send(scenes, {"f-title": "A room", "f-about": ""})
    course.send(f"{scenes}/new", {"f-text": "A room.", "choice-0-text": "Leave", "choice-0-led_to": "She left."})
    page = course.get(f"{course.draft.replace('/en/', f'/{language}/')}/{scenes}")
    found = " ".join(tag.words for tag in page.all("li", _class="finding-error"))
    assert [words for words in told if words not in found] == []


def test_a_scene_that_is_sent_by_two_presses_is_one_with_the_scenes_it_leads_to(course: Author) -> None:
    course.send("questions/new", prompt_form("role-play", "What would you do?"))
    scenes, scene = "questions/what-would-you-do/scenes", "questions/what-would-you-do/scene"
    door = {"f-text": "The door is open.", "choice-0-text": "Knock", "choice-0-to": NEW_ROW}
    ways = {**door, "choice-1-text": "Wait", "choice-1-to": NEW_ROW}
    for _press in range(2):
        assert "Saved." in course.send(f"{scenes}/new", door).text
    for _press in range(2):
        course.send(f"{scene}/the-door-is-open", ways | {"choice-0-to": "knock"})
    play = tomllib.loads(files_of(course)["plays/what-would-you-do.toml"])
    assert [each["key"] for each in play["scene"]] == ["the-door-is-open", "knock", "wait"]


def test_taking_a_scene_out_says_what_leads_there_and_marks_it(course: Author) -> None:
    course.send("questions/new", prompt_form("role-play", "What now?"))
    scenes, scene = "questions/what-now/scenes", "questions/what-now/scene"
    course.send(scenes, {"f-title": "A room", "f-about": "You visit."})
    choice = {"text": "Leave", "to": NEW_ROW, "led_to": "She left.", "best": "true", "why": "It was late."}
    course.send(f"{scenes}/new", {"f-text": "A room."} | {f"choice-0-{key}": value for key, value in choice.items()})
    course.send(f"{scene}/leave", {"f-text": "Outside.", "f-end": "good"})
    page = course.get(f"{scene}/leave")
    assert "What leads here:" in page.text
    assert "What leads here will lead nowhere." in page.text
    course.send(f"{scene}/leave/remove")
    page = course.get(f"{scene}/a-room")
    assert any("leave" in tag.words for tag in page.all("li", _class="finding-error"))


def _picture(author: Author) -> Tag:
    author.upload(description="A room", body=photograph((640, 400)))
    page = author.get("questions/new?type=hotspot&bank=checks")
    return next(tag for tag in page.all("option") if tag.attributes.get("value") == "a-room")


def test_places_are_numbers_of_the_picture_without_script(course: Author) -> None:
    option = _picture(course)
    width, height = int(option["data-width"]), int(option["data-height"])
    form = prompt_form("hotspot", "Where is the door?") | {"f-picture": "a-room", "f-picture_description": "A room"}
    form |= {"area-0-text": "The door", "area-0-shape": "rect", "area-0-coords": "10, 20, 110, 220"}
    form |= {"area-0-feedback": "Yes.", "area-0-right": "true"}
    form |= {"area-1-text": "The lamp", "area-1-shape": "circle", "area-1-coords": "300 100 40"}
    form |= {"area-1-feedback": "No, that is a lamp.", "area-2-shape": "poly"}
    page = course.send("questions/new", form)
    assert f'viewBox="0 0 {width} {height}"' in page.html
    assert [tag["width"] for tag in page.all("rect")] == ["100.0"]
    (item,) = tomllib.loads(files_of(course)["items/checks.toml"])["item"]
    assert [area["coords"] for area in item["area"]] == [[10, 20, 110, 220], [300, 100, 40]]
    assert [area["shape"] for area in item["area"]] == ["rect", "circle"]
    assert not page.all("li", _class="finding-error")


def test_a_place_far_outside_every_picture_is_no_place(course: Author) -> None:
    _picture(course)
    form = prompt_form("hotspot", "Where is the door?") | {"f-picture": "a-room", "f-picture_description": "A room"}
    form |= {"area-0-text": "The door", "area-0-shape": "rect", "area-0-coords": f"0 0 10 {'9' * 39}"}
    page = Page(course.visitor.client.post(f"{course.draft}/questions/new", data=form))
    assert page.status == 400
    assert "must be a number from -100,000 to 100,000." in page.text
    assert "Where is the door?" in page.text, "what was typed is not lost"
    course.send("questions/new", form | {"area-0-coords": "0 0 10 100000"})


def test_another_picture_asks_to_look_at_the_places_again(course: Author) -> None:
    _picture(course)
    course.upload(description="A hall", body=photograph((400, 640)))
    form = prompt_form("hotspot", "Where?") | {"f-picture": "a-room", "f-picture_description": "A room"}
    course.send("questions/new", form)
    page = course.send("questions/where", form | {"f-picture": "a-hall"})
    assert "Its picture is another one now. Look at each of its places again." in page.text


def test_a_question_that_cannot_be_used_yet_stands_in_the_list(course: Author) -> None:
    course.send("questions/new", prompt_form("hotspot", "Where is nothing yet?"))
    page = course.get("questions")
    assert any(tag.words == "Where is nothing yet?" for tag in page.all("a"))
    assert re.search("Find places in a picture", page.text)
