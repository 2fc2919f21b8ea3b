"""Signals between floors: the lower one speaks, the higher one listens."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

#: Sent by the record store inside the transaction that stores statements, whoever sent them.
#: sender: store id (UUID) · session: the SQLAlchemy session · statements: list of perille.lrs.services.StoredStatement, in `seq` order.
statements_stored = _signals.signal("statements-stored")
