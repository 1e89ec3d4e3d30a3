"""Outcomes by area: how many children were at risk, were measured, and achieved."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from psycopg import Connection

from ledger.child import Child, Measurement, VerdictGiven
from ledger.contract import Contract
from ledger.events.sealed import ERASED, FindKeys, Opens, no_keys
from ledger.events.terms import ContractSigned
from ledger.events.words import Sealed, Value
from projections.reading.areas import AreaStanding, CardFinder, area_standings
from projections.reading.asking import ask
from projections.reading.child_record import ChildRecord
from projections.reading.pair import Pair
from projections.reading.terms import ContractTerms, terms_at

TERMS: Final = ("contract.signed", "cohort.opened", "rate_card.issued")
COUNTS: Final = (1, 2, 3)
VALUES: Final[msgspec.json.Decoder[Value | Sealed]] = msgspec.json.Decoder(Value | Sealed)


@dataclass(slots=True)
class Tally:
    """Counts by area, and of children by how many areas they achieved."""

    domains: dict[str, str] = field(default_factory=dict)
    at_risk: Counter[str] = field(default_factory=Counter)
    measured: Counter[str] = field(default_factory=Counter)
    achieved: Counter[str] = field(default_factory=Counter)
    children_measured: int = 0
    erased: int = 0
    sealed: int = 0
    children_with: Counter[int] = field(default_factory=Counter)

    def count(self, standings: list[AreaStanding] | Sealed) -> None:
        """Count one child; achieved means achieved and verified.

        A child with a score that cannot be read is left out, and counted as `erased` or `sealed`:
        counting it as before would tell its results by subtraction (decision 0019).
        """
        if isinstance(standings, Sealed):
            self.erased += standings == ERASED
            self.sealed += standings != ERASED
            return
        achieved = 0
        measured = False
        for found in standings:
            area = found.entry.area
            self.domains.setdefault(area, found.entry.domain)
            if not found.at_risk:
                continue
            self.at_risk[area] += 1
            if found.end_point is not None:
                measured = True
                self.measured[area] += 1
                if found.achieved and found.verified:
                    achieved += 1
                    self.achieved[area] += 1
        self.children_measured += measured
        for count in COUNTS:
            self.children_with[count] += achieved >= count

    def shown(self) -> dict[str, Any]:
        """The counts as the interface has them."""
        return {
            "areas": [
                {
                    "area": area,
                    "domain": domain,
                    "at_risk": self.at_risk[area],
                    "measured": self.measured[area],
                    "achieved": self.achieved[area],
                    "achieved_percent": percent(self.achieved[area], self.measured[area]),
                }
                for area, domain in self.domains.items()
            ],
            "children": {
                "measured": self.children_measured,
                **{f"at_least_{count}": self.children_with[count] for count in COUNTS},
                "erased": self.erased,
                "sealed": self.sealed,
            },
        }


def outcomes(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    cohort: str | None = None,
    find_keys: FindKeys = no_keys,
) -> dict[str, Any]:
    """Counts by area, and children by how many areas they achieved (achieved and verified)."""
    tally = Tally()
    found = terms_at(connection, ledger, at.known, contract=contract, types=TERMS)
    for name, terms in found.items():
        for _, within, standings in standings_of(connection, ledger, name, terms, at, find_keys):
            if cohort in {None, within}:
                tally.count(standings)
    return tally.shown()


def outcomes_by_cohort(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str,
    find_keys: FindKeys = no_keys,
) -> dict[str, dict[str, Any]] | None:
    """The same of each cohort by itself, by name; None when the contract is not signed by then."""
    found = terms_at(connection, ledger, at.known, contract=contract, types=TERMS)
    terms = found.get(contract)
    if terms is None or terms.contract is None:
        return None
    tallies = {cohort: Tally() for cohort in sorted(terms.cohorts)}
    for _, within, standings in standings_of(connection, ledger, contract, terms, at, find_keys):
        tallies[within].count(standings)
    return {cohort: tally.shown() for cohort, tally in tallies.items()}


def percent(part: int, whole: int) -> str | None:
    """A share in percent with one decimal, rounded half up; None of nothing."""
    if whole == 0:
        return None
    tenths = (part * 2_000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def standings_of(
    connection: Connection[Any],
    ledger: str,
    contract: str,
    terms: ContractTerms,
    at: Pair,
    find_keys: FindKeys,
) -> Iterator[tuple[str, str, list[AreaStanding] | Sealed]]:
    """Every enrolled child: its cohort, and its areas, or why a score of it cannot be read."""
    if terms.contract is not None:
        finder = CardFinder(terms.cards, at.day)
        records = _records(connection, ledger, contract, terms.contract, at, find_keys)
        for record, within in records:
            standings = _hidden(record) or area_standings(record, within, finder)
            yield record.child.reference, within, standings


def _records(
    connection: Connection[Any],
    ledger: str,
    contract: str,
    terms: ContractSigned,
    at: Pair,
    find_keys: FindKeys,
) -> list[tuple[ChildRecord, str]]:
    """Every enrolled child with its scores and the verdicts on its areas, and its cohort."""
    asked = {**at.asked(ledger), "contract": contract}
    within = Contract(terms)
    records: dict[str, tuple[ChildRecord, str]] = {
        row["child"]: (ChildRecord(Child(row["child"], 0), within), row["cohort"])
        for row in ask(connection, "outcomes.cohorts", asked)
    }
    rows = ask(connection, "outcomes.measurements", asked)
    keys = find_keys(ledger, {row["child"] for row in rows} & records.keys())
    for row in rows:
        if row["child"] in records:
            _learn_score(records[row["child"]][0], row, keys)
    for row in ask(connection, "outcomes.verifications", asked):
        if row["child"] in records:
            _learn_verdict(records[row["child"]][0], row)
    for record, _ in records.values():
        scores = record.child.measurements
        for key in [key for key, score in scores.items() if score.taken_on > at.day]:
            del scores[key]
    return list(records.values())


def _hidden(record: ChildRecord) -> Sealed | None:
    """Why a child's outcomes are not known: a baseline or an end point cannot be read."""
    for (_, point, _), score in record.child.measurements.items():
        if point != "follow_up" and isinstance(score.value, Sealed):
            return score.value
    return None


def _learn_score(record: ChildRecord, row: dict[str, Any], keys: Opens) -> None:
    key = (row["area"], row["point"], row["informant"])
    value = VALUES.decode(row["value"])
    if isinstance(value, Sealed):
        value = keys.open(row["child"], row["version"], "value", value)
    if row["correction"]:
        (key,) = record.child.scores_named(*key)
    record.recorders[row["version"]] = row["actor"]
    record.child.measurements[key] = Measurement(
        version=row["version"],
        taken_on=row["effective_on"],
        received_on=row["received_on"],
        value=value,
        replaced=None,
    )


def _learn_verdict(record: ChildRecord, row: dict[str, Any]) -> None:
    given = VerdictGiven(
        version=row["version"],
        effective_on=row["effective_on"],
        about=row["area"],
        on_area=True,
        verdict=row["verdict"],
    )
    record.recorders[row["version"]] = row["actor"]
    record.child.verdicts = (*record.child.verdicts, given)
