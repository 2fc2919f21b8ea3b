"""Gaps in a text and groups to sort into."""

from __future__ import annotations

import pytest

from interactions.faults import faults
from interactions.pages import Page, render
from interactions.samples import INTERACTIONS, SAID, table
from perille.api import InteractionType, ItemReading

GAPS, GROUPS = INTERACTIONS["gap-fill"], INTERACTIONS["grouping"]
WORDS = [
    {"key": "number", "text": "112", "gap": "what"},
    {"key": "street", "text": "your address", "gap": "where"},
    {"key": "place", "text": "the place", "gap": "where"},
    {"key": "name", "text": "your name"},
]
FILLED = {
    "text": "Call ((what)) and say ((where)).",
    "gap": [{"key": "where"}, {"key": "what"}],
    "word": WORDS,
    **SAID,
}
SORTED = {
    "group": [{"key": key, "text": key.title()} for key in ("act", "means", "purpose")],
    "member": [
        {"key": "recruit", "text": "to recruit", "group": "act"},
        {"key": "force", "text": "force", "group": "means"},
        {"key": "labour", "text": "forced labour", "group": "purpose"},
        {"key": "house", "text": "to house", "group": "act"},
    ],
    **SAID,
}


def gaps(**own: object) -> ItemReading:
    return GAPS.read(table("gap-fill", **{**FILLED, **own}))


def groups(**own: object) -> ItemReading:
    return GROUPS.read(table("grouping", **{**SORTED, **own}))


def form(**fields: str) -> dict[str, list[str]]:
    return {f"q.{key}": [value] for key, value in fields.items()}


@pytest.mark.parametrize(
    ("given", "scaled"),
    [
        ({"what": "number", "where": "street"}, 1.0),
        ({"what": "number", "where": "place"}, 1.0),
        ({"what": "number", "where": "number"}, 0.5),
        ({"what": "number"}, 0.5),
        ({"what": "name", "where": "number"}, 0.0),
    ],
)
def test_gaps_give_their_share_and_any_word_that_fits_is_right(given: dict[str, str], scaled: float) -> None:
    item = gaps().item
    outcome = GAPS.score(item, GAPS.parse(item, form(**given), "q"))
    assert (outcome.scaled, outcome.success) == (scaled, scaled == 1.0)
    assert outcome.feedback == ("feedback_right" if scaled == 1.0 else "feedback_wrong",)


@pytest.mark.parametrize(
    ("given", "scaled"),
    [
        ({"recruit": "act", "force": "means", "labour": "purpose", "house": "act"}, 1.0),
        ({"recruit": "act", "force": "act", "labour": "act", "house": "act"}, 0.5),
        ({"recruit": "act"}, 0.25),
        ({"recruit": "purpose", "force": "purpose", "labour": "means", "house": "means"}, 0.0),
    ],
)
def test_members_give_their_share(given: dict[str, str], scaled: float) -> None:
    item = groups().item
    outcome = GROUPS.score(item, GROUPS.parse(item, form(**given), "q"))
    assert (outcome.scaled, outcome.success) == (scaled, scaled == 1.0)
    assert outcome.feedback == ("feedback_right" if scaled == 1.0 else "feedback_wrong",)


def test_response_is_in_the_order_of_the_text_and_of_the_author() -> None:
    assert GAPS.parse(gaps().item, form(where="name", what="number"), "q") == ("what[.]number", "where[.]name")
    assert GROUPS.parse(groups().item, form(house="means", force="", recruit="act"), "q") == (
        "recruit[.]act",
        "house[.]means",
    )


@pytest.mark.parametrize(
    "hostile",
    [form(what="nothing"), form(what="where"), form(other="number"), {"q.what": ["number", "name"]}, form(what="")],
)
def test_gap_with_strangers_or_doubles_is_no_answer(hostile: dict[str, list[str]]) -> None:
    assert GAPS.parse(gaps().item, hostile, "q") is None


@pytest.mark.parametrize(
    "hostile", [form(recruit="crime"), form(recruit="force"), form(act="act"), {"q.force": ["act", "means"]}]
)
def test_member_with_strangers_or_doubles_is_no_answer(hostile: dict[str, list[str]]) -> None:
    assert GROUPS.parse(groups().item, hostile, "q") is None


def test_both_are_matching_for_xapi_by_ids_that_no_language_changes() -> None:
    gap, group = GAPS.describe(gaps().item), GROUPS.describe(groups().item)
    assert gap.interaction_type is group.interaction_type is InteractionType.MATCHING
    assert gap.correct_responses_pattern == ("what[.]number[,]where[.]street",)
    assert gap.components["source"] == (("what", "text"), ("where", "text"))
    assert gap.components["target"][3] == ("name", "word/name/text")
    assert group.correct_responses_pattern == ("recruit[.]act[,]force[.]means[,]labour[.]purpose[,]house[.]act",)
    assert group.components["source"][0] == ("recruit", "member/recruit/text")
    assert group.components["target"] == tuple((key, f"group/{key}/text") for key in ("act", "means", "purpose"))
    assert GROUPS.respond(groups().item, ("force[.]act", "house[.]act")) == "force[.]act[,]house[.]act"
    assert GAPS.respond(gaps().item, ("what[.]number", "where[.]place")) == "what[.]number[,]where[.]place"


