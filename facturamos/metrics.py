"""What Prometheus scrapes of a process: pages by name and answer, and how long they took.

Several processes share a folder (`PROMETHEUS_MULTIPROC_DIR`, gunicorn.conf.py); whichever is asked
answers for all.
"""

import os
from collections.abc import Iterator

from django.http import HttpRequest
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from facturamos.status.report import report
from facturamos.version import version

SHARED = "PROMETHEUS_MULTIPROC_DIR"
# Ours are 20 to 300 ms; what takes longer waits for somebody.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

requests = Counter("facturamos_requests", "Pages answered.", ["view", "method", "status"])
seconds = Histogram("facturamos_request_seconds", "How long a page took.", ["view"], buckets=BUCKETS)
METHODS = {"GET", "HEAD", "POST"}


def note(request: HttpRequest, status: int, took: float) -> None:
    """Counts a page by its name: an address may hold anything, and each new label costs memory."""
    match = request.resolver_match
    view = (match.view_name if match else "") or "other"
    method = request.method if request.method in METHODS else "other"
    requests.labels(view, method, str(status)).inc()
    seconds.labels(view).observe(took)


class StatusCollector(Collector):
    """«Estado» as numbers: computed for each scrape."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One family for each key, and the level of each that can be bad."""
        families: dict[str, GaugeMetricFamily] = {}
        levels = GaugeMetricFamily(
            "facturamos_status_level", "0 good, 1 warning, 2 bad.", labels=["key", "labels"]
        )
        about = GaugeMetricFamily("facturamos_version_info", "The version that runs.", labels=["version"])
        about.add_metric([version()], 1)
        for answer in report():
            for finding in answer.findings:
                levels.add_metric([finding.key, ",".join(finding.labels.values())], finding.level)
                if finding.number is not None:
                    name = "facturamos_" + finding.key.replace(".", "_")
                    labels = list(finding.labels)
                    family = families.setdefault(
                        name, GaugeMetricFamily(name, finding.label or finding.key, labels=labels)
                    )
                    family.add_metric(list(finding.labels.values()), finding.number)
        yield from (about, levels, *families.values())


def exposition() -> bytes:
    """All of it, in Prometheus' text format."""
    ours = CollectorRegistry()
    ours.register(StatusCollector())
    pages: CollectorRegistry = REGISTRY
    if os.environ.get(SHARED):
        pages = CollectorRegistry()
        MultiProcessCollector(pages)
    return generate_latest(pages) + generate_latest(ours)
