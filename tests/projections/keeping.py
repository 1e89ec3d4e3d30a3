"""Given retention rules, requests for erasure, and a second contract."""

import datetime

from ledger.events.children import ChildEnrolled
from ledger.events.privacy import ChildErased, ErasureDeclined, ErasureRequested, RetentionSet
from ledger.events.terms import CohortOpened, ContractSigned, ProgrammeYear
from tests.projections.history import CONTRACT, day

TODAY = datetime.date(2023, 1, 15)
WHEN_LEFT = ("scores", 12, "left_programme")


def rule(
    history, kind="scores", months=12, after="left_programme", *, on="2019-09-01", of=CONTRACT
):
    return history.add(RetentionSet(of, kind, months, after), on)


def ask(history, child, on, scope="all", actor="first", basis="no_longer_necessary"):
    return history.add(ErasureRequested(child, basis, scope), on, actor=actor)


def decline(history, child, on):
    return history.add(ErasureDeclined(child, "legal_hold"), on, actor="second")


def erase(history, child, on, scope="all"):
    first = ask(history, child, on, scope)
    ask(history, child, on, scope, actor="second")
    gone = ChildErased(child, "no_longer_necessary", scope, "first", first)
    return history.add(gone, on, actor="second")


def second_contract(history, *children, on="2020-09-01"):
    history.add(ContractSigned("two", "Two", day(on), day("2025-07-31")), on)
    years = (
        ProgrammeYear(day("2020-09-01"), day("2021-07-31")),
        ProgrammeYear(day("2021-09-01"), day("2022-07-31")),
    )
    history.add(CohortOpened("two", "2020", years), on)
    for child in children:
        history.add(ChildEnrolled("two", child, "2020", "s1", day(on)), on)
