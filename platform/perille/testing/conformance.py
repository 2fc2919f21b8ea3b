"""What must hold for every question type, whoever wrote it. Perille's own are tested by this class and by nothing else for these points.

    from perille.testing import InteractionConformance, Sample

    class TestTide(InteractionConformance):
        interaction = Tide()
        plugin = plugin
        samples = (Sample(item=TIDE, right={"": "high"}, wrong={"": "low"}),)

It needs the fixtures of `perille.testing.plugin`. Pages are asked of a site that is made for the class, without a browser and so
without script.
"""

from __future__ import annotations

import gzip
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import msgspec
import pytest

from perille.api import Form, Interaction, InteractionType, Item, ItemReading, Outcome, Plugin, Response
from perille.core.decoding import read_json
from perille.core.web.static_files import static_url
from perille.domain.item import files_of, has_own_buttons, is_scored, may_record, translation_faults
from perille.domain.item_form import form_of
from perille.packs.authoring.item_forms import item_of, read_question
from perille.packs.compiler.compiled import CompiledPack
from perille.testing.html import Element, Elements
from perille.testing.site import PluginSite

NAME = "q"
SLUG = "conformance"
#: What no author offered, and what no keyboard gives.
HOSTILE = ("no-such-key", "NaN", "1e9999", "\0", "\ud800", "[,]", "[.]", "<b>", "x" * 3000)
#: Bytes on the wire: a lesson has to open on a slow line.
MOST_HTML, MOST_FILE = 12_000, 10_000
_CONTROLS = ("input", "select", "textarea", "button")
_TEXTS = (InteractionType.FILL_IN, InteractionType.LONG_FILL_IN)
_CASE_MATTERS = "{case_matters=true}"
_COMPONENTS = {
    InteractionType.CHOICE: ["choices"],
    InteractionType.SEQUENCING: ["choices"],
    InteractionType.MATCHING: ["source", "target"],
    InteractionType.LIKERT: ["scale"],
    InteractionType.PERFORMANCE: ["steps"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A question as an author writes it, and forms that answer it."""

    #: One [[item]] table in TOML; its keys are not those of another sample.
    item: str
    #: What follows the name of the item in a field's name -> value or values: {"": "high"} or {".first": "2", ".second": "1"}.
    right: Mapping[str, str | list[str]]
    #: An answer that is not right; empty where every answer is.
    wrong: Mapping[str, str | list[str]] = field(default_factory=dict)
    #: Further files of the pack, such as media/scene.svg.
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def table(self) -> dict[str, object]:
        """The [[item]] table."""
        (table,) = tomllib.loads(self.item)["item"]
        return dict(table)

    @property
    def key(self) -> str:
        """The key of the item."""
        return str(self.table["key"])

    def form(self, answer: Mapping[str, str | list[str]], name: str = NAME) -> dict[str, list[str]]:
        """Return an answer as a form whose fields begin with *name*."""
        return {f"{name}{end}": [value] if isinstance(value, str) else list(value) for end, value in answer.items()}


class InteractionConformance:
    """The tests; a subclass says of which question type."""

    interaction: ClassVar[Interaction]
    #: What brings the type, where it is not Perille itself.
    plugin: ClassVar[Plugin | None] = None
    samples: ClassVar[tuple[Sample, ...]]

    @pytest.fixture
    def items(self, conformance_pack: CompiledPack) -> dict[str, Item]:
        """Return the items of the samples as the compiler makes them."""
        return {item.key: item for item in conformance_pack.structure.items}

    def test_it_has_a_name_samples_and_a_template(self) -> None:
        assert self.interaction.friendly_name
        assert self.samples
        assert len({sample.key for sample in self.samples}) == len(self.samples)
        assert self.interaction.template.endswith(".html")

    def test_an_author_writes_it_by_a_form_of_the_type(self) -> None:
        form = form_of(self.interaction)
        assert form is not None, "the Studio has no form for it: give the type a perille.api.ItemForm, its `form`"
        asked = {*(each.key for each in form.fields), *(row.key for row in form.rows)}
        assert asked == set(self.interaction.keys), "a form asks for each key of the type"
        for sample in self.samples:
            fields = read_question(sample.table, form)
            assert fields is not None, f"the form cannot hold all of {sample.key}"
            assert self.interaction.read(item_of(fields, form)) == self.interaction.read(sample.table)

    def test_reading_gives_the_same_twice_and_each_part_its_words(self) -> None:
        for sample in self.samples:
            reading = self.interaction.read(sample.table)
            assert isinstance(reading, ItemReading)
            assert reading == self.interaction.read(sample.table)
            assert reading.item.parts == tuple(reading.words)
            assert "prompt" in reading.words
            assert all(text.strip() == text != "" for text in reading.words.values())

    def test_an_item_is_stored_and_read_again_as_it_was(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            item = items[sample.key]
            again = read_json(msgspec.json.encode(item), Item)
            assert self._marks(again, sample) == self._marks(item, sample)
            assert self.interaction.describe(again) == self.interaction.describe(item)

    def _marks(self, item: Item, sample: Sample) -> list[Outcome]:
        forms: tuple[dict[str, list[str]], ...] = (sample.form(sample.right), sample.form(sample.wrong), {})
        return [self.interaction.score(item, self.interaction.parse(item, form, NAME)) for form in forms]

    def test_a_right_answer_gets_all_and_a_wrong_one_less(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            right, wrong, _nothing = self._marks(items[sample.key], sample)
            assert (right.scaled, right.success) == (1.0, True)
            assert not sample.wrong or (wrong.scaled < 1.0 and not wrong.success)

    def test_nothing_is_worth_0_and_nothing_is_said(self, items: dict[str, Item]) -> None:
        for item in items.values():
            nothing: tuple[dict[str, list[str]], ...] = ({}, {NAME: []}, {NAME: [""]})
            for form in nothing:
                assert self.interaction.parse(item, form, NAME) is None
            for empty in (None, ()):
                outcome = self.interaction.score(item, empty)
                assert (outcome.scaled, outcome.success, outcome.feedback) == (0.0, False, ())

    def test_any_form_gives_a_score_from_0_to_1_and_the_same_twice(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            item = items[sample.key]
            for form in self._hostile(sample):
                response = self.interaction.parse(item, form, NAME)
                self._check_response(item, response)
                outcome = self.interaction.score(item, response)
                assert 0.0 <= outcome.scaled <= 1.0
                assert math.isfinite(outcome.scaled)
                assert outcome.success == (outcome.scaled == 1.0)
                assert set(outcome.feedback) <= set(item.parts)
                assert outcome == self.interaction.score(item, response)

    def _hostile(self, sample: Sample) -> list[dict[str, list[str]]]:
        """Return forms from honest to hostile: values in other fields, doubled, unknown, and all at once."""
        right = sample.form(sample.right)
        values = [value for each in right.values() for value in each]
        forms = [right, sample.form(sample.wrong), {field: [*given, *given] for field, given in right.items()}]
        forms += [{**right, field: [value]} for field in right for value in (*values, *HOSTILE, "")]
        forms += [{NAME: [value], f"{NAME}.{value}": [value]} for value in (*values, *HOSTILE)]
        forms += [{field: given} for field, given in right.items()]
        return [*forms, {NAME: values}, {**right, f"{NAME}.no-such-field": ["1"]}]

    def _check_response(self, item: Item, response: Response | None) -> None:
        if response is not None:
            assert response
            assert all(isinstance(part, str) and part for part in response)
            long = self.interaction.describe(item).interaction_type is InteractionType.LONG_FILL_IN
            assert max(map(len, response)) <= (2000 if long else 200)
            assert isinstance(self.interaction.respond(item, response), str)

    def test_the_order_of_fields_and_values_changes_nothing(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            item, form = items[sample.key], sample.form(sample.right)
            turned = {field: values[::-1] for field, values in reversed(form.items())}
            assert self.interaction.parse(item, turned, NAME) == self.interaction.parse(item, form, NAME)

    def test_the_order_in_which_choices_are_listed_changes_nothing(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            item = items[sample.key]
            if self.interaction.describe(item).interaction_type is InteractionType.SEQUENCING:
                continue  # There the order is the answer.
            turned = replace(item, options=item.options[::-1])
            for here, there in zip(self._marks(item, sample), self._marks(turned, sample), strict=True):
                assert (here.scaled, here.success, set(here.feedback)) == (
                    there.scaled,
                    there.success,
                    set(there.feedback),
                )

    def test_fields_of_another_question_are_left_alone(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            item, others = items[sample.key], sample.form(sample.right, "other")
            assert self.interaction.parse(item, others, NAME) is None
            mine: Form = sample.form(sample.right)
            assert self.interaction.parse(item, {**others, **mine}, NAME) == self.interaction.parse(item, mine, NAME)

    def test_what_is_shown_depends_on_the_seed_alone(self, items: dict[str, Item]) -> None:
        for item in items.values():
            for seed in ("", "a", "b"):
                shown = self.interaction.arrange(item, seed)
                assert shown == self.interaction.arrange(item, seed)
                assert len(set(shown)) == len(shown)
                keys = {*(option.key for option in item.options), *item.extras}
                assert set(shown) in (keys, set()) or not keys

    def test_the_description_names_its_components_by_words_of_the_item(self, items: dict[str, Item]) -> None:
        for item in items.values():
            definition = self.interaction.describe(item)
            assert list(definition.components) == _COMPONENTS.get(definition.interaction_type, [])
            for components in definition.components.values():
                assert len({key for key, _part in components}) == len(components)
                assert {part for _key, part in components} <= set(item.parts)

    def test_a_right_response_matches_the_pattern_of_right_responses(self, items: dict[str, Item]) -> None:
        for sample in self.samples:
            item = items[sample.key]
            definition = self.interaction.describe(item)
            response = self.interaction.parse(item, sample.form(sample.right), NAME)
            assert response is not None
            written, patterns = self.interaction.respond(item, response), definition.correct_responses_pattern
            if patterns or is_scored(self.interaction):
                assert any(_matches(definition.interaction_type, written, each) for each in patterns)

    def test_a_translation_that_keeps_everything_is_taken(self) -> None:
        for sample in self.samples:
            for part, text in self.interaction.read(sample.table).words.items():
                assert translation_faults(self.interaction, part, text, text) == ()

    def test_the_page_works_with_a_keyboard_and_without_script(self, conformance_site: PluginSite) -> None:
        for sample in self.samples:
            page, form = self._form(conformance_site, sample)
            inside = page.inside(form)
            controls = _controls(inside)
            assert controls
            assert [each.attributes for each in controls if not any(page.labels_of(each))] == []
            assert _out_of_order(inside) == [], "the keyboard goes through a page as it is read"
            assert _refused_by_policy(inside) == [], "scripts and styles are files of this site"
            ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
            assert len(set(ids)) == len(ids)

    def _form(self, site: PluginSite, sample: Sample, language: str = "en") -> tuple[Elements, Element]:
        response = site.client.get(f"/{language}/courses/{SLUG}/{sample.key}")
        assert response.status_code == 200, response.text
        page = Elements(response.text)
        (form,) = [each for each in page.all("form") if "data-check" in each.attributes]
        return page, form

    def test_answers_are_marked_without_script(self, conformance_site: PluginSite) -> None:
        for sample in self.samples:
            page, form = self._form(conformance_site, sample)
            address = form.attributes["action"].partition("#")[0]
            data = {**page.hidden_fields(form), **sample.form(sample.right, f"a-{sample.key}")}
            answered = conformance_site.client.post(address, data=data)
            assert answered.status_code == 303
            shown = conformance_site.client.get(answered.location).text
            assert f'id="a-{sample.key}-result"' in shown

    def test_it_stands_in_a_page_that_is_read_from_the_right(self, conformance_site: PluginSite) -> None:
        for sample in self.samples:
            page, form = self._form(conformance_site, sample, "ar")
            assert page.all("html")[0].attributes["dir"] == "rtl"
            english = [each for each in page.inside(form) if each.attributes.get("lang") == "en"]
            assert any(each.attributes.get("dir") == "ltr" for each in english), "words of another language say so"
        with conformance_site.app.test_request_context("/en/"):
            style, _script = files_of(self.interaction)
            text = conformance_site.client.get(static_url(style)).text if style else ""
        assert not re.search(r"(?:float|text-align):\s*(?:left|right)", text), "say start and end"

    def test_it_weighs_little(self, conformance_site: PluginSite) -> None:
        for sample in self.samples:
            html = conformance_site.client.get(f"/en/courses/{SLUG}/{sample.key}").text
            start = html.index("data-check")
            assert len(gzip.compress(html[start : html.index("</form>", start)].encode())) <= MOST_HTML
        with conformance_site.app.test_request_context("/en/"):
            urls = [static_url(name) for name in files_of(self.interaction) if name]
        assert [url for url in urls if len(gzip.compress(conformance_site.client.get(url).data)) > MOST_FILE] == []

    def test_erasing_a_learner_leaves_no_row_of_an_answer(self, conformance_site: PluginSite) -> None:
        site = conformance_site
        site.client = site.app.test_client()
        site.start_course(SLUG)
        for sample in self.samples:
            page, form = self._form(site, sample)
            data = {**page.hidden_fields(form), **sample.form(sample.right, f"a-{sample.key}")}
            assert site.client.post(form.attributes["action"].partition("#")[0], data=data).status_code == 303
        assert site.count("learner") == 1
        kept = may_record(self.interaction, sensitive=False)
        assert site.count("lrs_statement") >= 1 + kept or has_own_buttons(self.interaction)
        assert site.erase_learner().clean
        assert site.count("learner") == 0


def _matches(interaction_type: InteractionType, written: str, pattern: str) -> bool:
    """Tell whether a response is one that a pattern describes (xAPI 1.0.3 Data 2.4.4.1)."""
    if interaction_type is InteractionType.NUMERIC:
        least, most = (float(end or limit) for end, limit in zip(pattern.split("[:]"), ("-inf", "inf"), strict=True))
        return least <= float(written) <= most
    if interaction_type in _TEXTS and not pattern.startswith(_CASE_MATTERS):
        return written.lower() == pattern.lower()
    return written == pattern.removeprefix(_CASE_MATTERS)


def _controls(inside: list[Element]) -> list[Element]:
    """Return what a person types in or presses."""
    return [each for each in inside if each.name in _CONTROLS and each.attributes.get("type") != "hidden"]


def _out_of_order(inside: list[Element]) -> list[Mapping[str, str]]:
    """Return the attributes of elements that the keyboard would reach elsewhere than where they stand."""
    return [each.attributes for each in inside if each.attributes.get("tabindex", "0") not in ("0", "-1")]


def _refused_by_policy(inside: list[Element]) -> list[str]:
    """Return what the site's Content-Security-Policy refuses: scripts written in the page, and attributes that `_is_refused`."""
    scripts = [each.name for each in inside if each.name == "script" and not each.attributes.get("src")]
    attributes = (pair for each in inside for pair in each.attributes.items())
    return scripts + [f'{name}="{text}"' for name, text in attributes if _is_refused(name, text)]


def _is_refused(name: str, text: str) -> bool:
    """Tell whether an attribute is a script or a style of its own, or leads to another site."""
    foreign = name in ("src", "href") and re.match("(https?:)?//", text)
    return name.startswith("on") or name == "style" or bool(foreign)
