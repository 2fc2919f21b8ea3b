"""Tests with rules: what pack.toml says of them, and what an author is told where they cannot be taken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.conftest import Compile, FaultsOf, catalogue, line_of
from perille.domain.assessment import FeedbackTime, Layout, Retry, Section, TestRules

MakePack = Callable[..., Path]

OBJECTIVES = '\n[objectives]\nideas = "K: the three parts"\nlooks = "A: does not judge by looks"\n'
TEST = """
[[block]]
key = "end"
title = "End"
units = ["final-test"]

[unit.final-test]
kind = "assessment"
title = "Test"
move_on = "Passed"
mastery = 0.8

[unit.final-test.rules]
feedback = "now"
layout = "all"
tries = 3
pause_hours = 24
retry = "missed"

[[unit.final-test.section]]
key = "first"
title = "First things"
bank = "bank"
draw = { ideas = 2, looks = 1 }
critical = 1
"""


def item(key: str, objective: str, more: str = "") -> str:
    return (
        f'[[item]]\nkey = "{key}"\ninteraction = "true-false"\nobjective = "{objective}"\n'
        f'prompt = "Is {key} so?"\nanswer = true\n{more}\n'
    )


BANK = "".join(
    [
        item("one", "ideas"),
        item("two", "ideas", "critical = true"),
        item("three", "ideas", 'country = "FI"'),
        item("four", "looks"),
        item("five", "looks", 'country = "SE"'),
    ]
)


@pytest.fixture
def make_test(make_pack: MakePack) -> MakePack:
    def make(test: str = TEST, bank: str = BANK, **settings: object) -> Path:
        return make_pack(items={"bank": bank}, extra=OBJECTIVES + test, **settings)

    return make


def test_structure_has_rules_and_sections_with_their_pool(make_test: MakePack, compiled: Compile) -> None:
    unit = compiled(make_test()).structure.unit("final-test")
    assert unit is not None
    assert unit.rules == TestRules(
        feedback=FeedbackTime.NOW, layout=Layout.ALL, tries=3, pause_hours=24, retry=Retry.MISSED
    )
    keys = ("one", "two", "three", "four", "five")
    assert unit.sections == (Section(key="first", bank="bank", items=keys, draw={"ideas": 2, "looks": 1}, critical=1),)
    assert unit.items == keys


def test_test_without_sections_asks_its_bank_as_before(make_pack: MakePack, compiled: Compile) -> None:
    folder = make_pack(items={"bank": BANK}, assessments={"final-test": "bank"})
    unit = compiled(folder).structure.unit("final-test")
    assert unit is not None
    assert (unit.rules, unit.sections, len(unit.items)) == (None, (), 5)


def test_objectives_and_sections_are_translated(make_test: MakePack, compiled: Compile) -> None:
    fi = catalogue(
        ("objective/ideas", "K: the three parts", "K: kolme osaa"),
        ("unit/final-test/section/first", "First things", "Ensin"),
    )
    words = compiled(make_test(translations={"fi": fi})).words["fi"]
    assert (words.objectives["ideas"].plain, words.objectives["ideas"].language) == ("kolme osaa", "fi")
    assert words.objectives["looks"].language == "en"
    assert words.sections["final-test"]["first"].plain == "Ensin"


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("looks = 1 }", "lokos = 1 }", "draw =", 'Did you mean "looks"'),
        (
            "looks = 1 }",
            "looks = 2 }",
            "draw =",
            'FI: The section "first" draws 2 of "looks", but items/bank.toml has 1',
        ),
        ("looks = 1 }", "looks = 0 }", "draw =", "from 1 to 100"),
        ("critical = 1", "critical = 2", "critical =", "can have 1 at most"),
        ("tries = 3", "tries = 99", "tries = 99", "from 0 to 20"),
        ("pause_hours = 24", "pause_hours = -1", "pause_hours", "from 0 to 720"),
        ("tries = 3\n", "", "pause_hours", '"tries"'),
        ('retry = "missed"', 'retry = "mised"', "retry", 'Did you mean "missed"'),
        ('retry = "missed"', 'pre_test = "final-test"', "[unit.final-test.rules]", "its own pre-test"),
        ('retry = "missed"', 'pre_test = "hello"', "[unit.final-test.rules]", "must be an assessment"),
        ('retry = "missed"', 'pre_test = "helo"', "[unit.final-test.rules]", 'Did you mean "hello"'),
        ('kind = "assessment"', 'kind = "lesson"', "[unit.final-test.rules]", "Only an assessment has rules"),
        ('bank = "bank"', 'bank = "bnak"', "[[unit.final-test.section]]", 'Did you mean "bank"'),
        ("mastery = 0.8", 'mastery = 0.8\nitems = "bank"', "[[unit.final-test.section]]", 'leave "items" out'),
        ("critical = 1", "critcal = 1", "critcal", 'Did you mean "critical"'),
    ],
)
def test_a_test_that_cannot_be_taken_names_its_line(
    make_test: MakePack, faults_of: FaultsOf, old: str, new: str, at: str, says: str
) -> None:
    assert old in TEST
    folder = make_test(TEST.replace(old, new), countries=["FI", "SE"])
    found = [fault for fault in faults_of(folder) if says in fault.message]
    assert [(fault.path, fault.line) for fault in found] == [("pack.toml", line_of(folder, "pack.toml", at))]


def test_too_few_critical_items_are_told_as_well_as_too_many(make_test: MakePack, faults_of: FaultsOf) -> None:
    folder = make_test(TEST.replace("ideas = 2", "ideas = 3").replace("critical = 1", "critical = 0"))
    assert ["less than 1" in fault.message for fault in faults_of(folder)] == [True]


def test_an_item_names_an_objective_that_is_there(make_test: MakePack, faults_of: FaultsOf) -> None:
    folder = make_test(bank=BANK + item("six", "idaes") + item("seven", "K: free words as ever"))
    diagnostics = [fault for fault in faults_of(folder) if fault.level == "error"]
    assert [(fault.path, 'Did you mean "ideas"' in fault.message) for fault in diagnostics] == [
        ("items/bank.toml", True)
    ]
    assert diagnostics[0].line == line_of(folder, "items/bank.toml", "idaes")


def test_two_sections_never_draw_from_one_pool(make_test: MakePack, faults_of: FaultsOf) -> None:
    second = '\n[[unit.final-test.section]]\nkey = "second"\ntitle = "Second"\nbank = "bank"\n'
    for more in (second, f"{second}draw = {{ looks = 1 }}\n"):
        folder = make_test(TEST + more)
        assert ["part them by objective" in fault.message for fault in faults_of(folder)] == [True]


def test_two_sections_may_share_a_bank_by_objective(make_test: MakePack, compiled: Compile) -> None:
    second = '\n[[unit.final-test.section]]\nkey = "second"\ntitle = "Second"\nbank = "bank"\ndraw = { looks = 1 }\n'
    unit = compiled(make_test(TEST.replace(", looks = 1 }", " }") + second)).structure.unit("final-test")
    assert unit is not None
    assert [section.draw for section in unit.sections] == [{"ideas": 2}, {"looks": 1}]
    assert len(unit.items) == 5


UNSCORED = {
    "likert": "".join(f'[[item.level]]\nkey = "{key}"\ntext = "{key}"\n' for key in ("none", "some", "all")),
    "free-text": 'model = "I would ask her alone."\n',
    "role-play": 'play = "talk"\n',
}


@pytest.mark.parametrize("interaction", UNSCORED)
def test_a_graded_test_asks_nothing_that_has_no_right_answer(
    make_test: MakePack, faults_of: FaultsOf, interaction: str
) -> None:
    head = f'[[item]]\nkey = "own"\ninteraction = "{interaction}"\nobjective = "ideas"\nprompt = "What do you think?"\n'
    folder = make_test(bank=BANK + head + UNSCORED[interaction])
    (fault,) = [fault for fault in faults_of(folder) if "is not scored" in fault.message]
    assert (fault.path, fault.line) == ("items/bank.toml", line_of(folder, "items/bank.toml", 'key = "own"') - 1)
    assert fault.message.startswith(f'The item "own" ({interaction}) is not scored, and the graded test "final-test"')
    assert fault.level == "error"


def test_a_graded_test_without_sections_asks_no_poll_either(make_pack: MakePack, faults_of: FaultsOf) -> None:
    poll = '[[item]]\nkey = "own"\ninteraction = "likert"\nprompt = "And you?"\n' + UNSCORED["likert"]
    folder = make_pack(items={"bank": BANK + poll}, assessments={"final-test": "bank"})
    assert ["is not scored" in fault.message for fault in faults_of(folder) if fault.level == "error"] == [True]


def test_what_is_only_to_be_completed_may_ask_for_an_opinion(make_test: MakePack, faults_of: FaultsOf) -> None:
    poll = '[[item]]\nkey = "own"\ninteraction = "likert"\nobjective = "ideas"\nprompt = "And you?"\n'
    folder = make_test(TEST.replace('"Passed"', '"Completed"'), BANK + poll + UNSCORED["likert"])
    assert [fault for fault in faults_of(folder) if fault.level == "error"] == []


PRE_TEST = """
[unit.before]
kind = "assessment"
title = "Before"
move_on = "Completed"
core = false

