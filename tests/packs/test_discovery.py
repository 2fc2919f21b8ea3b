from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from perille.packs.source.discovery import discover

GROUP = "perille.packs.of-this-test"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages; what was imported from it is forgotten afterwards."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith(("course_t_", "plugin_t_")):
            del sys.modules[name]


def install(site: Path, name: str, value: str, files: dict[str, str]) -> None:
    info = site / f"{name}-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {value}\n")
    for path, text in files.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)


PLUGIN = '"""Sums."""\nfrom perille.api import Plugin\nplugin = Plugin()\nother = Plugin()\nwrong = 3\n'


def test_a_package_with_pack_toml_is_a_pack_with_its_owner(site: Path) -> None:
    install(site, "course_t_one", "course_t_one", {"course_t_one/__init__.py": "", "course_t_one/pack.toml": ""})
    found = discover(group=GROUP)
    assert [(source.id, source.owner) for source in found.sources] == [("course_t_one", "course_t_one 2.0")]
    assert found.plugins == found.problems == ()


@pytest.mark.parametrize("value", ["plugin_t_a", "plugin_t_a:other"])
def test_a_package_with_a_plugin_is_a_plugin_with_its_name(site: Path, value: str) -> None:
    install(site, "plugin_t_a", value, {"plugin_t_a/__init__.py": PLUGIN})
    found = discover(group=GROUP)
    assert [(plugin.owner, plugin.name) for plugin in found.plugins] == [("plugin_t_a 2.0", "Sums.")]


def test_a_package_may_be_both(site: Path) -> None:
    install(site, "course_t_b", "course_t_b", {"course_t_b/__init__.py": PLUGIN, "course_t_b/pack.toml": ""})
    found = discover(group=GROUP)
    assert (len(found.sources), len(found.plugins)) == (1, 1)


@pytest.mark.parametrize(
    ("value", "files"),
    [
        ("plugin_t_gone", {}),
        ("plugin_t_bad", {"plugin_t_bad/__init__.py": "1 / 0\n"}),
        ("plugin_t_ends", {"plugin_t_ends/__init__.py": "import sys\n\nsys.exit(1)\n"}),
        ("plugin_t_c:wrong", {"plugin_t_c/__init__.py": PLUGIN}),
        ("plugin_t_d:none", {"plugin_t_d/__init__.py": PLUGIN}),
        ("plugin_t_e", {"plugin_t_e/__init__.py": ""}),
    ],
)
def test_a_broken_one_is_told_and_stops_no_other(site: Path, value: str, files: dict[str, str]) -> None:
    install(site, "broken", value, files)
    install(site, "course_t_good", "course_t_good", {"course_t_good/__init__.py": "", "course_t_good/pack.toml": ""})
    found = discover(group=GROUP)
    assert [source.id for source in found.sources] == ["course_t_good"]
    assert [problem.path for problem in found.problems] == ["broken 2.0"]


def test_python_in_a_folder_is_never_run(tmp_path: Path) -> None:
    folder = tmp_path / "course_t_folder"
    folder.mkdir()
    (folder / "pack.toml").write_text("")
    (folder / "__init__.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    found = discover([tmp_path], group=GROUP)
    assert [(source.id, source.owner) for source in found.sources] == [("course_t_folder", str(folder))]
    assert not (tmp_path / "ran").exists()


def test_two_packs_of_one_id_name_both_owners(site: Path, tmp_path: Path) -> None:
    install(site, "course_t_two", "course_t_two", {"course_t_two/__init__.py": "", "course_t_two/pack.toml": ""})
    second = tmp_path / "elsewhere" / "course_t_two"
    second.mkdir(parents=True)
    (second / "pack.toml").write_text("")
    found = discover([second], group=GROUP)
    assert [source.owner for source in found.sources] == ["course_t_two 2.0"]
    assert "course_t_two 2.0" in found.problems[0].message
    assert str(second) in found.problems[0].message


def test_a_path_without_a_pack_is_told(tmp_path: Path) -> None:
    assert [problem.path for problem in discover([tmp_path / "none"], group=GROUP).problems] == [str(tmp_path / "none")]


def test_what_this_distribution_brings_is_found_by_the_same_door() -> None:
    found = discover()
    assert {"course_facts", "course_shared", "course_finland"} <= {source.id for source in found.sources}
    assert any(interaction.name == "choice" for plugin in found.plugins for interaction in plugin.plugin.interactions)
