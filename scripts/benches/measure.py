"""Measuring: wall clock, CPU seconds of this process and of PostgreSQL, and turns with a floor."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil


@dataclass
class Meter:
    """Work done, in how much time."""

    things: int = 0
    seconds: float = 0.0
    cpu_here: float = 0.0
    cpu_postgres: float = 0.0

    @property
    def rate(self) -> float:
        """Things a second of wall clock."""
        return self.things / self.seconds if self.seconds else 0.0


@dataclass
class Result:
    """One line of the results page."""

    name: str
    unit: str
    measured: Meter
    floor_name: str
    floor: Meter
    aim: str
    remarks: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """What was measured, as a part of its floor."""
        return self.measured.rate / self.floor.rate if self.floor.rate else 0.0


@contextmanager
def timed(meter: Meter, things: int = 0) -> Iterator[Meter]:
    """Add what happens inside to a meter; `things` may be added there as well."""
    postgres = postgres_cpu()
    cpu, began = time.process_time(), time.perf_counter()
    yield meter
    meter.seconds += time.perf_counter() - began
    meter.cpu_here += time.process_time() - cpu
    meter.cpu_postgres += max(0.0, postgres_cpu() - postgres)
    meter.things += things


def postgres_cpu() -> float:
    """CPU seconds of every PostgreSQL process that runs now; those that ended are left out."""
    total = 0.0
    for process in psutil.process_iter(["name", "cpu_times"]):
        if process.info["name"] == "postgres" and process.info["cpu_times"] is not None:
            total += process.info["cpu_times"].user + process.info["cpu_times"].system
    return total


def percentile(values: list[float], part: float) -> float:
    """The value below which a part of all values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
