"""perille packs serve: one pack in the browser of its author, in an installation that lives as long as the command."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click
from flask import Flask

from perille.app import create_app
from perille.core.config import load_config
from perille.core.extensions import db
from perille.core.security import HEADERS
from perille.packs import services
from perille.packs.authoring.folders import library_folders
from perille.packs.format.manifest import MANIFEST, Manifest, read_manifest
from perille.packs.source.diagnostics import Diagnostics, Level
from perille.packs.source.discovery import Discovery, FolderSource, current_discovery, discover, folders_in
from perille.packs.source.files import stamp
from perille.server.preview import PreviewMiddleware
from perille.server.wsgi import Server
from perille.serving import address_of, listen, run_until_stopped
from perille.startup import prepare

log = logging.getLogger(__name__)
#: Seconds between two looks at the folders.
_PAUSE = 0.5
_THREADS = 4


class Preview:
    """A pack and the libraries and modules it needs, published again whenever a file of theirs has changed."""

    def __init__(self, app: Flask, folder: Path) -> None:
        """Show the pack in *folder* with *app*, which serves nothing else."""
        self.app = app
        self.folder = folder.resolve()
        self.version = 0
        #: What keeps the pack from being shown, as file:line: message.
        self.faults: tuple[str, ...] = ()
        self._installed = discover()
        self._stamps: tuple[tuple[Path, str], ...] = ()

    def refresh(self) -> bool:
        """Publish what has changed since the last time; return whether anything has."""
        stamps = self._read_stamps()
        if stamps == self._stamps:
            return False
        sources = tuple(FolderSource(folder=folder, owner=str(folder)) for folder, _stamp in stamps)
        current_discovery.set(self.app, Discovery(sources=sources, plugins=self._installed.plugins))
        prepare(self.app)
        with self.app.app_context():
            found = services.problems(db.session)
            db.session.remove()
        self.faults = tuple(str(fault) for fault in found if fault.level is Level.ERROR)
        self._stamps = stamps
        self.version += 1
        return True

    def address(self) -> str:
        """Return the path of the pack's page; of the first page where its address is not known, or it is a library."""
        manifest = self._manifest()
        kinds = {"course": "courses", "module": "modules"}
        return f"/en/{kinds[manifest.kind]}/{manifest.slug}" if manifest.kind in kinds and manifest.slug else "/en/"

    def _manifest(self) -> Manifest:
        return read_manifest((self.folder / MANIFEST).read_text("utf-8", "replace"), self.folder.name, Diagnostics())

    def _read_stamps(self) -> tuple[tuple[Path, str], ...]:
        """Return the folders to publish with their stamps; a file that is just being replaced is looked at the next time."""
        try:
            installed = [source.folder for source in self._installed.sources]
            libraries = library_folders((self.folder,), installed)
            modules = {unit.module for unit in self._manifest().units if unit.module}
            around = (*folders_in(self.folder.parent), *installed)
            wanted = dict.fromkeys((self.folder, *libraries, *(each for each in around if each.name in modules)))
            return tuple((folder, stamp(folder)) for folder in wanted)
        except OSError:
            return self._stamps

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look at the folders again and again in a thread of its own."""
        stopped = threading.Event()
        thread = threading.Thread(target=self._watch, args=(stopped,), name="preview", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _watch(self, stopped: threading.Event) -> None:
        while not stopped.wait(_PAUSE):
            try:
                if self.refresh():
                    click.echo(_state(self))
            except Exception:
                # Whatever it was, the next save may mend it; the page goes on showing what it showed.
                log.exception("the pack could not be published again")


@click.command("serve")
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
def serve_pack(path: Path, port: int) -> None:
    """Show the pack PATH in the browser, and again at each save; faults stand in place of the page. Only this machine can read it.

    Nothing of an installation is touched: the data lie in a temporary folder that goes when the command ends (Ctrl+C).
    """
    if not (path / MANIFEST).is_file():
        raise click.ClickException(f"{path} is no pack: it has no {MANIFEST}")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    with closing(listen("127.0.0.1", port)) as listener, previewed(path) as preview:
        preview.refresh()
        click.echo(_state(preview))
        click.echo(f"{path} is at {address_of(listener, '127.0.0.1')}{preview.address()}  (stop with Ctrl+C)")
        site = PreviewMiddleware(preview.app, preview, HEADERS.items())
        with preview.watching():
            run_until_stopped(Server(site, listener, threads=_THREADS))


@contextmanager
def previewed(path: Path) -> Iterator[Preview]:
    """Make an installation for one pack in a temporary folder, and take it away again."""
    with tempfile.TemporaryDirectory(prefix="perille-preview-") as folder:
        app = create_app(load_config({"PERILLE_DATA_DIR": folder, "PERILLE_RATE_LIMITS": "false"}))
        try:
            yield Preview(app, path)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _state(preview: Preview) -> str:
    return "\n".join(preview.faults) or f"{preview.folder.name}: no errors"
