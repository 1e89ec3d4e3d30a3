"""Steps of a settlement that nobody may take (0030, 0023): the ledger refuses them.

Whoever drafted cannot approve; nobody is paid without confirmed details, or more than is owed by
then; no step is dated before what it follows; a payment comes back whole, and once.
"""

from collections.abc import Iterator

from projections.bundle.checker.expected import Expected
from projections.bundle.checker.history import Event
from projections.bundle.checker.partner_banks import Banks
from projections.bundle.checker.settling import PartnerDesk, Run


def objections_to_draft(desk: PartnerDesk, event: Event, due: Expected) -> Iterator[str]:
    """Why a draft cannot be made, of which these are what it would hold; nothing when it can."""
    said = event["data"]
    if said["settlement"] in desk.runs:
        yield "there is a settlement of that name"
    if said.get("known_at") and said["known_at"] >= event["version"]:
        yield "it is of a version that was not there"
    if set(said.get("partners") or ()) - desk.partners.names:
        yield "no order was placed with a partner"
    if not due.says["partners"]:
        yield "there is nothing to settle"
    if any(event["effective_on"] < day for day in _days_before(desk, event)):
        yield "it is dated before what it would pay for"


def _days_before(desk: PartnerDesk, event: Event) -> Iterator[str]:
    """The days of all that a draft would hold, and of the drafts that left something to it."""
    said = event["data"]
    known_at = said.get("known_at") or event["version"]
    named = said.get("partners") or desk.partners.names
    for partner in named:
        for charge in desk.waiting(partner, known_at, said["upto"]):
            yield from (charge.day, charge.free_on)
            pair = charge.pair
            if pair is not None and pair.version < charge.version and pair.holder in desk.runs:
                yield desk.runs[pair.holder].event["effective_on"]
    for run in desk.runs.values():
        parts = run.event["data"]["partners"]
        left = any(part["carried_minor"] > 0 and part["partner"] in named for part in parts)
        if run.state != "withdrawn" and left:
            yield run.event["effective_on"]


def objections_to_step(desk: PartnerDesk, event: Event, banks: Banks) -> Iterator[str]:
    """Why a settlement cannot be approved, paid, withdrawn or returned; nothing when it can."""
    run = desk.runs.get(event["data"]["settlement"])
    if run is None:
        yield "there is no such settlement"
        return
    if event["effective_on"] < run.since:
        yield "it is dated before the step before it"
    match event["type"]:
        case "settlement.approved":
            if run.state != "drafted":
                yield f"the settlement is {run.state}"
            if event["actor"] == run.event["actor"]:
                yield "whoever drafted cannot approve"
            yield from _objections_to_pay(desk, run, banks)
        case "settlement.paid":
            if run.state != "approved":
                yield f"the settlement is {run.state}"
            yield from _objections_to_pay(desk, run, banks)
        case "settlement.withdrawn":
            if run.state not in ("drafted", "approved"):
                yield f"the settlement is {run.state}"
        case _:
            yield from _objections_to_return(run, event)


def _objections_to_pay(desk: PartnerDesk, run: Run, banks: Banks) -> Iterator[str]:
    for partner in run.unpaid:
        if not banks.of(partner).confirmed:
            yield f"nobody confirmed bank details of {partner}"
        if desk.payable(partner, []) < 0:  # its own pay is among what is reserved
            yield f"{partner} is owed less by then"


def _objections_to_return(run: Run, event: Event) -> Iterator[str]:
    said = event["data"]
    paid = run.payments.get(said["partner"])
    if paid is None:
        yield "the settlement paid this partner nothing"
    elif said["partner"] in run.returned:
        yield "the payment came back before"
    elif said["amount_minor"] != paid["data"]["amount_minor"]:
        yield f"the payment was {paid['data']['amount_minor']}"