[unit.before.rules]
feedback = "never"

[[unit.before.section]]
key = "all"
title = "All"
bank = "bank"
draw = { ideas = 1 }
"""


def with_pre_test(test: str = PRE_TEST) -> str:
    """Return the test with one before it, in a block that stands before all others."""
    return TEST.replace('retry = "missed"', 'retry = "missed"\npre_test = "before"') + test


def put_first(folder: Path, units: str) -> None:
    """Let the first block begin with some units."""
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace("units = [", f"units = [{units}, ", 1), "utf-8")


def test_a_pre_test_that_is_only_offered_has_no_fault(make_test: MakePack, faults_of: FaultsOf) -> None:
    folder = make_test(with_pre_test())
    put_first(folder, '"before"')
    assert [fault.message for fault in faults_of(folder) if "pre-test" in fault.message] == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("core = false\n", "", "would be demanded for the certificate: give it core = false"),
        ('move_on = "Completed"', 'move_on = "Passed"', 'give it move_on = "Completed" and no "mastery"'),
        ("core = false", "core = false\nmastery = 0.5", 'give it move_on = "Completed" and no "mastery"'),
        ('feedback = "never"', "tries = 3", 'leave its "tries", "time_limit" and "pre_test" out'),
        ('feedback = "never"', "time_limit = 5", 'leave its "tries", "time_limit" and "pre_test" out'),
        ('[unit.before.rules]\nfeedback = "never"\n', "", "has no [unit.before.rules]"),
    ],
)
def test_a_pre_test_that_demands_something_is_named(
    make_test: MakePack, faults_of: FaultsOf, old: str, new: str, says: str
) -> None:
    assert old in PRE_TEST
    folder = make_test(with_pre_test(PRE_TEST.replace(old, new)))
    put_first(folder, '"before"')
    found = [fault for fault in faults_of(folder) if says in fault.message]
    assert [fault.line for fault in found] == [line_of(folder, "pack.toml", "[unit.final-test.rules]")]


def test_a_pre_test_after_a_lesson_is_named(make_test: MakePack, faults_of: FaultsOf) -> None:
    test = with_pre_test().replace('units = ["final-test"]', 'units = ["before", "final-test"]')
    said = [fault.message for fault in faults_of(make_test(test)) if "pre-test" in fault.message]
    assert said == ['The pre-test "before" shows what was known before: it stands before "hello", in the first block']
