"""`perille plugins`: what is installed, whether it can be used, and a new one to begin with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click

from perille.api import Plugin
from perille.packs.source.discovery import discover
from perille.packs.source.registry import OwnedPlugin
from perille.plugins.inspection import plugin_problems
from perille.plugins.scaffold import write_new_plugin
from perille.plugins.settings import variable


@click.group()
def plugins() -> None:
    """List, check and make plugins."""


@plugins.command("list")
def list_plugins() -> None:
    """List the installed plugins with what they bring, and what keeps others from being used."""
    found = discover()
    for owned in found.plugins:
        click.echo(f"{owned.package}  {owned.owner}  {owned.name}")
        for line in _brings(owned):
            click.echo(f"  {line}")
    for problem in found.problems:
        click.echo(str(problem), err=True)


def _brings(owned: OwnedPlugin) -> Iterator[str]:
    """Yield a line for each thing that a plugin brings."""
    for each in fields(Plugin):
        value = getattr(owned.plugin, each.name)
        if not value:
            continue
        if isinstance(value, str):
            yield f"{each.name}: {value}/"
        elif each.name == "settings":
            yield from (f"{variable(owned.package, item.name)}: {item.about}" for item in value)
        elif each.name == "checks":
            yield f"checks: {len(value)}"
        else:
            yield f"{each.name}: {', '.join(item.name for item in value)}"


@plugins.command("new")
@click.argument("path", type=click.Path(path_type=Path))
def new_plugin(path: Path) -> None:
    """Write a plugin that works, with tests; PATH ends in the name of its package."""
    try:
        written = write_new_plugin(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for name in written:
        click.echo(str(path / name))
    click.echo(f"Next: pip install -e {path} pytest, perille plugins check {path.resolve().name}, and pytest in {path}")


@plugins.command("check")
@click.argument("package")
@click.pass_context
def check_plugin(context: click.Context, package: str) -> None:
    """Look through the installed plugin PACKAGE, and print what is wrong; exit status 1 where anything is. No site is needed."""
    with tempfile.TemporaryDirectory() as folder:
        problems = list(plugin_problems(package, Path(folder)))
    for problem in problems:
        click.echo(problem)
    if problems:
        context.exit(1)
    click.echo(f"{package}: no problems")
