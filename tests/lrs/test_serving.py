"""`perille serve` sends on by itself what is to go to other stores."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

from lrs.samples import statement
from support.site import free_port, run_site


def listen(got: Queue[list[str]]) -> ThreadingHTTPServer:
    """Start another store, which takes everything and notes the ids."""

    class Other(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"[]")
            got.put([each["id"] for each in json.loads(body)])

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_a_server_sends_on_what_waits_and_a_store_that_is_away_stops_nothing(tmp_path: Path) -> None:
    lines = tmp_path / "statements.jsonl"
    sent = [statement(authority={"objectType": "Agent", "mbox": "mailto:voucher@example.com"}) for _ in range(120)]
    lines.write_text("".join(json.dumps(each) + "\n" for each in sent), "utf-8")
    got: Queue[list[str]] = Queue()
    other = listen(got)
    with run_site(tmp_path) as site:
        site.command("lrs", "import", str(lines))
        words = ["forward", "add", "--key", "k", "--secret", "s", "--from-start", "--allow-http", "--endpoint"]
        site.command("lrs", *words, f"http://127.0.0.1:{free_port()}/xapi", "--name", "Away")
        site.command("lrs", *words, f"http://127.0.0.1:{other.server_port}/xapi", "--name", "Other")
    with run_site(tmp_path) as site:
        found = [number for _ in range(3) for number in got.get(timeout=60)]
        assert found == [each["id"] for each in sent]
        assert site.get("/healthz")[0] == 200
        away, here = site.command("lrs", "forward", "list").splitlines()
        assert re.match(r"Away: 120 waiting, 0 refused, [1-9]\d* failures \S", away), away
        assert here.startswith("Other: ")
    other.shutdown()
    other.server_close()
