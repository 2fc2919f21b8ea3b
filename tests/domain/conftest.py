"""Property tests here never fail by the clock, and stay short enough to be run often."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("rules", deadline=None, max_examples=25)
settings.load_profile("rules")
