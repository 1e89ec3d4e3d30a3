"""Claims performed again: each stored step's decisions against what the rules say follows.

They stand right behind the fact that they follow from. What differs is reported once for a claim,
which is then taken as it is stored.
"""

from collections.abc import Iterator
from typing import Final

from projections.bundle.checker.claims import Desk, Drawn
from projections.bundle.checker.expected import Behind, Expected
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import Event

OF_CLAIMS: Final = (
    *("claim.collected", "claim.reduced", "sample.selected", "invoice.issued"),
    *("credit_note.issued", "invoice.written_off"),
)
STEPS: Final = (
    *("claim.drafted", "claim.line_rejected", "claim.approved", "claim.withdrawn"),
    *("sample.drawn", "sample.judged", "sample.closed", "write_off.requested"),
    "write_off.approved",
)
LETTERS: Final = {"invoice.issued": ("invoice", "I"), "credit_note.issued": ("credit_note", "N")}
MODULUS: Final = 97


def reference_of(body: str) -> str:
    """A creditor reference of ISO 11649: with its check digits it leaves 1 by 97."""
    digits = "".join(str(int(letter, 36)) for letter in f"{body}RF00")
    return f"RF{MODULUS + 1 - int(digits) % MODULUS:02}{body}"


def paper_of(said: Event) -> str:
    """The claim that a decision is about, or what is written off."""
    return said.get("claim") or f"write-off {said['write_off']}"


def letter_of(event: Event) -> Event:
    """The name and the reference of an invoice or a credit note, which its version gives it."""
    if event["type"] not in LETTERS:
        return {}
    field, letter = LETTERS[event["type"]]
    name = f"{letter}{event['version']}"
    return {field: name, "reference": reference_of(name)}


class ClaimsAgain:
    """Performs the claims of every contract again, and what is written off."""

    def __init__(self, findings: Findings) -> None:
        """Begin before the first event."""
        self._behind = Behind(findings, "decisions about claims performed again", paper_of)
        self._desks: dict[str, Desk] = {}
        self._funders: dict[str, str] = {}
        self._asked: dict[str, Event] = {}

    def follow(self, event: Event) -> None:
        """Take the next stored event, a fact or a decision."""
        kind, said = event["type"], event["data"]
        if kind in OF_CLAIMS:
            self._behind.hold(event, letter_of(event))
            self._apply(self._desk(event), event)
            return
        self._behind.begin(event)
        if kind in STEPS:
            self._behind.expect(self._follows(self._desk(event), event))
        elif kind in ("payment.released", "payment.reversed"):
            self._desk(event).enter(event)
        elif kind == "funder.joined" and isinstance(said.get("payment_days"), int):
            self._desk(event).days[said["funder"]] = said["payment_days"]

    def finish(self) -> None:
        """Nothing follows behind the last event."""
        self._behind.close()

    def _desk(self, event: Event) -> Desk:
        return self._desks.setdefault(event["data"]["contract"], Desk())

    def _follows(self, desk: Desk, event: Event) -> Iterator[Expected]:
        said = event["data"]
        match event["type"]:
            case "claim.drafted":
                yield desk.collected(event)
            case "claim.line_rejected":
                claim = desk.claims[said["claim"]]
                line = desk.line_about(claim, said["payment"])
                claim.rejected.add(line.version)
                yield desk.comes_off(said["claim"], line, [event["version"], line.version])
            case "claim.approved":
                yield from desk.billed(event)
                desk.let_go(desk.claims[said["claim"]].rejected)
            case "claim.withdrawn":
                desk.let_go(desk.claims[said["claim"]].lines)
            case "sample.drawn":
                yield desk.selected(event)
            case "sample.judged":
                desk.samples[said["sample"]].verdicts[said["payment"]] = event
            case "sample.closed":
                yield from desk.closed(event)
            case "write_off.requested":
                self._asked[said["write_off"]] = event
            case _:
                yield self._written_off(event)

    def _written_off(self, event: Event) -> Expected:
        asked = self._asked[event["data"]["write_off"]]["data"]
        says = {name: asked[name] for name in ("invoice", "write_off", "amount_minor")}
        says["funder"] = self._funders[asked["invoice"]]
        return Expected("invoice.written_off", [event["version"]], says)

    def _apply(self, desk: Desk, event: Event) -> None:
        """Let a decision stand as it is stored."""
        said = event["data"]
        match event["type"]:
            case "claim.collected":
                desk.hold(said["claim"], [*said["lines"], *said["adjustments"]])
            case "claim.reduced" if "sample" in said:
                parts = {part["funder"]: part["amount_minor"] for part in said["funders"]}
                desk.claims[said["claim"]].deducted = parts
            case "sample.selected":
                desk.samples[said["sample"]] = Drawn(event)
            case "invoice.issued":
                self._funders[said["invoice"]] = said["funder"]
            case _:
                pass