def test_words_are_shuffled_and_members_stay_as_authored_without_a_seed() -> None:
    assert len({GAPS.arrange(gaps().item, f"attempt {number}") for number in range(60)}) > 12
    assert GROUPS.arrange(groups().item, "") == ("recruit", "force", "labour", "house")
    assert len({GROUPS.arrange(groups().item, f"attempt {number}") for number in range(60)}) > 12


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"text": "Call ((what))."}, "gap 1: 'text' has no ((where))"),
        ({"text": "((what)) ((where)) ((who))"}, "'text' has a gap ((who)) that is no [[item.gap]]"),
        ({"text": "((what)) ((where)) ((what))"}, "two gaps of the text are the same: 'what'"),
        ({"gap": [*FILLED["gap"], {"key": "what"}]}, "two keys of gap are the same: 'what'"),
        (
            {"word": [*WORDS[1:], {"key": "x", "text": "x"}]},
            'gap 2: no [[item.word]] fits it: write gap = "what" there',
        ),
        (
            {"word": [*WORDS, {"key": "x", "text": "x", "gap": "y"}]},
            "word 5: 'gap' names 'y', which is no [[item.gap]]",
        ),
        ({"word": [*WORDS, {"key": "x", "text": "112"}]}, "two texts of word are the same: '112'"),
        ({"gap": []}, "needs at least 1 [[item.gap]]"),
        ({"text": None}, "'text' is missing"),
        ({"word": WORDS[:1]}, "needs at least 2 [[item.word]]"),
        ({"text": ""}, "'text' is empty: write words or leave it out"),
    ],
)
def test_gaps_that_do_not_fit_the_text_are_told(own: dict[str, object], said: str) -> None:
    assert said in faults("gap-fill", **{**FILLED, **own})


def test_one_gap_and_two_words_are_enough() -> None:
    small = gaps(text="Call ((what)).", gap=[{"key": "what"}], word=[WORDS[0], WORDS[3]])
    assert small.item.extra == {"gaps": ["what"], "fits": {"number": "what", "name": ""}}


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"group": SORTED["group"][:1]}, "needs at least 2 [[item.group]]"),
        ({"member": SORTED["member"][:1]}, "needs at least 2 [[item.member]]"),
        ({"member": [*SORTED["member"], {"key": "x", "text": "x"}]}, "member 5: 'group' is missing"),
        (
            {"member": [*SORTED["member"], {"key": "x", "text": "x", "group": "y"}]},
            "member 5: 'group' names 'y', which is no [[item.group]]",
        ),
        ({"group": [*SORTED["group"], {"key": "act", "text": "x"}]}, "two keys of group are the same: 'act'"),
    ],
)
def test_members_without_a_group_are_told(own: dict[str, object], said: str) -> None:
    assert said in faults("grouping", **{**SORTED, **own})


def test_gaps_stand_in_the_text_and_offer_all_words() -> None:
    reading = gaps()
    response = ("what[.]number", "where[.]name")
    page = Page(render(reading, response, GAPS.score(reading.item, response)))
    (text,) = page.marked("gaps")
    assert text.words.startswith("Call ~Gap")
    assert "((" not in text.words
    selects = page.all("select")
    assert [select["name"] for select in selects] == ["q.what", "q.where"]
    assert [page.label_of(select) for select in selects] == ["~Gap %(number)s", "~Gap %(number)s"]
    options = [option for option in page.all("option") if selects[0] in option.parents]
    assert sorted(option.words for option in options) == ["112", "the place", "your address", "your name", "~Choose"]
    assert [mark.words for mark in page.marked("mark")][:2] == ["~Correct", "~Not correct"]


def test_gaps_follow_the_words_of_a_translation() -> None:
    reading = gaps()
    turned = ItemReading(item=reading.item, words={**reading.words, "text": "((where)) <b> ((what))"})
    page = Page(render(turned))
    assert [select["name"] for select in page.all("select")] == ["q.where", "q.what"]
    assert not page.all("b")


def test_each_member_offers_all_groups_in_the_authors_order_and_is_marked() -> None:
    reading = groups()
    response = ("recruit[.]act", "force[.]purpose")
    page = Page(render(reading, response, GROUPS.score(reading.item, response)))
    first = page.all("select")[0]
    assert page.label_of(first) == "to recruit"
    options = [option for option in page.all("option") if first in option.parents]
    assert [option.words for option in options] == ["~Choose", "Act", "Means", "Purpose"]
    assert [option["value"] for option in options if option.has("selected")] == ["act"]
    assert [mark.words for mark in page.marked("mark")] == ["~Correct", "~Not correct", "~Partly correct"]
