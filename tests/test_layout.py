"""The order of the house: what stands where, and what may not stand in it."""

from __future__ import annotations

import json
import platform
import re
import sysconfig
import tomllib
from pathlib import Path

import pytest

from support.places import ROOT
from support.repo_files import FEATURES, files, texts

SOURCE_ROOTS = ("platform", "courses", "modules")
#: Mandated, or tool configuration that has no place in pyproject.toml.
TOP_LEVEL = {
    *SOURCE_ROOTS,
    "migrations",
    "tests",
    "pyproject.toml",
    "wsgi.py",
    "README.md",
    "LICENSE",
    "LICENSES.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "mkdocs.yml",
    "Makefile",
    "docs",
    ".ci",
    ".gitignore",
    ".dockerignore",
    ".pre-commit-config.yaml",
    "hatch_build.py",
    "requirements.lock",
    "requirements-test.lock",
}
#: Lines of code nobody wants to read in one file; 300 is where one begins to split. Two scripts of the Studio are longer: one more
#: module is one more request on a bad line.
LONGEST = {".py": 350, ".html": 350, ".typ": 350, ".js": 400}
#: A test file is read a test at a time.
LONGEST_OF_TESTS = 400
LOCKS = ("requirements.lock", "requirements-test.lock", "tests/support/tools.lock")

# Written apart, so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        (
            r"\bpy" + r"pi\.org",
            r"python" + r"hosted\.org",
            r"npm" + r"js\.(?:org|com)",
            r"deb\.deb" + r"ian\.org",
            r"(?<![\w.])/(?:work|root|farm)" + r"/\w",
            r"(?<![\w.])/home" + r"/\w",
            r"(?<![\w.])/opt" + r"/py" + r"pi",
        )
    )
)


def test_the_standard_module_platform_is_not_shadowed() -> None:
    assert Path(platform.__file__).is_relative_to(sysconfig.get_path("stdlib"))


@pytest.mark.parametrize("root", SOURCE_ROOTS)
def test_no_python_file_lies_in_a_source_root(root: str) -> None:
    assert [path for path in files() if path.parent == Path(root) and path.suffix == ".py"] == []


def test_the_top_level_holds_what_was_agreed_and_nothing_else() -> None:
    assert {path.parts[0] for path in files()} - TOP_LEVEL == set()


@pytest.mark.parametrize(("root", "prefix"), [("courses", "course_"), ("modules", "module_")])
def test_packs_are_named_so_that_they_shadow_no_standard_module(root: str, prefix: str) -> None:
    names = {path.parts[1] for path in files() if path.parts[0] == root and len(path.parts) > 2}
    assert {name for name in names if not name.startswith(prefix)} == set()


def test_every_first_party_pack_is_an_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packs = {path.parent.name for path in files() if path.name == "pack.toml" and path.parts[0] in SOURCE_ROOTS[1:]}
    named = {value for value in project["entry-points"]["perille.packs"].values() if ":" not in value}
    assert packs == named


def test_every_feature_is_a_package_whose_templates_have_its_name() -> None:
    for feature in FEATURES:
        init = ROOT / "platform" / "perille" / feature / "__init__.py"
        assert re.fullmatch(r'"""[^"]+"""\n', init.read_text("utf-8")), f"{feature}: one docstring and nothing else"
    folders = {path.parts[3] for path in files() if path.parts[:3] == ("platform", "perille", "templates")}
    known = {*FEATURES, "interactions"}
    assert {name for name in folders if not name.endswith(".html")} <= known


def test_modules_have_plain_names() -> None:
    wrong = [path for path in files() if path.suffix == ".py" and not re.fullmatch(r"[a-z0-9_]+", path.stem)]
    assert wrong == []


def test_tests_are_named_by_what_they_test() -> None:
    helpers = {"conftest", "__init__"}
    stray = [
        path
        for path in files()
        if path.parts[0] == "tests"
        and path.suffix == ".py"
        and len(path.parts) == 2
        and not (path.stem.startswith("test_") or path.stem in helpers)
    ]
    assert stray == []


def _most(path: Path) -> int:
    return LONGEST_OF_TESTS if path.parts[0] == "tests" else LONGEST[path.suffix]


def test_no_file_is_too_long_to_read() -> None:
    lengths = {path: text.count("\n") for path, text in texts(".py", ".js", ".html", ".typ")}
    assert {path: length for path, length in lengths.items() if length > _most(path)} == {}


def test_no_file_names_an_index_of_packages_or_a_place_on_somebodys_machine() -> None:
    found = {str(path): match[0] for path, text in texts() if (match := FOREIGN.search(text))}
    assert found == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_names_versions_and_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    for requirement in re.split(r"\n(?=\S)", text.strip()):
        if not requirement.startswith("#"):
            assert re.match(r"[a-z0-9-]+==\S+( ;.*)? \\\n", requirement), requirement
            assert "--hash=sha256:" in requirement


def test_the_lock_of_npm_holds_no_address() -> None:
    text = (ROOT / "tests" / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_the_tests_use_the_same_libraries_as_the_program() -> None:
    run, test = (dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text("utf-8"))) for lock in LOCKS[:2])
    assert {name: version for name, version in run.items() if test.get(name) != version} == {}
