"""`perille backup` and `perille restore`: everything of an installation in one file, and back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from perille.backup.archive import Secret
from perille.backup.errors import BackupError
from perille.backup.restoring import restore_backup
from perille.backup.services import make_backup
from perille.core.config import load_config
from perille.privacy.commands import finish_all
from perille.privacy.erasing import forget

_FILE = click.Path(dir_okay=False, path_type=Path)
_passphrase = click.option("--passphrase", "ask", is_flag=True, help="Ask for a passphrase that encrypts the backup.")
_passphrase_file = click.option(
    "--passphrase-file", type=_FILE, help="Take the passphrase from the first line of a file."
)


@click.command()
@click.argument("file", type=_FILE)
@_passphrase
@_passphrase_file
@click.option("--recipient", "recipients", multiple=True, metavar="AGE1...", help="Encrypt for this age key.")
def backup(file: Path, ask: bool, passphrase_file: Path | None, recipients: tuple[str, ...]) -> None:
    """Write the whole installation to the new file FILE; the site may run meanwhile.

    The backup holds the database, the installation's keys and all other files of the data folder. Without a passphrase or a recipient
    whoever has the file can read all of it.
    """
    passphrase = _read_passphrase(ask, passphrase_file, confirm=True)
    if passphrase and recipients:
        raise click.UsageError("Choose a passphrase or recipients, not both.")
    secret = Secret(passphrase=passphrase, recipients=recipients)
    manifest = make_backup(load_config(create=False), file, secret)
    rows = sum(table.rows for table in manifest.tables.values())
    click.echo(f"{file}: {len(manifest.tables)} tables, {rows} rows, {len(manifest.files)} files")
    if not secret:
        click.echo("The backup is not encrypted: it holds the keys and what people did. Keep it where nobody reads it.")
    if os.environ.get("PERILLE_SECRET_KEY", "").strip():
        click.echo("The key in PERILLE_SECRET_KEY is not in the backup. Keep a copy of it elsewhere.")


@click.command()
@click.argument("file", type=_FILE)
@_passphrase
@_passphrase_file
@click.option("--identity", "identity_files", multiple=True, type=_FILE, help="File with the age key that opens it.")
@click.option("--replace", is_flag=True, help="Replace the database that is there.")
@click.pass_obj
def restore(
    open_app: Callable[[], Flask],
    file: Path,
    ask: bool,
    passphrase_file: Path | None,
    identity_files: tuple[Path, ...],
    replace: bool,
) -> None:
    """Restore the backup FILE into this installation. Stop the site first.

    Every row is compared with what was backed up, a backup of an older version is brought up to date, and people who were erased since are
    erased again. If anything is wrong, nothing is changed.
    """
    secret = Secret(
        passphrase=_read_passphrase(ask, passphrase_file, confirm=False),
        identities=tuple(key for path in identity_files for key in _keys_of(path)),
    )
    report = restore_backup(load_config(), file, secret, forget, replace=replace)
    made = f"{report.manifest.made_at:%Y-%m-%d %H:%M} UTC"
    click.echo(f"Restored as of {made}: {report.rows} rows compared, all the same.")
    if report.erased:
        # What is left of them in the words of others, and in the database's files.
        with open_app().app_context():
            finish_all()
        click.echo(f"{report.erased} people who were erased since are erased again.")


def _read_passphrase(ask: bool, file: Path | None, *, confirm: bool) -> str:
    if file is not None:
        text = _text_of(file).partition("\n")[0].strip()
        if not text:
            raise BackupError(f"{file}: there is no passphrase in its first line")
        return text
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)) if ask else ""


def _keys_of(file: Path) -> list[str]:
    """Return the keys of a file as age-keygen writes it: a key a line, comments begin with #."""
    lines = [line.strip() for line in _text_of(file).splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _text_of(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"{file}: cannot be read: {getattr(error, 'strerror', error)}") from error
