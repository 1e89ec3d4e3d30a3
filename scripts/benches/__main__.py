"""Run the benches one after another on a PostgreSQL of their own and write the results page."""

import argparse
import tempfile
from pathlib import Path
from typing import Final

import structlog

from api.service import PARTS
from benches.appending import bulk_append
from benches.books import exporting, to_cash
from benches.checking import checking
from benches.differing import differences, differing
from benches.page import HEAD, conditions, latencies, table
from benches.papers import claiming, settling
from benches.proving import nodes, signed_appends
from benches.reading import reads
from benches.replaying import fill, memory_of_a_child, rebuilding, replaying
from benches.sealing import sealing
from benches.serving import single_appends, streamed_appends
from benches.starting import starting
from ledger.log.embedded import start
from ledger.log.migrations import migrate
from ledger.log.postgres import PostgresLog
from projections.runner import Runner

PAGE: Final = Path(__file__).resolve().parents[1] / "bench_results.md"
BIG: Final = "big"


def main() -> None:
    """Measure, print, and write the page."""
    asked = _arguments()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = start(Path(folder) / "postgresql")
        try:
            migrate(server.dsn, PARTS)
            page = _measured(server.dsn, asked)
        finally:
            server.stop()
    print(page)
    asked.page.write_text(page, encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--append", type=int, default=300, help="children appended in bulk")
    parser.add_argument("--singles", type=int, default=3_000, help="single appends over HTTP")
    parser.add_argument("--children", type=int, default=500, help="children replayed and read")
    parser.add_argument(
        "--check", type=int, default=20_000, help="about so many events checked; 1000000 can be"
    )
    parser.add_argument("--started", type=int, default=500, help="children a start has to load")
    parser.add_argument("--lines", type=int, default=5_000, help="lines of a claim")
    parser.add_argument("--reads", type=int, default=100, help="how often each read is asked")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the results are written")
    return parser.parse_args()


def _measured(dsn: str, asked: argparse.Namespace) -> str:
    sizes = {
        "children appended": asked.append,
        "single appends": asked.singles,
        "children replayed and read": asked.children,
        "events checked": asked.check,
        "children a start has to load": asked.started,
        "lines of a claim and fees of a settlement": asked.lines,
        "times each read": asked.reads,
    }
    head = HEAD + conditions(dsn, sizes)
    results = bulk_append(dsn, asked.append)
    results.append(streamed_appends(dsn, asked.append))
    results += [single_appends(dsn, asked.singles, projecting=on) for on in (False, True)]
    results.append(signed_appends(dsn, asked.singles))
    results += nodes(dsn)
    results += sealing(dsn, asked.append)
    starts, said_of_starts = starting(dsn, asked.started)
    results += starts
    results += [claiming(dsn, asked.lines), settling(dsn, asked.lines)]
    results.append(checking(dsn, asked.check))
    filled = fill(dsn, BIG, asked.children)
    to_cash(dsn, BIG)
    results += [replaying(dsn, BIG), rebuilding(dsn, BIG)]
    memory = memory_of_a_child(dsn, BIG, asked.children)
    said = f"Filling a ledger with {filled.things:,} events took {filled.seconds:.1f} s. "
    said += f"Memory: {memory}.\n\n{said_of_starts}"
    log = PostgresLog(dsn)
    events = log.head(BIG).version
    log.close()
    Runner(dsn).catch_up(BIG)
    results.append(exporting(dsn, BIG))
    moved = differences(differing(dsn, BIG))
    found = reads(dsn, BIG, asked.children, asked.reads)
    return head + table(results) + said + moved + latencies(found, events)


if __name__ == "__main__":
    main()
