"""`perille serve --lan`: at which addresses it listens, and what it prints."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner
from flask import Flask

from perille import serving
from perille.core.config import Config
from perille.core.errors import ConfigError
from perille.server import room
from perille.server.room import AddressWatch, in_words, is_private, private_addresses, qr_code
from perille.server.wsgi import Server
from support.bare_server import GET, PATIENCE, Site, answer
from support.site import run_site

KEY = "test" * 10


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (["127.0.0.1", "203.0.113.9", "8.8.8.8"], ()),
        (["10.0.0.7", "192.168.1.5", "127.0.0.1"], ("192.168.1.5", "10.0.0.7")),
        (["172.17.0.1", "10.0.0.7"], ("10.0.0.7", "172.17.0.1")),
        (["169.254.3.4", "8.8.8.8"], ("169.254.3.4",)),
        (["172.32.0.1", "192.169.0.1", "11.0.0.1", "100.64.0.1"], ()),
    ],
)
def test_only_addresses_of_private_networks_are_taken_the_likeliest_first(
    found: list[str], wanted: tuple[str, ...]
) -> None:
    assert private_addresses(found) == wanted


def test_the_addresses_of_this_computer_are_found_without_sending_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [])
    assert "127.0.0.1" in room._all_addresses()


@pytest.mark.parametrize("address", ["8.8.8.8", "0.0.0.0", "learn.example.org", "", "::"])  # noqa: S104  (refused)
def test_a_public_address_is_not_listened_on(tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "private_addresses", lambda: ())
    monkeypatch.setattr(serving, "listen", lambda *_: pytest.fail("listened"))
    with pytest.raises(ConfigError):
        serving._serve_room(address, 0)


def test_without_a_network_the_command_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "private_addresses", lambda: ())
    ended = CliRunner().invoke(serving.serve, ["--lan", "--port", "0"])
    assert isinstance(ended.exception, ConfigError)
    assert "Join the Wi-Fi" in str(ended.exception)


def test_it_listens_at_the_named_addresses_and_for_the_computer_itself_alone() -> None:
    with ExitStack() as stack:
        listeners = serving.listen_to_room(stack, ("127.0.0.2", "127.0.0.3"), 0)
        places = [each.getsockname() for each in listeners]
        assert [host for host, _port in places] == ["127.0.0.2", "127.0.0.3", "127.0.0.1"]
        port = places[0][1]
        assert {number for _host, number in places} == {port}
        with socket.socket() as other:
            assert other.connect_ex(("127.0.0.4", port)) != 0


def test_a_server_answers_at_every_address_and_shuts_all_of_them_at_its_end() -> None:
    with ExitStack() as stack:
        listeners = serving.listen_to_room(stack, ("127.0.0.2", "127.0.0.3"), 0)
        port = listeners[0].getsockname()[1]
        server = Server(Site(), listeners[0], threads=2, further=listeners[1:])
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.1"):
            with socket.create_connection((host, port), PATIENCE) as phone:
                phone.sendall(GET)
                assert b"200 OK" in answer(phone)
        server.stop()
        thread.join(PATIENCE)
        for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3"):
            with socket.socket() as late:
                assert late.connect_ex((host, port)) != 0


def test_the_settings_of_a_room_lead_to_its_address_and_trust_no_proxy(tmp_path: Path) -> None:
    plain = Config(
        data_dir=tmp_path, database_url="sqlite://", secret_keys=(KEY,), site_url="https://learn.example.org/x", proxy_hops=1
    )  # fmt: skip
    made = serving.room_config(plain, ("192.168.1.5", "10.0.0.7"), 8000)
    assert (made.site_url, made.room_addresses) == ("http://192.168.1.5:8000", ("192.168.1.5", "10.0.0.7"))
    assert (made.proxy_hops, made.offline) == (0, False)


def test_the_terminal_shows_every_address_and_the_first_as_a_picture() -> None:
    words = in_words(("192.168.1.5", "10.0.0.7"), 8000)
    assert "http://192.168.1.5:8000" in words
    assert "http://10.0.0.7:8000" in words
    picture = qr_code("http://192.168.1.5:8000")
    assert picture in words
    # Two rows of the picture a line, in half blocks, with a margin of two on each side.
    size = segno.make("http://192.168.1.5:8000", error="l", micro=False).symbol_size(border=2)[1]
    assert len(picture.strip("\n").splitlines()) == -(-size // 2)


def test_a_new_address_is_noticed_and_being_in_no_network_is_not_taken_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter([("10.0.0.7",), (), ("10.0.0.7",), ("10.0.0.8",)])
    monkeypatch.setattr(room, "private_addresses", lambda: next(seen))
    noticed = threading.Event()
    watch = AddressWatch(("10.0.0.7",), noticed.set, every=0.001)
    watch.start()
    assert noticed.wait(PATIENCE)
    watch.stop()
    assert watch.changed
    assert list(seen) == []


def test_a_room_is_served_anew_at_its_new_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PERILLE_DATA_DIR", str(tmp_path))
    places = iter([("127.0.0.2",), ("127.0.0.3",)])
    monkeypatch.setattr(serving, "private_addresses", lambda: next(places))
    monkeypatch.setattr(room, "private_addresses", lambda: ("127.0.0.3",))
    served = []

    def run(app: Flask, address: str, started: Callable[[], None], make: Callable[[Flask], Server]) -> None:
        served.append(address.rpartition(":")[0])
        server = make(app)
        if len(served) == 2:
            server.stop()
        server.run()

    monkeypatch.setattr(serving, "_run", run)
    monkeypatch.setattr(serving, "AddressWatch", lambda known, act: AddressWatch(known, act, every=0.001))
    ended = CliRunner().invoke(serving.serve, ["--lan", "--port", "0"], catch_exceptions=False)
    assert served == ["http://127.0.0.2", "http://127.0.0.3"]
    assert ended.output.count("another address") == 1


@pytest.mark.parametrize("address", ["192.168.1.5", "127.0.0.1", "10.1.2.3"])
def test_an_address_of_a_room_may_be_named(address: str) -> None:
    assert is_private(address)


def test_the_command_serves_a_room_and_prints_the_way_in(tmp_path: Path) -> None:
    with run_site(tmp_path, arguments=["--lan", "--host", "127.0.0.1"]) as site:
        status, page = site.get("/en/room")
        assert status == 200
        assert site.url in page
        assert f"This room is at {site.url}" in site.output
        assert qr_code(site.url).splitlines()[3] in site.output
        assert site.get("/en/", Host="evil.example")[0] == 400
        assert site.administrator_link.startswith(site.url)
