"""The commands that keep a site running: `serve`, `prepare` for other WSGI servers, and `jobs` beside them."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cache, partial

import click
from flask import Flask

from perille.app import create_app
from perille.core.base_url import base_address, served_at
from perille.core.config import Config, load_config
from perille.core.current import config_of
from perille.core.database import run_in_transaction
from perille.core.errors import ConfigError
from perille.core.extensions import db
from perille.core.feature import jobs_of
from perille.core.jobs import JobRunner, run_once
from perille.core.logs import configure_logging
from perille.core.memory import leave_out_of_search
from perille.core.metrics import current_server
from perille.core.security import upload_limits
from perille.core.wal import checkpoint
from perille.core.web.site_address import RECORD_STORE, link_to, mount_path
from perille.enrolment.cookies import reader_of_cookies
from perille.people.sign_in.first_link import invite_first
from perille.server.limits import Limits, usable_connections
from perille.server.room import AddressWatch, in_words, is_private, private_addresses
from perille.server.wsgi import Server
from perille.startup import installed_packs, prepare, prepare_apart, problem_lines

log = logging.getLogger(__name__)
#: Seconds after which a thread that computes lets another one go on. A writer of SQLite gives the interpreter up with each of some
#: forty statements, and at Python's 5 ms it waited as long to have it back each time, with the writer lock in its hand.
_SWITCH_INTERVAL = 0.0005
#: The first file that systemd hands over (sd_listen_fds(3)).
_FIRST_INHERITED = 3


@cache
def make_app() -> Flask:
    """Make the application of this process once."""
    return create_app(load_config())


@click.command()
@click.option("--host", help="Address to listen on, 127.0.0.1 unless said.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    show_envvar=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on.",
)
@click.option(
    "--lan",
    is_flag=True,
    help="Serve a room without internet: at this computer's private addresses, or at --host, over plain http.",
)
def serve(host: str | None, port: int, lan: bool) -> None:
    """Prepare the data folder, serve the site, and run the background jobs."""
    if lan:
        while _serve_room(host or "", port):
            click.echo("This computer has another address now.")
        return
    host = host or "127.0.0.1"
    shared = _inherited()
    with closing(shared or listen(host, port)) as listener:
        address = address_of(listener, host)
        started = partial(click.echo, f"Perille is at {address}  (stop with Ctrl+C)")
        _run(make_app(), address, started, lambda app: _make_server(app, listener, shared=shared is not None))


def _serve_room(host: str, port: int) -> bool:
    """Serve a room until the program is told to stop; return True where it should be served anew, at other addresses."""
    addresses = (host,) if host else private_addresses()
    if not addresses:
        raise ConfigError("This computer is in no network. Join the Wi-Fi of the room, or begin one, and start again")
    if not all(is_private(each) for each in addresses):
        raise ConfigError(f"--host: {host} is not the private address of a room. To serve others, leave --lan out")
    with ExitStack() as stack:
        listeners = listen_to_room(stack, addresses, port)
        port = listeners[0].getsockname()[1]
        config = room_config(load_config(), addresses, port)
        watch: list[AddressWatch] = []

        def make(app: Flask) -> Server:
            server = _make_server(app, listeners[0], further=listeners[1:])
            if not host:
                watch.append(AddressWatch(addresses, server.stop))
                watch[0].start()
                stack.callback(watch[0].stop)
            return server

        _run(create_app(config), config.site_url, partial(click.echo, in_words(addresses, port)), make)
    return any(each.changed for each in watch)


def room_config(config: Config, addresses: tuple[str, ...], port: int) -> Config:
    """Return the settings of a site that serves a room: links lead to its address, and nobody stands in front of it.

    Phones keep no pages: they may over https alone.
    """
    site_url = f"http://{addresses[0]}:{port}"
    return replace(config, room_addresses=addresses, site_url=site_url, proxy_hops=0, offline=False)


def listen_to_room(stack: ExitStack, addresses: tuple[str, ...], port: int) -> list[socket.socket]:
    """Return sockets that listen at each address and for this computer itself, at no other; *stack* closes them."""
    found: list[socket.socket] = []
    for address in dict.fromkeys((*addresses, "127.0.0.1")):
        found.append(stack.enter_context(closing(listen(address, port))))
        port = port or found[0].getsockname()[1]
    return found


def _run(app: Flask, address: str, started: Callable[[], None], make_server: Callable[[Flask], Server]) -> None:
    """Serve an application with its background jobs until the program is told to stop."""
    config = config_of(app)
    configure_logging(config.log_format)
    prepare_apart(app, _show_progress if sys.stderr.isatty() else None)
    _prepare(app, address)
    leave_out_of_search()
    jobs = JobRunner(app, jobs_of(app))
    try:
        with served_at(config, address):
            started()
            jobs.start()
            server = make_server(app)
            current_server.set(app, server)
            sys.setswitchinterval(_SWITCH_INTERVAL)
            run_until_stopped(server)
    finally:
        jobs.stop()
        _close(app)


@click.command("prepare")
def prepare_command() -> None:
    """Make or upgrade the database and publish the packs, for a site that another server serves (`gunicorn perille.wsgi:app`)."""
    app = make_app()
    config = config_of(app)
    configure_logging(config.log_format)
    _prepare(app, base_address(config))
    click.echo(
        "The site is prepared. Serve it (`gunicorn perille.wsgi:app`), and run `perille jobs` beside the server."
    )


@click.command("jobs")
@click.option("--once", is_flag=True, help="Do each job once and end; the exit status is 1 where one failed.")
@click.pass_obj
def jobs_command(open_app: Callable[[], Flask], once: bool) -> None:
    """Run the background jobs, for a site that another server serves; `perille serve` runs them itself."""
    app = open_app()
    configure_logging(config_of(app).log_format)
    if once:
        went_well = [run_once(app, job) for job in jobs_of(app)]
        if not all(went_well):
            raise click.exceptions.Exit(1)
        return
    stopped = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stopped.set())
    runner = JobRunner(app, jobs_of(app))
    runner.start()
    log.info("background jobs: %s", ", ".join(job.name for job in jobs_of(app)))
    stopped.wait()
    runner.stop()


def _prepare(app: Flask, address: str) -> None:
    """Prepare the site, and print how the first administrator signs in."""
    report = prepare(app, _show_progress if sys.stderr.isatty() else None)
    for line in problem_lines(report.problems, installed_packs(app)):
        click.echo(line, err=True)
    with app.app_context():
        token = run_in_transaction(db.session, lambda: invite_first(db.session), write=True)
    if token is not None:
        base = config_of(app).site_url.rstrip("/") or address
        click.echo(f"Administrator, sign in once: {link_to(app, base, 'sign_in.link', lang='en', token=token)}")


def _show_progress(pack: str, done: int, count: int) -> None:
    click.echo(f"\rcourses {done}/{count}  {pack:<40}", nl=done == count, err=True)


def _make_server(
    app: Flask, listener: socket.socket, *, shared: bool = False, further: Sequence[socket.socket] = ()
) -> Server:
    """Return the server of an application, not yet running."""
    config = config_of(app)
    limits = Limits(
        connections=usable_connections(config.connections),
        body_size=config.max_body,
        # Below a path of the host a proxy passes it on or not.
        record_store=(f"{RECORD_STORE}/", f"{mount_path(config)}{RECORD_STORE}/"),
        uploads={
            re.compile(f"(?:{re.escape(mount_path(config))})?(?:{paths})"): most
            for most, paths in upload_limits(app).items()
        },
    )
    return Server(
        app, listener, threads=config.threads, limits=limits, proxy_hops=config.proxy_hops, shared=shared,
        known_reader=partial(reader_of_cookies, config), further=further,
    )  # fmt: skip


def run_until_stopped(server: Server) -> None:
    """Serve until SIGTERM or Ctrl+C, then answer what has been asked; a second signal ends the program at once."""

    def stop(_number: int, _frame: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        server.stop()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, stop)
    server.run()


def _close(app: Flask) -> None:
    """Leave all data in SQLite's main file, so that whoever copies it has everything."""
    with app.app_context():
        db.engine.dispose()
        checkpoint(db.engine, wait=5.0)


def _inherited() -> socket.socket | None:
    """Return the listening socket that systemd, or whoever restarts us, holds for us (sd_listen_fds(3)); None where there is none.

    It goes on taking connections while one process ends and the next begins, so that a restart refuses nobody.
    """
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=_FIRST_INHERITED)


def address_of(listener: socket.socket, host: str) -> str:
    """Return the address of the site that *listener* takes requests for."""
    name, port = listener.getsockname()[:2] if _is_internet(listener) else (host, 80)
    shown = f"[{name}]" if ":" in str(name) else name
    return f"http://{shown}:{port}"


def _is_internet(listener: socket.socket) -> bool:
    return listener.family in (socket.AF_INET, socket.AF_INET6)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raise ConfigError where the port is taken."""
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
