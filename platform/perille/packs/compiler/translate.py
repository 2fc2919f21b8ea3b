"""The words of a pack's units, items and objectives, each from the catalogue of the pack that has it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import cast

from perille.domain.content import LessonWords, PieceKind, Screen, Text
from perille.packs.compiler.screens import make_screens
from perille.packs.format.audio import ITEMS, LESSONS, screen_names
from perille.packs.format.items import BankItem
from perille.packs.format.lesson_model import EASY, Lesson, lesson_name
from perille.packs.format.loading import LoadedPack
from perille.packs.format.manifest import UnitSpec
from perille.packs.format.translation import Translator
from perille.packs.format.units import ResolvedUnit
from perille.packs.source.markdown import fold
from perille.packs.source.read_cache import Keep

#: What kind of objective it is (knowledge, skill, attitude): for authors, not for readers.
_OBJECTIVE_KIND = re.compile(r"^[KSA]:\s+")


def item_words(plans: tuple[ResolvedUnit, ...], homes: Mapping[str, Translator]) -> dict[str, dict[str, Text]]:
    """Return the words of every item, with those of the file that it names.

    An outdated translation is not used where an answer is marked by it.
    """
    found: dict[str, dict[str, Text]] = {}
    for plan in plans:
        home = homes[plan.home.manifest.id]
        for item in plan.items():
            if item.item.key not in found:
                key = item.item.key
                own = {part: home.text(f"item/{key}/{part}", text, exact=True) for part, text in item.words.items()}
                found[key] = {**_file_words(plan, item, home), **own}
    return found


def _file_words(plan: ResolvedUnit, item: BankItem, home: Translator) -> dict[str, Text]:
    """Return the words of the file that an item names; as its own, none that were made for other words."""
    file = plan.home.own_files.get(item.own_file)
    if file is None:
        return {}
    return {part: home.text(file.context(part), text, exact=True) for part, text in file.words.items()}


def objective_words(
    pack: LoadedPack, plans: tuple[ResolvedUnit, ...], homes: Mapping[str, Translator]
) -> dict[str, Text]:
    """Return the words of the objectives, the pack's own before those of its libraries."""
    packs = {plan.home.manifest.id: plan.home for plan in plans} | {pack.manifest.id: pack}
    return {
        key: _without_kind(homes[each.manifest.id].text(f"objective/{key}", fold(text)))
        for each in packs.values()
        for key, text in each.manifest.objectives.items()
    }


def lesson_words(plan: ResolvedUnit, own: Translator, home: Translator) -> LessonWords:
    """Return the words of a unit: *home* translates the pack that has it, *own* the one that is compiled."""
    blocks = _block_words(plan.lesson, lesson_name(plan.key), home) if plan.lesson else []
    return LessonWords(
        title=_title(plan, own, home, blocks),
        screens=_screens(plan, plan.lesson, lesson_name(plan.key), blocks, home) if plan.lesson else (),
        objectives=_objectives(plan, own, home),
        variants={
            country: _version_words(plan, lesson_name(plan.key, country), lesson, home)
            for country, lesson in plan.variants.items()
        },
        easy=_easy_words(plan, home),
    )


def kept_lesson_words(
    pack: LoadedPack, plan: ResolvedUnit, own: Translator, home: Translator, keep: Keep
) -> LessonWords:
    """Return what `lesson_words` returns for a unit of *pack*, made once of the same lesson, catalogues, titles and recordings."""
    key = ("lesson-words", home.language, plan.key, *_made_of(pack, plan, own, home))

    def make() -> tuple[LessonWords, Counter[str], Counter[str]]:
        fresh_home = replace(home, states=Counter())
        fresh_own = fresh_home if own is home else replace(own, states=Counter())
        return lesson_words(plan, fresh_own, fresh_home), fresh_home.states, fresh_own.states

    words, home_states, own_states = keep(key, make)
    home.states.update(home_states)
    if own is not home:
        own.states.update(own_states)
    return cast(LessonWords, words)


def _made_of(pack: LoadedPack, plan: ResolvedUnit, own: Translator, home: Translator) -> tuple[Hashable, ...]:
    """Return all that the words of a unit are made of."""
    files = plan.home.files.files
    own_lessons = (plan.lesson, plan.easy, *plan.variants.values())
    lessons = tuple(lesson for lesson in own_lessons if lesson is not None)
    specs = tuple((spec.title, spec.objectives) for spec in (plan.spec, plan.own) if spec is not None)
    return (
        plan.home.manifest.id,
        (home.source_language, own.source_language, own is home),
        tuple((lesson.path, files.get(lesson.path)) for lesson in lessons),
        tuple(plan.variants),
        tuple(each.files.files.get(f"translations/{home.language}.po") for each in (pack, plan.home)),
        (specs, plan.own is None),
        tuple(plan.home.audio),
    )


