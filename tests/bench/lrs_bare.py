"""The yardstick: a Flask and SQLite store of one process that checks nothing: `python tests/bench/lrs_bare.py PORT FILE`.

It answers what the load script sends: POST of one statement or a list, stored as text with two indexes. No version, no credentials, no
validation, no filters, no merging: whatever a real record store costs more than this is the price of being one.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import threading
import uuid
from datetime import UTC, datetime

from flask import Flask, Response, request
from waitress import serve

_TABLES = """
CREATE TABLE IF NOT EXISTS statement (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, stored TEXT, actor TEXT, body TEXT);
CREATE INDEX IF NOT EXISTS statement_actor ON statement (actor, seq);
"""


def make_app(path: str) -> Flask:
    """Make the store; one connection, one lock."""
    connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; {_TABLES}")
    lock = threading.Lock()
    app = Flask(__name__)

    @app.post("/xapi/statements")
    def post() -> Response:
        sent = json.loads(request.get_data())
        statements = sent if isinstance(sent, list) else [sent]
        stored = datetime.now(UTC).isoformat()
        rows = []
        for statement in statements:
            key = statement.setdefault("id", str(uuid.uuid4()))
            statement["stored"] = stored
            rows.append((key, stored, json.dumps(statement["actor"]), json.dumps(statement)))
        with lock:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO statement (id, stored, actor, body) VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        return Response(json.dumps([row[0] for row in rows]), mimetype="application/json")

    return app


def main() -> None:
    """Serve it with the threads that the real one has."""
    serve(make_app(sys.argv[2]), host="127.0.0.1", port=int(sys.argv[1]), threads=8)


if __name__ == "__main__":
    main()
