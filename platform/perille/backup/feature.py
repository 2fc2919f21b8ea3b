"""What backups bring."""

from __future__ import annotations

from perille.backup.commands import backup, restore
from perille.core.feature import Feature

feature = Feature(name="backup", commands=(backup, restore))
