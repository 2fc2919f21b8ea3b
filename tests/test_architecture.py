"""The page on architecture names what is there: floors as the contract has them, every room, files and names."""

from __future__ import annotations

import re
import tomllib

import pytest

from perille.features import FEATURES
from support.places import ROOT
from support.repo_files import PLATFORM

PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
#: What the page has in code: files, names, settings.
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))
#: What a file or a folder is named like: `studio/`, `core/extension_state.py`, `static/offline/answers.js`.
FILE = re.compile(r"[\w.-]+/|(?:[\w.-]+/)*[\w-]+\.(?:py|js|css|html|typ|toml)")


def test_the_floors_are_those_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["type"] == "layers")
    plain = [each.replace("perille.", "") for each in layers]
    floors = ["a folder for each feature" if " : " in each else each for each in plain]
    assert f"`{' > '.join(floors)}`" in PAGE


@pytest.mark.parametrize("floor", ["lrs", "packs"])
def test_every_room_of_a_large_floor_is_named(floor: str) -> None:
    rooms = {f"{floor}/{each.name}" for each in (PLATFORM / floor).iterdir() if (each / "__init__.py").is_file()}
    assert rooms == set(re.findall(rf"(?m)^\| `({floor}/\w+)` \|", PAGE))


def test_every_file_that_is_named_is_there() -> None:
    """One without a folder stands in the folder that its row is about."""
    files = {each for each in NAMED if FILE.fullmatch(each)}
    folders = (ROOT, PLATFORM, *(PLATFORM / each.name for each in FEATURES), PLATFORM / "api")
    assert {each for each in files if not any((folder / each).exists() for folder in folders)} == set()
    assert {"core/extension_state.py", "studio/", "pasted.py"} <= files


def test_every_name_of_a_module_that_is_named_is_there() -> None:
    names = {each for each in NAMED if re.fullmatch(r"(?:core|tracking|lrs|studio|enrolment)(?:\.\w+){2,}", each)}
    missing = set[str]()
    for name in names:
        module, _, rest = name.rpartition(".")
        file = PLATFORM / f"{module.replace('.', '/')}.py"
        whole = PLATFORM / f"{name.replace('.', '/')}.py"
        if not whole.is_file() and not (file.is_file() and re.search(rf"\b{rest}\b", file.read_text("utf-8"))):
            missing.add(name)
    assert missing == set()
    assert "core.database.run_in_transaction" in names


def test_every_class_of_a_module_that_a_comment_names_is_there() -> None:
    """As `retention.HoldReason`: no type checker looks there when a class gets another name."""
    texts = {path: path.read_text("utf-8") for path in PLATFORM.rglob("*.py")}
    modules: dict[str, str] = {}
    for path, text in texts.items():
        module = path.parent.name if path.stem == "__init__" else path.stem
        modules[module] = modules.get(module, "") + text
    named = {found for text in texts.values() for found in re.findall(r"`(?:\w+\.)*(\w+)\.([A-Z]\w+)`", text)}
    ours = {(module, name) for module, name in named if module in modules}
    assert {(module, name) for module, name in ours if not re.search(rf"\b{name}\b", modules[module])} == set()
    assert ("retention", "HoldReason") in ours
