"""What compiling a course calls, counted: it does not depend on the machine, and nothing is done twice (docs/performance.md, "Packs")."""

from __future__ import annotations

import cProfile
import pstats
from pathlib import Path

import pytest

from perille.packs.compiler import compiled as compiled_module
from perille.packs.compiler.compile import compile_pack, load_library
from perille.packs.compiler.compiled import CompiledPack
from perille.packs.publishing.publish import rows_of
from perille.packs.source.discovery import discover
from perille.packs.source.files import PackFiles, read_folder
from perille.packs.source.markdown import has_words, inline
from perille.packs.source.registry import InteractionRegistry

COURSES = Path(__file__).parents[2] / "courses"
#: Functions for each text of each language: 94 now, 122 before words were written once and what has no mark was left as it is.
MOST_CALLS = 103


@pytest.fixture(scope="module")
def profiled() -> tuple[CompiledPack, PackFiles, pstats.Stats]:
    """Finland, compiled and made into rows under the profiler."""
    registry = InteractionRegistry(discover().plugins)
    libraries = [load_library(COURSES / f"course_{name}", registry) for name in ("shared", "facts")]
    files = read_folder(COURSES / "course_finland")
    inline.cache_clear()
    has_words.cache_clear()
    profile = cProfile.Profile()
    profile.enable()
    compiled = compile_pack(files, libraries, registry)
    rows_of(compiled, files)
    profile.disable()
    return compiled, files, pstats.Stats(profile)


def test_a_text_costs_few_calls(profiled):
    compiled, _files, stats = profiled
    texts = sum(sum(words.states.values()) for words in compiled.words.values())
    calls = stats.total_calls  # type: ignore[attr-defined]
    assert calls / texts <= MOST_CALLS, f"{calls} calls for {texts} texts"


def test_words_are_written_once(monkeypatch, profiled):
    compiled, files, _stats = profiled
    seen: list[object] = []
    monkeypatch.setattr("perille.packs.publishing.serialization.canonical", lambda value: seen.append(value) or b"{}")
    rows_of(compiled, files)
    assert not [value for value in seen if value in compiled.words.values()]


def test_what_is_stored_is_the_words(profiled):
    compiled, _files, _stats = profiled
    for language, words in compiled.words.items():
        assert compiled.written[language] == compiled_module.canonical(words)
        spoken = compiled_module.shown_media(compiled.media, words)
        assert compiled.words_hashes[language] == compiled_module.digest(
            words, spoken, compiled.fact_words.get(language)
        )
