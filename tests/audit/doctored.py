"""A whole ledger of one small contract, and events of it told otherwise."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from ledger.events.cash import GrantAgreed
from ledger.events.catalogue import EventData
from ledger.events.children import ChildEnrolled, ChildTransferred, EvidenceAttached
from ledger.events.codec import AnyEvent
from ledger.events.terms import CapSet, ContractSigned, Scope, Share, SharesSet
from projections.audit.caps import CapsCheck
from projections.audit.findings import Report
from projections.audit.known_events import KnownEvents
from projections.audit.naming import NamingCheck
from projections.audit.once import OnceCheck
from projections.audit.shares import SharesCheck
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, day

DIGEST = "0" * 64
ROLES = {"local_authority": "la"}


def whole() -> list[AnyEvent]:
    """Sign-ups, an outcome taken back, caps that bite, grants, a role, a move, fees, a voiding."""
    told = DecidedHistory()
    given.terms(told)
    for number in range(4):
        given.enrol(told, f"c{number}")
    given.measure(told, "c0", "peer", "baseline", 6, "2019-10-01")
    given.measure(told, "c0", "peer", "end_point", 1, "2021-07-01")
    given.verify(told, "c0", "2021-07-10", area="peer")
    given.correct(told, "c0", "peer", "end_point", 5, "2021-07-01")
    given.register(told, "s1", "2019-11-04", ("c0", "c1"), ("c0",))
    given.register(told, "s1", "2019-11-04", ("c0", "c1"), None, "cancelled_by_partner")
    sign_up = Scope(trigger="SIGN_UP")
    shares = (Share(1, role="local_authority"), Share(1, "phil"))
    told.add(SharesSet(CONTRACT, sign_up, shares=shares), "2019-11-01")
    enrolled = ChildEnrolled(CONTRACT, "c5", "2019", "s1", day("2019-11-05"), None, ROLES)
    told.add(enrolled, "2019-11-05")
    moved = ChildTransferred(CONTRACT, "c5", "s2", None, {"local_authority": "sch"})
    told.add(moved, "2019-11-20")
    told.add(CapSet(CONTRACT, 120_000, "partial", "sch"), "2019-11-01")
    told.add(CapSet(CONTRACT, 400_000, "partial"), "2020-01-01")
    told.add(SharesSet(CONTRACT, Scope(trigger="COVID"), shares=(Share(1, "sch"),)), "2019-09-01")
    told.add(GrantAgreed(CONTRACT, "g1", "COVID", 60_000, "covid"), "2019-12-31")
    told.add(GrantAgreed(CONTRACT, "g2", "COVID", 90_000, "covid"), "2019-12-31")
    given.void(told, given.enrol(told, "c6"), "2020-02-01")
    given.enrol(told, "c6", "2019-10-10")
    told.add(EvidenceAttached(CONTRACT, 20, DIGEST, "text/csv", 7), "2020-02-01")
    told.add(ContractSigned("next", "Next", day("2019-09-01"), day("2024-09-30")), "2019-09-01")
    return told.events


def codes(events: Iterable[AnyEvent]) -> set[str]:
    """What the checks of names, shares, caps and at-most-once find."""
    report, known = Report("wlz"), KnownEvents()
    naming = NamingCheck(report, known)
    checks = (naming, SharesCheck(report, known), CapsCheck(report), OnceCheck(report))
    for event in events:
        known.learn(event.version, event)
        for check in checks:
            check.follow(event)
    naming.finish()
    return {found.code for found in report.findings}


def first(events: list[AnyEvent], kind: str, **said: object) -> AnyEvent:
    """The first event of a type that says so."""
    return next(
        event
        for event in events
        if event.type == kind and all(getattr(event.data, k) == v for k, v in said.items())
    )


def told_otherwise(
    kind: str, change: Callable[[Any], dict[str, Any]] | dict[str, Any], **said: object
) -> list[AnyEvent]:
    """The whole ledger, with the data of one event changed."""
    events = whole()
    event = first(events, kind, **said)
    fields = change if isinstance(change, dict) else change(event.data)
    events[event.version - 1] = replace(event, data=replace(event.data, **fields))
    return events


def told_also(data: EventData, like: str, **said: object) -> list[AnyEvent]:
    """The whole ledger, with one more event at its end, of the type of another one."""
    events = whole()
    event = first(events, like, **said)
    return [*events, replace(event, data=data, version=len(events) + 1, id=None, causes=())]