def _block_words(lesson: Lesson, name: str, home: Translator) -> list[Text]:
    return [home.text(f"lesson/{name}", block.msgid) for block in lesson.blocks]


def _version_words(plan: ResolvedUnit, name: str, lesson: Lesson, home: Translator) -> LessonWords:
    """Return the words of one country's lesson or of an easy version, the file *name*; its title is that of its file."""
    blocks = _block_words(lesson, name, home)
    assert lesson.title is not None, "a lesson without a title does not compile"
    return LessonWords(title=blocks[lesson.title], screens=_screens(plan, lesson, name, blocks, home))


def _easy_words(plan: ResolvedUnit, home: Translator) -> LessonWords | None:
    """Return the easy version, None in a language that lacks a word of it: the ordinary words are easier than those of another language."""
    if plan.easy is None:
        return None
    name = f"{plan.key}{EASY}"
    blocks = _block_words(plan.easy, name, replace(home, states=Counter()))
    if any(block.language != home.language for block in blocks):
        return None
    return _version_words(plan, name, plan.easy, home)


def _screens(plan: ResolvedUnit, lesson: Lesson, name: str, blocks: list[Text], home: Translator) -> tuple[Screen, ...]:
    """Return the screens of the lesson *name*, each with its recording in the language in which it is shown."""
    screens = make_screens(lesson, blocks, home.language)
    if not plan.home.audio:
        return screens
    return tuple(
        replace(screen, audio=_audio(plan, _shown_in(screen, home), f"{LESSONS}/{name}/{each}"))
        for screen, each in zip(screens, screen_names(lesson), strict=True)
    )


def _shown_in(screen: Screen, home: Translator) -> str:
    """Return the language of a screen: the one that was asked for, unless all of its words fell back to the source."""
    spoken = {
        piece.language for piece in screen.pieces if piece.kind is not PieceKind.CHECK and (piece.markup or piece.alt)
    }
    if screen.heading is not None:
        spoken.add(screen.heading.language)
    return home.language if home.language in spoken or not spoken else home.source_language


def _audio(plan: ResolvedUnit, language: str, name: str) -> str:
    key = f"audio/{language}/{name}"
    return f"{plan.home.manifest.id}/{key}" if key in plan.home.audio else ""


def item_audio(plans: tuple[ResolvedUnit, ...], words: Mapping[str, Mapping[str, Text]]) -> dict[str, str]:
    """Return the recording of each item that has one in the language of its question."""
    found = {
        item.item.key: _audio(plan, words[item.item.key]["prompt"].language, f"{ITEMS}/{item.item.key}")
        for plan in plans
        for item in plan.items()
    }
    return {key: name for key, name in found.items() if name}


def _speaker(plan: ResolvedUnit, field: str, own: Translator, home: Translator) -> tuple[UnitSpec, Translator]:
    """Return whose title or objectives hold: this pack's where it says any, else the home's."""
    if plan.own is not None and getattr(plan.own, field):
        return plan.own, own
    return plan.spec, home


def _title(plan: ResolvedUnit, own: Translator, home: Translator, blocks: list[Text]) -> Text:
    spec, translator = _speaker(plan, "title", own, home)
    if spec.title or plan.lesson is None or plan.lesson.title is None:
        return translator.text(f"unit/{plan.key}/title", fold(spec.title))
    return blocks[plan.lesson.title]


def _objectives(plan: ResolvedUnit, own: Translator, home: Translator) -> tuple[Text, ...]:
    spec, translator = _speaker(plan, "objectives", own, home)
    texts = (translator.text(f"unit/{plan.key}/objective/{n}", fold(each)) for n, each in enumerate(spec.objectives, 1))
    return tuple(_without_kind(text) for text in texts)


def _without_kind(text: Text) -> Text:
    return replace(text, html=_OBJECTIVE_KIND.sub("", text.html), plain=_OBJECTIVE_KIND.sub("", text.plain))


def section_words(plan: ResolvedUnit, home: Translator) -> dict[str, Text]:
    """Return the titles of the sections of a test by their keys."""
    return {each.key: home.text(f"unit/{plan.key}/section/{each.key}", fold(each.title)) for each in plan.spec.sections}
