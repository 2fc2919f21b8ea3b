"""What every shipped pack promises its readers: numbers are facts, sentences are plain, pictures are credited, translations are whole."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from perille.domain.course import PackKind
from perille.domain.fact import Confidence, FactKind
from perille.packs.authoring.current_catalogue import missing_where_current
from perille.packs.format.lesson_model import EASY, Block, BlockForm, Lesson
from perille.packs.format.loading import LoadedPack, Message, messages_of
from support.shipped import shipped_pack

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path.parent for root in ("courses", "modules") for path in (ROOT / root).glob("*/pack.toml"))
#: A number of three digits or more, or digits in groups as telephone numbers have them.
LONG_NUMBER = re.compile(r"\d{3,}|\d(?:[ \u00a0-]?\d){4,}")
#: A span of time in digits or words before a unit: a deadline belongs into a fact.
DEADLINE = re.compile(
    r"\b(?:within|in|after|before|for|up to|at least|at most)\s+(?:\d+|two|three|four|five|six|seven|nine|ten|thirty|ninety)\s+"
    r"(?:working\s+)?(?:days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)

#: Words of a sentence; of a module 95 in 100 sentences have no more than MODULE_LONG.
LONGEST_SENTENCE = {PackKind.COURSE: 24, PackKind.LIBRARY: 24, PackKind.MODULE: 20}
MODULE_LONG, MODULE_LONG_SHARE = 14, 0.05

#: Words that say "you may only ask", which reads as if nothing else were allowed, where "you may just ask" is meant.
ASK_AND_NO_MORE = {
    "en": re.compile(r"\bmay only (?:ask|call|listen)\b", re.IGNORECASE),
    "ar": re.compile("يمكنكم أن تسألوا فقط|يمكنك أن تسأل فقط"),
    "es": re.compile(
        r"(?:solo|solamente|únicamente) (?:se )?puede (?:preguntar|llamar)|puede (?:solo|solamente|únicamente) preguntar"
    ),
    "fi": re.compile("Voit vain kysyä"),
    "prs": re.compile("فقط پرسیده می‌توانید"),
    "so": re.compile("keliya (?:waad )?weydiin kartaa"),
    "sv": re.compile("får bara fråga"),
}

#: What Spanish readers from Latin America are not addressed with, and endings that nobody can read aloud (todxs, tod@s).
NOT_USTED = re.compile(
    r"\b(?:tú|tus?|ti|te|contigo|vos|vosotr[oa]s|vuestr[oa]s?|os)\b|[a-zñ]@s?(?![\w.])|\btod(?:xs|es)\b", re.IGNORECASE
)


def _ids(folder: Path) -> str:
    return folder.name


def _prose(folder: Path) -> Iterator[Message]:
    # A fact is where numbers belong; a role-play tells of people who are made up, and of their days.
    for message in messages_of(shipped_pack(folder)):
        if not message.context.startswith(("fact/", "play/")):
            yield message


@pytest.fixture(params=FOLDERS, ids=_ids)
def folder(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_no_sentence_states_a_number_to_call_or_a_deadline(folder: Path) -> None:
    stated = [
        f"{message.path}:{message.line}: {message.msgid}"
        for message in _prose(folder)
        if LONG_NUMBER.search(_without_slots(message.msgid)) or DEADLINE.search(_without_slots(message.msgid))
    ]
    assert stated == [], "make it a fact: {fact: key}"


def test_a_picture_with_a_direction_is_mirrored_where_reading_goes_from_the_right(folder: Path) -> None:
    pack = shipped_pack(folder)
    if "ar" not in pack.manifest.languages:
        return
    described = {
        name: words
        for path in sorted((folder / "lessons").glob("*.md"))
        for name, words in re.findall(r"::: picture (\S+)\n(.+)", path.read_text("utf-8"))
    }
    directed = {
        name
        for name, words in described.items()
        if re.search(r"\barrow|\bpath\b|[Qq]uestion mark|\bticks\b|\bThen\b", words)
    }
    assert [name for name in sorted(directed) if f"{name}.rtl" not in pack.media] == []
    for name in pack.media:
        if name.endswith(".rtl"):
            left = (folder / pack.media[name.removesuffix(".rtl")].path).read_text("utf-8")
            assert _shapes(left) in (folder / pack.media[name].path).read_text("utf-8"), (
                "draw the mirrored picture again"
            )


@pytest.mark.parametrize("language", ["ar", "prs"])
def test_a_foreign_sentence_between_words_from_the_right_is_isolated(folder: Path, language: str) -> None:
    # Without isolates (U+2066, U+2069) the full stop of "I speak Arabic." stands before the "I".
    catalogue = folder / "translations" / f"{language}.po"
    if not catalogue.exists():
        return
    bare = []
    for entry in polib.pofile(str(catalogue)):
        outside = re.sub("\u2066[^\u2069]*\u2069", "", _without_slots(entry.msgstr))
        parts = re.split(r"[:«»()*]|(?<=[.!?…؟])\s", outside)
        bare += [
            part for part in parts if re.search(r"[A-Za-z].*[.!?…]$", part) and not re.search("[\u0600-\u06ff]", part)
        ]
        assert entry.msgstr.count("\u2066") == entry.msgstr.count("\u2069"), entry.msgstr
    assert bare == []


#: What stands on doors and letters in Finland, by the lesson in which a newcomer meets it first.
FINNISH_NAMES = {
    "lesson/who-is-who": ("kunta", "hyvinvointialue", "työllisyysalue"),
    "lesson/registration": ("henkilötunnus", "kotikunta"),
}


@pytest.mark.parametrize("language", ["ar", "prs", "ru", "uk"])
def test_offices_of_finland_are_named_in_finnish_too(language: str) -> None:
    entries = polib.pofile(str(ROOT / "courses/course_finland/translations" / f"{language}.po"))
    for context, names in FINNISH_NAMES.items():
        words = " ".join(entry.msgstr for entry in entries if entry.msgctxt == context)
        assert [name for name in names if f"({name})" not in words] == []


def _shapes(svg: str) -> str:
    return re.sub(r"^<svg [^>]*>|</svg>\s*$", "", svg)


def test_no_translation_states_a_number_to_call(folder: Path) -> None:
    stated = []
    for catalogue in sorted((folder / "translations").glob("*.po")):
        for entry in polib.pofile(str(catalogue)):
            latin = "".join(str(unicodedata.digit(sign, sign)) for sign in _without_slots(entry.msgstr))
            if not entry.msgctxt.startswith("fact/") and LONG_NUMBER.search(latin):
                stated.append(f"{catalogue.name}: {entry.msgstr}")
    assert stated == []


def test_nobody_is_told_that_they_may_do_no_more_than_ask(folder: Path) -> None:
    told = [message.msgid for message in _prose(folder) if ASK_AND_NO_MORE["en"].search(message.msgid)]
    for catalogue in sorted((folder / "translations").glob("*.po")):
        if forbids := ASK_AND_NO_MORE.get(catalogue.stem):
            unwrapped = catalogue.read_text(encoding="utf-8").replace('"\n"', "")
            told += [line for line in unwrapped.splitlines() if line.startswith("msgstr") and forbids.search(line)]
    assert told == [], "a help line may be called just to ask, and also for all else"


def test_spanish_says_usted_in_words_that_can_be_read_aloud(folder: Path) -> None:
    catalogue = folder / "translations" / "es.po"
    entries = polib.pofile(str(catalogue)) if catalogue.exists() else []
    prose = [entry.msgstr for entry in entries if " · " not in entry.msgid]  # not how an Icelandic word sounds
    assert [words for words in prose if NOT_USTED.search(_without_slots(words))] == []


def test_sentences_are_short(folder: Path) -> None:
    long = [
        f"{message.path}:{message.line}: {sentence}"
        for message in _prose(folder)
        for sentence in _sentences(message.msgid)
        if len(sentence.split()) > LONGEST_SENTENCE[shipped_pack(folder).manifest.kind]
    ]
    assert long == []


def _sentences(words: str) -> list[str]:
    """Split words into sentences, each fact as one word."""
    return re.split(r"(?<=[.!?…;])[*\"”]*\s+", re.sub(r"\{fact:[^}]*\}", "fact", words))


MODULES = [path for path in FOLDERS if path.parent.name == "modules" and (path / "lessons").exists()]


@pytest.mark.parametrize("module", MODULES, ids=_ids)
def test_most_sentences_of_a_module_are_shorter_still(module: Path) -> None:
    counts = [len(sentence.split()) for message in _prose(module) for sentence in _sentences(message.msgid)]
    assert sum(words > MODULE_LONG for words in counts) <= MODULE_LONG_SHARE * len(counts)


#: Words of a sentence that newcomers read, and how much of all may have more.
LONG, LONG_SHARE = 14, 0.03
COURSES = [
    path for path in FOLDERS if path.name not in ("course_facts", "course_shared") and path.parent.name == "courses"
]


@pytest.mark.parametrize("course", COURSES, ids=_ids)
def test_sentences_of_a_course_are_short_on_the_average(course: Path) -> None:
    pack = shipped_pack(course)
    sheets = {unit.key for unit in pack.manifest.units if unit.for_trainer}
    lessons = [lesson for name, lesson in pack.lessons.items() if name not in sheets]
    sentences = [
        len(sentence.split())
        for lesson in lessons
        for block in _read(lesson)
        for sentence in re.split(r'(?<=[.!?…])["”]?\s+', re.sub(r"\{fact:[^}]*\}", "fact", block.msgid))
    ]
    assert 4 <= sum(sentences) / len(sentences) <= 9
    assert sum(words > LONG for words in sentences) <= LONG_SHARE * len(sentences)


def test_every_picture_names_its_maker(folder: Path) -> None:
    nameless = [name for name, media in shipped_pack(folder).media.items() if not media.credit]
    assert nameless == []


def test_facts_that_are_shown_have_a_source_and_a_day(folder: Path) -> None:
    facts = [known.fact for known in shipped_pack(folder).facts]
    assert facts or shipped_pack(folder).manifest.slug != "facts"
    for fact in facts:
        assert fact.source
        assert fact.checked_on < fact.review_due
        assert fact.publishable == (fact.confidence in (Confidence.A, Confidence.B))


def test_no_lithuanian_number_is_dialled_with_the_prefix_that_died(folder: Path) -> None:
    phones = [
        each.fact
        for each in shipped_pack(folder).facts
        if each.fact.country == "LT" and each.fact.kind is FactKind.PHONE
    ]
    assert [fact.key for fact in phones if fact.value.startswith("8")] == []


#: Into which the easy versions are translated.
EASY_LANGUAGES = ("ar", "fi")


def _for_trainers(pack: LoadedPack) -> frozenset[str]:
    """Return the contexts of what only a trainer reads."""
    sheets = {unit.key for unit in pack.manifest.units if unit.for_trainer}
    blocks = {block.key for block in pack.manifest.blocks if {name.key for name in block.units} <= sheets}
    return frozenset([*(f"lesson/{key}" for key in sheets), *(f"block/{key}/title" for key in blocks)])


def test_catalogues_are_whole(folder: Path) -> None:
    # A language that lacks a trainer's sheets shows those of the source.
    sheets = _for_trainers(shipped_pack(folder))
    every = {(each.context, each.msgid) for each in messages_of(shipped_pack(folder)) if each.context not in sheets}
    easy = {each for each in every if each[0].endswith(EASY)}
    for language in shipped_pack(folder).manifest.languages:
        if language == shipped_pack(folder).manifest.source_language:
            continue
        # A language that lacks easy words shows the ordinary ones.
        wanted = every if language in EASY_LANGUAGES else every - easy
        entries = polib.pofile(str(folder / "translations" / f"{language}.po"))
        there = {(entry.msgctxt, entry.msgid) for entry in entries if entry.msgstr and not entry.fuzzy}
        assert wanted - there == set(), f"{language} is not complete"


def test_catalogues_are_as_the_command_for_authors_leaves_them(folder: Path) -> None:
    """`perille packs update` changes nothing: else the Studio moves other blocks, too, where somebody changes one translation."""
    messages = messages_of(shipped_pack(folder))
    paths = sorted((folder / "translations").glob("*.po"))
    assert [path.name for path in paths if missing_where_current(path.read_bytes(), messages) is None] == []


def test_the_safety_check_has_eight_questions_with_hints() -> None:
    pack = shipped_pack(ROOT / "courses" / "course_finland")
    bank = pack.banks["safety-check"]
    assert len(bank) == 8
    assert all("hint" in item.words for item in bank)


#: Words of a sentence in an easy version.
LONGEST_EASY = 10


def _read(lesson: Lesson) -> Iterator[Block]:
    """Yield what is read as sentences: no descriptions of pictures, no lists of words."""
    described = {piece.alt for screen in lesson.screens for piece in screen.pieces}
    for number, block in enumerate(lesson.blocks):
        if number not in described and block.form is BlockForm.PLAIN:
            yield block


def test_what_matters_most_on_finland_is_there_in_easy_words() -> None:
    pack = shipped_pack(ROOT / "courses" / "course_finland")
    easy = {name.removesuffix(EASY): lesson for name, lesson in pack.lessons.items() if name.endswith(EASY)}
    assert {"which-number", "health", "home"} <= set(easy)
    sentences = [
        sentence
        for lesson in easy.values()
        for block in _read(lesson)
        for sentence in re.split(r"(?<=[.!?:])\s+", _without_slots(block.msgid))
    ]
    assert [each for each in sentences if len(each.split()) > LONGEST_EASY] == []
    assert [each for each in sentences if re.search(r"\b(which|that|because|although|whether)\b", each)] == []


def test_the_finland_course_has_its_twelve_lessons() -> None:
    pack = shipped_pack(ROOT / "courses" / "course_finland")
    assert pack.manifest.kind is PackKind.COURSE
    twelve = "welcome journey emergency who-is-who registration home money health children work equality integration"
    sheets = {unit.key for unit in pack.manifest.units if unit.for_trainer}
    units = [unit.key for block in pack.manifest.blocks for unit in block.units if unit.key not in sheets]
    assert [name for name in twelve.split() if name not in units] == []
    assert units[-1] == "safety-check"


def test_each_lesson_on_finland_says_something_to_do_and_the_words_for_it() -> None:
    every = sorted((ROOT / "courses" / "course_finland" / "lessons").glob("*.md"))
    sheets = {unit.key for unit in shipped_pack(ROOT / "courses" / "course_finland").manifest.units if unit.for_trainer}
    lessons = [path for path in every if not path.stem.endswith(EASY) and path.stem not in sheets]
    assert len(lessons) == 13
    for path in lessons:
        lesson = path.read_text("utf-8")
        checks = lesson.count("\n::: check ")
        assert ("\n::: errand " in lesson, "\n::: words" in lesson, 2 <= checks <= 4) == (True, True, True), path.name


def test_module_four_has_the_lesson_of_each_country_for_everybody() -> None:
    pack = shipped_pack(ROOT / "modules" / "module_ct4")
    unit = pack.unit_spec("your-country")
    assert unit is not None
    assert unit.core is not False
    assert {f"your-country.{code.lower()}" for code in pack.manifest.countries} <= set(pack.lessons)


def _without_slots(text: str) -> str:
    # The year of a book, in brackets, is neither a number to call nor a deadline.
    return re.sub(r"\{fact:[^}]*\}|\((?:19|20)\d\d\)", "", text)
