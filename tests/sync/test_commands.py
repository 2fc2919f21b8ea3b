"""The commands, over a real line: an office that listens on a port, and a laptop."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from werkzeug.serving import make_server

from perille.core.errors import BadRequest, ConfigError
from perille.groups.models import GroupMember
from perille.sync.client import HttpTransport, office_address, office_key
from perille.sync.commands import sync
from sync.pair import Two
from sync.test_carrying import work_on_laptop


@pytest.fixture
def address(two: Two) -> Iterator[str]:
    """Let the office listen; return its address."""
    server = make_server("127.0.0.1", 0, two.office.whole.app, threaded=False)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(two: Two, *words: str) -> Result:
    return CliRunner().invoke(sync, words, obj=lambda: two.laptop.app)


def test_the_commands_take_groups_along_and_bring_them_back(two: Two, address: str) -> None:
    assert "carries for The office" in run(two, "pair", address, "--key", two.key).output
    assert "Monday" in run(two, "groups").output
    assert "learning_group" in run(two, "take", "Monday").output
    work_on_laptop(two)
    brought = run(two, "bring")
    assert (brought.exit_code, brought.exception) == (0, None), brought.output
    assert "group_member" in brought.output
    assert [row.name for row in two.office.whole.scalars(select(GroupMember))] == ["Nour"]
    assert run(two, "bring").output == "Nothing is new: all of it was carried before.\n"


def test_what_goes_wrong_is_said_in_words(two: Two, address: str) -> None:
    wrong = run(two, "pair", address, "--key", "room-wrong")
    assert isinstance(wrong.exception, ConfigError)
    assert "(key)" in str(wrong.exception)
    run(two, "pair", address, "--key", two.key)
    assert "no open group 'Friday'" in str(run(two, "take", "Friday").exception)
    gone = run(two, "pair", "http://127.0.0.1:9", "--key", two.key)
    assert "nobody answers. Is there internet, and is the address right?" in str(gone.exception)
    assert "goes on from there" in str(gone.exception)


@pytest.mark.parametrize(
    ("scheme", "answer"),
    # The last one is cut while the encryption greets.
    [("http", b""), ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{"), ("https", b"")],
)
def test_a_line_that_is_cut_is_told_without_words_of_programs(scheme: str, answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as office:

        def cut() -> None:
            line = office.accept()[0]
            line.recv(65536)
            line.sendall(answer)
            line.close()

        threading.Thread(target=cut, daemon=True).start()
        with pytest.raises(OSError, match=r"^the line was cut\.$"):
            HttpTransport(f"{scheme}://127.0.0.1:{office.getsockname()[1]}")("GET", "/", {}, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://learn.example.org",
        "ftp://x.example",
        "https://u:p@x.example",
        "learn.example.org",
        "",
        "https://[",
        "https://x:port",
    ],
)
def test_the_key_is_never_sent_over_an_open_line(url: str) -> None:
    with pytest.raises(ConfigError, match="https://|no address of a site"):
        office_address(url)


def test_without_an_office_the_commands_say_what_to_do_first(two: Two) -> None:
    office = CliRunner().invoke(sync, ["bring"], obj=lambda: two.office.whole.app)
    assert isinstance(office.exception, BadRequest)
    assert "perille sync pair" in str(office.exception)


def test_the_office_prints_a_key_for_a_laptop(two: Two) -> None:
    printed = CliRunner().invoke(sync, ["key", "The office", "--label", "2"], obj=lambda: two.office.whole.app)
    two.key = printed.output.strip()
    assert two.pair() == "The office"


def test_a_certificate_that_this_computer_does_not_trust_is_told_and_no_key_is_sent(
    two: Two, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = make_server("localhost", 0, two.office.whole.app, ssl_context=tls)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"https://localhost:{server.port}"
    assert (
        run(two, "pair", url, "--key", two.key).output
        == "This laptop carries for The office. Next: perille sync take\n"
    )
    monkeypatch.delenv("SSL_CERT_FILE")
    told = str(run(two, "bring").exception)
    server.shutdown()
    server.server_close()
    assert "does not trust the certificate of this address (self-signed certificate" in told
    assert "nothing was sent" in told
    assert "SSL_CERT_FILE" in told
    assert "goes on from there" in told


@pytest.mark.parametrize("key", ["", "room-кл", "room-a b", "room-a\nX: y"])
def test_what_is_no_key_is_told(key: str) -> None:
    with pytest.raises(ConfigError, match="begins with room-"):
        office_key(key)
