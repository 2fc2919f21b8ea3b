"""The command line: a plain click group. A wrong setting is one line and exit status 2, never a traceback."""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import cache, partial
from typing import NoReturn
from uuid import UUID

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from perille import __version__
from perille.accounts.models import Role
from perille.accounts.services import invite, invite_first
from perille.app import create_app
from perille.assessment.commands import assessment
from perille.backup.commands import backup, restore
from perille.core.config import Config, load_config, no_installation, shown_url, sqlite_file
from perille.core.database import run_in_transaction
from perille.core.errors import ConfigError, PerilleError
from perille.core.extensions import db
from perille.core.outage import Trouble, check_integrity, note_trouble
from perille.core.wal import checkpoint
from perille.credentials.commands import credentials
from perille.lrs.clients import peppers_of
from perille.lrs.commands import lrs
from perille.lrs.transfer.forward_commands import forward_all
from perille.packs.commands import packs
from perille.privacy.commands import expire_all, finish_all, privacy
from perille.server.limits import Limits, usable_connections
from perille.server.wsgi import Server
from perille.startup import is_empty, migrate, prepare
from perille.tracking.services import launch, rebuild

log = logging.getLogger(__name__)
_DAY = 24 * 3600.0
#: Seconds between two looks whether statements are to go on to other stores.
_FORWARD_PAUSE = 30.0
#: Seconds between two looks whether erasures are to be finished.
_ERASE_PAUSE = 5.0
#: Seconds between two looks whether SQLite's log is to be written back into its main file.
_CHECKPOINT_PAUSE = 20.0


@cache
def make_app() -> Flask:
    """Make the application of this process once."""
    return create_app(load_config())


class _Group(click.Group):
    """A group whose option --create may stand anywhere on the line: who is told to add it adds it at the end."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move --create to where the group takes it."""
        if "--create" in args:
            args = ["--create", *(word for word in args if word != "--create")]
        return super().parse_args(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="perille")
@click.option("--create", is_flag=True, help="Let a command other than `serve` begin an empty installation.")
@click.pass_context
def perille(context: click.Context, create: bool) -> None:
    """Perille: a learning platform that takes people all the way there."""
    context.obj = partial(open_installation, create=create)


def open_installation(*, create: bool = False) -> Flask:
    """Make the application for a command, on a database that is there and up to date.

    Raise SettingError where there is none, unless *create* is set: a command in the wrong folder must not begin an empty installation
    and say that all is well.
    """
    config = load_config(create=create)
    if not create and config.sqlite and not sqlite_file(config).is_file():
        raise no_installation(sqlite_file(config))
    app = make_app()
    with app.app_context():
        if not create and is_empty():
            raise no_installation(shown_url(config))
        migrate()
    return app


@perille.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    show_envvar=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on.",
)
def serve(host: str, port: int) -> None:
    """Prepare the data folder and serve the site."""
    _configure_logging()
    with closing(_listen(host, port)) as listener:
        app = make_app()
        _say_where(app, f"http://{host}:{listener.getsockname()[1]}")
        _beside(app, "retention", expire_all, _DAY)
        _beside(app, "erasing", finish_all, _ERASE_PAUSE)
        _beside(app, "forwarding", forward_all, _FORWARD_PAUSE)
        _beside(app, "integrity", lambda: check_integrity(db.engine), _DAY)
        _beside(app, "checkpoint", lambda: checkpoint(db.engine), _CHECKPOINT_PAUSE)
        try:
            _serve(app, listener)
        finally:
            _close(app)


def _close(app: Flask) -> None:
    """Leave all data in SQLite's main file, so that whoever copies it has everything."""
    with app.app_context():
        db.engine.dispose()
        checkpoint(db.engine, wait=5.0)


