"""Recordings of a pack: named by screens and items, in the language of the words with which they are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packs.commands import run
from packs.conftest import Compile, FaultsOf, catalogue, library_folder
from perille.packs.compiler.compile import load_library
from perille.packs.format.audio import screen_names, slug
from perille.packs.format.lesson_reader import read_lesson
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.registry import InteractionRegistry
from support.countries import write_lands
from support.packs import CHOICE
from support.sounds import mp3, opus

MakePack = Callable[..., Path]
LESSON = (
    "# Hello, you\n\nWords.\n\n## Who helps?\n\nMore words.\n\n::: check fire\n:::\n\n## Who helps?\n\nEven more.\n"
)
FIRST, SECOND, THIRD = (f"lessons/hello/{name}" for name in ("hello-you", "who-helps", "who-helps-2"))
FINNISH = catalogue(
    ("lesson/hello", "Words.", "Sanoja."),
    ("item/fire/prompt", "The kitchen is on fire. What do you do first?", "Mitä?"),
)


@pytest.fixture
def recorded(make_pack: MakePack) -> Callable[..., Path]:
    """Write a pack with recordings: name below media/audio/ -> content."""

    def write(*names: str, **files: bytes) -> Path:
        media = {f"audio/{name}": mp3(len(name)) for name in names} | files
        values = {"items": {"bank": CHOICE}, "translations": {"fi": FINNISH}, "media": media}
        return make_pack(lessons={"hello": LESSON}, **values)

    return write


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Your course, your questions", "your-course-your-questions"),
        ("Don't **wait**: [call](lesson:x) {fact: emergency.number}!", "dont-wait-call"),
        ("Häät & juhlat 2", "haat-juhlat-2"),
        ("من يساعد؟", "من-يساعد"),
        ("नमस्ते दुनिया", "नमसत-दनय"),
        ("…", ""),
    ],
)
def test_a_heading_gives_a_file_its_name(heading: str, name: str) -> None:
    assert slug(heading) == name


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        (["Step", "Step", "Step 2"], ["step", "step-3", "step-2"]),
        (["Step 2", "Step", "Step"], ["step-2", "step", "step-3"]),
        (["Step", "Step", "Step 2", "Step 2", "Step"], ["step", "step-3", "step-2", "step-2-2", "step-4"]),
        (["Step", "Step", "Step"], ["step", "step-2", "step-3"]),
        (["…", "Screen", "!", "Screen 2"], ["screen", "screen-3", "screen-4", "screen-2"]),
    ],
)
def test_no_two_screens_share_a_name(headings: list[str], names: list[str]) -> None:
    text = "# " + "\n\nWords.\n\n## ".join(headings) + "\n\nWords.\n"
    assert list(screen_names(read_lesson("lessons/hello.md", text, "course_small", Diagnostics()))) == names


def test_a_screen_and_a_question_get_their_recording(recorded: Callable[..., Path], compiled: Compile) -> None:
    result = compiled(recorded(*(f"en/{name}.mp3" for name in (FIRST, SECOND, THIRD, "items/fire"))))
    words = result.words["en"]
    names = [screen.audio for screen in words.units["hello"].screens]
    assert names == [f"course_small/audio/en/{name}" for name in (FIRST, SECOND, THIRD)]
    assert words.item_audio == {"fire": "course_small/audio/en/items/fire"}
    file = result.media[names[0]]
    assert (file.mime, file.language, file.file_name) == ("audio/mpeg", "en", "hello-you.mp3")
    assert len(result.bodies[file.sha256]) == file.size


def test_words_are_read_in_the_language_in_which_they_are_shown(
    recorded: Callable[..., Path], compiled: Compile
) -> None:
    names = [f"{language}/{name}.mp3" for language in ("en", "fi") for name in (FIRST, SECOND, "items/fire")]
    words = compiled(recorded(*names)).words["fi"]
    # The second screen has no Finnish words, and the third no recording at all.
    assert [screen.audio for screen in words.units["hello"].screens] == [
        f"course_small/audio/fi/{FIRST}",
        f"course_small/audio/en/{SECOND}",
        "",
    ]
    assert words.item_audio == {"fire": "course_small/audio/fi/items/fire"}


def test_no_other_language_is_played_than_the_one_that_is_read(
    recorded: Callable[..., Path], compiled: Compile
) -> None:
    words = compiled(recorded(f"en/{FIRST}.mp3", f"fi/{SECOND}.mp3", "en/items/fire.mp3")).words["fi"]
    assert [screen.audio for screen in words.units["hello"].screens] == ["", "", ""]
    assert words.item_audio == {}


def test_a_recording_changes_the_pages_of_its_language_alone(recorded: Callable[..., Path], compiled: Compile) -> None:
    before, after = compiled(recorded()), compiled(recorded(f"fi/{FIRST}.mp3"))
    assert before.structure_hash == after.structure_hash
    assert before.words_hash != after.words_hash
    assert [before.words_hashes[code] == after.words_hashes[code] for code in ("en", "fi")] == [True, False]
    again = compiled(recorded(**{f"audio/fi/{FIRST}.mp3": mp3(2)}))
    assert again.words_hashes["fi"] != after.words_hashes["fi"]


def test_recordings_weigh_apart(recorded: Callable[..., Path], compiled: Compile) -> None:
    plain, spoken = compiled(recorded()), compiled(recorded(f"en/{FIRST}.mp3"))
    assert abs(spoken.summary.weight - plain.summary.weight) < 50


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "en/lessons/hello/who-help.mp3",
            'No screen of lessons/hello.md is called "who-help". Did you mean "who-helps"?',
        ),
        ("en/lessons/hello/3.mp3", 'is called "3": its screens are hello-you, who-helps, who-helps-2'),
        ("en/lessons/hallo/who-helps.mp3", 'There is no lessons/hallo.md. Did you mean "hello"?'),
        ("en/items/fires.mp3", 'There is no item "fires". Did you mean "fire"?'),
        ("fin/items/fire.mp3", '"languages" of pack.toml does not hold "fin". Did you mean "fi"?'),
        ("ar/items/fire.mp3", '"languages" of pack.toml does not hold "ar".'),
        ("en/items/fire.wav", "A recording ends in .mp3, .m4a, .aac, .ogg, .opus"),
        ("en/items/fire.opus", "This is not Opus in Ogg"),
        ("en/fire.mp3", "A recording stands at media/audio/<language>/"),
        ("fire.mp3", "A recording stands at media/audio/<language>/"),
        ("en/items/more/fire.mp3", "A recording stands at media/audio/<language>/"),
        ("en/lessons/who-helps.mp3", "A recording stands at media/audio/<language>/"),
    ],
)
def test_a_recording_that_fits_nothing_is_told(
    recorded: Callable[..., Path], faults_of: FaultsOf, name: str, said: str
) -> None:
    (fault,) = faults_of(recorded(name))
    assert (fault.path, fault.line) == (f"media/audio/{name}", 1)
    assert said in fault.message


def test_two_recordings_of_the_same_words_are_told(recorded: Callable[..., Path], faults_of: FaultsOf) -> None:
    (fault,) = faults_of(recorded("en/items/fire.mp3", **{"audio/en/items/fire.opus": opus()}))
    assert fault.message == "A second recording of the same words: media/audio/en/items/fire.mp3"


@pytest.mark.parametrize(
    ("language", "body", "said"),
    [
        ("en", f'"items/fire" = "{"0" * 16} {"f" * 16}"', []),
        ("fi", "", []),
        ("ar", "", ['"languages" of pack.toml does not hold "ar"']),
        ("en", "= 3", ["What recordings say cannot be read"]),
        ("en", '"items/fire" = "fine"', ["two hashes of 16"]),
    ],
)
def test_what_recordings_say_must_be_readable(
    recorded: Callable[..., Path], faults_of: FaultsOf, language: str, body: str, said: list[str]
) -> None:
    found = faults_of(recorded("en/items/fire.mp3", **{f"audio/{language}/spoken.toml": body.encode()}))
    assert len(found) == len(said)
    assert all(words in fault.message for words, fault in zip(said, found, strict=True))


def test_sound_among_the_pictures_is_told(make_pack: MakePack, faults_of: FaultsOf) -> None:
    (fault,) = faults_of(make_pack(media={"fire.mp3": mp3()}))
    assert "a recording stands under media/audio/" in fault.message


def test_a_shared_lesson_brings_its_own_voice(
    tmp_path: Path, make_pack: MakePack, compiled: Compile, registry: InteractionRegistry
) -> None:
    folder = library_folder(
        tmp_path / "more",
        "course_shared",
        "shared",
        {"lessons/safety.md": LESSON.replace("::: check fire\n:::\n", "")},
        ["safety"],
    )
    for language in ("en", "ar"):
        path = folder / f"media/audio/{language}/lessons/safety/hello-you.mp3"
        path.parent.mkdir(parents=True)
        path.write_bytes(mp3(len(language)))
    manifest = folder / "pack.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('["en"]', '["en", "ar"]'), "utf-8")
    (folder / "translations").mkdir()
    (folder / "translations/ar.po").write_text(catalogue(("lesson/safety", "Words.", "كلمات")), "utf-8")
    course = make_pack(extra='\n[[block]]\nkey = "more"\ntitle = "More"\nunits = ["shared:safety"]\n')
    result = compiled(course, load_library(folder, registry))
    name = "course_shared/audio/en/lessons/safety/hello-you"
    assert result.words["en"].units["safety"].screens[0].audio == name
    # The course has no Arabic, so it does not carry that voice.
    assert [key for key, media in result.media.items() if media.language] == [name]


def test_check_counts_what_is_recorded(recorded: Callable[..., Path], make_pack: MakePack) -> None:
    assert "audio" not in run("check", make_pack()).output
    result = run("check", recorded(f"en/{FIRST}.mp3", f"fi/{FIRST}.mp3", f"en/{SECOND}.mp3", "fi/items/fire.mp3"))
    assert "audio: en 2 of 3 screens, 0 of 1 questions; fi 1 of 3 screens, 1 of 1 questions" in result.output


def test_what_is_not_recorded_yet_is_listed(recorded: Callable[..., Path]) -> None:
    folder = recorded(f"fi/{SECOND}.mp3")
    result = run("audio", folder, "fi")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [f"media/audio/fi/{name}.mp3" for name in (FIRST, THIRD, "items/fire")]
    assert result.stderr == f"{folder}: 1 of 4 recordings in fi are there\n"


@pytest.mark.parametrize(("language", "said"), [("prs", True), ("so", True), ("fi", False)])
def test_a_language_that_no_phone_speaks_is_said_to_need_recordings(
    make_pack: MakePack, language: str, said: bool
) -> None:
    result = run("audio", make_pack(languages=("en", language)), language)
    warning = f"No phone has a voice for {language}: what is not recorded cannot be listened to.\n"
    assert result.stderr.endswith(warning) is said
    assert "No phone" not in result.stdout


def test_what_is_missing_in_a_language_that_is_not_there_is_one_line(recorded: Callable[..., Path]) -> None:
    result = run("audio", recorded(), "fin")
    assert (result.exit_code, result.output) == (1, f"Error: {result.output[7:]}")
    assert 'has no language fin. Did you mean "fi"?' in result.output


def test_each_countrys_lesson_has_its_own_voice(compiled: Compile, tmp_path: Path) -> None:
    folder = write_lands(tmp_path)
    for name in ("hello/hello", "own.fi/then", "own.se/then"):
        path = folder / f"media/audio/en/lessons/{name}.mp3"
        path.parent.mkdir(parents=True)
        path.write_bytes(mp3(len(name)))
    words = compiled(folder).words["en"]
    for country in ("FI", "SE"):
        voice = f"module_lands/audio/en/lessons/own.{country.lower()}/then"
        assert [screen.audio for screen in words.units["own"].of(country).screens][:2] == ["", voice]
        assert words.recordings(country) == {"module_lands/audio/en/lessons/hello/hello", voice}
    assert len(words.recordings()) == 3
    assert len(words.recordings("")) == 1
