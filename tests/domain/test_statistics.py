"""What the answers of many say about a question: worked by hand, against plain definitions, and by language."""

from __future__ import annotations

import math
import statistics
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perille.domain.mantel_haenszel import Stratum, compare
from perille.domain.statistics import GivenAnswer, GradedAttempt, item_statistics

scores = st.sampled_from([0.0, 0.25, 1 / 3, 0.5, 2 / 3, 1.0])


def taken(*row: float, language: str = "en") -> GradedAttempt:
    """Return an attempt at the items i0, i1, ... with these scores."""
    return GradedAttempt(language, tuple(GivenAnswer(f"i{n}", score) for n, score in enumerate(row)))


rows = st.lists(st.tuples(scores, scores, scores), min_size=2, max_size=7)
attempts = rows.map(lambda found: [taken(*row) for row in found])


def covariance(pairs: list[tuple[float, float]]) -> float:
    x, y = zip(*pairs, strict=True)
    return sum((a - statistics.fmean(x)) * (b - statistics.fmean(y)) for a, b in pairs)


@given(attempts)
def test_facility_and_deviation_are_mean_and_standard_deviation(given_attempts: list[GradedAttempt]) -> None:
    for place, found in enumerate(item_statistics(given_attempts).values()):
        own = [each.answers[place].scaled for each in given_attempts]
        assert found.count == len(own)
        assert found.facility == pytest.approx(statistics.fmean(own))
        assert found.deviation == pytest.approx(statistics.stdev(own))


@given(attempts)
def test_efficiency_is_the_covariance_over_the_most_there_can_be(given_attempts: list[GradedAttempt]) -> None:
    for place, found in enumerate(item_statistics(given_attempts).values()):
        own = [each.answers[place].scaled for each in given_attempts]
        rest = [sum(answer.scaled for answer in each.answers) - own[n] for n, each in enumerate(given_attempts)]
        most = (
            max(covariance(list(zip(own, order, strict=True))) for order in permutations(rest))
            if len(own) < 6
            else None
        )
        if most is not None and most > 1e-9:
            assert found.efficiency == pytest.approx(covariance(list(zip(own, rest, strict=True))) / most)
        elif most is not None:
            assert found.efficiency is None


@given(attempts)
def test_order_of_attempts_is_irrelevant(given_attempts: list[GradedAttempt]) -> None:
    here, there = item_statistics(given_attempts), item_statistics(given_attempts[::-1])
    for key in here:
        assert here[key].facility == pytest.approx(there[key].facility)
        assert here[key].discrimination == pytest.approx(there[key].discrimination)
        assert here[key].efficiency == pytest.approx(there[key].efficiency)


@given(attempts, st.integers(2, 4))
def test_the_same_people_many_times_over_say_the_same(given_attempts: list[GradedAttempt], times: int) -> None:
    once, often = item_statistics(given_attempts), item_statistics(given_attempts * times)
    for key in once:
        assert often[key].facility == pytest.approx(once[key].facility)
        assert often[key].discrimination == pytest.approx(once[key].discrimination)
        assert often[key].efficiency == pytest.approx(once[key].efficiency)


@given(attempts)
def test_indices_stay_within_their_bounds(given_attempts: list[GradedAttempt]) -> None:
    for found in item_statistics(given_attempts).values():
        assert 0 <= found.facility <= 1
        assert 0 <= found.deviation <= 0.75
        assert found.discrimination is None or -1 <= found.discrimination <= 1
        assert found.efficiency is None or found.efficiency <= 1 + 1e-9


@given(attempts)
def test_discrimination_is_the_correlation_with_the_rest(given_attempts: list[GradedAttempt]) -> None:
    for place, found in enumerate(item_statistics(given_attempts).values()):
        own = [each.answers[place].scaled for each in given_attempts]
        rest = [sum(answer.scaled for answer in each.answers) - own[n] for n, each in enumerate(given_attempts)]
        if len({round(each, 9) for each in own}) > 1 and len({round(each, 9) for each in rest}) > 1:
            assert found.discrimination == pytest.approx(statistics.correlation(own, rest))
        else:
            assert found.discrimination is None


