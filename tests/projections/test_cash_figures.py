"""From payment to cash as it is read: the figures are the book's, and an old one never changes."""

import datetime
from itertools import count
from random import Random

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.audit.verify import verify
from projections.reading.funders import funders
from projections.reading.pair import Pair
from projections.reading.trial_balance import trial_balance
from projections.runner import Runner
from tests.projections.answers import every_answer, of_cash
from tests.projections.history import History
from tests.properties.bookkeeper import Bookkeeper, shares_of
from tests.properties.facts import CONTRACT
from tests.properties.looking import looking_at
from tests.properties.office import at_work
from tests.properties.world import World

FEW = looking_at(6)
# Every read there is, several times over: a few histories take as long as many of one read.
FEWER = looking_at(3)
DAYS = (None, datetime.date(2021, 6, 30), datetime.date(2022, 3, 31))
NUMBERS = count(1)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def tables(dsn):
    """A database whose read tables follow whatever a world decides."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection


def told(dsn, seed, pauses=0):
    """Play a history to its end; the versions at which it was projected on the way."""
    world, keeper, history = World(), Bookkeeper(), History(f"office-{next(NUMBERS)}")
    versions = []
    for step, sent in enumerate(at_work(Random(seed), world), start=1):
        keeper.read_all(world.take(sent))
        if pauses and step % pauses == 0:
            versions.append(stored(dsn, history, world))
    versions.append(stored(dsn, history, world))
    return world, keeper, history.ledger, versions


def stored(dsn, history, world):
    history.events = world.events
    version = history.store(dsn)
    Runner(dsn).catch_up(history.ledger)
    return version


def everything(connection, ledger, at):
    """The answer of every read about cash at one pair."""
    return {
        **of_cash(connection, ledger, at),
        "funders": funders(connection, ledger, at).items,
        "trial balance": trial_balance(connection, ledger, at),
    }


@FEW
@given(seeds)
def test_what_is_read_of_funders_is_what_the_book_holds(tables, seed):
    dsn, connection = tables
    world, keeper, ledger, [version] = told(dsn, seed)
    book, at = world.book, Pair(None, version)
    contract = book.contracts[CONTRACT]
    for row in funders(connection, ledger, at).items:
        name = row["funder"]
        assert row["recognised_minor"] == contract.funder_used.get(name, 0)
        cash = contract.cash.get(name)
        for field in ("received", "allocated", "refunded", "unallocated"):
            held = 0 if cash is None else getattr(cash, f"{field}_minor")
            assert row[f"{field}_minor"] == held
        billed = [i for i in book.invoices.values() if i.terms.funder == name]
        notes = [c for c in book.credits.values() if c.terms.funder == name]
        written_off = sum(invoice.written_off_minor for invoice in billed)
        assert row["written_off_minor"] == written_off
        assert row["invoiced_minor"] == sum(invoice.terms.amount_minor for invoice in billed)
        paid_out = sum(note.refunded_minor for note in notes)
        credited = sum(note.terms.amount_minor for note in notes) + written_off - paid_out
        assert row["credited_minor"] == credited
        left = sum(i.open_minor for i in billed) - sum(c.open_minor for c in notes)
        assert row["outstanding_minor"] == left
        assert row["deducted_minor"] == deducted(keeper, name)
        assert row["claimed_minor"] == claimed(keeper, name)
    assert trial_balance(connection, ledger, at)["total_minor"] == 0
    Runner(dsn).rebuild(ledger)
    assert verify(dsn, ledger).findings == []


def claimed(keeper, funder):
    """What was submitted and not withdrawn, less what came off."""
    live = [claim for claim in keeper.claims.values() if claim.state in {"submitted", "approved"}]
    return sum(shares_of(keeper.standing(c))[funder] - c.deducted[funder] for c in live)


def deducted(keeper, funder):
    return sum(c.deducted[funder] for c in keeper.claims.values() if c.state != "withdrawn")


@FEW
@given(seeds)
def test_every_claim_sample_and_document_is_read_as_the_book_has_it(tables, seed):
    dsn, connection = tables
    world, keeper, ledger, [version] = told(dsn, seed)
    contract, read = (
        world.book.contracts[CONTRACT],
        everything(connection, ledger, Pair(None, version)),
    )
    assert {row["claim"]: row["state"] for row in read["claims"]} == {
        name: claim.state for name, claim in contract.claims.items()
    }
    for row, lines in zip(read["claims"], read["lines"], strict=True):
        claim = contract.claims[row["claim"]]
        assert {line["version"]: line["state"] for line in lines} == claim.lines
        owed = shares_of(keeper.standing(keeper.claims[row["claim"]]))
        owed.subtract(keeper.claims[row["claim"]].deducted)
        assert {s["funder"]: s["amount_minor"] for s in row["funders"]}.items() >= (+owed).items()
        assert row["funded_minor"] == sum(owed.values())
        assert row["rejected"] == len(claim.lines) - len(claim.standing())
        assert row["queried"] == len(claim.queried())
    for row in read["samples"]:
        sample = contract.samples[row["sample"]]
        assert [item["payment"] for item in row["items"]] == list(sample.terms.payments)
        verdicts = {item["payment"]: item["passed"] for item in row["items"]}
        assert {p: v for p, v in verdicts.items() if v is not None} == {
            payment: verdict.passed for payment, verdict in sample.verdicts.items()
        }
        if row["deducted_minor"]:
            rated = 2 * row["failed_minor"] * row["unsampled_minor"] + row["sampled_minor"]
            assert row["deducted_minor"] == rated // (2 * row["sampled_minor"])
    for kind, kept in (("invoices", world.book.invoices), ("credit notes", world.book.credits)):
        open_now = {name: document.open_minor for name, document in kept.items()}
        assert {
            row[kind[:-1].replace(" ", "_")]: row["open_minor"] for row in read[kind]
        } == open_now
    assert {row["receipt"]: row["open_minor"] for row in read["receipts"]} == {
        name: receipt.open_minor
        for name, receipt in world.book.receipts.items()
        if receipt.version not in world.book.voided
    }


@FEW
@given(seeds)
def test_the_identities_of_cash_hold_at_every_pair(tables, seed):
    dsn, connection = tables
    *_, ledger, versions = told(dsn, seed, pauses=40)
    for at in (Pair(day, version) for day in DAYS for version in versions if version):
        read = everything(connection, ledger, at)
        for row in read["funders"]:
            said = {name.removesuffix("_minor"): pence for name, pence in row.items()}
            paid = said["invoiced"] - said["credited"] - said["allocated"]
            assert said["outstanding"] == paid
            used = said["allocated"] + said["unallocated"] + said["refunded"]
            assert said["received"] == used
            assert said["unallocated"] >= 0
            own = [open_in(read[kind], row["funder"]) for kind in ("invoices", "credit notes")]
            assert said["outstanding"] == own[0] - own[1]
            assert min(own) >= 0, "outstanding is below nothing by credit notes alone"
        assert read["trial balance"]["total_minor"] == 0


def open_in(rows, funder):
    return sum(row["open_minor"] for row in rows if row["funder"] == funder)


@FEWER
@given(seeds)
def test_an_old_question_about_cash_never_changes_its_answer(tables, seed):
    dsn, connection = tables
    world, history, answers = World(), History(f"office-{next(NUMBERS)}"), {}
    for step, sent in enumerate(at_work(Random(seed), world), start=1):
        world.take(sent)
        if step % 40 == 0:
            version = stored(dsn, history, world)
            for day in DAYS:
                at = Pair(day, version)
                answers[at] = every_answer(connection, history.ledger, at)
    stored(dsn, history, world)
    for at, answer in answers.items():
        assert every_answer(connection, history.ledger, at) == answer
