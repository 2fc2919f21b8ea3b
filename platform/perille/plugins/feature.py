"""What plugins bring."""

from __future__ import annotations

from perille.core.feature import Feature

feature = Feature(name="plugins")
