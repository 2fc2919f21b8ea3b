"""Statements in the record store of a test."""

from __future__ import annotations

import json
from typing import Any

from perille.core.extensions import db
from perille.lrs import services
from perille.lrs.xapi.versions import Version
from support.whole import Whole

VOUCHER = {"objectType": "Agent", "name": "The <player>", "account": {"homePage": "https://x.example", "name": "k"}}


def keep(whole: Whole, *sent: dict[str, Any]) -> None:
    """Store statements."""
    bodies = [json.dumps(each).encode() for each in sent]

    def work() -> None:
        store_id = services.default_store(db.session)
        services.store_statements(db.session(), bodies, store_id=store_id, authority=VOUCHER, version=Version.V2)

    whole.do(work, write=True)
