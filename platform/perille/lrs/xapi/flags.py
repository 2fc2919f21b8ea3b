"""What is noted of a statement as it is parsed, as bits of one number: the database keeps it in the column `marks`."""

from __future__ import annotations

from enum import IntFlag


class StatementFlag(IntFlag):
    """What is known of a kept statement; the members it lacks are added when it is read."""

    VOIDED = 1
    VOIDING = 2
    HAS_ID = 4
    HAS_TIMESTAMP = 8
    HAS_VERSION = 16
    V2 = 32  # arrived in a 2.0 request
    ONLY_V2 = 64  # has contextAgents or contextGroups, which 1.0.3 does not know
    ATTACHMENTS = 128
    REFERENCE = 256  # its object is a StatementRef
    MORE_AGENTS = 512  # it is found by more agents than the one in its row
    IMPORTED = 1024  # read from a file of unknown origin: the authority written in it is a claim
    MAY_VOID = 2048  # sent by a client that may void the statements of every authority
