"""The picture of a role-play's graph, for authors."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given

from interactions.any_plays import plays
from packs.plays import PLAY, MakePack
from perille.api import FileReading
from perille.interactions.role_play import RolePlayInteraction
from perille.interactions.role_play.drawing import draw_graph, layers
from perille.interactions.role_play.graph import RolePlay
from perille.packs.commands import packs
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.toml import read_toml
from perille.packs.source.toml_table import Table

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(draw_graph(read(text)))


def read(text: str) -> FileReading[RolePlay]:
    found = Diagnostics()
    file = read_toml("plays/x.toml", text, found)
    return RolePlayInteraction.item_files.read("x", Table(file.data, file, found))


def test_picture_has_a_title_words_and_a_box_for_each_scene() -> None:
    root = drawn(PLAY)
    assert root.find(f"{SVG}title").text == "A first talk"  # type: ignore[union-attr]
    told = root.find(f"{SVG}desc").text  # type: ignore[union-attr]
    assert told == (
        "Starts at door. door: alone (best) to talk, both to door. talk: card (best) to good-end. good-end: end, good."
    )
    keys = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "key"]
    assert keys == ["door", "talk", "good-end (good)"]
    assert root.get("aria-labelledby") == "title desc"


def test_best_way_is_told_by_a_sign_and_not_by_colour_alone() -> None:
    words = [text.text or "" for text in drawn(PLAY).iter(f"{SVG}text")]
    assert [word for word in words if word.startswith("★")] == [
        "★ Ask to talk with Mira alone.",
        "★ Give her the card.",
    ]


def test_line_leads_to_the_next_column_and_a_name_to_any_other() -> None:
    root = drawn(PLAY)
    lines = list(root.iter(f"{SVG}path"))
    assert sorted(line.get("class") or "" for line in lines) == ["way", "way best", "way best"]
    assert [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "name"] == ["→ door"]


def test_what_is_not_there_is_drawn_as_wrong() -> None:
    root = drawn(PLAY.replace('to = "talk"', 'to = "nowhere"'))
    wrong = [rect for rect in root.iter(f"{SVG}rect") if rect.get("class") == "box wrong"]
    assert len(wrong) == 1
    assert "nowhere" in [text.text for text in root.iter(f"{SVG}text")]


def test_words_are_escaped() -> None:
    assert "<b>" not in draw_graph(read(PLAY.replace("A first", "<b>& first")))


@given(plays())
def test_every_scene_has_a_place_of_its_own(play: RolePlay) -> None:
    found = layers(play)
    assert {scene.key for scene in play.scenes} <= set(found)
    assert found[play.start] == 0
    root = ElementTree.fromstring(draw_graph(FileReading(value=play, words={}, lines={})))
    boxes = [rect for rect in root.iter(f"{SVG}rect") if (rect.get("class") or "").startswith("box")]
    assert len({(box.get("x"), box.get("y")) for box in boxes}) == len(boxes) == len(found)


def test_command_writes_the_picture_here_or_where_one_says(
    make_play: MakePack,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, target = make_play(), tmp_path / "out.svg"
    result = CliRunner().invoke(packs, ["graph", str(folder), "first-talk", "-o", str(target)])
    assert (result.exit_code, result.output) == (0, f"{target}: plays/first-talk.toml\n")
    assert target.read_text("utf-8").startswith("<svg ")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(packs, ["graph", str(folder), "first-talk"]).exit_code == 0
    assert (tmp_path / "first-talk.svg").read_text("utf-8") == target.read_text("utf-8")


@pytest.mark.parametrize("name", ["first-tlak", "no"])
def test_command_names_the_nearest_play(make_play: MakePack, name: str) -> None:  # noqa: F811
    result = CliRunner().invoke(packs, ["graph", str(make_play()), name])
    assert (result.exit_code, f"has nothing to draw of the name {name}" in result.output) == (1, True)
    assert ('"first-talk"' in result.output) == (name == "first-tlak")
