"""What a page calls by what it is about: payments, invoices and credit notes.

Their names are made of versions, which nobody writes into a page.
"""

import re
from itertools import groupby
from typing import Any, Final

import tests.scenarios.cash_phrases
import tests.scenarios.settlement_phrases  # noqa: F401 (its wordings register themselves)
from tests.scenarios.pages import told
from tests.scenarios.phrases import facts_of, pounds

RANGE: Final = re.compile(r"\b([a-z]+-)(\d+) to \1(\d+)\b")
CALLED: Final = re.compile(
    r"(?:the )?(invoice|credit note) of (\w+) in ([\w.-]+)"
    r"|payment ([A-Z_0-9]+) of ([\w.-]+)|the enrolment of ([\w.-]+)"
)


class Documents:
    """What has been decided on a page, by what it is about."""

    def __init__(self):
        self.names: dict[tuple[str, ...], str] = {}
        self.payments: dict[str, str] = {}

    def facts_of(self, sentence: str, day: Any) -> list[dict[str, Any]]:
        """The facts that a sentence stands for, with ranges and documents named."""
        spread = RANGE.sub(_each, sentence)
        return facts_of(CALLED.sub(self._name, spread), day)

    def _name(self, called: re.Match[str]) -> str:
        kind, funder, claim, trigger, child, enrolled = called.groups()
        if kind is not None:
            return f"{kind} {self.names[kind, funder, claim]}"
        if enrolled is not None:
            return self.names["enrolment", enrolled]
        return f"payment {self.names['payment', trigger, child]}"

    def told(self, decisions: list[dict[str, Any]]) -> list[str]:
        """Decisions in the words of a page; the same one many times over is told once."""
        for decision in decisions:
            self._hear(decision["type"], decision["data"])
        sentences = told(decisions) + [
            said
            for decision in decisions
            for said in [self._cash(decision["type"], decision["data"])]
            if said is not None
        ]
        counted = [(len(list(same)), said) for said, same in groupby(sentences)]
        return [said if times == 1 else f"{times} times {said}" for times, said in counted]

    def _hear(self, kind: str, said: dict[str, Any]) -> None:
        match kind:
            case "payment.released":
                child = said.get("child") or said["reference"]
                self.names["payment", said["trigger"], child] = said["payment"]
                self.payments[said["payment"]] = f"{said['trigger']} of {child}"
                if said["kind"] == "sign_up":
                    self.names["enrolment", child] = f"fact {said['evidence'][0]}"
            case "invoice.issued":
                self.names["invoice", said["funder"], said["claim"]] = said["invoice"]
            case "credit_note.issued":
                self.names["credit note", said["funder"], said["claim"]] = said["credit_note"]

    def _cash(self, kind: str, said: dict[str, Any]) -> str | None:
        match kind:
            case "claim.collected":
                lines = (
                    f"{_count(said['lines'], 'line')}, {_count(said['adjustments'], 'adjustment')}"
                )
                return f"{lines}, {_owed(said)}"
            case "claim.reduced":
                about = self.payments.get(said.get("payment"), f"sample {said.get('sample')}")
                return f"{about} takes off {_owed(said, sign=-1)}"
            case "sample.selected":
                drawn = ", ".join(self.payments[payment] for payment in said["payments"])
                return f"{len(said['payments'])} of {said['population']}: {drawn}"
            case "invoice.issued":
                amount = pounds(said["amount_minor"])
                return f"invoice to {said['funder']} {amount} due {said['due_on']}"
            case "credit_note.issued":
                return f"credit note to {said['funder']} {pounds(said['amount_minor'])}"
            case "invoice.written_off":
                return f"written off for {said['funder']} {pounds(said['amount_minor'])}"
        return None


def _each(found: re.Match[str]) -> str:
    places = range(int(found[2]), int(found[3]) + 1)
    return " and ".join(f"{found[1]}{place}" for place in places)


def _count(versions: list[int], word: str) -> str:
    return f"{len(versions)} {word}{'' if len(versions) == 1 else 's'}"


def _owed(said: dict[str, Any], sign: int = 1) -> str:
    parts = [f"{s['funder']} {pounds(sign * s['amount_minor'])}" for s in said["funders"]]
    unfunded = sign * said["unfunded_minor"]
    rest = f" ({pounds(unfunded)} unfunded)" if unfunded else ""
    return f"{pounds(sign * said['amount_minor'])}{rest}: {', '.join(parts)}"
