"""How many connections the process may hold."""

from __future__ import annotations

import resource

import pytest

from perille.server.limits import usable_connections


@pytest.mark.parametrize(
    ("soft", "hard", "wished", "usable", "raised"),
    [
        (20_000, 20_000, 1000, 1000, 20_000),
        (1024, 4096, 1000, 1000, 3128),
        (1024, 1024, 1000, 298, 1024),
        (256, 1024, 1000, 298, 1024),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, 1000, 1000, resource.RLIM_INFINITY),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_may_be(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, wished: int, usable: int, raised: int
) -> None:
    now = [(soft, hard)]
    monkeypatch.setattr(resource, "getrlimit", lambda _what: now[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _what, limits: now.append(limits))
    assert usable_connections(wished) == usable
    assert now[-1] == (raised, hard)
