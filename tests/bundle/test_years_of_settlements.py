"""A run is performed again by what is new in it: twice the years take twice the work."""

import sys
from typing import Any

from projections.bundle.checker.findings import Findings
from projections.bundle.checker.settlements_again import SettlementsAgain
from tests.bundle.settled_often import FUNDS
from tests.properties.facts import PARTNERS

FEES_A_RUN = 20


class Years:
    """A contract whose partners are settled month by month, each run by what the rules say."""

    def __init__(self) -> None:
        self.findings = Findings()
        self.again = SettlementsAgain(self.findings)
        self.version = 0
        self.calls = 0
        for partner, fund in zip(PARTNERS, FUNDS, strict=False):
            self.told("order.placed", partner=partner, order=f"o-{partner}", fund=fund)
            for step in ("set", "confirmed"):
                actor = "finance" if step == "set" else "approver"
                self.told(f"partner.bank_{step}", actor, partner=partner, fingerprint=partner)

    def event(self, kind: str, actor: str, said: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": kind, "version": self.version + 1, "effective_on": "2021-02-01",
            "actor": actor, "causes": [], "data": {"contract": "k", **said},
        }  # fmt: skip

    def told(self, kind: str, actor: str = "finance", **said: object) -> None:
        self.follow(self.event(kind, actor, said))

    def follow(self, event: dict[str, Any]) -> None:
        self.version += 1
        sys.setprofile(self.count)
        try:
            self.again.follow(event)
        finally:
            sys.setprofile(None)

    def count(self, _frame: object, what: str, _about: object) -> None:
        self.calls += what == "call"

    def month(self, number: int) -> None:
        """Fees, an invoice in dispute of each partner, and a run that is paid."""
        for place, partner in enumerate(PARTNERS):
            order = {"partner": partner, "order": f"o-{partner}", "terms_version": 1 + 3 * place}
            for _ in range(FEES_A_RUN):
                self.told("fee.accrued", **order, amount_minor=500)
            invoice = {"partner": partner, "invoice": f"i-{partner}-{number}"}
            self.told("fee.invoiced", **invoice, order=f"o-{partner}", amount_minor=9_000)
            self.told("fee.disputed", **invoice, amount_minor=1)
        name = {"settlement": f"r-{number}"}
        desk = self.again._desk({"data": {"contract": "k"}})
        drafted = self.event("settlement.drafted", "finance", {**name, "upto": "2021-02-01"})
        collected = desk.collected(drafted)
        self.follow(drafted)
        self.decided(collected)
        self.told("settlement.approved", "approver", **name)
        terms = {**name, "bank_account": "main", "reference": None}
        paid = self.event("settlement.paid", "finance", terms)
        settled = list(desk.settled(paid, self.again._banks))
        self.follow(paid)
        for due in settled:
            self.decided(due)

    def decided(self, due: Any) -> None:
        event = self.event(due.type, "finance", {**due.says, "rule_version": 1})
        self.follow({**event, "causes": due.causes})


def calls_for(months: int) -> int:
    years = Years()
    for number in range(months):
        years.month(number)
    years.again.finish()
    assert years.findings.faults == []
    assert years.findings.checked["settlement decisions performed again"] > months
    return years.calls


def test_four_times_as_many_runs_take_about_four_times_as_much_work() -> None:
    assert calls_for(40) < 6 * calls_for(10)
