"""Whose account a partner's money goes to (0030): who set it, and whether another confirmed it."""

from dataclasses import dataclass, field

from projections.bundle.checker.history import Event


@dataclass
class Bank:
    """The latest bank details of a partner, by their fingerprint; version 0: there are none."""

    version: int = 0
    fingerprint: str = ""
    confirmed: bool = False


@dataclass
class Banks:
    """The bank details of all partners of a ledger, and everybody who ever set them."""

    latest: dict[str, Bank] = field(default_factory=dict)
    setters: set[tuple[str, str, str]] = field(default_factory=set)

    def of(self, partner: str) -> Bank:
        """A partner's details as they stand."""
        return self.latest.get(partner, Bank())

    def learn(self, event: Event) -> None:
        """Details are set, or confirmed; other events say nothing here."""
        partner, fingerprint = event["data"]["partner"], event["data"]["fingerprint"]
        if event["type"] == "partner.bank_set":
            self.latest[partner] = Bank(event["version"], fingerprint)
            self.setters.add((partner, fingerprint, event["actor"]))
        else:
            self.of(partner).confirmed = True

    def doubt(self, partner: str) -> None:
        """A payment came back: somebody must say that these did not fail."""
        self.of(partner).confirmed = False

    def objection(self, event: Event) -> str:
        """Why details cannot be set, or confirmed by this person; nothing when they can.

        Whether they are confirmed by now is not asked: they may be in doubt by a payment of another
        contract, which a bundle may leave out.
        """
        partner, fingerprint = event["data"]["partner"], event["data"]["fingerprint"]
        stands = self.of(partner)
        if event["type"] == "partner.bank_set":
            return "these details stand" if fingerprint == stands.fingerprint else ""
        if fingerprint != stands.fingerprint:
            return "other details stand"
        if (partner, fingerprint, event["actor"]) in self.setters:
            return "whoever set them cannot confirm them"
        return ""