def test_answers_by_chance_tell_nobody_apart() -> None:
    # All 16 ways in which four coins fall, four times over: with the item in its own total it would correlate by one half.
    coins = [taken(*(float(way >> bit & 1) for bit in range(4))) for way in range(16)] * 4
    for found in item_statistics(coins).values():
        assert found.discrimination == pytest.approx(0.0)
        assert found.interval is not None
        assert found.interval[0] < 0 < found.interval[1]


def test_nothing_is_said_of_how_certain_a_correlation_is_before_fifty_answers() -> None:
    people_of_two_kinds = [taken(1, 1, 0), taken(0, 0, 0), taken(1, 0, 1), taken(0, 1, 0)]
    assert item_statistics(people_of_two_kinds * 12)["i0"].interval is None
    found = item_statistics(people_of_two_kinds * 13)["i0"]
    assert found.discrimination is not None
    # Fisher's z of 52 people, written out.
    z, half = math.atanh(found.discrimination), 1.959964 / 7
    assert found.interval == pytest.approx((math.tanh(z - half), math.tanh(z + half)))


def test_a_perfect_correlation_has_an_interval() -> None:
    found = item_statistics([taken(1, 1), taken(0, 0)] * 30)["i0"]
    assert found.discrimination == pytest.approx(1.0)
    assert found.interval == pytest.approx((1.0, 1.0))


def test_one_total_tells_nothing() -> None:
    found = item_statistics([taken(1, 1), taken(1, 1)])["i0"]
    assert (found.discrimination, found.interval, found.efficiency) == (None, None, None)
    assert item_statistics([taken(1, 0), taken(0, 1)])["i0"].efficiency == pytest.approx(-1.0)


def test_test_of_one_item_and_one_attempt_is_no_trouble() -> None:
    found = item_statistics([taken(1.0)])["i0"]
    assert (found.count, found.facility, found.deviation) == (1, 1.0, 0.0)
    assert (found.discrimination, found.efficiency) == (None, None)
    assert item_statistics([]) == {}


def test_attempts_that_drew_other_items_count_for_their_own() -> None:
    drawn = [
        GradedAttempt("en", (GivenAnswer("a", 1.0), GivenAnswer("b", 0.0))),
        GradedAttempt("en", (GivenAnswer("b", 1.0), GivenAnswer("c", 1.0), GivenAnswer("d", 0.0))),
    ]
    found = item_statistics(drawn)
    assert list(found) == ["a", "b", "c", "d"]
    assert (found["a"].count, found["b"].count, found["b"].facility) == (1, 2, 0.5)
    # With the rest of its own attempt: 1 of 1 when b was wrong, 1 of 2 when it was right.
    assert found["b"].efficiency == pytest.approx(-1.0)


def test_choices_are_counted_as_shares_of_all_attempts() -> None:
    chosen = [("leave",), ("leave", "call"), ("water",), ()]
    found = item_statistics([GradedAttempt("en", (GivenAnswer("fire", 0.0, each),)) for each in chosen])["fire"]
    assert found.chosen == {"call": 0.25, "leave": 0.5, "water": 0.25}


def people(language: str, ability: int, right: int, wrong: int) -> list[GradedAttempt]:
    """Return people of one total, *ability* of 20, of whom so many were right in i0."""
    with_it = taken(1.0, *[1.0] * (ability - 1), *[0.0] * (20 - ability), language=language)
    without = taken(0.0, *[1.0] * ability, *[0.0] * (19 - ability), language=language)
    return [with_it] * right + [without] * wrong


