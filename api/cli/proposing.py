"""Asking for the erasure of what is due, one child after the other: asking, never confirming.

A second request completes an erasure. So that a run is never the second person, each request says
which version of the ledger it has seen (`If-Match`): where somebody else wrote in between it is
refused, and what is due is read again.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from api.cli.asking import PAGE, Service, ServiceRefuses
from api.cli.saying import MISUSE, Trouble
from ledger.retention import DUE_BASIS, SCOPE_OF

LOOKS_MAX: Final = 20


class LedgerIsBusy(Exception):
    """Somebody else wrote each time that something was to be asked for."""


@dataclass
class Proposals:
    """One run: what it asked for, and the children that it found in each other state."""

    service: Service
    ledger: str
    on: str | None
    most: int | None
    asked: list[dict[str, Any]] = field(default_factory=list)
    others: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    known: int = 0
    vain: int = 0

    def run(self) -> None:
        """Ask for everything that is due. Raises `LedgerIsBusy`."""
        for kind in SCOPE_OF:
            after: str | None = None
            while not self._is_full():
                page = self._page(kind, after)
                if self._takes(page["items"]):
                    after = page["next"]
                    if after is None:
                        break

    def _is_full(self) -> bool:
        return self.most is not None and len(self.asked) >= self.most

    def _page(self, kind: str, after: str | None) -> dict[str, Any]:
        """A page of what is due, as the ledger stands now."""
        head = self.service.ask("v1", "ledgers", self.ledger)["version"]
        place = ("v1", "ledgers", self.ledger, "retention", "due")
        asked = {"on": self.on, "kind": kind, "after": after, "limit": PAGE}
        page = self.service.ask(*place, **asked, min_version=head)
        if page["on"] > page["today"]:
            message = f"{page['on']} lies ahead: nobody is asked to go before it is due"
            raise Trouble(message, MISUSE)
        self.known = page["version"]
        return page

    def _takes(self, items: list[dict[str, Any]]) -> bool:
        """Ask for each item that is due; False when somebody else wrote in between."""
        mine = {made["child"] for made in self.asked}
        for item in items:
            if item["child"] in mine or self._is_full():
                continue
            if item["state"] != "due" or _is_open(item["request"]):
                state = "requested" if item["state"] == "due" else item["state"]
                self.others[state].add(item["child"])
                continue
            try:
                self._ask_for(item)
            except ServiceRefuses as refused:
                if refused.code != "ledger_moved":
                    raise
                self.vain += 1
                if self.vain > LOOKS_MAX:
                    raise LedgerIsBusy from None
                return False
        return True

    def _ask_for(self, item: dict[str, Any]) -> None:
        child, scope = item["child"], SCOPE_OF[item["kind"]]
        answer = self.service.post(
            "v1", "ledgers", self.ledger, "children", child, "erasure",
            body={"basis": DUE_BASIS, "scope": scope},
            headers={
                "If-Match": f'"{self.known}"',
                "Idempotency-Key": f"retention:{child}:{scope}:{item['due_on']}",
            },
        )  # fmt: skip
        version = answer["event"]["version"]
        if version <= self.known:  # this very request was answered before: nothing is new
            return
        self.known, self.vain = version, 0
        self.asked.append(
            {"child": child, "scope": scope, "due_on": item["due_on"], "version": version}
        )


def _is_open(request: dict[str, Any] | None) -> bool:
    """Whether a request for something else waits: there is one at a time for a child."""
    return request is not None and request["answered_by"] is None
