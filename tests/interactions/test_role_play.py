"""Role-plays: a way through scenes that a form carries, and the talk about it at the end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.faults import faults
from interactions.pages import Page, render
from interactions.plays import PLAYS
from interactions.samples import INTERACTIONS, table
from perille.api import InteractionType, ItemReading
from perille.domain.item import has_own_buttons
from perille.interactions.role_play import RolePlayInteraction

PLAY = INTERACTIONS["role-play"]
KEYS = PLAYS["talk"].keys


def reading(play: str = "talk") -> ItemReading:
    return PLAY.read(table("role-play", play=play))


def sent(path: str = "", following: str | None = None) -> dict[str, list[str]]:
    return {"q": [path], **({} if following is None else {"q.next": [following]})}


def page(*path: str) -> Page:
    question = reading()
    return Page(render(question, path or None, PLAY.score(question.item, path) if path else None))


def test_a_choice_is_added_to_the_way() -> None:
    item = reading().item
    assert PLAY.parse(item, sent(following="alone"), "q") == ("alone",)
    assert PLAY.parse(item, {"q.next": ["alone"]}, "q") == ("alone",)
    assert PLAY.parse(item, sent("alone", "ask"), "q") == ("alone", "ask")
    assert PLAY.parse(item, sent("both again", "alone"), "q") == ("both", "again", "alone")


@pytest.mark.parametrize("following", ["card", "nothing", "alone alone", "", None])
def test_choice_of_another_scene_leaves_the_way_as_it_was(following: str | None) -> None:
    item = reading().item
    assert PLAY.parse(item, sent("both", following), "q") == ("both",)
    assert PLAY.parse(item, sent("", following), "q") is None
    assert PLAY.parse(item, {"q": ["both"], "q.next": ["again", "leave"]}, "q") == ("both",)


@pytest.mark.parametrize("path", ["card", "alone card card", "x", "alone\0", "alone " * 200, "a" * 9000])
def test_way_that_the_graph_does_not_have_is_no_way(path: str) -> None:
    assert PLAY.parse(reading().item, sent(path, "alone"), "q") is None
    assert PLAY.parse(reading().item, {"q": ["both", "both"]}, "q") is None


def test_hundred_choices_can_be_carried_and_no_more() -> None:
    item = reading().item
    way = ("both", "again") * 50
    assert PLAY.parse(item, sent(" ".join(way)), "q") == way
    assert PLAY.parse(item, sent(" ".join(way), "alone"), "q") == way


def test_beginning_again_forgets_the_way() -> None:
    assert PLAY.parse(reading().item, {**sent("alone card"), "q.again": ["1"]}, "q") is None


@given(st.lists(st.sampled_from([*KEYS, "x"]), max_size=5), st.sampled_from([*KEYS, "x", ""]))
def test_parsed_way_is_always_one_that_can_be_walked(path: list[str], following: str) -> None:
    item = reading().item
    response = PLAY.parse(item, sent(" ".join(path), following), "q")
    if response is not None:
        assert PLAY.parse(item, sent(" ".join(response)), "q") == response
        assert response[: len(path)] == tuple(path)
        assert len(response) - len(path) in (0, 1)


def test_nothing_is_said_or_scored_until_an_end() -> None:
    item = reading().item
    inside = PLAY.score(item, ("both", "again"))
    assert (inside.scaled, inside.success, inside.feedback) == (0.0, False, ())
    for way in (("alone", "card"), ("both", "leave")):
        outcome = PLAY.score(item, way)
        assert (outcome.scaled, outcome.success) == (1.0, True)
    assert PLAY.score(item, ("both", "again", "both", "leave")).feedback == (
        "scene/door/choice/both/led_to",
        "scene/silence/choice/again/led_to",
        "scene/silence/choice/again/why",
        "scene/silence/choice/leave/led_to",
    )
    assert PLAY.score(item, ("card",)).scaled == 0.0


def test_way_is_a_performance_whose_steps_are_scenes() -> None:
    item = reading().item
    found = PLAY.describe(item)
    assert found.interaction_type is InteractionType.PERFORMANCE
    assert found.correct_responses_pattern == ("door[.]alone[,]room[.]card",)
    assert found.components == {"steps": tuple((key, f"scene/{key}/text") for key in ("door", "room", "silence"))}
    assert PLAY.respond(item, ("both", "again", "alone")) == "door[.]both[,]silence[.]again[,]door[.]alone"
    assert PLAY.respond(item, ("card",)) == ""


def test_item_whose_play_is_not_there_is_never_answered() -> None:
    item = RolePlayInteraction().read(table("role-play", play="gone")).item
    assert item.extra == {"play": "gone"}
    assert PLAY.parse(item, sent("", "alone"), "q") is None
    assert PLAY.score(item, ("alone",)).scaled == 0.0
    found = PLAY.describe(item)
    assert (found.interaction_type, found.correct_responses_pattern, found.components) == (
        InteractionType.PERFORMANCE,
        (),
        {},
    )
    assert PLAY.respond(item, ("alone",)) == ""


def test_play_is_named_like_a_file() -> None:
    said = "'play' must be the name of a file in plays/ without its ending, not 'A talk.toml'"
    assert faults("role-play", play="A talk.toml") == (said,)
    assert faults("role-play") == ("'play' is missing",)
    assert has_own_buttons(PLAY)
    assert not has_own_buttons(INTERACTIONS["choice"])


def test_start_tells_what_it_is_about_and_offers_its_choices() -> None:
    start = page()
    assert [tag.words for tag in start.marked("play-about")] == ["Mira is made up."]
    assert [tag.words for tag in start.marked("scene-words")] == ["Scene door."]
    assert sorted((tag["name"], tag["value"], tag.words) for tag in start.all("button")) == [
        ("q.next", "alone", "Do alone"),
        ("q.next", "both", "Do both"),
    ]
    assert [tag.words for tag in start.marked("sign")] == ["Sign 1 of door", "Sign 2 of door"]
    assert [(tag["name"], tag["value"]) for tag in start.all("input")] == [("q", ""), ("q.seed", "")]
    assert not start.marked("debrief")


def test_inside_the_signs_gather_and_nothing_is_judged() -> None:
    inside = page("alone", "ask", "alone")
    assert [tag.words for tag in inside.marked("sign")] == ["Sign 1 of door", "Sign 2 of door", "Sign 1 of room"]
    assert inside.all("input")[0]["value"] == "alone ask alone"
    assert {tag["value"] for tag in inside.all("button")} == {"ask", "card"}
    assert not inside.marked("play-about") + inside.marked("debrief") + inside.marked("feedback")
    assert inside.by_id()["q-result"].words == "Scene room."
    assert [tag["alt"] for tag in page("both", "again").all("img")] == ["A street.", "A picture of door."]


def test_debrief_tells_both_ways_and_why() -> None:
    end = page("both", "leave")
    way, best = end.marked("way")
    assert "Do both After both." in way.words
    assert "Do leave After leave." in way.words
    assert "experienced" not in way.words
    assert best.words == "Do alone Because alone. Do card Because card."
    assert [tag["name"] for tag in end.all("button")] == ["q.again"]


def test_debrief_of_the_best_way_says_so_and_does_not_repeat_it() -> None:
    end = page("alone", "card")
    (way,) = end.marked("way")
    assert way.words.count("~An experienced colleague does the same here.") == 2
    assert "Because alone." in way.words
    assert "~This is the way that an experienced colleague takes." in end.marked("debrief")[0].words


def test_debrief_leads_to_the_lesson_where_the_page_knows_its_address() -> None:
    question = reading()
    way = ("both", "leave")
    assert not page(*way).all("a")
    html = render(question, way, PLAY.score(question.item, way), lesson_url=lambda key: f"/lessons/{key}")
    assert [(tag["href"], tag.words) for tag in Page(html).all("a")] == [("/lessons/words", "~Read the lesson again")]


def test_buttons_stand_in_another_order_in_each_walk_and_stay_there() -> None:
    question = reading()

    def first_button(seed: str) -> str | None:
        return Page(render(question, seed=seed)).all("button")[0]["value"]

    shown = [first_button(f"walk {number}") for number in range(60)]
    assert shown == [first_button(f"walk {number}") for number in range(60)]
    assert 15 <= shown.count("alone") <= 45
    assert set(shown) == {"alone", "both"}


def test_the_best_button_of_a_scene_stands_first_as_often_as_the_others() -> None:
    item = reading().item
    orders = [PLAY.arrange(item, f"walk {number}") for number in range(200)]
    for best, other in (("door/alone", "door/both"), ("room/card", "room/ask"), ("silence/again", "silence/leave")):
        assert 70 <= sum(order.index(best) < order.index(other) for order in orders) <= 130
