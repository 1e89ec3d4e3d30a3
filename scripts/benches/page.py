"""The results page: what was measured, under which conditions, in a table that can be compared."""

import os
import platform
from importlib.metadata import version
from typing import Final

import psycopg

from benches.measure import Result
from benches.reading import Latency

LIBRARIES: Final = ("eventsourcing", "psycopg", "msgspec", "fastapi", "uvicorn")
HEAD: Final = """# Results of `scripts/bench`

A floor is measured in turns with what it is the floor of, in the same run: the ratio says more than
the speed, which is that of one machine on one day.

"""


def conditions(dsn: str, sizes: dict[str, int]) -> str:
    """Where and with what it ran."""
    with psycopg.connect(dsn) as connection:
        server = connection.info.parameter_status("server_version")
        (durable,) = connection.execute("SHOW fsync").fetchone() or ("unknown",)
        (waits,) = connection.execute("SHOW synchronous_commit").fetchone() or ("unknown",)
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    rows = {
        "cores": f"{os.cpu_count()} ({platform.machine()}), shared by client, service and database",
        "load before": _load(),
        "Python": platform.python_version(),
        "PostgreSQL": f"{server}, fsync {durable}, synchronous_commit {waits}",
        "libraries": libraries,
        "sizes": ", ".join(f"{name} {size:,}" for name, size in sizes.items()),
    }
    return "\n".join(f"- {name}: {value}" for name, value in rows.items()) + "\n\n"


def _load() -> str:
    load = os.getloadavg()[0]
    shared = "; others used the cores too: read the ratios, not the speeds"
    return f"{load:.1f}" + (shared if load > (os.cpu_count() or 1) else "")


def table(results: list[Result]) -> str:
    """One line a result; CPU seconds of this process and of PostgreSQL."""
    lines = [
        "| what | a second | floor | a second | ratio | aim | CPU s here / PostgreSQL |",
        "|---|--:|---|--:|--:|---|--:|",
    ]
    for found in results:
        cpu = f"{found.measured.cpu_here:.1f} / {found.measured.cpu_postgres:.1f}"
        lines.append(
            f"| {found.name} | {found.measured.rate:,.0f} {found.unit} | {found.floor_name} "
            f"| {found.floor.rate:,.0f} | {found.ratio:.2f} | {found.aim} | {cpu} |"
        )
    return "\n".join(lines) + "\n\n"


def latencies(found: list[Latency], events: int) -> str:
    """One line a read."""
    lines = [
        f"Reads over HTTP by one client, at {events:,} events. The floor is an authorised read of",
        "nothing, in turns with each. Aim: balances at any pair, p99 under 10 ms.",
        "",
        "| read | median ms | p99 ms | floor, median ms | times the floor |",
        "|---|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {read.name} | {read.median_ms:.1f} | {read.p99_ms:.1f} | {read.floor_ms:.1f} "
        f"| {read.times:.1f} |"
        for read in found
    ]
    return "\n".join(lines) + "\n"
