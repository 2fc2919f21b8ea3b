"""What `perille plugins new` writes: it installs, its own tests pass, and every command knows what it brings."""

from __future__ import annotations

import re
import runpy
import shutil
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from perille.cli import perille as command_line
from perille.domain.item import Item
from perille.plugins.scaffold import write_new_plugin
from support.commands import PERILLE, run_process
from support.foreign import PACKAGE, TABLE, install, perille, run
from support.scorer_cases import NAME, Case, by_script, on_the_server
from support.site import clean_environment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source of the plugin and, in `installed`, the plugin itself."""
    made = tmp_path_factory.mktemp("foreign")
    install(made)
    return made


def test_its_own_tests_pass(folder: Path) -> None:
    said = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], folder / PACKAGE)
    assert " passed" in said


def test_it_is_listed_with_all_that_it_brings_and_nothing_is_wrong_with_it(folder: Path) -> None:
    listed = perille(folder / "installed", "plugins", "list")
    mine = listed.split(f"{PACKAGE}  {PACKAGE} 0.1.0")[1]
    for line in (
        f"interactions: {PACKAGE}-count",
        f"features: {PACKAGE}",
        "PERILLE_PLUGIN_RANKING_THANKS: What is said after the button was pressed",
        f"importers: {PACKAGE}-csv",
        f"certificate_designs: {PACKAGE}",
        "migrations: migrations/",
    ):
        assert f"  {line}\n" in mine
    assert perille(folder / "installed", "plugins", "check", PACKAGE) == f"{PACKAGE}: no problems\n"


def test_its_importer_makes_a_pack_that_passes_the_check(folder: Path) -> None:
    (folder / "cups.csv").write_text(TABLE, "utf-8")
    pack = folder / "course_counting"
    words = ["packs", "import", "--format", f"{PACKAGE}-csv", str(folder / "cups.csv"), str(pack)]
    assert "4 files written" in perille(folder / "installed", *words)
    assert "no errors" in perille(folder / "installed", "packs", "check", str(pack))


#: What is typed into a field, right or wrong or no number; by the digits of a phone in Arabic, Dari or Hindi too.
_TYPED = (
    "3",
    " 3 ",
    "03",
    "003",
    "0003",
    "٣",
    "۳",
    "३",
    "３",
    "4",
    "",
    "three",
    "3.0",
    "-3",
    "+3",
    "3 3",
    "\u200f3",
    "3\0",
    "²",
)


def test_its_script_marks_on_a_phone_as_its_type_does_on_the_server(folder: Path) -> None:
    installed = folder / "installed"
    # Not by importing the package: its table would belong to the sites of all later tests of this process.
    count = runpy.run_path(str(installed / PACKAGE / "question.py"))["Count"]()
    item = Item(key="q", interaction=count.name, accepted=("3",), parts=("feedback_right", "feedback_wrong"))
    forms = [{NAME: [text]} for text in _TYPED] + [{}, {NAME: ["3", "4"]}]
    given: list[Case] = [(item, form) for form in forms]
    said = by_script(installed / PACKAGE / "static" / "question-offline.js", given)
    assert [each[:2] for each in said] == [on_the_server(case, count) for case in given]
    assert {tuple(each[0]) for each in said if each[0]} == {("3",), ("4",)}


@pytest.mark.parametrize("name", ["json", "class", "perille", "Ranking", "my-plugin"])
def test_a_name_that_no_package_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is no name for a package"):
        write_new_plugin(tmp_path / name)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "ranking").mkdir()
    (tmp_path / "ranking" / "mine.txt").write_text("mine")
    result = CliRunner().invoke(command_line, ["plugins", "new", str(tmp_path / "ranking")])
    assert (result.exit_code, "is there already and not empty" in result.output) == (1, True)


def test_a_plugin_that_nobody_installed_is_named() -> None:
    result = CliRunner().invoke(command_line, ["plugins", "check", "nowhere"])
    assert (result.exit_code, result.output) == (1, 'No installed distribution brings a plugin "nowhere"\n')


def test_a_package_that_cannot_be_imported_is_named_whatever_its_distribution_is_called(tmp_path: Path) -> None:
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "__init__.py").write_text('"""Weather."""\n\nimport not_there\n', "utf-8")
    known = tmp_path / "plugin_rain-1.2.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin-rain\nVersion: 1.2\n", "utf-8")
    (known / "entry_points.txt").write_text("[perille.packs]\nweather = weather\n", "utf-8")
    said = "plugin-rain 1.2: weather cannot be loaded: ModuleNotFoundError: No module named 'not_there'\n"
    assert run_failing(tmp_path, "plugins", "check", "weather") == said
    with (known / "METADATA").open("a", encoding="utf-8") as metadata:
        metadata.write("Requires-Dist: perille-maps>=3\nRequires-Dist: perille (>=99)\n")
    fits = f"; it asks for perille>=99 and this is {version('perille')}: install one of its versions that fits, or uninstall it\n"
    assert run_failing(tmp_path, "plugins", "check", "weather") == said.rstrip("\n") + fits


def test_a_name_that_a_package_lacks_is_told_without_a_folder_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "__init__.py").write_text('"""Boats."""\n\nfrom json import not_there\n', "utf-8")
    known = tmp_path / "plugin_harbour-1.2.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: plugin-harbour\nVersion: 1.2\n", "utf-8")
    (known / "entry_points.txt").write_text("[perille.packs]\nharbour = harbour\n", "utf-8")
    said = "harbour cannot be loaded: ImportError: cannot import name 'not_there' from 'json' (json/__init__.py)\n"
    assert run_failing(tmp_path, "plugins", "check", "harbour") == f"plugin-harbour 1.2: {said}"


def test_the_variable_of_a_setting_is_named_as_the_environment_has_it(tmp_path: Path) -> None:
    write_new_plugin(tmp_path / "harbour")
    text = (tmp_path / "harbour" / "harbour" / "pages.py").read_text("utf-8")
    assert re.findall(r"PERILLE_PLUGIN_\w+", text) == ["PERILLE_PLUGIN_HARBOUR_THANKS"]
    assert "PLUGIN_harbour" not in "".join(
        path.read_text("utf-8") for path in tmp_path.rglob("*.*") if path.suffix in (".py", ".md", ".toml")
    )


def test_the_check_names_templates_and_migrations_that_are_wrong(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder / "installed", broken)
    template = broken / PACKAGE / "templates" / "page.html"
    template.write_text(template.read_text("utf-8") + "{% if %}", "utf-8")
    migration = broken / PACKAGE / "migrations" / "0001_thanks.py"
    migration.write_text(migration.read_text("utf-8").replace('sa.Column("given_on"', 'sa.Column("given_at"'), "utf-8")
    question = broken / PACKAGE / "question.py"
    question.write_text(question.read_text("utf-8").replace("def respond(", "def answer("), "utf-8")
    found = run_failing(broken, "plugins", "check", PACKAGE)
    assert f'The interaction "{PACKAGE}-count" of {PACKAGE} 0.1.0 is refused: it has no method respond' in found
    assert "page.html:" in found
    assert "The models say otherwise" in found
    assert "given_on" in found


def run_failing(installed: Path, *words: str) -> str:
    """Run a command that must end with the status 1; return what it printed."""
    done = run_process([PERILLE, *words], env=clean_environment(PYTHONPATH=str(installed)))
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout
