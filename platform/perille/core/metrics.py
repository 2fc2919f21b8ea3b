"""Figures for Prometheus: how requests were answered, and what each feature has to say of its own.

No label has values that grow with use: no address, no name, no number of anybody. See `core/web/metrics_page.py` for who may read them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from perille.core.database import Session
from perille.core.extension_state import AppSlot

#: Seconds until an answer begins: what a reader does not notice, notices, and gives up on.
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
#: With this variable several processes of one server keep their counts together (documentation of prometheus_client, "Multiprocess Mode").
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure as it is now.

    >>> Gauge("perille_store_unindexed", "Statements that are not indexed yet", 12).value
    12
    """

    name: str
    #: One line of plain English.
    help: str
    value: float
    #: Names and values; of each name few values are possible.
    labels: Mapping[str, str] = field(default_factory=dict)
    #: Whether it only grows, until the process ends; its name then ends with `_total`.
    counter: bool = False


#: What a feature has to say, read in a transaction that writes nothing.
Gauges = Callable[[Session], Iterable[Gauge]]


class RequestMetrics:
    """How the requests of one application were answered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._count = Counter(
            "perille_requests", "Requests answered", ("part", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "perille_request_seconds",
            "Seconds until an answer begins",
            ("part",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def note(self, part: str, method: str, status: int, seconds: float) -> None:
        """Count one request. *part*: the blueprint that answered, or "none"."""
        key = part, method, status
        found = self._children.get(key)
        if found is None:
            # Looked up once: prometheus_client builds a tuple of texts each time.
            found = self._count.labels(part, method, str(status)), self._seconds.labels(part)
            self._children[key] = found
        found[0].inc()
        found[1].observe(seconds)


current_metrics = AppSlot("metrics", RequestMetrics)


class ServerLoad(Protocol):
    """What the embedded server knows of its load."""

    @property
    def load(self) -> Mapping[str, float]:
        """Return how many there are of what: connections, requests that wait, requests at work."""
        ...


#: The embedded server of this process, where there is one.
current_server = AppSlot[ServerLoad]("server")


def exposition(requests: RequestMetrics, gauges: Iterable[Gauge]) -> bytes:
    """Return all figures in Prometheus' text format 0.0.4."""
    counted = requests.registry
    if os.environ.get(_MULTIPROC):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    current = CollectorRegistry()
    current.register(_GaugeCollector(gauges))
    return generate_latest(counted) + generate_latest(current)


class _GaugeCollector:
    """Gauges as a collector of Prometheus."""

    def __init__(self, gauges: Iterable[Gauge]) -> None:
        self._gauges = tuple(gauges)

    def collect(self) -> Iterable[Metric]:
        """Yield a family for each name."""
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for each in self._gauges:
            family = families.get(each.name)
            if family is None:
                made = CounterMetricFamily if each.counter else GaugeMetricFamily
                family = families[each.name] = made(each.name, each.help, labels=list(each.labels))
            family.add_metric(list(each.labels.values()), each.value)
        return families.values()
