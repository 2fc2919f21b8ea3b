"""Shipped role-plays cannot be won by pressing a button that looks like the best one, and what is dangerous does not end well."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest

from perille.api import FileReading
from perille.interactions.role_play.graph import Ending, RolePlay, Scene, ways
from support.shipped import shipped_pack

MODULES = Path(__file__).resolve().parents[2] / "modules"
#: Play -> choices (scene, choice) that put the person in danger: to call or warn the suspect, to promise, a companion who interprets, to
#: send a name without a yes, to go and look.
DANGEROUS = {
    "module_ct2/cleaning-round": [
        *(
            ("arrival", "c"),
            ("supervisor", "b"),
            ("supervisor", "c"),
            ("greet", "b"),
            ("greet", "c"),
            ("break", "c"),
            ("leaflet", "c"),
        ),
    ],
    "module_ct3/first-talk": [("door", "a"), ("door", "c"), ("alone", "b"), ("limits", "b"), ("suspicion", "b")],
    "module_ct7/building-site": [("library", "b"), ("time", "b"), ("story", "b"), ("story", "c"), ("rang", "b")],
    "module_ct6/night-shift": [("gym", "b"), ("limits", "b"), ("talk", "c"), ("safe", "b")],
    "module_ct8/one-week": [("monday", "c"), ("looked", "c"), ("calm", "c"), ("called", "b")],
    "module_pro1/first-visit": [("hall", "b"), ("son", "b"), ("known", "b"), ("leaving", "b")],
    "module_ct4/late-call": [
        *(("desk", "b"), ("danger-asked", "c"), ("anonymous", "b"), ("called-boss", "b"), ("called-boss", "c")),
    ],
}
#: Play -> choices (scene, choice) that are poor and may still end well, each read and judged: nothing has happened yet that the person
#: pays for. Whatever stands in neither list never ends well.
MENDABLE = {
    "module_ct2/cleaning-round": {("arrival", "a"), ("break", "b"), ("wants", "c")},
    "module_ct3/first-talk": {
        *(("alone", "c"), ("too-fast", "c"), ("begin", "b"), ("details", "c"), ("limits", "c")),
    },
    "module_ct4/late-call": {("desk", "c"), ("danger-asked", "b"), ("shelter", "c"), ("wish", "b")},
    "module_ct6/night-shift": {("gym", "c"), ("limits", "c"), ("talk", "b")},
    "module_ct7/building-site": {("library", "c"), ("time", "c"), ("wish", "c")},
    "module_ct8/one-week": {("monday", "b"), ("papers", "c"), ("looked", "b"), ("dug", "c")},
    "module_pro1/first-visit": {
        *(("hall", "c"), ("begin", "b"), ("begin", "c"), ("known", "c"), ("plan", "b"), ("plan", "c")),
    },
}
#: Play -> choices (scene, choice) after which a service has the person's name.
NAME_GIVEN = {
    "module_ct3/first-talk": [("wish", "c"), ("false-promise", "b"), ("child-there", "a")],
    "module_ct4/late-call": [("danger-asked", "c"), ("named", "b")],
}
WITHOUT_NAME = re.compile(r"[^.]*\bwithout (?:a|her|his) names?\b[^.]*\.")
FEMALE = re.compile(r"\b(?:she|hers?|herself|woman|aunt|sister|mother)\b", re.IGNORECASE)
MALE = re.compile(r"\b(?:he|him|his|himself|man|uncle|brother|father|boy)\b", re.IGNORECASE)
#: Of two or three choices, one is the longest by chance in this share at most.
BY_CHANCE = 0.4


def _play(path: str) -> FileReading[RolePlay]:
    folder, _, name = path.partition("/")
    return shipped_pack(MODULES / folder).own_files[f"plays/{name}"].reading


@pytest.fixture(params=DANGEROUS)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_the_best_choice_is_neither_the_longest_nor_the_first_more_often_than_by_chance(path: str) -> None:
    written = _play(path)
    scenes = [scene for scene in written.value.scenes if scene.choices]
    longest = first = 0
    for scene in scenes:
        lengths = {each.key: len(written.words[f"scene/{scene.key}/choice/{each.key}/text"]) for each in scene.choices}
        (best,) = [each.key for each in scene.choices if each.best]
        longest += lengths[best] > max(length for key, length in lengths.items() if key != best)
        first += scene.choices[0].key == best
    assert longest <= BY_CHANCE * len(scenes)
    assert first <= BY_CHANCE * len(scenes)


def test_the_best_choice_is_not_the_longest_more_often_than_by_chance_in_any_language(path: str) -> None:
    play = _play(path).value
    scenes = [scene for scene in play.scenes if scene.choices]
    for catalogue in sorted((MODULES / path.partition("/")[0] / "translations").glob("*.po")):
        words = _translated_choices(catalogue, path.partition("/")[2])
        longest = sum(
            words[scene.key, best.key] > max(words[scene.key, each.key] for each in scene.choices if each is not best)
            for scene in scenes
            for best in scene.choices
            if best.best
        )
        assert longest <= BY_CHANCE * len(scenes), catalogue.stem


def _translated_choices(catalogue: Path, name: str) -> dict[tuple[str, str], int]:
    """Return (scene, choice) -> how many letters the choice has in the language of a catalogue."""
    choice = re.compile(rf"play/{name}/scene/([^/]+)/choice/([^/]+)/text")
    found = ((choice.fullmatch(entry.msgctxt), entry.msgstr) for entry in polib.pofile(str(catalogue)))
    return {(match[1], match[2]): len(text) for match, text in found if match}


def test_every_play_that_ships_is_looked_at() -> None:
    shipped = {f"{play.parts[-3]}/{play.stem}" for play in MODULES.glob("*/plays/*.toml")}
    assert shipped == set(DANGEROUS)


def test_half_of_the_scenes_have_three_choices_and_each_choice_says_why(path: str) -> None:
    written = _play(path)
    scenes = [scene for scene in written.value.scenes if scene.choices]
    assert 2 * sum(len(scene.choices) >= 3 for scene in scenes) >= len(scenes)
    parts = [f"scene/{scene.key}/choice/{each.key}/why" for scene in scenes for each in scene.choices]
    assert [part for part in parts if part not in written.words] == []


def test_what_is_dangerous_never_ends_well(path: str) -> None:
    play = _play(path).value
    for scene, choice in DANGEROUS[path]:
        assert Ending.GOOD not in _endings(play, scene, choice), (scene, choice)


@pytest.mark.parametrize("named", NAME_GIVEN)
def test_no_ending_after_a_name_was_given_says_that_it_was_not(named: str) -> None:
    written = _play(named)
    for scene, choice in NAME_GIVEN[named]:
        for end in _ends(written.value, scene, choice):
            said = WITHOUT_NAME.findall(written.words[f"scene/{end.key}/text"])
            assert [each for each in said if "still possible" not in each] == [], (scene, choice, end.key)


def test_a_wrong_turn_that_is_not_dangerous_can_be_mended(path: str) -> None:
    play = _play(path).value
    mended = [
        (scene.key, choice.key)
        for scene in play.scenes
        for choice in scene.choices
        if not choice.best and Ending.GOOD in _endings(play, scene.key, choice.key)
    ]
    assert len(mended) >= 3
    assert not set(mended) & set(DANGEROUS[path])


def test_every_way_that_ends_well_has_only_turns_that_were_judged(path: str) -> None:
    play = _play(path).value
    best = {(scene.key, choice.key) for scene in play.scenes for choice in scene.choices if choice.best}
    endings = [(_turns(way), found.end) for way in ways(play) if (found := play.scene(way[-1])) is not None]
    assert {end for _turns_of_it, end in endings} == set(Ending)
    well = set().union(*(turns for turns, end in endings if end is Ending.GOOD))
    assert well - best - MENDABLE[path] == set()


def _turns(way: tuple[str, ...]) -> set[tuple[str, str]]:
    """Return (scene, choice) of each turn of a way as `ways` yields it."""
    steps = [step.split("/choice/") for step in way if "/choice/" in step]
    return {(scene, choice) for scene, choice in steps}


def test_women_and_men_alike_are_exploited_control_and_help() -> None:
    counts = [_people(path) for path in DANGEROUS]
    female, male = sum(pair[0] for pair in counts), sum(pair[1] for pair in counts)
    assert 0.4 <= female / (female + male) <= 0.6
    about_women = sum(pair[0] > pair[1] for pair in counts)
    assert min(about_women, len(counts) - about_women) >= 2


def _people(path: str) -> tuple[int, int]:
    """Count words for women and for men in what a play says."""
    texts = _play(path).words.values()
    return sum(len(FEMALE.findall(text)) for text in texts), sum(len(MALE.findall(text)) for text in texts)


def test_finnish_choices_of_a_play_have_one_form(path: str) -> None:
    """A right choice in the imperative among infinitives shows itself."""
    folder, _, name = path.partition("/")
    choice = re.compile(rf"play/{name}/scene/[^/]+/choice/[^/]+/text")
    entries = polib.pofile(str(MODULES / folder / "translations" / "fi.po"))
    words = [entry.msgstr.split()[0].rstrip(",:") for entry in entries if choice.fullmatch(entry.msgctxt)]
    assert len(words) > 20
    infinitives = sum(word.endswith(("a", "ä")) for word in words)
    # Imperatives may end in the same letters, as "anna"; infinitives always do.
    assert infinitives == len(words) or infinitives < 0.8 * len(words)


def _endings(play: RolePlay, scene: str, choice: str) -> set[Ending]:
    """Return how a play can end after a choice, whatever is chosen from there on."""
    return {found.end for found in _ends(play, scene, choice) if found.end is not None}


def _ends(play: RolePlay, scene: str, choice: str) -> list[Scene]:
    """Return the scenes with which a play can end after a choice."""
    start = next(each for each in play.scenes if each.key == scene).choice(choice)
    assert start is not None, (scene, choice)
    seen, waiting = set[str](), [start.to]
    while waiting:
        key = waiting.pop()
        found = play.scene(key)
        if key not in seen and found is not None:
            seen.add(key)
            waiting += [each.to for each in found.choices]
    return [found for key in sorted(seen) if (found := play.scene(key)) is not None and found.end is not None]
