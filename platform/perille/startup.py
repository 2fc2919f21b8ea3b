"""What happens before the first request: migrations, packs, the installation's own name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

import psycopg
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError

from perille.backup.temporary_files import RESTORING
from perille.core.current import config_of
from perille.core.database import run_in_transaction
from perille.core.errors import ConfigError
from perille.core.extensions import db
from perille.core.forked_work import HAS_COPIES, begin_copy
from perille.core.logs import get_logger
from perille.core.memory import give_back_memory
from perille.core.schema import newest_revision, revision_of, upgrade
from perille.enrolment.tombstones import FILE_NAME, synchronise_tombstone_file
from perille.packs.published.library import current_library
from perille.packs.services import SyncReport, needs_publishing, synchronise
from perille.packs.source.diagnostics import Diagnostic, Level
from perille.packs.source.discovery import PackSource, current_discovery
from perille.packs.source.registry import current_interactions
from perille.plugins.install import current_plugins, migrate_plugins
from perille.studio.publishing import published_sources
from perille.tracking.services import ensure_installation

log = get_logger(__name__)


def check_server() -> None:
    """Raise ConfigError for a PostgreSQL that cannot be reached, or a database that does not keep text as Unicode. Needs an app context.

    Asked of the driver: SQLAlchemy cannot even connect where text comes as bytes.
    """
    if db.engine.dialect.name != "postgresql":
        return
    address = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address, connect_timeout=10) as connection:
            encoding = connection.info.parameter_status("server_encoding")
    except psycopg.Error as error:
        raise ConfigError(f"PERILLE_DATABASE_URL: the database cannot be used: {_first_line(error)}") from error
    if encoding != "UTF8":
        raise ConfigError(
            f"PERILLE_DATABASE_URL: the database keeps text as {encoding} and must keep it as UTF8."
            " Make it with: createdb --encoding=UTF8 --template=template0 NAME"
        )


def migrate() -> None:
    """Bring the database to this version; raise ConfigError where it cannot be used. Needs an app context."""
    check_server()
    try:
        upgrade(db.engine)
    except DBAPIError as error:
        raise _unusable(error) from error
    migrate_plugins(current_app)


def is_empty() -> bool:
    """Tell whether the database has no tables of ours yet; raise ConfigError where it cannot be used. Needs an app context."""
    check_server()
    try:
        with db.engine.connect() as connection:
            return revision_of(connection) is None
    except DBAPIError as error:
        raise _unusable(error) from error


def _unusable(error: DBAPIError) -> ConfigError:
    return ConfigError(f"PERILLE_DATABASE_URL: the database cannot be used: {_first_line(error.orig)}")


def _first_line(error: BaseException | None) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def prepare(app: Flask, progress: Callable[[str, int, int], None] | None = None, *, processes: int = 1) -> SyncReport:
    """Migrate, name the installation and publish the packs that have changed.

    *progress*: pack id, how many done, how many in all. *processes*: in how many at most packs are compiled.
    Raise ConfigError where the database cannot be used, or a restore was broken off.
    """
    config = config_of(app)
    if (config.data_dir / RESTORING).exists():
        raise ConfigError("A restore was broken off here. Run `perille restore` with the same backup again")
    with app.app_context():
        migrate()
        run_in_transaction(db.session, lambda: ensure_installation(db.session, config.actor_home), write=True)
        tombstones = config.data_dir / FILE_NAME
        run_in_transaction(db.session, lambda: synchronise_tombstone_file(db.session, tombstones), write=False)
        report = _publish(app, progress or _silent, processes)
        current_library.of(app).reload(db.session)
    if report.published:
        # Compiling leaves some 25 MB behind that the server would hold on to for as long as it runs.
        give_back_memory()
    log.info(
        "packs published",
        published=report.published,
        unchanged=len(report.unchanged),
        refused=report.refused,
        gone=report.gone,
    )
    return report


def _publish(app: Flask, progress: Callable[[str, int, int], None], processes: int) -> SyncReport:
    """Publish the packs that have changed; needs an app context."""
    found = current_discovery.of(app)
    return run_in_transaction(
        db.session,
        lambda: synchronise(
            db.session,
            with_drafts(found.sources),
            current_interactions.of(app),
            production=config_of(app).production,
            progress=progress,
            problems=(*found.problems, *current_plugins.of(app).problems),
            processes=processes,
        ),
        write=True,
    )


def prepare_apart(app: Flask, progress: Callable[[str, int, int], None] | None = None) -> None:
    """Prepare the site in a process of its own where packs have changed; `prepare` then finds all of them published.

    Compiling takes some 50 MB that a process holds on to for as long as it runs: the server's would be a quarter larger. Does nothing
    where there is nothing to publish, or no `fork`. A fault is left to `prepare`, which meets it again and tells it.
    """
    with app.app_context():
        if not HAS_COPIES or not _would_publish(app):
            return
        # No connection goes into the other process: SQLite's locks belong to one (https://sqlite.org/howtocorrupt.html, 2.6).
        db.session.remove()
        db.engine.dispose()
    begin_copy(lambda: _prepare_and_tell(app, progress)).wait()


def _would_publish(app: Flask) -> bool:
    """Tell whether there is something to publish; where the tables are not there yet, or of another version, there is."""
    check_server()
    with db.engine.connect() as connection:
        if revision_of(connection) != newest_revision():
            return True
    return needs_publishing(db.session(), with_drafts(current_discovery.of(app).sources), current_interactions.of(app))


def _prepare_and_tell(app: Flask, progress: Callable[[str, int, int], None] | None) -> None:
    """Prepare, and print what was noticed in the packs."""
    # The only other thread of this process waits for the server's end and holds no lock, so there may be copies.
    report = prepare(app, progress, processes=_usable_processors())
    found = [each for each in report.problems if pack_of(each) in report.published]
    sys.stderr.writelines(f"{line}\n" for line in problem_lines(found, installed_packs(app)))
    sys.stderr.flush()


def installed_packs(app: Flask) -> frozenset[str]:
    """Return the ids of the packs that come in installed packages."""
    return frozenset(source.id for source in current_discovery.of(app).sources if source.installed)


def pack_of(problem: Diagnostic) -> str:
    """Return the id of the pack that a problem of a report is in; what has none names a plugin or a setting."""
    return problem.path.split("/")[0]


def problem_lines(problems: Iterable[Diagnostic], installed: Collection[str]) -> Iterator[str]:
    """Yield what is printed of the problems of packs: who starts the site cannot mend warnings of *installed* packs, so they are counted.

    >>> found = [Diagnostic("course_a/pack.toml", 1, "No review", Level.WARNING), Diagnostic("course_b/pack.toml", 2, "No title")]
    >>> for line in problem_lines(found, {"course_a"}):
    ...     print(line)
    pack problem: course_b/pack.toml:2: No title
    Installed packs with something to look at, which work: 1 (the administrators' page names them)
    """
    counted: set[str] = set()
    for problem in problems:
        if problem.level is Level.WARNING and pack_of(problem) in installed:
            counted.add(pack_of(problem))
        else:
            yield f"pack problem: {problem}"
    if counted:
        yield f"Installed packs with something to look at, which work: {len(counted)} (the administrators' page names them)"


def _usable_processors() -> int:
    """Return how many processors this process may use, two at most: more of them would only wait for the largest pack, and take memory."""
    return min(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)


def with_drafts(sources: Sequence[PackSource]) -> tuple[PackSource, ...]:
    """Return the packs of folders, and those that were published in the Studio; where both have an id, the folder's counts."""
    known = {source.id for source in sources}
    return (*sources, *(source for source in published_sources(db.session) if source.id not in known))


def _silent(_pack: str, _done: int, _all: int) -> None:
    """Show nothing."""
