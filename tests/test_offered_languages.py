"""A language is offered when it lacks no word: the build compiles complete catalogues alone, and what is compiled is offered."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from perille.core import i18n
from support.places import ROOT

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
BOTH = HEAD + '\nmsgid "Go"\nmsgstr "{0}"\n\nmsgid "Stay"\nmsgstr "{1}"\n'


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """The hook that packaging runs."""
    spec = importlib.util.spec_from_file_location("hatch_build_tested", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def translations(tmp_path: Path) -> Path:
    """A checkout with one complete catalogue of learners."""
    folder = tmp_path / "platform" / "perille" / "translations"
    write(folder, "fi", BOTH.format("Mene", "Jää"))
    return folder


def write(folder: Path, locale: str, text: str, name: str = "learner") -> Path:
    path = folder / locale / "LC_MESSAGES" / f"{name}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path.with_suffix(".mo")


def offered(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str = "learner") -> tuple[str, ...]:
    monkeypatch.setattr(i18n, "TRANSLATIONS", folder)
    return i18n.complete_languages(name)


@pytest.mark.parametrize(
    "lacking",
    [
        BOTH.format("Gå", ""),
        BOTH.format("Gå", "Stanna").replace('msgid "Stay"', '#, fuzzy\nmsgid "Stay"'),
        HEAD + '\nmsgid "Go"\nmsgstr "Gå"\n',
    ],
    ids=["untranslated", "in doubt", "not in the file yet"],
)
def test_a_language_that_lacks_a_word_is_offered_no_more(
    build: ModuleType, translations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    compiled = write(translations, "sv", BOTH.format("Gå", "Stanna"))
    assert compiled in build.compile_catalogues(tmp_path)
    assert offered(monkeypatch, translations) == ("en", "fi", "sv")
    write(translations, "sv", lacking)
    assert compiled not in build.compile_catalogues(tmp_path)
    assert not compiled.exists()
    assert offered(monkeypatch, translations) == ("en", "fi")


def test_what_staff_lack_takes_nothing_from_learners(
    build: ModuleType, translations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(translations, "fi", BOTH.format("Avaa", ""), "staff")
    build.compile_catalogues(tmp_path)
    assert offered(monkeypatch, translations) == ("en", "fi")
    assert offered(monkeypatch, translations, "staff") == ("en",)


def test_dari_stands_in_the_folder_of_its_locale(
    build: ModuleType, translations: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(translations, "fa_AF", BOTH.format("برو", "بمان"))
    build.compile_catalogues(tmp_path)
    assert offered(monkeypatch, translations) == ("en", "fi", "prs")


def test_a_language_is_offered_without_an_edit_of_any_list() -> None:
    assert i18n.complete_languages("learner") == i18n.OFFERED
    assert set(i18n.STAFF_OFFERED) == set(i18n.complete_languages("staff")) & set(i18n.OFFERED)
