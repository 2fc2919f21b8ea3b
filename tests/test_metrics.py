"""Figures for Prometheus: for whoever has the token, whole, and with few labels."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from perille.core.extensions import db
from perille.core.metrics import Gauge, RequestMetrics, current_server, exposition
from support.whole import Whole

TOKEN = "a token that only tests know"


def figures(site: Whole, token: str = TOKEN) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = site.visitor().client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.get_data(as_text=True))
    return {
        (each.name, tuple(sorted(each.labels.items()))): each.value for family in families for each in family.samples
    }


@pytest.mark.parametrize(
    ("settings", "header"),
    [
        ({}, ""),
        ({}, "Bearer "),
        ({"metrics_token": TOKEN}, ""),
        ({"metrics_token": TOKEN}, f"Bearer {TOKEN}x"),
        ({"metrics_token": TOKEN}, "Bearer ä"),
    ],
)
def test_without_the_token_there_is_no_such_page(
    make_whole: Callable[..., Whole], settings: dict[str, str], header: str
) -> None:
    visitor = make_whole(**settings).visitor()
    answer = visitor.client.get("/metrics", headers={"Authorization": header.encode().decode("latin-1")})
    missing = visitor.client.get("/metric", headers={})
    assert answer.status_code == 404
    assert missing.status_code == 404


def test_requests_are_counted_by_part_method_and_status(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(metrics_token=TOKEN)
    visitor = site.visitor()
    for path in ("/en/courses/way", "/en/courses/way", "/en/courses/nothing-of-that", "/nothing", "/xapi/statements"):
        visitor.client.get(path)
    seen = figures(site)
    labels = [dict(name[1]) | {"count": value} for name, value in seen.items() if name[0] == "perille_requests_total"]
    assert {"part": "learning", "method": "GET", "status": "200", "count": 2.0} in labels
    assert {"part": "record_store", "method": "GET", "status": "401", "count": 1.0} in labels
    assert {"part": "none", "method": "GET", "status": "404", "count": 1.0} in labels
    assert seen["perille_request_seconds_count", (("part", "learning"),)] == 3


def test_no_label_grows_with_what_clients_send(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(metrics_token=TOKEN)
    client = site.visitor().client
    client.get("/en/")
    client.get("/en/none-0")
    client.get("/xapi/none-0")
    client.open("/en/", method="ODD0")
    figures(site)
    before = len(figures(site))
    for number in range(1, 20):
        client.get(f"/en/none-{number}?q={number}")
        client.get(f"/xapi/none-{number}")
        client.open("/en/", method=f"ODD{number}")
    assert len(figures(site)) == before


def test_it_tells_of_packs_jobs_the_store_the_lock_and_the_disk(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(metrics_token=TOKEN)
    names = {name for name, _labels in figures(site)}
    assert {
        "perille_pack_info", "perille_store_unindexed", "perille_forward_waiting", "perille_forward_lag_seconds",
        "perille_writer_lock_waits_total", "perille_writer_lock_seconds_total", "perille_disk_free_bytes", "perille_jobs_running",
        "perille_build_info",
    } <= names  # fmt: skip
    packs = [dict(labels) for name, labels in figures(site) if name == "perille_pack_info"]
    assert {"pack": "course_way", "version": "1.0"} in packs or any(each["pack"] == "course_way" for each in packs)


def test_a_server_that_is_ours_tells_its_load(make_whole: Callable[..., Whole]) -> None:
    class Busy:
        load = {"connections": 7.0, "requests_waiting": 2.0}

    site = make_whole(metrics_token=TOKEN)
    current_server.set(site.app, Busy())
    assert figures(site)["perille_server_connections", ()] == 7.0


def test_two_sites_in_one_process_count_apart() -> None:
    one, other = RequestMetrics(), RequestMetrics()
    one.note("learning", "GET", 200, 0.01)
    assert b"learning" in exposition(one, ())
    assert b"learning" not in exposition(other, [Gauge("perille_x", "X", 1.0)])


def test_reading_the_figures_writes_nothing(make_whole: Callable[..., Whole]) -> None:
    site = make_whole(metrics_token=TOKEN)
    before = site.counts()
    figures(site)
    assert site.counts() == before
    assert db is not None


def test_processes_of_one_server_are_counted_together(tmp_path: Path) -> None:
    count = (
        "import sys; from perille.core.metrics import RequestMetrics, exposition; site = RequestMetrics();"
        " site.note('learning', 'GET', 200, 0.01); sys.stdout.write(exposition(site, ()).decode())"
    )
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    runs = [
        subprocess.run([sys.executable, "-c", count], env=environ, capture_output=True, text=True, check=True)
        for _process in range(3)
    ]
    counts = [line for line in runs[-1].stdout.splitlines() if line.startswith("perille_requests_total{")]
    assert counts == ['perille_requests_total{method="GET",part="learning",status="200"} 3.0']
