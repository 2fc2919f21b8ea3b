"""A link that a command prints leads to the site that is served."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from perille.core.base_url import base_address, served_at
from perille.core.config import Config


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings without an address."""
    return Config(data_dir=tmp_path, database_url="sqlite://", secret_keys=("k" * 32,))


def test_it_is_that_of_the_running_server(config: Config) -> None:
    assert base_address(config) == "http://127.0.0.1:8000"
    with served_at(config, "http://127.0.0.1:8817"):
        assert base_address(config) == "http://127.0.0.1:8817"
    assert base_address(config) == "http://127.0.0.1:8000"


def test_the_settings_come_first(config: Config) -> None:
    with served_at(config, "http://127.0.0.1:8817"):
        assert base_address(replace(config, site_url="https://learn.example.org/")) == "https://learn.example.org"


def test_what_a_killed_server_left_is_not_believed(config: Config) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    (config.data_dir / "served_at").write_text(f"{child} http://127.0.0.1:9999\n")
    assert base_address(config) == "http://127.0.0.1:8000"


def test_a_server_that_ends_leaves_the_note_of_the_one_that_took_over(config: Config) -> None:
    with served_at(config, "http://127.0.0.1:8817"):
        (config.data_dir / "served_at").write_text(f"{os.getppid()} http://127.0.0.1:8818\n")
    assert base_address(config) == "http://127.0.0.1:8818"