def test_languages_are_compared_among_people_of_one_ability() -> None:
    # Finns know less on the whole, and yet i0 is as hard for them as for others who know as much.
    even = [*people("en", 15, 60, 20), *people("en", 5, 5, 15), *people("fi", 15, 15, 5), *people("fi", 5, 20, 60)]
    english, finnish = item_statistics(even)["i0"].languages
    assert (english.language, english.count, english.facility) == ("en", 100, pytest.approx(0.65))
    assert (finnish.language, finnish.count, finnish.facility) == ("fi", 100, pytest.approx(0.35))
    assert finnish.comparison is not None
    assert finnish.comparison.odds_ratio == pytest.approx(1.0)
    assert not finnish.out_of_line
    assert not english.out_of_line


def test_language_that_stands_out_is_flagged_and_no_other() -> None:
    answers = [
        person
        for language, right in (("en", 60), ("fi", 62), ("uk", 58), ("ar", 25))
        for ability, share in ((15, 1.0), (8, 0.5))
        for person in people(language, ability, round(right * share), 80 - round(right * share))
    ]
    found = {each.language: each for each in item_statistics(answers)["i0"].languages}
    assert [language for language, each in found.items() if each.out_of_line] == ["ar"]
    arabic = found["ar"].comparison
    assert arabic is not None
    assert arabic.delta < -1.5
    tables = [Stratum(180, 60, 25, 55), Stratum(90, 150, 12, 68)]
    assert arabic == compare(tables)


def test_answers_that_are_right_in_part_count_by_their_part() -> None:
    rows = [taken(0.5, 0.5, language="en")] * 8 + [taken(0.25, 0.75, language="fi")] * 8
    finnish = item_statistics(rows)["i0"].languages[1].comparison
    assert finnish == compare([Stratum(4.0, 4.0, 2.0, 6.0)])


def test_one_language_alone_has_nothing_to_be_compared_with() -> None:
    (only,) = item_statistics([taken(1, 0), taken(0, 1)])["i0"].languages
    assert only.comparison is None
    assert not only.out_of_line
    assert math.isclose(only.facility, 0.5)


@given(st.lists(st.tuples(st.sampled_from(["en", "fi"]), scores, scores), max_size=24))
def test_with_a_step_figures_are_those_of_whole_groups_of_one_language(drawn: list[tuple[str, float, float]]) -> None:
    given_attempts = [taken(*row, language=language) for language, *row in drawn]
    whole = []
    for language in ("en", "fi"):
        own = [each for each in given_attempts if each.language == language]
        whole += own[: len(own) - len(own) % 5]
    found, expected = item_statistics(given_attempts, step=5), item_statistics(whole)
    assert list(found) == list(expected)
    for key, each in found.items():
        assert each.count == expected[key].count
        assert each.facility == pytest.approx(expected[key].facility)
        assert each.discrimination == pytest.approx(expected[key].discrimination)
        assert [(one.language, one.count) for one in each.languages] == [
            (one.language, one.count) for one in expected[key].languages
        ]


def test_a_step_counts_those_who_were_asked_the_item() -> None:
    both, one = taken(1, 0), GradedAttempt("en", (GivenAnswer("i0", 1.0),))
    found = item_statistics([*[one] * 3, *[both] * 4], step=5)
    assert {key: each.count for key, each in found.items()} == {"i0": 5}
    assert item_statistics([*[one] * 3, *[both] * 5], step=5)["i1"].count == 5


@given(attempts, st.integers(1, 4), st.sampled_from([1, 3]))
def test_how_many_are_taken_in_at_once_changes_nothing(
    given_attempts: list[GradedAttempt], at_once: int, step: int
) -> None:
    whole = item_statistics(given_attempts, step=step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("perille.domain.statistics._SLICE", at_once)
        found = item_statistics(given_attempts, step=step)
    assert [(key, each.count, each.facility, each.chosen) for key, each in found.items()] == [
        (key, each.count, pytest.approx(each.facility), each.chosen) for key, each in whole.items()
    ]