def _configure_logging() -> None:
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # That a client went away is no news, and the line would name the page it read.
    logging.getLogger("waitress").setLevel(logging.WARNING)
    # That a request waits a moment for a free thread is no news either.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _serve(app: Flask, listener: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl+C, then answer what has been asked; a second signal ends the program at once."""
    config: Config = app.config["PERILLE"]
    limits = Limits(connections=usable_connections(config.connections), body_size=config.max_body)
    server = Server(app, listener, threads=config.threads, limits=limits, proxy_hops=config.proxy_hops)

    def stop(_number: int, _frame: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        server.stop()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    server.run()


def _say_where(app: Flask, address: str) -> None:
    """Prepare the site, and print where it is and how the first administrator signs in."""
    report = prepare(app, _show_progress if sys.stderr.isatty() else None)
    for problem in report.problems:
        click.echo(f"pack problem: {problem}", err=True)
    with app.app_context():
        token = run_in_transaction(db.session, lambda: invite_first(db.session), write=True)
    if token is not None:
        click.echo(f"Administrator, sign in once: {app.config['PERILLE'].site_url or address}/en/sign-in/{token}")
    click.echo(f"Perille is at {address}  (stop with Ctrl+C)")


def _beside(app: Flask, name: str, work: Callable[[], object], pause: float) -> None:
    """Do *work* again and again beside the server's own, with a pause of seconds; what goes wrong is logged and ends nothing."""

    def run() -> None:
        while True:
            try:
                with app.app_context():
                    work()
            except DBAPIError as error:
                with app.app_context():
                    trouble = note_trouble(error)
                if trouble in (Trouble.BUSY, Trouble.REFUSED):
                    # Its own words quote the row.
                    log.warning("%s: the database did not do it (%s)", name, type(error.orig).__name__)
            except Exception:
                log.exception("%s", name)
            time.sleep(pause)

    threading.Thread(target=run, name=name, daemon=True).start()


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        # Listening now, and not only when all is prepared, makes a second server on the same port fail at once.
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"PORT: {host}:{port} cannot be used ({error.strerror}). Stop the other program, or set PORT to another number"
        ) from error
    return listener


def _show_progress(pack: str, done: int, count: int) -> None:
    click.echo(f"\rcourses {done}/{count}  {pack:<40}", nl=done == count, err=True)


@perille.group()
def accounts() -> None:
    """Accounts of staff."""


@accounts.command("invite")
@click.argument("email")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What the account may do."
)
@click.option("--port", default=8000, envvar="PORT", hidden=True, type=click.IntRange(0, 65535))
@click.pass_obj
def invite_account(open_app: Callable[[], Flask], email: str, role: str, port: int) -> None:
    """Print a one-time sign-in link for EMAIL."""
    app = open_app()
    with app.app_context():
        token = run_in_transaction(db.session, lambda: invite(db.session, email, Role(role)), write=True)
    click.echo(f"{app.config['PERILLE'].site_url or f'http://127.0.0.1:{port}'}/en/sign-in/{token}")


@perille.group()
def tracking() -> None:
    """The learning record and what is read from it."""


@tracking.command("rebuild")
@click.pass_obj
def rebuild_progress(open_app: Callable[[], Flask]) -> None:
    """Drop the progress tables and make them again from the statements."""
    app = open_app()
    with app.app_context():
        count = run_in_transaction(db.session, lambda: rebuild(db.session), write=True)
    click.echo(f"{count} statements replayed")


@tracking.command("launch")
@click.argument("registration", type=click.UUID)
@click.argument("unit")
@click.option("--minutes", default=240, show_default=True, type=click.IntRange(1, 24 * 60), help="How long it lasts.")
@click.pass_obj
def launch_content(open_app: Callable[[], Flask], registration: UUID, unit: str, minutes: int) -> None:
    """Print what content needs to report on UNIT of a REGISTRATION, as JSON: the parameters of a cmi5 launch, the fetch URL good once."""
    app = open_app()
    config: Config = app.config["PERILLE"]
    lasts, peppers = timedelta(minutes=minutes), peppers_of(config.secret_keys)
    with app.app_context():
        ticket, about = run_in_transaction(
            db.session, lambda: launch(db.session, registration, unit, lasts=lasts, peppers=peppers), write=True
        )
    site = (config.site_url or "http://127.0.0.1:8000").rstrip("/")
    home_page, name = about.account
    parameters = {
        "endpoint": f"{site}/xapi/",
        "fetch": f"{site}/xapi/launch?token={ticket.fetch_token}",
        "actor": {"objectType": "Agent", "account": {"homePage": home_page, "name": name}},
        "registration": str(registration),
        "activityId": about.activity,
        "expires": ticket.expires_at.isoformat(timespec="seconds"),
    }
    click.echo(json.dumps(parameters, indent=2))


perille.add_command(backup)
perille.add_command(restore)
perille.add_command(assessment)
perille.add_command(credentials)
perille.add_command(packs)
perille.add_command(lrs)
perille.add_command(privacy)


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
