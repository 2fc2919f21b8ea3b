"""Recordings of a pack: a human voice that reads a screen or a question aloud, one file for each and language.

    media/audio/<language>/lessons/<lesson>/<screen>.mp3
    media/audio/<language>/items/<item>.mp3

A screen is called by its source heading, the first one by the lesson's title. Numbers would be shorter, but a screen put in
between would then give every later one the wrong voice without a word; a heading that changes is told as a fault.
"""

from __future__ import annotations

import hashlib
import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from perille.api import did_you_mean
from perille.domain.content import LocalizedCourse
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.format.audio_files import MIME_TYPES, problem_of
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.media import MediaFile
from perille.packs.format.spoken import SPOKEN, read_spoken
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.files import PackFiles
from perille.packs.source.markdown import SLOT, inline

FOLDER = "media/audio"
#: Languages for which no phone has a voice of its own: what nobody has recorded nobody hears. Dari is not read by a Persian voice
#: (`static/voice.js`): those who do not read would be misled.
UNSPOKEN = frozenset({"prs", "so"})
#: What may follow the language, as the pack's own folders are called.
LESSONS, ITEMS = "lessons", "items"
_SHAPE = f"{FOLDER}/<language>/{LESSONS}/<lesson>/<screen>.mp3 or {FOLDER}/<language>/{ITEMS}/<item>.mp3"


@dataclass(frozen=True, slots=True)
class RecordableParts:
    """What can be recorded in a pack."""

    languages: Sequence[str]
    lessons: Mapping[str, Lesson]
    #: Keys of its items.
    items: Sequence[str]

    def names(self) -> tuple[str, ...]:
        """Return what each recording of a language is called, without ending: "lessons/<lesson>/<screen>", "items/<item>"."""
        screens = (f"{LESSONS}/{key}/{name}" for key, lesson in self.lessons.items() for name in screen_names(lesson))
        return (*screens, *(f"{ITEMS}/{key}" for key in self.items))


@lru_cache(maxsize=5_000)
def slug(heading: str) -> str:
    """Return a heading as a file's name: letters and digits of any script, without accents, and hyphens between words."""
    plain = unicodedata.normalize("NFKD", SLOT.sub(" ", inline(heading).plain).casefold())
    return "-".join("".join(_kept(sign) for sign in plain).split())


def _kept(sign: str) -> str:
    if sign.isalnum():
        return sign
    return "" if unicodedata.category(sign).startswith("M") or sign in "'’" else " "


def screen_names(lesson: Lesson) -> tuple[str, ...]:
    """Return the names of a lesson's screens, each once; the second of the same heading ends in "-2".

    A number that a heading of its own has ("Step 2" beside two times "Step") is left to that one, and the next is taken.
    """
    slugs = [_screen_slug(lesson, place) for place in range(len(lesson.screens))]
    taken: set[str] = set()
    names: list[str] = []
    for name in slugs:
        tries = itertools.chain((name,), (f"{name}-{number}" for number in range(2, 2 + 2 * len(slugs))))
        names.append(next(each for each in tries if each not in taken and (each == name or each not in slugs)))
        taken.add(names[-1])
    return tuple(names)


def _screen_slug(lesson: Lesson, place: int) -> str:
    block = lesson.title if place == 0 else lesson.screens[place].heading
    return (slug(lesson.blocks[block].msgid) if block is not None else "") or "screen"


def read_audio(files: PackFiles, wanted: RecordableParts, diagnostics: Diagnostics) -> dict[str, MediaFile]:
    """Return the pack's recordings by "audio/<language>/<name>"; one that fits nothing gives a fault and is left out."""
    names = wanted.names()
    found: dict[str, MediaFile] = {}
    for path, body in files.files.items():
        if not path.startswith(f"{FOLDER}/"):
            continue
        if path.rpartition("/")[2] == SPOKEN:
            _check_spoken(path, body, wanted, diagnostics)
            continue
        stem, dot, ending = path.removeprefix(f"{FOLDER}/").rpartition(".")
        language, _sep, name = stem.partition("/")
        # A file system may write an accented letter in two signs.
        name = unicodedata.normalize("NFKD", name)
        fault = _fault(language, name, dot + ending, wanted, names) or problem_of(dot + ending, body)
        key = f"audio/{language}/{name}"
        if not fault and key in found:
            fault = f"A second recording of the same words: {found[key].path}"
        if fault:
            diagnostics.add(path, 1, fault)
        else:
            mime = MIME_TYPES[dot + ending]
            found[key] = MediaFile(
                path=path, sha256=hashlib.sha256(body).hexdigest(), mime=mime, size=len(body), language=language
            )
    return found


def _check_spoken(path: str, body: bytes, wanted: RecordableParts, diagnostics: Diagnostics) -> None:
    language = path.removeprefix(f"{FOLDER}/").removesuffix(f"/{SPOKEN}")
    if language not in wanted.languages:
        diagnostics.add(
            path, 1, f'"languages" of pack.toml does not hold "{language}"{did_you_mean(language, wanted.languages)}'
        )
    try:
        read_spoken(body)
    except ValueError as error:
        diagnostics.add(path, 1, f"What recordings say cannot be read: {error}")


def _fault(language: str, name: str, ending: str, wanted: RecordableParts, names: Sequence[str]) -> str:
    kind, _sep, rest = name.partition("/")
    if kind not in (LESSONS, ITEMS) or not rest or rest.count("/") != (kind == LESSONS):
        return f"A recording stands at {_SHAPE}"
    if ending not in MIME_TYPES:
        return f"A recording ends in {', '.join(MIME_TYPES)}"
    if language not in wanted.languages:
        return f'"languages" of pack.toml does not hold "{language}"{did_you_mean(language, wanted.languages)}'
    return "" if name in names else _unknown(kind, rest, wanted, names)


def _unknown(kind: str, rest: str, wanted: RecordableParts, names: Sequence[str]) -> str:
    """Say what of a recording's name is not there."""
    if kind == ITEMS:
        return f'There is no item "{rest}"{did_you_mean(rest, wanted.items)}'
    unit, _sep, screen = rest.partition("/")
    if unit not in wanted.lessons:
        return f"There is no lessons/{unit}.md{did_you_mean(unit, wanted.lessons)}"
    screens = screen_names(wanted.lessons[unit])
    close = did_you_mean(screen, screens)
    hint = close if close != "." else f": its screens are {', '.join(screens)}"
    return f'No screen of lessons/{unit}.md is called "{screen}"{hint}'


def missing_files(pack_audio: Mapping[str, MediaFile], wanted: RecordableParts, language: str) -> tuple[str, ...]:
    """Return the paths, with the first of the endings, of what is not recorded in a language yet."""
    ending = next(iter(MIME_TYPES))
    return tuple(
        f"{FOLDER}/{language}/{name}{ending}" for name in wanted.names() if f"audio/{language}/{name}" not in pack_audio
    )


def voice_summary(compiled: CompiledPack) -> str:
    """Say how many screens and questions each language has a voice for; "" where there is none at all."""
    counts = (_told(compiled, words) for words in compiled.words.values())
    return "; ".join(count for count in counts if count)


def _told(compiled: CompiledPack, words: LocalizedCourse) -> str:
    own = {name for name in words.recordings() if compiled.media[name].language == words.language}
    screens = [screen.audio in own for screen in words.screens()]
    items = [words.item_audio.get(key) in own for key in words.items]
    if not own:
        return ""
    return f"{words.language} {sum(screens)} of {len(screens)} screens, {sum(items)} of {len(items)} questions"
