"""Settings: a wrong one is refused at start, by its name, with what it may be."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from perille.core.config import Config, load_config, variable_names
from perille.core.errors import ConfigError
from perille.core.setting_values import LogFormat

KEY = "k" * 40


def settings(data_dir: Path, **more: str) -> dict[str, str]:
    """Return an environment with a data folder and *more*, each name without its prefix."""
    return {f"PERILLE_{name}": value for name, value in {"DATA_DIR": str(data_dir), **more}.items()}


def test_without_settings_everything_is_in_the_data_folder_of_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = load_config({})
    assert config.data_dir == tmp_path / ".data"
    assert config.database_url == f"sqlite:///{tmp_path}/.data/perille.sqlite3"
    assert config.sqlite
    assert not config.production
    assert config.rate_limits


def test_settings_cannot_be_changed_afterwards(tmp_path: Path) -> None:
    config = load_config(settings(tmp_path))
    with pytest.raises(FrozenInstanceError):
        config.issuer = "Somebody else"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite://", "must name a file"),
        ("sqlite:///", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("sqlite:///file:data.sqlite3?uri=true", "must name a file"),
        ("sqlite://srv/data.sqlite3", "must name a file"),
        ("sqlite:////nope/data.sqlite3", "there is no such folder"),
        ("sqlite:////tmp", "names a folder"),
        ("sqlite:////tmp/data.sqlite3?timeout=1", "nothing after a question mark"),
        ("postgres://u@h/db", "must begin with postgresql: instead of postgres:"),
        ("mysql://u@h/db", "must begin with sqlite: or postgresql:"),
        ("postgresql://u:p:secret@h:port/db", "the port must be a number"),
        ("nothing", "is no database address"),
    ],
)
def test_an_address_that_names_no_database_is_refused_in_one_line(tmp_path: Path, url: str, told: str) -> None:
    with pytest.raises(ConfigError, match="PERILLE_DATABASE_URL") as refused:
        load_config(settings(tmp_path, DATABASE_URL=url))
    assert told in refused.value.message
    assert "\n" not in refused.value.message
    assert "secret" not in refused.value.message


def test_a_relative_address_is_from_the_folder_of_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = load_config(settings(tmp_path, DATABASE_URL="sqlite:///mine.sqlite3"))
    assert config.database_url == f"sqlite:///{tmp_path / 'mine.sqlite3'}"


def test_a_folder_of_packs_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="PERILLE_PACK_PATHS: there is no folder /nope"):
        load_config(settings(tmp_path, PACK_PATHS="/nope"))


def test_a_key_that_cannot_be_kept_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("perille.core.config._write_new", full)
    with pytest.raises(ConfigError, match="cannot be kept: No space left on device"):
        load_config({"PERILLE_DATA_DIR": str(tmp_path)})


def test_every_setting_is_read(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    given = settings(
        tmp_path / "data",
        DATABASE_URL="postgresql://u:p%40ss@db.example/perille",
        SECRET_KEY=f"{KEY}, {'o' * 32}",
        RECORD_STORE_KEY="r" * 32,
        CODE_KEY=f"{'c' * 32},{'d' * 32}",
        SITE_URL="https://learn.example.org",
        PACK_PATHS=os.pathsep.join([str(tmp_path / "one"), str(tmp_path / "two")]),
        XAPI_DEFAULT_VERSION="1.0.3",
        ACTOR_HOME="https://people.example.org",
        PROXY_HOPS="2",
        EXIT_URL="https://weather.example.org/",
        ISSUER="City of Oulu",
        CERTIFICATE_DESIGN="plain",
        NOTIFIER="gateway",
        THEME="sea",
        PRODUCTION="yes",
        RATE_LIMITS="no",
        CORS_ORIGINS="https://lms.example.org/,*",
        MAX_BODY="2048",
        MAX_BATCH="50",
        CLIENT_RATE="600",
        THREADS="3",
        DURABLE="no",
        CONNECTIONS="200",
        LOG_FORMAT="json",
        LOG_REQUESTS="no",
        REQUEST_ID_HEADER="X-Request-ID",
        METRICS_TOKEN="t" * 20,
        MAIL_SERVER="smtps://perille:secret@mail.example.org",
        MAIL_FROM="learn@example.org",
        OFFLINE="no",
        ROOM_ADDRESSES="192.168.1.5, 10.0.0.7",
        TESTING="true",
    )
    config = load_config(given)
    assert config == Config(
        data_dir=(tmp_path / "data").resolve(),
        database_url="postgresql+psycopg://u:p%40ss@db.example/perille",
        secret_keys=(KEY, "o" * 32),
        record_store_keys=("r" * 32,),
        code_keys=("c" * 32, "d" * 32),
        site_url="https://learn.example.org",
        pack_paths=((tmp_path / "one").resolve(), (tmp_path / "two").resolve()),
        xapi_default_version="1.0.3",
        actor_home="https://people.example.org",
        proxy_hops=2,
        exit_url="https://weather.example.org/",
        issuer="City of Oulu",
        certificate_design="plain",
        notifier="gateway",
        theme="sea",
        production=True,
        rate_limits=False,
        cors_origins=("https://lms.example.org", "*"),
        max_body=2048,
        max_batch=50,
        client_rate=600,
        threads=3,
        durable=False,
        connections=200,
        log_format=LogFormat.JSON,
        log_requests=False,
        request_id_header="X-Request-ID",
        metrics_token="t" * 20,
        mail_server="smtps://perille:secret@mail.example.org",
        mail_from="learn@example.org",
        offline=False,
        room_addresses=("192.168.1.5", "10.0.0.7"),
        testing=True,
    )
    named = {name.removeprefix("PERILLE_").lower() for name in given}
    assert {name.lower() for name in variable_names().values()} == named


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("DATABASE_URL", "somewhere", "sqlite:///file"),
        ("DATABASE_URL", "mysql://host/db", "must begin with sqlite: or postgresql:"),
        ("SECRET_KEY", "short", "32 characters"),
        ("SECRET_KEY", f"{KEY},short", "32 characters"),
        ("SITE_URL", "learn.example.org", "https://learn.example.org"),
        ("SITE_URL", "https://learn.example.org/?a=1", "https://learn.example.org"),
        ("XAPI_DEFAULT_VERSION", "3", "2.0.0, 1.0.3"),
        ("PROXY_HOPS", "-1", "from 0 to 10"),
        ("PROXY_HOPS", "many", "from 0 to 10"),
        ("THREADS", "0", "from 1 to 256"),
        ("THREADS", "٣", "from 1 to 256"),
        ("MAX_BODY", "12", "from 1024"),
        ("PRODUCTION", "perhaps", "yes or no"),
        ("ISSUER", "x" * 121, "120 characters"),
        ("ISSUER", "two\nlines", "one line"),
        ("CORS_ORIGINS", "lms.example.org", "https://lms.example.org"),
    ],
)
def test_a_wrong_value_is_refused_by_name_and_with_what_it_may_be(
    tmp_path: Path, name: str, value: str, hint: str
) -> None:
    with pytest.raises(ConfigError, match=rf"^PERILLE_{name}: .*{re.escape(hint)}"):
        load_config(settings(tmp_path, **{name: value}))


def test_a_misspelt_setting_is_refused_and_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^PERILLE_SITEURL: .*PERILLE_SITE_URL"):
        load_config(settings(tmp_path, SITEURL="https://learn.example.org"))


def test_an_empty_setting_counts_as_absent(tmp_path: Path) -> None:
    assert load_config(settings(tmp_path, THREADS=" ")).threads == 8


def test_the_key_is_made_once_for_this_user_only_and_kept(tmp_path: Path) -> None:
    first = load_config(settings(tmp_path))
    second = load_config(settings(tmp_path))
    assert first.secret_keys == second.secret_keys
    assert len(first.secret_keys[0]) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    keys = {load_config(settings(tmp_path / name)).secret_keys for name in ("one", "two")}
    assert len(keys) == 2


def test_a_spoilt_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("short")
    with pytest.raises(ConfigError, match=r"secret_key.*cannot be read"):
        load_config(settings(tmp_path))


def test_the_data_folder_is_private(tmp_path: Path) -> None:
    load_config(settings(tmp_path / "new" / "data"))
    assert stat.S_IMODE((tmp_path / "new" / "data").stat().st_mode) & 0o077 == 0


def test_a_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"^PERILLE_DATA_DIR: the folder .* cannot be made: "):
        load_config(settings(tmp_path / "file" / "data"))


def test_a_data_folder_that_is_not_writable_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The administrator of the machine may write everywhere, so what the system would answer is put in its mouth.
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(ConfigError, match=r"^PERILLE_DATA_DIR: .* is not writable"):
        load_config(settings(tmp_path))
