"""Given facts for the read side: the contract of domain.md 10 and children on their way."""

from ledger.events.children import (
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    InteractionRecorded,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.people import FactVoided, VerificationRecorded
from ledger.events.periods import AccountBalance, PeriodClosed, PeriodReopened
from ledger.events.terms import (
    Area,
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    ProgrammeYear,
    RateCardIssued,
    Share,
    SharesSet,
    Test,
    Trigger,
)
from tests.projections.history import CONTRACT, History, day
from tests.properties.accountant import Accountant

SIGN_UP = {"phil": 73903, "dcms": 43932, "la": 31551, "sch": 18614}
ENGAGED = {"phil": 73683, "dcms": 43801, "la": 31457, "sch": 18559}
SIGNED_ON = "2019-09-01"


def terms(history: History) -> None:
    """The card and shares of domain.md 10, three areas, a cap, and one order."""
    history.add(
        ContractSigned(CONTRACT, "Life Chances", day(SIGNED_ON), day("2024-09-30"), 1_624_496_000),
        SIGNED_ON,
    )
    for funder, kind, fund in (
        ("phil", "philanthropy", "restricted"),
        ("dcms", "central_government", "general"),
        ("la", "local_authority", "general"),
        ("sch", "school", "general"),
    ):
        history.add(FunderJoined(CONTRACT, funder, funder.upper(), kind, None, fund), SIGNED_ON)
    history.add(CapSet(CONTRACT, 61_200_000, "partial", "la"), SIGNED_ON)
    open_cohort(history, "2019")
    triggers = (
        Trigger("SIGN_UP", "sign_up", 168_000),
        Trigger("ENGAGED_Y1", "engagement", 167_500, year=1),
        Trigger("ENGAGED_Y2", "engagement", 167_500, year=2),
        Trigger("OUTCOME_1", "outcome_count", 167_500, rank=1),
        Trigger("OUTCOME_2", "outcome_count", 167_500, rank=2),
        Trigger("OUTCOME_3", "outcome_count", 83_750, rank=3),
        Trigger("COVID", "grant"),
    )
    areas = tuple(
        Area(name, "wellbeing", Test(below=4), at_risk=Test(at_least=4))
        for name in ("peer", "emotional")
    )
    history.add(RateCardIssued(CONTRACT, "card", triggers, areas=areas), SIGNED_ON)
    parts = (("phil", 4399), ("dcms", 2615), ("la", 1878), ("sch", 1108))
    history.add(
        SharesSet(CONTRACT, shares=tuple(Share(parts, funder) for funder, parts in parts)),
        SIGNED_ON,
    )
    history.add(OrderPlaced(CONTRACT, "p1", "o1", "session", 8_500, fund="restricted"), SIGNED_ON)


def open_cohort(history: History, cohort: str) -> None:
    """A cohort, whatever its name, with the programme years of 2019 and 2020."""
    years = (
        ProgrammeYear(day("2019-09-01"), day("2020-07-31")),
        ProgrammeYear(day("2020-09-01"), day("2021-07-31")),
    )
    history.add(CohortOpened(CONTRACT, cohort, years), SIGNED_ON)


def enrol(
    history: History,
    child: str,
    on: str = "2019-09-09",
    school: str = "s1",
    *,
    cohort: str = "2019",
) -> int:
    """A sign-up with its payment; the version of the enrolment."""
    version = history.add(ChildEnrolled(CONTRACT, child, cohort, school, day(on)), on)
    history.release(on, SIGN_UP, child=child)
    return version


def meet(history: History, child: str, on: str, times: int = 1) -> None:
    for _ in range(times):
        history.add(InteractionRecorded(CONTRACT, child, formal=True), on)


def register(
    history: History,
    session: str,
    on: str,
    expected: tuple[str, ...],
    attended: tuple[str, ...] | None = None,
    status: str = "delivered",
) -> int:
    return history.add(
        RegisterSubmitted(CONTRACT, "o1", session, status, expected, attended),  # type: ignore[arg-type]
        on,
    )


def measure(history: History, child: str, area: str, point: str, value: int, on: str) -> int:
    return history.add(
        MeasurementRecorded(CONTRACT, child, area, point, value),  # type: ignore[arg-type]
        on,
    )


def correct(history: History, child: str, area: str, point: str, value: int, on: str) -> int:
    return history.add(
        MeasurementCorrected(CONTRACT, child, area, point, value, "keyed_wrongly"),  # type: ignore[arg-type]
        on,
    )


def verify(history: History, child: str, on: str, *, actor: str = "vera", **about: str) -> int:
    return history.add(
        VerificationRecorded(CONTRACT, child, "verified", **about),  # type: ignore[arg-type]
        on,
        actor=actor,
    )


def withdraw(history: History, child: str, on: str) -> int:
    return history.add(ChildWithdrawn(CONTRACT, child, "moved"), on)


def transfer(history: History, child: str, school: str, on: str) -> int:
    return history.add(ChildTransferred(CONTRACT, child, school), on)


def void(history: History, version: int, on: str) -> int:
    return history.add(FactVoided(CONTRACT, version, "wrong"), on, actor="anna")


def close(
    history: History,
    first: str,
    last: str,
    contract: str | None = CONTRACT,
    hardness: str = "hard",
    actor: str = "ada",
) -> int:
    """Close a period with the trial balance and the root that the history has."""
    accountant = Accountant().read_all(history.events)
    accounts = accountant.trial_balance(contract, day(last))
    return history.add(
        PeriodClosed(
            day(first),
            day(last),
            hardness,  # type: ignore[arg-type]
            tuple(AccountBalance(**row) for row in accounts),
            history.version,
            accountant.frontier.root().hex(),
            contract,
        ),
        "2021-09-05",
        actor=actor,
    )


def reopen(
    history: History, first: str, last: str, contract: str | None = CONTRACT, actor: str = "anna"
) -> int:
    """Reopen a period."""
    opened = PeriodReopened(day(first), day(last), "wrong_rate", contract)
    return history.add(opened, "2021-09-20", actor=actor)
