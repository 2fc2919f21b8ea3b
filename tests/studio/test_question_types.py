"""Questions by form as an author thinks of them, who knows words and no keys."""

from __future__ import annotations

import re

import pytest

from perille.packs.authoring.item_forms import item_of, read_question
from perille.studio.questions import form_named
from studio.author import Author
from support.whole import Whole

SORTED = {
    "interaction": "grouping",
    "bank": "checks",
    "f-prompt": "Open or closed?",
    "member-0-text": "Monday",
    "member-1-text": "Sunday",
    "f-feedback_right": "Yes.",
    "f-feedback_wrong": "Look again.",
}


@pytest.mark.parametrize(("first", "second"), [("Open", "Closed"), ("مفتوح", "مغلق"), ("group-2", "group")])
def test_words_to_sort_name_their_group_by_its_words(author: Author, first: str, second: str) -> None:
    author.begin("Harbour")
    groups = {
        "group-0-text": first,
        "group-1-text": second,
        "member-0-group": f" {first.upper()}",
        "member-1-group": second,
    }
    author.send("questions/new", SORTED | groups)
    page = author.get("questions/open-or-closed")
    assert "which is no" not in page.text
    for number, words in enumerate((first, second)):
        assert page.one("input", _name=f"group-{number}-text")["value"] == words
        assert page.one("input", _name=f"member-{number}-group")["value"] == words


def _groups(author: Author, *groups: str, members: tuple[str, str]) -> list[str]:
    """Write other words of groups and members into the form of the question, save it, and return the groups of its members."""
    page = author.get("questions/open-or-closed")
    kept = {
        tag["name"]: tag["value"] for tag in page.all("input") if re.fullmatch(r"\w+-\d+-key|revision", tag["name"])
    }
    words = {f"group-{number}-text": each for number, each in enumerate(groups)}
    homes = {f"member-{number}-group": each for number, each in enumerate(members)}
    author.send("questions/open-or-closed", SORTED | kept | words | homes)
    page = author.get("questions/open-or-closed")
    assert "is not in this question" not in page.text
    return [page.one("input", _name=f"member-{number}-group")["value"] for number in range(2)]


def test_who_renames_a_group_need_not_rename_it_at_its_words(author: Author) -> None:
    author.begin("Harbour")
    groups = {"group-0-text": "Open", "group-1-text": "Closed", "member-0-group": "Open", "member-1-group": "Closed"}
    author.send("questions/new", SORTED | groups)
    assert _groups(author, "Open all day", "Closed", members=("Open", "Closed")) == ["Open all day", "Closed"]
    # The old name is free for another group, whose key is another one than its words.
    assert _groups(author, "Open all day", "Closed", "Open", members=("Open", "Closed")) == ["Open", "Closed"]
    # Two that change their names are what they say.
    assert _groups(author, "Closed", "Open all day", "Open", members=("Closed", "Open")) == ["Closed", "Open"]


def test_a_group_that_is_not_there_is_named_in_words_of_authors(author: Author) -> None:
    author.begin("Harbour")
    groups = {"group-0-text": "Open", "group-1-text": "Closed", "member-0-group": "Opened", "member-1-group": "Closed"}
    author.send("questions/new", SORTED | groups)
    page = author.get("questions/open-or-closed")
    assert "That name is not in this question." in page.text
    assert page.one("input", _name="member-0-group")["value"] == "Opened"


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        ({"a": "Open", "b": "open"}, ["b", "a"]),
        ({"a": "b", "b": "a"}, ["a", "b"]),
        ({"a": "Open", "b": "open", "c": "a"}, ["b", "a"]),
    ],
    ids=["same words", "words of each other's key", "words of a key that is shown"],
)
def test_groups_are_told_apart_by_their_keys_where_words_do_not(
    whole: Whole, texts: dict[str, str], shown: list[str]
) -> None:
    item = {
        "key": "which",
        "interaction": "grouping",
        "prompt": "Which?",
        "group": [{"key": key, "text": text} for key, text in texts.items()],
        "member": [{"key": "m", "text": "Monday", "group": "b"}, {"key": "n", "text": "Sunday", "group": "a"}],
    }
    with whole.app.app_context():
        form = form_named("grouping")
        assert form is not None
        fields = read_question(item, form)
        assert fields is not None
        assert [each["group"] for each in fields.rows["member"]] == shown
        assert item_of(fields, form) == item


def test_a_question_whose_words_were_saved_in_place_of_keys_can_be_mended_by_form(whole: Whole) -> None:
    item = {
        "key": "which",
        "interaction": "grouping",
        "prompt": "Which?",
        "group": [{"key": "open", "text": "Open"}, {"key": "closed", "text": "Closed"}],
        "member": [{"key": "m", "text": "Monday", "group": "Open"}, {"key": "n", "text": "Sunday", "group": "Closed"}],
    }
    with whole.app.app_context():
        form = form_named("grouping")
        assert form is not None
        fields = read_question(item, form)
        assert fields is not None
        mended = item_of(fields, form)
    members = mended["member"]
    assert isinstance(members, list)
    assert [each["group"] for each in members] == ["open", "closed"]


def test_an_opinion_asks_for_as_many_levels_as_it_needs(author: Author) -> None:
    author.begin("Harbour")
    page = author.get("questions/new?type=likert")
    needed = [each for each in page.all("input", type="text") if "required" in each.attributes]
    assert [each["name"] for each in needed] == ["level-0-text", "level-1-text", "level-2-text"]


def test_a_picture_that_was_chosen_can_be_taken_away(author: Author) -> None:
    author.begin("Harbour")
    author.upload()
    form = {
        "interaction": "matching",
        "bank": "checks",
        "f-prompt": "What belongs together?",
        "f-feedback_right": "Yes.",
    }
    form |= {f"pair-{number}-{side}": f"{side} {number}" for number in range(2) for side in ("source", "target")}
    (picture,) = _pictures(author, "new?type=matching", "f-picture") - {""}
    chosen = {"f-picture": picture, "f-picture_description": "A quay", "pair-0-picture": picture}
    author.send("questions/new", form | {"f-feedback_wrong": "No."} | chosen)
    for name in ("f-picture", "pair-0-picture"):
        assert _pictures(author, "what-belongs-together", name) == {"", picture}


def _pictures(author: Author, path: str, name: str) -> set[str]:
    options = author.get(f"questions/{path}").all("option")
    return {each["value"] for each in options if each.parents[-1].attributes.get("name") == name}


def test_the_names_of_shapes_are_short_and_their_numbers_stand_above_the_list(author: Author) -> None:
    author.begin("Harbour")
    page = author.get("questions/new?type=hotspot")
    names = [each.words for each in page.all("option") if each.parents[-1].attributes.get("name") == "area-0-shape"]
    assert names == ["Rectangle", "Circle", "Corners"]
    assert "Rectangle: left, top, right, bottom" in page.text
