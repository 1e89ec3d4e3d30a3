"""Claims and settlements of thousands of lines, in turns with as many bare facts.

A bare fact is an interaction of a child of whom nothing is verified: it is stored, and nothing
follows. The payments and fees that a claim or a settlement collects are there before it is timed.
"""

from collections.abc import Callable, Iterator
from typing import Final

from benches import mix
from benches.appending import append, new_ledger
from benches.measure import Meter, Result, timed
from ledger.log.postgres import PostgresLog
from ledger.log.writer import Writer

ROUNDS: Final = 3
STARTED_ON: Final = mix.YEARS[0][0]
SETTLED_ON: Final = "2023-10-02"
BARE: Final = "as many bare facts appended"
FINGERPRINT: Final = "ab" * 32

Steps = tuple[mix.Batch, ...]


def claiming(dsn: str, lines: int) -> Result:
    """Draft, submit and approve claims of as many sign-ups."""

    def signed_up(part: int) -> Iterator[bytes]:
        for number in range(lines):
            yield _enrolled(part, number)

    name = f"claims of {lines:,} lines each: draft, submit, approve, invoice"
    return _in_turns(
        dsn, "claims", name, lines, signed_up, lambda part: claim(f"q{part}", SETTLED_ON)
    )


def settling(dsn: str, lines: int) -> Result:
    """Draft, approve and pay settlements of as many fees."""

    def registered(part: int) -> Iterator[bytes]:
        yield _enrolled(part, 0)
        there = [_child(part, 0)]
        told = {"order": "o-1", "status": "delivered", "minutes": 60}
        told |= {"expected": there, "attended": there}
        for number in range(lines):
            named = f"s{part}.{number}"
            yield mix.fact("register.submitted", STARTED_ON, session=named, **told)

    name = f"settlements of {lines:,} fees each: draft, approve, pay"
    return _in_turns(
        dsn, "settlements", name, lines, registered, lambda part: settlement(f"s{part}")
    )


def claim(name: str, upto: str) -> Steps:
    """A claim of everything up to a day, taken through to its invoices on that day."""
    about = {"claim": name}
    drafted = mix.fact("claim.drafted", upto, upto=upto, **about)
    submitted = mix.fact("claim.submitted", upto, **about)
    approved = mix.fact("claim.approved", upto, **about)
    return mix.Batch("finance", (drafted, submitted)), mix.Batch("approver", (approved,))


def settlement(name: str) -> Steps:
    """A settlement of everything that is owed, taken through to its payments."""
    drafted = mix.fact("settlement.drafted", SETTLED_ON, settlement=name, upto=SETTLED_ON)
    approved = mix.fact("settlement.approved", SETTLED_ON, settlement=name)
    paid = mix.fact("settlement.paid", SETTLED_ON, settlement=name)
    return (
        mix.Batch("finance", (drafted,)),
        mix.Batch("approver", (approved,)),
        mix.Batch("finance", (paid,)),
    )


def take(writer: Writer, steps: Steps) -> None:
    """Take the steps of a paper, each by whoever may take it."""
    for step in steps:
        append(writer, step)


def _in_turns(
    dsn: str,
    ledger: str,
    name: str,
    lines: int,
    collected: Callable[[int], Iterator[bytes]],
    steps: Callable[[int], Steps],
) -> Result:
    log = PostgresLog(dsn)
    writer = new_ledger(log, ledger)
    take(writer, _bank())
    ours, floor = Meter(), Meter()
    for part in range(ROUNDS):
        append(writer, mix.Batch("recorder", tuple(collected(part))))
        about = {"child": _child(part, 0), "formal": True, "minutes": 45}
        met = mix.fact("interaction.recorded", STARTED_ON, **about)
        with timed(floor, lines):
            append(writer, mix.Batch("recorder", (met,) * lines))
        with timed(ours, lines):
            take(writer, steps(part))
    writer.close()
    log.close()
    return Result(name, "lines", ours, BARE, floor, "-")


def _bank() -> Steps:
    """The partner's bank details, given by one person and confirmed by another."""
    about = {"partner": "rugby", "fingerprint": FINGERPRINT}
    given = mix.fact_of_none("partner.bank_set", STARTED_ON, "", about)
    confirmed = mix.fact_of_none("partner.bank_confirmed", STARTED_ON, "", about)
    return mix.Batch("finance", (given,)), mix.Batch("approver", (confirmed,))


def _enrolled(part: int, number: int) -> bytes:
    placed = {"cohort": "2021", "school": "s-1", "consent_given_on": STARTED_ON}
    return mix.fact("child.enrolled", STARTED_ON, child=_child(part, number), **placed)


def _child(part: int, number: int) -> str:
    return f"c{part}-{number:06}"
