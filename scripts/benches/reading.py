"""What can be read, over HTTP by one client, each in turns with a read of nothing: the floor."""

from dataclasses import dataclass
from random import Random
from typing import Final

import psycopg
from psycopg.rows import tuple_row

from benches.measure import percentile
from benches.serving import Served, served
from projections.runner import Runner


@dataclass
class Latency:
    """How long one read takes, in milliseconds, and one that reads nothing, in turns with it."""

    name: str
    median_ms: float
    p99_ms: float
    floor_ms: float

    @property
    def times(self) -> float:
        """How many times the floor the median is."""
        return self.median_ms / self.floor_ms if self.floor_ms else 0.0


def reads(dsn: str, ledger: str, children: int, times: int) -> list[Latency]:
    """Read everything that can be read, at the latest and at drawn pairs of dates and versions."""
    version = Runner(dsn).catch_up(ledger)
    chance = Random(4)  # noqa: S311 (a fixed choice of pairs)
    drawn = Drawn(children, version, _names(dsn, ledger), chance)
    with served(dsn, projecting=False) as running:
        return [
            _latency(running, ledger, name, [_path(ledger, ask, drawn) for _ in range(times)])
            for name, ask in QUESTIONS.items()
        ]


def _names(dsn: str, ledger: str) -> dict[str, list[str]]:
    """What there is of each kind that a path may name: versions, and names of invoices."""
    with psycopg.connect(dsn) as connection, connection.cursor(row_factory=tuple_row) as cursor:
        asked = [(INVOICES, "invoice", "")]
        asked += [(VERSIONS, kind, topic) for kind, topic in TOPICS.items()]
        return {
            kind: [str(name) for (name,) in cursor.execute(sql, {"ledger": ledger, "topic": topic})]
            for sql, kind, topic in asked
        }


TOPICS: Final = {
    "release": "payment.released.v1",
    "fee": "fee.accrued.v1",
    "register": "register.submitted.v1",
}
VERSIONS: Final = (
    "SELECT originator_version FROM ledger.events "
    "WHERE originator_id = %(ledger)s AND topic = %(topic)s ORDER BY 1 LIMIT 1000"
)
INVOICES: Final = (
    "SELECT name FROM projections.invoices WHERE ledger = %(ledger)s "
    "AND generation = projections.live(%(ledger)s) AND kind = 'invoice' ORDER BY version"
)
YEAR_ENDS: Final = "from_as_of=2022-08-31&to_as_of=2023-08-31"
QUESTIONS: Final = {
    "nothing, not even authorised: /livez": "",
    "funder, latest": "/funders/philanthropy",
    "funder, any pair": "/funders/philanthropy?{pair}",
    "trial balance, latest": "/trial-balance",
    "trial balance, any pair": "/trial-balance?{pair}",
    "statement of a funder, a page of 100, any pair": "/statements/funders/philanthropy?{pair}",
    "claims": "/claims?{pair}",
    "lines of a claim, a page of 100": "/claims/q1/lines",
    "aged debtors, any pair": "/aged-debtors?{pair}",
    "partner, any pair": "/partners/rugby?{pair}",
    "contract, any pair": "/contracts/lcf?{pair}",
    "child, latest": "/children/{child}",
    "child, any pair": "/children/{child}?{pair}",
    "children, a page of 100": "/children?contract=lcf&{pair}",
    "payments of a child": "/payments?child={child}&{pair}",
    "payments, a page of 100": "/payments?{pair}",
    "summary by quarter": "/summary?contract=lcf&by=quarter&{pair}",
    "outcomes by area": "/outcomes?contract=lcf&{pair}",
    "outcomes by area for outside": "/reports/outcomes?contract=lcf&{pair}",
    "journal, a page of 100": "/journal?{pair}",
    "events of a child": "/events?child={child}",
    "checkpoint": "/log/checkpoint",
    "proof that any event is in any tree with it": "/log/proof/{event}?size={size}",
    "proof that any tree begins with another": "/log/consistency?from={event}&to={size}",
    "difference of two year-ends, a page of 100": "/diff?" + YEAR_ENDS,
    "difference of two year-ends, trial balance": "/diff?of=trial_balance&" + YEAR_ENDS,
    "difference of any two pairs, funders": "/diff?of=funders&from_as_of=2022-08-31&{pair}",
    "why, a payment": "/payments/P{release}/why",
    "why, a payment, run again": "/payments/P{release}/why?recompute=true",
    "why, a journal entry": "/journal/{release}/why",
    "why, a fee": "/fees/{fee}/why",
    "why, an invoice, a page of 100 lines": "/invoices/{invoice}/why",
    "why, a receipt, a page of 100 lines": "/receipts/r-{invoice}/why",
    "what a register caused": "/events/{register}/caused",
    "what a funder's money bought, any pair": "/funders/philanthropy/bought?{pair}",
}


@dataclass
class Drawn:
    """What paths are drawn from: children, versions, and names by kind."""

    children: int
    version: int
    names: dict[str, list[str]]
    chance: Random


def _path(ledger: str, ask: str, drawn: Drawn) -> str:
    if not ask:
        return "/livez"
    chance, version = drawn.chance, drawn.version
    day = f"{chance.choice((2021, 2022, 2023))}-{chance.randint(9, 12):02}-15"
    size = chance.randint(1, version)
    named = {
        "pair": f"as_of={day}&known_at={chance.randint(version // 2, version)}",
        "child": f"c-{chance.randrange(max(1, drawn.children // 4)):06}",
        "size": size,
        "event": chance.randint(1, size),
    }
    named |= {kind: chance.choice(names) for kind, names in drawn.names.items()}
    return f"/v1/ledgers/{ledger}" + ask.format(**named)


def _latency(running: Served, ledger: str, name: str, paths: list[str]) -> Latency:
    key = running.keys["auditor"]
    running.order(key=key, paths=paths[: max(1, len(paths) // 10)])
    in_turns = [turn for path in paths for turn in (f"/floor/{ledger}", path)]
    took = running.order(key=key, paths=in_turns)
    floor, ours = took[::2], took[1::2]
    return Latency(name, *(percentile(ours, part) for part in (0.5, 0.99)), percentile(floor, 0.5))
