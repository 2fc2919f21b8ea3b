"""Measure how learners fare while hostile clients try to switch the site off.

    .venv/bin/python tests/bench/hostile.py [--phones 300] [--seconds 120] [--calm]

A server of its own (`perille serve`, SQLite, default settings), 300 phones that keep their connection open and read the course of Finland,
half of them behind one address, and ten hostile clients with an address each: half-sent requests, bytes sent one by one, bodies
that do not end, answers that nobody fetches, connections that do nothing, floods of pages, guessed codes, posts to the record
store. Everything stays on 127.0.0.0/8 of this machine, shares its processors, and ends by itself. `--calm` leaves the hostile
clients out, for comparison.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from support.commands import PERILLE
from support.site import Site, run_site

COURSE = "/en/courses/finland"
PAGES = tuple(f"{COURSE}/{key}?screen={screen}" for key in ("home", "money", "health", "work") for screen in (1, 2, 3))
#: Seconds between two pages of one phone, on average.
READING = 20.0
#: Seconds after which a phone counts a page as not answered.
GIVEN_UP = 30.0


class Phone:
    """A learner's browser: one connection, kept open while the server keeps it."""

    def __init__(self, port: int, address: str, report: Report) -> None:
        self.port, self.address, self.report = port, address, report
        self.cookie = ""
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def live(self, until: float) -> None:
        """Start the course, then read until the time is over."""
        await asyncio.sleep(random.uniform(0, READING))
        await self.measured("POST", f"{COURSE}/start")
        while time.monotonic() < until:
            await asyncio.sleep(random.uniform(0.5, 1.5) * READING)
            await self.measured("GET", random.choice(PAGES))
        await self.close()

    async def measured(self, method: str, path: str) -> None:
        """Ask for a page, on a new connection where the old one was closed, as a browser does."""
        begun = time.monotonic()
        for reused in (self.writer is not None, False):
            try:
                async with asyncio.timeout(GIVEN_UP):
                    status = await self.ask(method, path)
                self.report.add(method, status, time.monotonic() - begun)
                return
            except TimeoutError:
                self.report.add(method, 0, GIVEN_UP)
                await self.close()
                return
            except (OSError, asyncio.IncompleteReadError):
                await self.close()
                if not reused:
                    self.report.add(method, 0, time.monotonic() - begun)
                    return

    async def ask(self, method: str, path: str) -> int:
        """Send one request; return the status of its answer."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.address, 0)
            )
        assert self.reader is not None
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\nCookie: {self.cookie}\r\n"
        self.writer.write(f"{head}Content-Length: 0\r\n\r\n".encode())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in answer.split("\r\n")[1:] if ": " in line)
        await self.reader.readexactly(int(fields.get("content-length", 0)))
        if "set-cookie" in fields:
            self.cookie = answer.split("Set-Cookie: ", 1)[1].split(";", 1)[0]
        if fields.get("connection") == "close":
            await self.close()
        return int(answer.split(" ", 2)[1])

    async def close(self) -> None:
        """Hang up."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Report:
    """What the phones saw."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = {"GET": [], "POST": []}
        self.statuses: Counter[int] = Counter()

    def add(self, method: str, status: int, seconds: float) -> None:
        """Note one page; status 0 is none."""
        self.statuses[status] += 1
        self.times[method].append(seconds * 1000)

    def lines(self) -> list[str]:
        """Return the figures."""
        every = [each for times in self.times.values() for each in times]
        return [
            f"answers by status: {dict(self.statuses)} (0: none)",
            f"pages read     {_figures(self.times['GET'])}",
            f"courses begun  {_figures(self.times['POST'])}",
            f"all            {_figures(every)}",
        ]


def _figures(times: list[float]) -> str:
    cuts = statistics.quantiles(times, n=100)
    return f"{len(times):5}: median {statistics.median(times):.0f} ms, p95 {cuts[94]:.0f}, p99 {cuts[98]:.0f}, most {max(times):.0f}"


async def read_courses(port: int, phones: int, seconds: float) -> Report:
    """Let the phones read; every second one is behind the same address."""
    report, until = Report(), time.monotonic() + seconds
    addresses = ["127.0.0.2" if number % 2 else f"127.1.{number // 250}.{number % 250 + 1}" for number in range(phones)]
    await asyncio.gather(*(Phone(port, address, report).live(until) for address in addresses))
    return report


# The hostile clients: each runs in connections of its own until it is cancelled.


async def send_in_crumbs(port: int, address: str, beginning: bytes, pause: float, rest: int = 1 << 30) -> None:
    """Send the beginning of a request, then a byte at a time."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(beginning)
        for _byte in range(rest):
            await asyncio.sleep(pause)
            writer.write(b"a")
            await writer.drain()
    finally:
        writer.close()


