"""The line to the mail server: encrypted where it must be, and signed in."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from notices.conftest import Post
from perille.core.config import load_config
from perille.core.errors import ConfigError
from perille.notices.models import NoticeState, Reason
from perille.notices.server import MailServer, Protection, parse_server
from support.mail import running_mail_server, with_password
from support.whole import Whole

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_starttls_and_a_password_are_used(make_whole: Callable[..., Whole], tls: ssl.SSLContext) -> None:
    with running_mail_server(**with_password("perille", "s@fe", tls), require_starttls=True) as server:
        site = make_whole(mail_server=f"smtp://perille:s%40fe@localhost:{server.port}", mail_from="learn@example.org")
        post = Post(site)
        post.queue()
        assert post.send() == 1
    assert len(server.box.messages) == 1


def test_without_starttls_nothing_is_sent(make_whole: Callable[..., Whole]) -> None:
    with running_mail_server() as server:
        post = Post(make_whole(mail_server=f"smtp://localhost:{server.port}", mail_from="learn@example.org"))
        post.queue("invitation")
        assert post.send() == 0
    assert server.box.messages == []
    assert (post.row.state, post.row.reason) == (NoticeState.QUEUED, Reason.UNREACHABLE)


def test_a_certificate_of_a_stranger_is_not_believed(
    make_whole: Callable[..., Whole], tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with running_mail_server(tls_context=tls, require_starttls=True) as server:
        post = Post(make_whole(mail_server=f"smtp://localhost:{server.port}", mail_from="learn@example.org"))
        post.queue("invitation")
        assert post.send() == 0
    assert server.box.messages == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
def test_a_wrong_password_is_said_and_nothing_is_lost(
    make_whole: Callable[..., Whole], caplog: pytest.LogCaptureFixture
) -> None:
    with running_mail_server(**with_password("perille", "right")) as server:
        address = f"smtp+plain://perille:wrong@localhost:{server.port}"
        post = Post(make_whole(mail_server=address, mail_from="learn@example.org"))
        post.queue("invitation")
        assert post.send() == 0
    assert (post.row.state, post.row.reason) == (NoticeState.QUEUED, Reason.SIGN_IN)
    assert "wrong" not in caplog.text


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("smtps://mail.example.org", ("mail.example.org", 465, Protection.TLS, "", "")),
        ("smtp://a%3Ab:c%2Fd@mail.example.org:2525", ("mail.example.org", 2525, Protection.STARTTLS, "a:b", "c/d")),
        ("smtp+plain://[::1]", ("::1", 25, Protection.NONE, "", "")),
    ],
)
def test_an_address_of_a_server_is_read(database_kind: str, address: str, wanted: tuple[object, ...]) -> None:
    found = parse_server(address, "learn@example.org")
    assert (found.host, found.port, found.protection, found.user, found.password) == wanted


def test_a_password_is_not_in_what_is_printed(database_kind: str) -> None:
    server = MailServer(host="h", port=1, protection=Protection.TLS, sender="a@example.org", user="u", password="pw-1")
    assert "pw-1" not in repr(server)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAIL_SERVER", "http://mail.example.org"),
        ("MAIL_SERVER", "smtps://"),
        ("MAIL_SERVER", "smtps://name:hidden-word@mail.example.org/inbox"),
        ("MAIL_FROM", "somebody"),
        ("MAIL_FROM", "a@b\nBcc: x"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(database_kind: str, tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"PERILLE_{variable}") as refusal:
        load_config({"PERILLE_DATA_DIR": str(tmp_path), f"PERILLE_{variable}": value})
    assert "hidden-word" not in str(refusal.value)
