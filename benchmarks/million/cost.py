"""What pages and jobs cost at one size of the site, by their names, and which of them were asked."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import Resolver404, resolve

from benchmarks.figures import sized
from benchmarks.sql_time import measured
from facturamos.jobs.models import Job
from facturamos.jobs.tasks import run as run_job

ROUNDS = sized(3, 1)
SHOWN = (200, 302)


@dataclass
class Cost:
    """What something cost: milliseconds of PostgreSQL's processor and of ours, statements, rows read."""

    sql: float
    python: float
    statements: int
    rows: int

    @property
    def milliseconds(self) -> float:
        """Both processors' time."""
        return self.sql + self.python


@dataclass
class Measured:
    """What everything cost at one size, by its name, in the order that it was asked."""

    rounds: int = ROUNDS
    costs: dict[str, Cost] = field(default_factory=dict)
    # The names of addresses that were answered, and the labels of jobs that were done.
    asked: set[str] = field(default_factory=set)

    def note(self, name: str, work: Callable[[], object], rounds: int | None = None) -> None:
        """The cheapest of some rounds."""
        found = [cost_of(work) for _ in range(rounds or self.rounds)]
        self.costs[name] = min(found, key=lambda cost: cost.milliseconds)

    def get(
        self,
        name: str,
        client: Client,
        address: str,
        rounds: int | None = None,
        shown: Collection[int] = SHOWN,
    ) -> Any:
        """A page of some rounds; its last answer."""
        answers: list[Any] = []
        self.note(name, lambda: answers.append(client.get(address)), rounds)
        return self._answered(address, answers[-1], shown)

    def post(self, name: str, client: Client, address: str, data: Mapping[str, Any]) -> Any:
        """What is sent once, and led somewhere or asked for more."""
        answers: list[Any] = []
        self.note(name, lambda: answers.append(client.post(address, data)), rounds=1)
        return self._answered(address, answers[-1], SHOWN)

    def _answered(self, address: str, response: Any, shown: Collection[int]) -> Any:
        assert response.status_code in shown, (address, response.status_code)
        self.asked.add(name_of(address))
        return response

    def work(self, name: str, job: Job) -> None:
        """What a worker does with a job that was handed over."""
        label = job._meta.label
        self.note(name, lambda: run_job(label, str(job.pk)), rounds=1)
        job.refresh_from_db()
        self.asked.add(label)


def name_of(address: str) -> str:
    """How the address is called in the site's urls; "" for who was asked for a step, who has others."""
    try:
        return resolve(address.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


def cost_of(work: Callable[[], object]) -> Cost:
    """What one call costs."""
    with measured() as (sql, rows):
        started = time.process_time()
        work()
        python = 1000 * (time.process_time() - started)
    return Cost(round(sql.milliseconds, 2), round(python, 2), sql.statements, rows())
