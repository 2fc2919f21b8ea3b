"""The commands for authors."""

from __future__ import annotations

from click.testing import CliRunner, Result
from flask import Flask

from perille.packs.commands import packs


def run(*arguments: object, app: Flask | None = None) -> Result:
    return CliRunner().invoke(packs, [str(each) for each in arguments], obj=lambda: app)
