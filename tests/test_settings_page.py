"""The documentation of the settings is the settings."""

from __future__ import annotations

from dataclasses import fields

from perille.core.config import Config
from perille.core.settings_page import settings_page
from support.places import ROOT


def test_the_page_in_the_documentation_is_the_newest() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page(), (
        "run: perille settings > docs/settings.md"
    )


def test_every_setting_is_there_with_what_it_is_and_what_it_is_unless_set() -> None:
    rows = [line.strip("| ").split(" | ") for line in settings_page().splitlines() if line.startswith("| `PERILLE_")]
    assert len(rows) == len(fields(Config))
    assert all(len(row) == 3 and len(row[1]) > 15 and row[2] for row in rows), rows
    settings = {row[0]: row[2] for row in rows}
    assert settings["`PERILLE_SECRET_KEY`"] == "see left"
    assert settings["`PERILLE_PRODUCTION`"] == "no"
    assert settings["`PERILLE_THREADS`"] == "`8`"
