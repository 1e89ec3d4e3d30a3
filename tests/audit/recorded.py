"""Two ledgers in PostgreSQL as a service leaves them: ids, keys, nodes, what was signed."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from psycopg_pool import ConnectionPool

from ledger.events.codec import decode_fact
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import COSIGNATURE
from ledger.log.ports import LedgerTerms
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest, Submitted
from ledger.log.signing.kept import KeptCheckpoints
from ledger.log.signing.notary import Notary
from ledger.log.signing.signer import Signer
from ledger.log.writer import Writer
from projections.audit.brought import Brought
from tests.properties.facts import TODAY, Sent, met
from tests.properties.noise import history

LEDGER: Final = "wlz"
OTHER: Final = "other"
CONTRACTS: Final = ("k", "second")
OWN, STRANGER, WITNESS = (Signer(bytes([number]) * 32) for number in (1, 2, 3))
WITNESS_KEY: Final = WITNESS.key("funder.example", COSIGNATURE)
BATCH: Final = 5
SEEDS: Final = {LEDGER: (47, 90), OTHER: (118, 59)}
"""Of histories with releases, reversals, grants, caps, transfers and voidings."""
VISITS: Final = 60
"""So many that the tree has a node that is kept."""


@dataclass(frozen=True)
class Recorded:
    """What was made, and what an auditor kept of it elsewhere."""

    dsn: str
    version: int
    brought: Brought


def recorded(dsn: str) -> Recorded:
    """Make both ledgers; the auditor keeps the first one's key and its last checkpoint."""
    log = PostgresLog(dsn)
    with ConnectionPool(dsn, min_size=1, open=True) as pool:
        notary = Notary(log, KeptCheckpoints(pool), (OWN,), "ledger.example")
        notes = {name: _told(log, notary, name, seeds) for name, seeds in SEEDS.items()}
        kept = KeptCheckpoints(pool)
        checkpoint = Checkpoint.from_text(notes[LEDGER].text)
        kept.take_key(LEDGER, WITNESS_KEY, "the-admin")
        line = WITNESS.cosigned(WITNESS_KEY.name, checkpoint.text, 1_700_000_000)
        kept.cosign(LEDGER, checkpoint.size, line)
    version = log.head(LEDGER).version
    log.close()
    return Recorded(dsn, version, Brought((OWN.key(checkpoint.origin),), checkpoint))


def _told(log: PostgresLog, notary: Notary, ledger: str, seeds: tuple[int, ...]) -> Any:
    """Tell a ledger two contracts; a checkpoint after each, and at the end."""
    log.create(LedgerTerms(ledger, ledger, "GBP", "Europe/London"))
    writer = Writer(log, ledger)
    for seed, contract in zip(seeds, CONTRACTS, strict=True):
        told = history(Random(seed), noisy=20)
        told += [met("c1", f"2021-0{1 + visit % 6}-11") for visit in range(VISITS)]
        for request in _requests(told, contract):
            writer.submit(request).result(60)
        note = notary.checkpoint(ledger)
    writer.close()
    return note


def _requests(told: list[Sent], contract: str) -> list[AppendRequest]:
    """Small batches with ids and keys; every seventh fact has none."""
    requests: list[AppendRequest] = []
    while told:
        actor = told[0][0]
        batch = []
        while told and told[0][0] == actor and len(batch) < BATCH:
            content = told.pop(0)[1]
            batch.append(_submitted(content, contract, f"{contract}:{len(told)}"))
        key = f"{contract}-{len(requests)}" if len(requests) % 3 else None
        requests.append(
            AppendRequest(actor, tuple(batch), "independent", idempotency_key=key, today=TODAY)
        )
    return requests


def _submitted(content: dict[str, Any], contract: str, name: str) -> Submitted:
    data = dict(content["data"])
    if "contract" in data:
        data["contract"] = contract
    if data.get("version", 0) < 0:
        data["version"] = 40
    named = {} if name.endswith("7") else {"id": name}
    raw = json.dumps({**content, "data": data, **named}).encode()
    return Submitted(decode_fact(raw), raw)
