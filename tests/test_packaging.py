"""The wheel stands on its own: it installs into an empty environment and serves from an empty folder."""

from __future__ import annotations

import ast
import email
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Container, Iterable
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest

from perille.core.i18n import CATALOGUES, LANGUAGES, OFFERED, SOURCE_LANGUAGE, STAFF_OFFERED
from support.places import ROOT
from support.repo_files import files
from support.site import clean_environment, run_site


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is published."""
    return build(tmp_path_factory.mktemp("dist"))


def test_the_wheel_holds_all_that_the_program_reads_and_says_what_it_is(wheel: Path) -> None:
    assert missing_from(wheel) == set()
    assert_described(wheel)


@pytest.mark.release("brings all libraries and starts; what the wheel must hold is looked at in each run")
def test_the_wheel_serves_from_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    program = install(wheel, tmp_path / "environment")
    empty = tmp_path / "empty"
    empty.mkdir()
    with run_site(tmp_path, command=[str(program)], cwd=empty, empty=True) as site:
        assert site.get("/healthz")[0] == 200
        status, ready = site.get("/readyz")
        assert (status, '"packs":true' in ready.replace(" ", "")) == (200, True), ready
        status, home = site.get("/en/")
        assert (status, "<main" in home) == (200, True)
        assert site.get("/en/courses/finland")[0] == 200
        assert site.get("/fi/")[1].count('lang="fi"') >= 1
        assert "/en/sign-in/" in site.administrator_link
    assert list(empty.iterdir()) == [], "everything is kept in the data folder"


def test_the_program_imports_only_libraries_that_are_installed_with_it() -> None:
    """One that only the tests bring is there in each run of them, and missing on every server."""
    modules = [path.read_text("utf-8") for path in (ROOT / "platform" / "perille").rglob("*.py")]
    assert foreign_imports(modules, locked_libraries()) == {}


@pytest.mark.parametrize(
    "planted", ["import axe_core_python", "from pypdf import PdfReader", "import pypdf.generic as x"]
)
def test_a_library_of_the_tests_alone_is_found(planted: str) -> None:
    (name,) = foreign_imports([planted, "import os\nfrom flask import g\nfrom . import x"], locked_libraries())
    assert name in planted


def locked_libraries() -> dict[str, str]:
    """Return the libraries that are installed with the program -> their versions."""
    return dict(re.findall(r"(?m)^([\w.-]+)==([\w.]+)", (ROOT / "requirements.lock").read_text("utf-8")))


def foreign_imports(modules: Iterable[str], libraries: Container[str]) -> dict[str, list[str]]:
    """Return what modules import that is neither Python's, nor ours, nor of a library -> the distributions that have it.

    What is for the tests of plugins' authors needs pytest, which they bring; `_typeshed` is read by mypy alone.
    """
    trees = (ast.walk(ast.parse(text)) for text in modules)
    nodes = [node for tree in trees for node in tree]
    names = {each.name for node in nodes if isinstance(node, ast.Import) for each in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    known = {*sys.stdlib_module_names, "perille", "pytest", "_typeshed"}
    brought = {name.partition(".")[0] for name in names} - known
    owners = packages_distributions()
    found = {name: owners.get(name, []) for name in sorted(brought)}
    return {
        name: of for name, of in found.items() if not any(re.sub("[_.]", "-", each.lower()) in libraries for each in of)
    }


def build(folder: Path) -> Path:
    """Build the source archive, and from it the wheel; what is missing in the first is missing in the second."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        held = {str(Path(*Path(name).parts[1:])) for name in packed.getnames()}
    assert {str(path) for path in files() if path.name not in (".gitignore", ".pre-commit-config.yaml", "run")} <= held
    (wheel,) = folder.glob("*.whl")
    return wheel


def assert_described(wheel: Path) -> None:
    """What a package index shows: licences of all that is inside, and a description whose links lead somewhere."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        described = email.message_from_bytes(archive.read(name))
        kept = archive.namelist()
    assert described["License-Expression"] == "Apache-2.0 AND CC-BY-4.0 AND OFL-1.1 AND MIT"
    assert {Path(each).name for each in described.get_all("License-File", [])} == {"LICENSE", "LICENSES.md", "OFL.txt"}
    assert any(each.endswith("licenses/platform/perille/credentials/fonts/OFL.txt") for each in kept)
    assert "Natural Language :: Arabic" in described.get_all("Classifier", [])
    text = described.get_payload()
    assert isinstance(text, str)
    assert text.startswith("# Perille")
    assert re.findall(r"\]\((?!https?://)[^)]*\)", text) == []


def missing_from(wheel: Path) -> set[str]:
    """Return the files of packs, platform and migrations that the wheel should hold and does not."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wished = {str(Path(*path.parts[1:])) for path in files() if path.parts[0] in ("platform", "courses", "modules")}
    wished |= {f"perille/{path}" for path in files() if path.parts[0] == "migrations"}
    wished |= {f"perille/translations/{name}" for name in compiled_catalogues()}
    return wished - held


def compiled_catalogues() -> set[str]:
    """Return the catalogues that make a language be offered."""
    offered = {"learner": OFFERED, "staff": STAFF_OFFERED}
    return {
        f"{LANGUAGES[code].locale or code}/LC_MESSAGES/{name}.mo"
        for name in CATALOGUES
        for code in offered[name]
        if code != SOURCE_LANGUAGE
    }


def install(wheel: Path, folder: Path) -> Path:
    """Make an environment with the locked libraries and the wheel; return its `perille`."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    for name, version in locked_libraries().items():
        bring(name, version, packages)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*pip, "install", "--no-deps", "--no-compile", str(wheel)])
    return folder / "bin" / "perille"


def bring(name: str, version: str, packages: Path) -> None:
    """Bring a locked library into an environment from this one, where pip put it by its hash: to install all takes 20 s."""
    found = distribution(name)
    assert found.version == version, name
    home = Path(str(found.locate_file("")))
    for file in found.files or ():
        # Programs and manuals stand outside, and nothing imports them.
        if ".." not in file.parts and (home / file).is_file():
            (packages / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(home / file, packages / file)


def run(words: list[str]) -> None:
    """Run a program to its end; what it printed is shown when it fails."""
    done = subprocess.run(
        words, env=clean_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
