"""Questions as pages: labelled, tied to what is said about them, without script, and honest about right and wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactions.pages import CONTROLS, Page, render
from interactions.samples import INTERACTIONS, NAME, SAID, forms, samples, table
from perille.api import Interaction, ItemReading
from perille.domain.item import has_own_buttons, is_scored
from support.html import Tag

every_type = pytest.mark.parametrize("interaction", INTERACTIONS.values(), ids=INTERACTIONS)


def drawn_page(interaction: Interaction, data: st.DataObject) -> Page:
    """Return a page of that type: unanswered, answered, or answered and marked."""
    sample = data.draw(samples(interaction.name))
    reading = interaction.read(sample.table)
    response = interaction.parse(reading.item, data.draw(st.just(sample.right) | forms(reading.item)), NAME)
    outcome = interaction.score(reading.item, response) if data.draw(st.booleans()) else None
    return Page(render(reading, response, outcome, seed=data.draw(st.sampled_from(["", "seed"]))))


@every_type
@given(data=st.data())
def test_page_is_sound(interaction: Interaction, data: st.DataObject) -> None:
    page = drawn_page(interaction, data)
    ids = page.by_id()
    controls = [tag for tag in page.all(*CONTROLS) if tag.attributes.get("type") != "hidden"]
    assert {tag["id"] for tag in controls} == {tag["for"] for tag in page.all("label")}
    assert all(page.label_of(control) for control in controls)
    described = [tag["aria-describedby"] for tag in page.tags if tag.has("aria-describedby")]
    assert all(target in ids for targets in described for target in targets.split())
    assert not [name for tag in page.tags for name in tag.attributes if name.startswith("on") or name == "style"]
    assert not page.all("script", "style", "form")
    assert bool(page.all("button")) == has_own_buttons(interaction)
    assert all(tag.words and tag["type"] == "submit" for tag in page.all("button"))
    pictures = page.all("img")
    assert all(tag["width"] and tag["height"] and tag["loading"] == "lazy" for tag in pictures)
    # The picture of a choice has its words below it, which name the choice; any other has its description.
    said = [tag for tag in pictures if tag["alt"]]
    assert len(pictures) - len(said) == (len(page.all("input")) if interaction.name == "picture-choice" else 0)


@every_type
@given(data=st.data())
def test_prompt_is_the_legend_of_the_group(interaction: Interaction, data: st.DataObject) -> None:
    page = drawn_page(interaction, data)
    group, legend = page.tags[0], page.all("legend")[0]
    assert (group.name, group["class"]) == ("fieldset", f"item item-{interaction.name}")
    assert legend.parents == (group,)
    assert legend.words == "What now?"


@every_type
@given(data=st.data())
def test_form_made_from_the_page_is_the_response_again(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    reading = interaction.read(sample.table)
    response = interaction.parse(reading.item, data.draw(st.just(sample.right) | forms(reading.item)), NAME)
    form = submitted(Page(render(reading, response, seed="seed")))
    assert interaction.parse(reading.item, form, NAME) == response


@every_type
@given(data=st.data())
def test_answer_to_the_question_is_not_marked_before_it_is_given(interaction: Interaction, data: st.DataObject) -> None:
    reading = interaction.read(data.draw(samples(interaction.name)).table)
    page = Page(render(reading))
    assert not page.marked("mark") + page.marked("result") + page.marked("feedback")
    assert not [tag for tag in page.tags if tag.has("checked") or tag.has("selected")]
    assert not [tag for tag in page.tags if tag.has("open")]


@every_type
@given(data=st.data())
def test_outcome_has_an_icon_a_word_and_the_words_of_the_author(interaction: Interaction, data: st.DataObject) -> None:
    sample = data.draw(samples(interaction.name))
    reading = interaction.read(sample.table)
    response = interaction.parse(reading.item, sample.right, NAME)
    outcome = interaction.score(reading.item, response)
    page = Page(render(reading, response, outcome))
    marks = page.marked("mark")
    assert {mark.words for mark in marks} == ({"~Correct"} if is_scored(interaction) else set())
    assert len(page.all("svg")) == len(marks) >= int(is_scored(interaction))
    assert {reading.words[part] for part in outcome.feedback} <= {said.words for said in page.marked("feedback")}


def reading(interaction: str, **own: object) -> ItemReading:
    return INTERACTIONS[interaction].read(table(interaction, **own))


def shown(question: ItemReading, *response: str) -> Page:
    outcome = INTERACTIONS[question.item.interaction].score(question.item, response)
    return Page(render(question, response, outcome))


def submitted(page: Page) -> dict[str, list[str]]:
    """Return what a browser sends for the page."""
    form: dict[str, list[str]] = {}
    for tag in page.all("input"):
        if tag["type"] in ("text", "hidden") or tag.has("checked"):
            form.setdefault(tag["name"], []).append(tag["value"])
    for tag in page.all("textarea"):
        # A browser takes the first line break after the tag for one of the source.
        form[tag["name"]] = ["".join(tag.text).removeprefix("\n")]
    for tag in page.all("select"):
        options = [option for option in page.all("option") if tag in option.parents]
        chosen = [option for option in options if option.has("selected")] or options[:1]
        form[tag["name"]] = [option["value"] for option in chosen]
    return form


def marks(page: Page, name: str) -> dict[str, str]:
    """Return the words of the marks by the words of the elements of class *name* that hold them."""
    holders = [(mark, holder) for mark in page.marked("mark") for holder in page.marked(name) if holder in mark.parents]
    return {holder.words.split(" ~")[0]: mark.words for mark, holder in holders}


def rows(*keys: str) -> list[dict[str, object]]:
    return [{"key": key, "text": f"Do {key}", "feedback": f"On {key}."} for key in keys]


def test_wrong_choice_is_marked_and_the_right_one_stays_to_be_found() -> None:
    page = shown(reading("choice", choice=[{**rows("a")[0], "right": True}, *rows("b", "c")]), "b")
    assert marks(page, "choice") == {"Do b": "~Not correct"}
    assert [said.words for said in page.marked("feedback")] == ["On b."]


def test_several_choices_are_marked_one_by_one() -> None:
    right = [{**row, "right": True} for row in rows("a", "b")]
    question = reading("multiple-choice", choice=[*right, *rows("c")])
    page = shown(question, "a", "c")
    assert marks(page, "choice") == {"Do a": "~Correct", "Do c": "~Not correct"}
    described = {
        tag["value"]: page.by_id()[tag["aria-describedby"]].words for tag in page.all("input") if tag.has("checked")
    }
    assert described == {"a": "On a.", "c": "On c."}
    assert page.by_id()["q-result"].words == "~Not correct"
    assert shown(question, "a").by_id()["q-result"].words == "~Partly correct"


def test_hint_is_closed_at_first_and_open_after_a_wrong_answer() -> None:
    question = reading("fill-in", accepted=["kela"], **SAID)
    wrong, right = shown(question, "migri"), shown(question, "kela")
    assert [page.all("details")[0].has("open") for page in (wrong, right)] == [True, False]
    assert field_of(wrong)["aria-describedby"].split() == ["q-result", "q-hint"]
    assert field_of(right)["aria-describedby"] == "q-result"


def field_of(page: Page) -> Tag:
    return page.all("input")[0]


def test_typed_answers_are_shown_as_typed_and_escaped() -> None:
    page = shown(reading("fill-in", accepted=["kela"], **SAID), '"><b>x')
    assert field_of(page)["value"] == '"><b>x'
    assert not page.all("b")
    assert (field_of(page)["dir"], field_of(page)["autocapitalize"]) == ("auto", "off")


def test_number_runs_left_to_right_on_a_decimal_keyboard() -> None:
    number = field_of(Page(render(reading("numeric", answer=112))))
    assert (number["type"], number["inputmode"], number["dir"]) == ("text", "decimal", "ltr")


def test_steps_are_marked_by_their_places() -> None:
    steps = [{"key": key, "text": f"Do {key}"} for key in ("a", "b", "c")]
    page = shown(reading("sequencing", step=steps, **SAID), "a", "c", "b")
    selects = {tag["name"]: tag for tag in page.all("select")}
    assert set(selects) == {"q.a", "q.b", "q.c"}
    by_step = {tag["data-step"]: tag.words.rpartition(" ~")[2] for tag in page.marked("step")}
    assert by_step == {"a": "Correct", "b": "Not correct", "c": "Not correct"}


@pytest.mark.parametrize("interaction", ["sequencing", "matching", "grouping", "gap-fill"])
@given(data=st.data())
def test_score_and_marks_tell_the_same(interaction: str, data: st.DataObject) -> None:
    reading = INTERACTIONS[interaction].read(data.draw(samples(interaction)).table)
    response = INTERACTIONS[interaction].parse(reading.item, data.draw(forms(reading.item)), NAME)
    outcome = INTERACTIONS[interaction].score(reading.item, response)
    page = Page(render(reading, response, outcome, seed="seed"))
    closing = page.marked("mark-partly")
    right = len([tag for tag in page.marked("mark-right") if page.by_id().get("q-result") not in tag.parents])
    asked = len(page.all("select"))
    assert right / asked == pytest.approx(outcome.scaled)
    assert len(closing) == (0 < right < asked)


def test_sources_offer_all_targets_and_keep_what_was_joined() -> None:
    pairs = [{"key": key, "source": f"When {key}", "target": f"Then {key}"} for key in ("a", "b")]
    page = shown(reading("matching", pair=pairs, extra=[{"key": "x", "text": "Never"}], **SAID), "a[.]x")
    options = [tag for tag in page.all("option") if tag.parents[-1]["name"] == "q.a"]
    assert sorted(tag.words for tag in options) == ["Never", "Then a", "Then b", "~Choose"]
    assert [tag.words for tag in options if tag.has("selected")] == ["Never"]
    assert [mark.words for mark in page.marked("mark")] == ["~Not correct", "~Not correct"]


def test_empty_answer_is_told_so_and_not_marked() -> None:
    question = reading("true-false", answer=True)
    page = Page(render(question, None, INTERACTIONS["true-false"].score(question.item, None)))
    assert page.by_id()["q-result"].words == "~There is no answer yet."
    assert not page.marked("mark")
