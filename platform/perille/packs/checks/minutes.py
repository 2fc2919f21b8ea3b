"""The minutes of a unit by one rule, so that nobody is promised more study than there is, or less.

A lesson: the words of its screens at the pace of its readers, `CHECK_MINUTES` for each check, one that has a file by its median way. Where
each country has a lesson, the median of them. A test: `CHECK_MINUTES` for each question that is asked. Talking in a group comes on
top and is not counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from statistics import median

from perille.domain.content import PieceKind
from perille.domain.course import PackKind, UnitKind
from perille.domain.item_files import LearnerPath, ways_through
from perille.packs.format.items import BankItem
from perille.packs.format.lesson_model import Lesson
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import MANIFEST
from perille.packs.format.own_files import OwnFile
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.diagnostics import Diagnostics
from perille.packs.source.markdown import without_languages

#: Newcomers read slowly and with pictures, often in a second language; professionals read at an ordinary pace.
WORDS_PER_MINUTE = {PackKind.COURSE: 100, PackKind.LIBRARY: 100, PackKind.MODULE: 180}
#: Minutes to read a check or a question, answer it and read what is said about the answer; also for an answer inside a file.
CHECK_MINUTES = 0.5
#: How far a stated figure may be off, as a share; half a minute is always allowed, since minutes are whole.
TOLERANCE = 0.1
#: A graph may have very many ways: beyond so many the median does not move.
_MOST_WAYS = 5000
#: Inside a word stands, too, what is no letter to Python: accents and vowel signs written apart, a soft hyphen, and the joiners
#: without which half of the verbs of Dari would count as two words.
_INSIDE = r"(?:['’-]|[\u00ad\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d]+)"
#: A fact counts as one word. It holds no second "{", so that many facts without an end are not each read to the end of the file.
_WORD = re.compile(rf"\{{fact:[^{{}}]*\}}|\w+(?:{_INSIDE}\w+)*")


@lru_cache(maxsize=20_000)
def count_words(text: str) -> int:
    r"""Count the words of a piece of Markdown.

    >>> count_words("Call {fact: FI/emergency.number} - it's free.")
    4
    >>> count_words("Say [Dobrý deň](lang:sk).")
    3
    >>> count_words("می\u200cدانید")
    1
    """
    return len(_WORD.findall(without_languages(text)))


def lesson_words(lesson: Lesson) -> int:
    """Count what is read on the screens of a lesson; descriptions of pictures stand for the pictures and are left out."""
    described = {piece.alt for screen in lesson.screens for piece in screen.pieces}
    return sum(count_words(block.msgid) for number, block in enumerate(lesson.blocks) if number not in described)


def unit_words(plan: ResolvedUnit) -> int:
    """Count the words of a unit: of its lesson (the median, where each country has one), or of the questions that a test asks."""
    if plan.kind is UnitKind.ASSESSMENT:
        read = [count_words(text) for item in plan.items() for text in item.words.values()]
        return round(sum(read) * question_count(plan) / max(1, len(plan.items())))
    return round(median([lesson_words(lesson) for _country, lesson in plan.lessons] or [0]))


def question_count(plan: ResolvedUnit) -> int:
    """Return how many questions a test asks."""
    banks = plan.home.banks
    if not plan.spec.sections:
        return len(banks.get(plan.spec.items, ()))
    return sum(sum(section.draw.values()) or len(banks.get(section.bank, ())) for section in plan.spec.sections)


def expected_minutes(plan: ResolvedUnit) -> float | None:
    """Return the minutes that a person needs for a unit; None where the rule says nothing: sessions, modules, a trainer's sheets."""
    if plan.kind is UnitKind.ASSESSMENT:
        return CHECK_MINUTES * question_count(plan)
    if plan.kind is not UnitKind.LESSON or not plan.lessons or plan.spec.for_trainer:
        return None
    pace = WORDS_PER_MINUTE[plan.home.manifest.kind]
    return median(
        lesson_words(lesson) / pace + _check_minutes(plan.home, lesson, pace) for _country, lesson in plan.lessons
    )


def _check_minutes(pack: LoadedPack, lesson: Lesson, pace: int) -> float:
    items = [pack.items[piece.name] for piece in lesson.pieces(PieceKind.CHECK) if piece.name in pack.items]
    return sum(_item_minutes(pack, item, pace) for item in items)


def _item_minutes(pack: LoadedPack, item: BankItem, pace: int) -> float:
    file = pack.own_files.get(item.own_file)
    ruled = file_minutes(file, pace) if file is not None else None
    return CHECK_MINUTES if ruled is None else ruled


def minutes_agree(stated: float, expected: float) -> bool:
    """Tell whether stated minutes are those of the rule, within a tenth or half a minute; nothing takes less than a minute."""
    stated, expected = max(stated, 1), max(expected, 1)
    return abs(stated - expected) <= max(TOLERANCE * expected, 0.5)


def file_minutes(file: OwnFile, pace: int) -> float | None:
    """Return the minutes of the median way through a file of a question type; None where its type tells no ways.

    *pace*: words a minute.
    """
    ways = islice(ways_through(file.files, file.reading), _MOST_WAYS)
    times = [way_minutes(file, way, pace) for way in ways]
    return median(times) if times else None


def way_minutes(file: OwnFile, way: LearnerPath, pace: int) -> float:
    """Return the minutes of one way through a file: its words at *pace* words a minute, and its answers."""
    return sum(count_words(file.words.get(part, "")) for part in way.parts) / pace + CHECK_MINUTES * way.answers


def check_minutes(plans: Iterable[ResolvedUnit], diagnostics: Diagnostics) -> None:
    """Warn of each unit of the pack itself whose stated minutes are not those of the rule."""
    for plan in plans:
        expected = expected_minutes(plan)
        stated = plan.spec.minutes or 0
        if expected is not None and not plan.shared and not minutes_agree(stated, expected):
            text = f'The unit "{plan.key}" says {stated} minutes, and its words and questions take {expected:.1f}'
            diagnostics.warn(
                MANIFEST, plan.spec.line, f"{text} {_rule(plan)}: write minutes = {round(max(expected, 1))}"
            )


def _rule(plan: ResolvedUnit) -> str:
    """Say how the minutes were reckoned, for authors who have no documentation beside them."""
    if plan.kind is UnitKind.ASSESSMENT:
        return "(half a minute a question)"
    return f"({WORDS_PER_MINUTE[plan.home.manifest.kind]} words a minute, half a minute a question)"
