"""The command line: a plain click group. A wrong setting is one line and exit status 2, never a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille import __version__
from perille.core.config import load_config, no_installation, shown_url, sqlite_file
from perille.core.errors import PerilleError
from perille.core.settings_page import settings_page
from perille.features import FEATURES
from perille.packs.commands import packs
from perille.packs.source.discovery import discover
from perille.plugins.examine import examine
from perille.preview import serve_pack
from perille.serving import jobs_command, make_app, prepare_command, serve
from perille.startup import is_empty, migrate


@cache
def plugin_commands() -> dict[str, click.Command]:
    """Return the commands of the plugins that can be used, by name."""
    features = examine(discover().plugins, FEATURES).features
    return {command.name or "": command for feature in features for command in feature.commands}


class _Group(click.Group):
    """A group whose option --create may stand anywhere on the line: who is told to add it adds it at the end."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move --create to where the group takes it."""
        if "--create" in args:
            args = ["--create", *(word for word in args if word != "--create")]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return our commands, and those of the installed plugins."""
        return sorted({*super().list_commands(ctx), *plugin_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of our commands, or one of a plugin's: no plugin takes the place of ours."""
        return super().get_command(ctx, cmd_name) or plugin_commands().get(cmd_name)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="perille")
@click.option("--create", is_flag=True, help="Let a command other than `serve` begin an empty installation.")
@click.pass_context
def perille(context: click.Context, create: bool) -> None:
    """Perille: a learning platform that takes people all the way there."""
    context.obj = partial(open_installation, create=create)


def open_installation(*, create: bool = False, unprepared: bool = False) -> Flask:
    """Make the application for a command, on a database that is there and up to date; with *unprepared*, on any and as it is.

    Raise ConfigError where there is none, unless *create* is set: a command in the wrong folder must not begin an empty installation
    and say that all is well.
    """
    config = load_config(create=create)
    if unprepared:
        return make_app()
    if not create and config.sqlite and not sqlite_file(config).is_file():
        raise no_installation(sqlite_file(config))
    app = make_app()
    with app.app_context():
        if not create and is_empty():
            raise no_installation(shown_url(config))
        migrate()
    return app


@perille.command("settings")
def print_settings() -> None:
    """Print every setting, what it is and what it is unless set, as Markdown."""
    click.echo(settings_page(), nl=False)


for command in (serve, prepare_command, jobs_command):
    perille.add_command(command)
for feature in FEATURES:
    for command in feature.commands:
        perille.add_command(command)
# Among the commands of packs, and yet above all features: it makes an application.
packs.add_command(serve_pack)


def main(run: Callable[..., object] = perille) -> None:
    """Run the command line; an error that we know is one line."""
    try:
        code = run(standalone_mode=False)
    except PerilleError as error:
        _stop(error.message)
    except click.BadParameter as error:
        _stop(error.format_message())
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        sys.exit(130)
    except DBAPIError as error:
        _stop(f"the database cannot be used: {str(error.orig).strip().splitlines()[0]}")
    if isinstance(code, int):
        sys.exit(code)


def _stop(message: str) -> NoReturn:
    click.echo(f"perille: {message}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
