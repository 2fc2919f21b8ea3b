"""Pictures that are composed from scenes: the files are what the scenes say, and none is heavy."""

from __future__ import annotations

import importlib
import re
import tomllib
from gzip import compress
from pathlib import Path
from typing import Any

import pytest

from support.places import ROOT

PICTURES = ROOT / "docs" / "pictures"
PACKS = sorted(path.stem for path in (PICTURES / "scenes").glob("*.toml"))
DRAWN = sorted(path for root in ("courses", "modules") for path in (ROOT / root).glob("*/media/*.svg"))
ICONS = ROOT / "platform" / "perille" / "static" / "icons"
#: What reads wrong in a mirror.
UNTURNED = re.compile(r"euro|money|clock|letters|book-law|calendar-mark|number|note$")
#: Bytes on the wire: the most of one picture, and of a pack's pictures on the average.
MOST, MEAN = 12_000, 3_500


@pytest.fixture
def composer(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(PICTURES))
    return importlib.import_module("compose")


@pytest.mark.parametrize("pack", PACKS)
def test_each_scene_is_the_picture_in_the_pack(composer: Any, pack: str) -> None:
    media = composer.folder(pack)
    drawn = composer.files(pack)
    other = [name for name, text in drawn.items() if (media / name).read_text(encoding="utf-8") != text]
    assert other == [], f"python docs/pictures/compose.py {pack}"
    credits = (media / "credits.toml").read_text(encoding="utf-8")
    assert composer.credited(credits, list(composer.scenes(pack)), composer.scenes(pack)) == credits


@pytest.mark.parametrize("pack", PACKS)
def test_pictures_are_light_on_the_average(composer: Any, pack: str) -> None:
    weights = [composer.weight(text) for text in composer.files(pack).values()]
    assert sum(weights) / len(weights) <= MEAN


@pytest.mark.parametrize("pack", PACKS)
def test_nothing_that_is_read_is_mirrored(composer: Any, pack: str) -> None:
    directed = {name: scene["draw"] for name, scene in composer.scenes(pack).items() if scene.get("direction")}
    turned = {(name, entry["object"]) for name, entries in directed.items() for entry in entries if "object" in entry}
    assert {(name, thing) for name, thing in turned if UNTURNED.search(thing)} == set()


def test_no_picture_is_heavy() -> None:
    heavy = {path.name: size for path in DRAWN if (size := len(compress(path.read_bytes()))) > MOST}
    assert heavy == {}


def _strokes(path: Path) -> set[str]:
    return set(re.findall(r' d="([^"]+)"', path.read_text(encoding="utf-8")))


def test_a_sign_that_others_drew_names_who_did() -> None:
    own = {"flag", "way"}
    signs = [path for path in ICONS.glob("*.svg") if path.stem not in own and not path.stem.startswith("who-")]
    theirs = set().union(*map(_strokes, signs))
    shown = [path for path in DRAWN if _strokes(path) & theirs]
    credits = {path: tomllib.loads((path.parent / "credits.toml").read_text(encoding="utf-8")) for path in shown}
    nameless = [
        path.name for path in shown if "Paweł Kuna" not in credits[path][path.stem.removesuffix(".rtl")]["author"]
    ]
    assert shown
    assert nameless == []


def test_what_is_drawn_keeps_its_place(composer: Any) -> None:
    thing = composer.drawing({"object": "phone", "x": 100, "foot": 150})
    assert "translate(100 113)" in thing, "a phone is 74 high"
    arm = composer.drawing({"arm": [[0, 0], [10, 0], [10, 20]], "hand": "hold", "bare": 1})
    assert "matrix(0 1-1 0 10 20)" in arm.replace(" -", "-"), (
        "the hand stands at the wrist, and goes on as the forearm does"
    )
    standing = [composer.drawing({"figure": "tee", "x": 90, "foot": foot, "flip": True}) for foot in (120, 140)]
    heights = [float(re.search(r"translate\(90 ([-\d.]+)\)scale\(-", text)[1]) for text in standing]  # type: ignore[index]
    assert heights[1] - heights[0] == pytest.approx(20)


def test_a_mirrored_picture_is_the_same_in_one_group(composer: Any) -> None:
    scene = {"draw": [{"figure": "tee", "x": 90, "y": 66}, {"floor": 150}]}
    plain, mirrored = composer.picture(scene), composer.picture(scene, mirrored=True)
    head, shapes = plain.removesuffix("</svg>\n").split("><", 1)
    assert mirrored == f'{head}><g transform="translate(320 0) scale(-1 1)"><{shapes}</g></svg>\n'


def test_what_there_is_not_is_refused(composer: Any) -> None:
    for entry in ({"figure": "nobody", "x": 0, "y": 0}, {"figure": "tee", "x": 0, "y": 0, "top": "neon"}):
        with pytest.raises((KeyError, StopIteration)):
            composer.drawing(entry)
    with pytest.raises(FileNotFoundError):
        composer.drawing({"object": "dollar-bag", "x": 0, "y": 0})


def test_lines_stay_as_wide_as_the_figures(composer: Any) -> None:
    small, large = (composer.drawing({"object": "phone", "x": 0, "y": 0, "scale": scale}) for scale in (1, 2))
    assert ('stroke-width="2"' in small, 'stroke-width="1.2"' in large) == (True, True)


def test_every_object_is_drawn_for_pictures() -> None:
    strange = [
        path.name
        for path in sorted(Path(PICTURES, "objects").glob("*.svg"))
        if re.search(r"<(?:text|image|style|script|use)\b|href|\bid=", path.read_text(encoding="utf-8"))
    ]
    assert strange == []


def test_a_scene_that_is_like_itself_or_like_none_is_refused_by_name(
    composer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "one": {"sun": {"like": "two"}, "moon": {"like": "two"}, "star": {"like": "two", "ground": "dusk"}},
        "two": {"sun": {"like": "three"}, "star": {"draw": [], "ground": "mist", "direction": True}},
        "three": {"sun": {"like": "one"}},
    }
    monkeypatch.setattr(composer, "written", files.__getitem__)
    with pytest.raises(ValueError, match="the scene sun is like itself: one -> two -> three -> one"):
        composer.scene_of("one", "sun")
    with pytest.raises(ValueError, match=r"scenes/one\.toml: moon is like one of two, which has no such scene"):
        composer.scene_of("one", "moon")
    assert composer.scene_of("one", "star") == {"like": "two", "draw": [], "ground": "dusk", "direction": True}


def test_no_picture_has_the_pile_that_the_figures_have_on_the_lid_of_their_laptop() -> None:
    # A joke of whoever drew the figures. It stood on the cover of a course for people who had to flee.
    pile, cut_out = "6 2 6 7 0 11-8 4-32 0-17-10", "0 7-6 8-6 14-5 2-4 4-4 8"
    drawn = [
        *ROOT.glob("docs/pictures/parts/*.json"),
        *ROOT.glob("courses/*/media/*.svg"),
        *ROOT.glob("modules/*/media/*.svg"),
    ]
    assert len(drawn) > 600
    assert not [each for each in drawn for text in (each.read_text("utf-8"),) if pile in text or cut_out in text]
