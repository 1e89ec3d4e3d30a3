"""A process that appends to a ledger until it is told to stop, and notes what was acknowledged.

    python -m tests.crash.appender DSN NAME ACKNOWLEDGED STOP

Every line of ACKNOWLEDGED is one answer: event id, first version, last version, seal version, root.
Children are shared with other processes, so that both try to enrol the same ones.
"""

import sys
import threading
from pathlib import Path

from ledger.log.postgres import PostgresLog
from ledger.log.refusals import Unavailable
from ledger.log.requests import AppendAnswer, Recorded
from ledger.log.writer import Writer
from tests.log.facts import enrolled, interaction, request

CLIENTS = 4
INTERACTIONS = 3
ANSWER_SECONDS_MAX = 60


def note(lines: list[str], answer: AppendAnswer, event_id: str) -> None:
    """Remember an acknowledged fact."""
    for result in answer.results:
        if isinstance(result, Recorded):
            seal = f"{answer.seal.version} {answer.seal.root.hex()}"
            lines.append(f"{event_id} {result.first_version} {result.last_version} {seal}\n")


def append_until(writer: Writer, client: int, name: str, acknowledged: Path, stop: Path) -> None:
    """Enrol children and record interactions, one request at a time."""
    number = 0
    with acknowledged.open("a") as file:
        while not stop.exists() and writer.running:
            child = f"c{client}-{number}"
            lines: list[str] = []
            enrolment = f"enrol-{child}"
            asked = request(enrolled(child, enrolment), idempotency_key=f"{name}-{child}")
            note(lines, writer.submit(asked).result(ANSWER_SECONDS_MAX), enrolment)
            for meeting in range(INTERACTIONS):
                event_id = f"{name}-{child}-{meeting}"
                asked = request(interaction(child, event_id))
                note(lines, writer.submit(asked).result(ANSWER_SECONDS_MAX), event_id)
            file.writelines(lines)
            file.flush()
            number += 1


def main(dsn: str, name: str, acknowledged: str, stop: str) -> None:
    """Append with several clients at once."""
    log = PostgresLog(dsn)
    writer = Writer(log, "wlz")
    arguments = (name, Path(acknowledged), Path(stop))
    clients = [
        threading.Thread(target=append_until, args=(writer, client, *arguments))
        for client in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    writer.close()
    log.close()
    if writer.failure is not None:
        raise Unavailable(name) from writer.failure


if __name__ == "__main__":
    main(*sys.argv[1:])
