"""The sessions of a programme year: which counted for a child, and why the others did not."""

from typing import Any, Final

from ledger.child import Child
from ledger.contract import Register, Session
from ledger.engagement import window
from projections.tracing.sparse_book import ordinal
from projections.tracing.tested import Tested

CANCELLED: Final = ("cancelled_by_partner", "cancelled_by_school")


def sessions_of(tested: Tested) -> list[dict[str, Any]]:
    """Each session of the year, and whether and why it counts for the child (`domain.md` 4).

    `{order, session, on, register, supersedes, status, expected, attended, counts, why}`; none
    where the trigger is not one of engagement.
    """
    contract, child = tested.contract, tested.child
    if tested.line.kind != "engagement":
        return []
    year = contract.cohorts[child.signed_up.terms.cohort].years[(tested.line.year or 1) - 1]
    days = window(child, year)
    sessions = [contract.sessions[number] for number in child.sessions]
    return [_session(session, child, days) for session in sessions if _ever_in(session, days)]


def _ever_in(session: Session, days: tuple[int, int]) -> bool:
    register: Register | None = session.register
    while register is not None:
        if days[0] <= register.day <= days[1]:
            return True
        register = register.superseded
    return False


def _session(session: Session, child: Child, days: tuple[int, int]) -> dict[str, Any]:
    register = session.register
    expected, attended = child.serial in register.expected, child.serial in register.attended
    why: str
    if register.status in CANCELLED:
        why = register.status
    elif not expected:
        why = "not_expected"
    elif not days[0] <= register.day <= days[1]:
        why = "outside_the_days_that_count"
    else:
        why = "attended" if attended else "absent"
    earlier = []
    before = register.superseded
    while before is not None:
        earlier.append(before.version)
        before = before.superseded
    return {
        "order": session.order,
        "session": session.reference,
        "on": ordinal(register.day),
        "register": register.version,
        "supersedes": earlier,
        "status": register.status,
        "expected": expected,
        "attended": attended,
        "counts": why in {"attended", "absent"},
        "why": why,
    }