async def fetch_nothing(port: int, address: str) -> None:
    """Ask for a large answer many times and read none of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0), limit=1024)
    try:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        for _time in range(10_000):
            writer.write(f"GET {COURSE} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            await writer.drain()
            await asyncio.sleep(0.05)
    finally:
        writer.close()


async def do_nothing(port: int, address: str) -> None:
    """Hold a connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        await reader.read()
    finally:
        writer.close()


async def flood(port: int, address: str, request: bytes) -> None:
    """Send the same request as fast as it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        while True:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]
            await reader.readexactly(int(length or 0))
    finally:
        writer.close()


def attackers(port: int) -> list[list]:
    """Return for each hostile client the works that it does at once, each a function that makes a coroutine."""
    host = f"Host: 127.0.0.1:{port}\r\n".encode()
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    page = b"GET " + COURSE.encode() + b"/home HTTP/1.1\r\n" + host + b"\r\n"
    guess = b"POST /en/resume HTTP/1.1\r\n" + host + form + b"Content-Length: 21\r\n\r\ncode=1234567890123456"
    unknown = b"POST /xapi/statements HTTP/1.1\r\n" + host + b"Content-Length: 50000\r\n\r\n" + b" " * 50000
    half = b"GET /en/ HTTP/1.1\r\n" + host + b"X-Padding: "
    body = b"POST /en/resume HTTP/1.1\r\n" + host + form + b"Content-Length: 200000\r\n\r\n"
    own = [f"127.9.0.{number}" for number in range(1, 11)]
    return [
        [lambda a=own[0]: send_in_crumbs(port, a, half, 2)] * 150,
        [lambda a=own[1]: send_in_crumbs(port, a, half, 9)] * 150,
        [lambda a=own[2]: send_in_crumbs(port, a, half, 0)] * 10,
        [lambda a=own[3]: send_in_crumbs(port, a, body, 1)] * 150,
        [lambda a=own[4]: fetch_nothing(port, a)] * 100,
        [lambda a=own[5]: do_nothing(port, a)] * 300,
        [lambda a=own[6]: flood(port, a, page)] * 8,
        [lambda a=own[7]: flood(port, a, page)] * 30,
        [lambda a=own[8]: flood(port, a, guess)] * 8,
        [lambda a=own[9]: flood(port, a, unknown)] * 4,
    ]


async def attack(port: int, seconds: float) -> None:
    """Let the hostile clients work for a time; whoever is hung up on comes again."""

    async def again(work) -> None:
        while True:
            try:
                await work()
            except (OSError, ValueError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.2)

    tasks = [asyncio.create_task(again(work)) for works in attackers(port) for work in works]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Memory:
    """Looks at a process's memory twice a second."""

    def __init__(self, process: int) -> None:
        self._status = Path(f"/proc/{process}/status")
        self.most = Counter[str]()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.5):
            for line in self._status.read_text().splitlines():
                name, _colon, value = line.partition(":")
                if name in ("VmRSS", "RssAnon"):
                    self.most[name] = max(self.most[name], int(value.split()[0]) // 1024)


def measure(site: Site, options: argparse.Namespace) -> None:
    """Print what the phones saw and what the server needed."""
    port = int(site.url.rsplit(":", 1)[1])
    for path in ("/en/", COURSE, *PAGES):
        site.get(path)
    command = [sys.executable, __file__, "--attack", str(port), "--seconds", str(options.seconds + 5)]
    hostile = None if options.calm else subprocess.Popen(command)
    with Memory(site.process.pid) as memory:
        report = asyncio.run(read_courses(port, options.phones, options.seconds))
    if hostile is not None:
        hostile.wait()
    for line in report.lines():
        print(line)
    print(f"memory of the server, MB: {memory.most['VmRSS']} resident at most, {memory.most['RssAnon']} of it its own")
    print(f"lines of its log: {len(site.output.splitlines())}")


def main() -> None:
    """Measure, or be the hostile clients of a measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--attack", type=int, metavar="PORT", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.attack:
        os.nice(10)  # hostile clients bring processors of their own
        asyncio.run(attack(options.attack, min(options.seconds, 600)))
        return
    with tempfile.TemporaryDirectory() as folder, run_site(Path(folder), command=[PERILLE]) as site:
        measure(site, options)


if __name__ == "__main__":
    main()
