"""Everything that a ledger says about money, remembered: over HTTP, at several pairs of dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from ledger.log.ports import Log
from ledger.log.tree import Frontier

PAGE = 1_000
ECHO = ("as_of", "known_at", "version", "next")
BALANCES = ("/trial-balance", "/funders", "/partners", "/contracts", "/summary?by=month")
LISTS = ("/payments", "/journal", "/children")
OLD_PAIRS = (("2020-12-31", 9_000), ("2021-08-31", 21_000), ("2021-10-31", 14_000))
CHILDS_OWN = ("child", "contract", "stage", "net_minor", "possible_minor", "forgone_minor")

Answers = dict[str, Any]


@dataclass
class Reader:
    """Somebody who reads one ledger."""

    client: httpx.Client
    path: str

    def ask(self, path: str, **parameters: Any) -> dict[str, Any]:
        """One answer, without what it says about when it is true."""
        answer = self.client.get(self.path + path, params=parameters)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def items(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page."""
        after: dict[str, Any] = {}
        while True:
            page = self.ask(path, limit=PAGE, **parameters, **after)
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def money(self, **pair: Any) -> Answers:
        """Every balance, payment, journal line and child's net at a pair."""
        said: Answers = {}
        for path in BALANCES:
            answer = self.ask(path, **pair)
            said[path] = {name: value for name, value in answer.items() if name not in ECHO}
        for path in LISTS:
            said[path] = list(self.items(path, **pair))
        said["/children"] = [
            {name: child[name] for name in CHILDS_OWN} | {"payments": child["payments"]}
            for child in said["/children"]
        ]
        return said

    def old(self) -> Answers:
        """Balances at pairs that lie back."""
        return {
            f"{path} {day} {version}": self.ask(path, as_of=day, known_at=version)
            for path in BALANCES
            for day, version in OLD_PAIRS
        }


@dataclass(frozen=True)
class Proofs:
    """Each event's exact bytes with its leaf, and the root after each commit."""

    events: tuple[tuple[int, bytes, bytes], ...]
    roots: dict[int, bytes]

    @classmethod
    def of(cls, log: Log, ledger: str, upto: int | None = None) -> "Proofs":
        return cls(
            tuple(
                (event.version, event.stored, event.leaf_hash)
                for events in log.read(ledger, upto=upto)
                for event in events
            ),
            {row.last_version: row.root for rows in log.commits(ledger) for row in rows},
        )

    def root_at(self, version: int) -> bytes:
        """The root over the first leaves."""
        leaves = [leaf for _, _, leaf in self.events[:version]]
        return Frontier().extend(leaves).root()
