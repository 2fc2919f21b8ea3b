"""Another store that statements go on to, and what is known of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from perille.core.sealing import Seal
from perille.lrs import services
from perille.lrs.transfer import forwards
from perille.lrs.transfer.forwards import ForwardStatus
from perille.lrs.transfer.transport import ForwardRequest, Reply
from perille.lrs.xapi.multipart import Part, boundary_of, parts_of

ENDPOINT = "https://other.example/xapi"
SEAL = Seal(["k" * 40])


class Other:
    """Another store; *answers* are given first, then 200."""

    def __init__(self, *answers: Reply | Exception, speaks: Sequence[str] = ("1.0.3", "2.0.0")) -> None:
        self.answers = list(answers)
        self.speaks = list(speaks)
        self.parcels: list[ForwardRequest] = []
        self.asked = 0
        self.got: list[list[str]] = []
        self.contents: list[list[bytes]] = []

    def versions(self, _forward: object) -> list[str]:
        self.asked += 1
        return self.speaks

    def __call__(self, _forward: object, parcel: ForwardRequest) -> Reply:
        self.parcels.append(parcel)
        body, contents = parcel.body, list[Part]()
        if parcel.content_type != "application/json":
            first, *contents = parts_of(parcel.body, boundary_of(parcel.content_type))
            body = first.body
        self.got.append([one["id"] for one in json.loads(body)])
        self.contents.append([part.body for part in contents])
        answer = self.answers.pop(0) if self.answers else Reply(200)
        if isinstance(answer, Exception):
            raise answer
        return answer


def add(work: Callable[..., Any], name: str = "Other", endpoint: str = ENDPOINT, **kwargs: Any) -> None:
    def begin(session: Any) -> None:
        store = services.default_store(session)
        forwards.add_forward(session, store, name, endpoint, ("k", "s"), seal=SEAL, **kwargs)

    work(begin)


def lag(work: Callable[..., Any], place: int = 0) -> ForwardStatus:
    found: ForwardStatus = work(lambda s: forwards.forward_statuses(s, services.default_store(s)))[place]
    return found


def refused(work: Callable[..., Any]) -> list[forwards.RefusedStatement]:
    found: list[forwards.RefusedStatement] = work(lambda s: forwards.refused_by(s, services.default_store(s), "Other"))
    return found
