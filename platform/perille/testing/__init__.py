"""Fixtures and a conformance kit for those who write packs and plugins, and for us. It needs pytest, and nothing of our repository."""

from __future__ import annotations

import pytest

# What a test of the kit compares is shown where it fails, as in a test file.
pytest.register_assert_rewrite("perille.testing.conformance", "perille.testing.plugin_conformance")

from perille.testing.conformance import InteractionConformance, Sample  # noqa: E402
from perille.testing.plugin_conformance import PluginConformance  # noqa: E402
from perille.testing.site import PluginSite  # noqa: E402

__all__ = ["InteractionConformance", "PluginConformance", "PluginSite", "Sample"]
