"""What `perille packs check` says of a pack that compiles: languages, weight, and the words and minutes of each unit."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator

from perille.domain.content import TranslationState
from perille.packs.checks.minutes import expected_minutes, unit_words
from perille.packs.compiler.compiled import CompiledPack, canonical
from perille.packs.compiler.structure_units import picture_names
from perille.packs.format.audio import voice_summary
from perille.packs.format.loading import LoadedPack
from perille.packs.format.units import ResolvedUnit

#: What is told of each language.
_STATES = (TranslationState.MISSING, TranslationState.OUTDATED, TranslationState.DRAFT, TranslationState.REVIEWED)
_KILOBYTE = 1024


def summary_lines(pack: LoadedPack, compiled: CompiledPack, plans: tuple[ResolvedUnit, ...]) -> Iterator[str]:
    """Yield what is said of every pack: size, languages, photographs, weight, recordings."""
    summary = compiled.summary
    languages = ", ".join(summary.languages)
    yield f"{summary.unit_count} units, {summary.minutes} minutes, {languages}: no errors"
    yield from _language_lines(compiled)
    words, expected = sum(map(unit_words, plans)), [expected_minutes(plan) for plan in plans]
    ruled = sum(minutes for minutes in expected if minutes is not None)
    yield f"{words} words; by its words and questions it takes {ruled:.0f} minutes, optional units included"
    for file in pack.media.values():
        if file.converted:
            yield f"{file.path}: {_size(file.source_size)} -> {_size(file.size)} WebP, {file.width} x {file.height}"
    yield f"{_kilobytes(summary.weight)} kB to download in one language, pictures included"
    if audio := voice_summary(compiled):
        yield f"audio: {audio}"


def _language_lines(compiled: CompiledPack) -> Iterator[str]:
    for language, words in compiled.words.items():
        if language != compiled.summary.source_language:
            facts = (text for parts in compiled.fact_words.get(language, {}).values() for text in parts.values())
            states = Counter(words.states) + Counter(text.state for text in facts)
            yield f"{language}: " + ", ".join(f"{states[state]} {state.value}" for state in _STATES)


def unit_lines(compiled: CompiledPack, plans: tuple[ResolvedUnit, ...]) -> Iterator[str]:
    """Yield a table of the units: words, minutes as stated and by the rule, kilobytes with pictures."""
    width = max(map(len, ("unit", *(plan.key for plan in plans))))
    yield f"{'unit':<{width}}  words  minutes  by the rule    kB"
    for plan in plans:
        expected = expected_minutes(plan)
        ruled = "-" if expected is None else f"{expected:.1f}"
        weight = _kilobytes(_unit_weight(compiled, plan))
        yield f"{plan.key:<{width}}  {unit_words(plan):>5}  {plan.spec.minutes or 0:>7}  {ruled:>11}  {weight:>4}"


def _unit_weight(compiled: CompiledPack, plan: ResolvedUnit) -> int:
    """Return the bytes of a unit's words in the source language, compressed, and of its pictures."""
    words = compiled.words[compiled.summary.source_language]
    items = [words.items[item.item.key] for item in plan.items() if item.item.key in words.items]
    text = len(zlib.compress(canonical((words.units[plan.key], items)), 6))
    names = set(picture_names(plan))
    return text + sum(compiled.media[name].size for name in names if name in compiled.media)


def _size(size: int) -> str:
    return f"{size / _KILOBYTE**2:.1f} MB" if size >= _KILOBYTE**2 else f"{_kilobytes(size)} kB"


def _kilobytes(size: int) -> int:
    return -(-size // _KILOBYTE)
