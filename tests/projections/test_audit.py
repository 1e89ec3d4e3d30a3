"""The audit is clean for what the ledger wrote, and finds each kind of damage."""

import psycopg
import pytest
from msgspec.structs import replace

from ledger.events.cash import FeeInvoiced, FeePaid, GrantAgreed, ReceiptRecorded
from ledger.events.terms import Scope, Share, SharesSet
from projections.audit.queries import QUERIES
from projections.audit.verify import LedgerUnknown, verify
from projections.reading.children import child
from projections.rows import TABLES
from projections.runner import Runner
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, LEDGER, day


@pytest.fixture
def history():
    decided = DecidedHistory()
    given.terms(decided)
    for number in range(4):
        name = f"c{number}"
        given.enrol(decided, name)
        given.meet(decided, name, "2019-10-01", times=6)
        given.measure(decided, name, "peer", "baseline", 6, "2019-10-01")
        given.measure(decided, name, "peer", "end_point", number, "2021-07-01")
        given.verify(decided, name, "2021-07-10", area="peer")
    for number in range(4):
        given.register(decided, f"s{number}", "2019-11-04", ("c0", "c1"), ("c0",))
    given.verify(decided, "c0", "2020-08-01", trigger="ENGAGED_Y1")
    given.register(decided, "s3", "2019-11-04", ("c0", "c1"), None, "cancelled_by_partner")
    given.correct(decided, "c1", "peer", "end_point", 5, "2021-07-01")
    given.withdraw(decided, "c3", "2020-01-15")
    decided.add(SharesSet(CONTRACT, Scope(trigger="COVID"), shares=(Share(1, "la"),)), "2019-09-01")
    decided.add(GrantAgreed(CONTRACT, "g1", "COVID", 60_022_500, "covid"), "2020-07-31")
    received = decided.add(ReceiptRecorded(CONTRACT, "la", "r1", 5_000), "2020-08-01")
    given.void(decided, received, "2020-08-02")
    decided.add(FeeInvoiced(CONTRACT, "p1", "i1", 34_000), "2020-01-01")
    decided.add(FeePaid(CONTRACT, "p1", 34_000, "i1"), "2020-01-06")
    return decided


@pytest.fixture
def stored(dsn, history):
    history.store(dsn)
    Runner(dsn).catch_up(LEDGER)
    return dsn


def damage(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement)


def test_what_the_ledger_wrote_is_clean(stored, history):
    seen = []
    report = verify(stored, LEDGER, progress=lambda version, head: seen.append((version, head)))
    assert report.findings == []
    assert report.clean
    for what in ("identities", "key of the service", "snapshots", "idempotency keys"):
        assert any(what in beyond for beyond in report.beyond)
    assert report.version == history.version
    assert report.checked["events"] == history.version
    assert report.checked["facts"] + report.checked["decisions"] == history.version
    assert report.checked["rows of payments"] >= 8
    assert seen[-1] == (history.version, history.version)


def test_a_page_read_from_tables_agrees_with_the_book(read, history):
    for name in ("c0", "c1", "c2", "c3"):
        held = history.book.contracts[CONTRACT].children[name]
        page = read(child, name, today=day("2021-08-01"))
        assert page["net_minor"] == held.paid_minor
        standing = {row["payment"] for row in page["payments"] if row["state"] == "released"}
        assert standing == {payment.payment for payment in held.payments()}


@pytest.mark.parametrize(
    "statement, codes",
    [
        (
            (
                "update ledger.events set state = overlay(state placing 'x' from 3 for 1)"
                " where originator_version = 12"
            ),
            {"leaf_hash_differs", "bytes_unreadable", "root_differs", "projection_differs"},
        ),
        (
            "update ledger.events set leaf_hash = sha256('x') where originator_version = 12",
            {"leaf_hash_differs"},
        ),
        ("update ledger.heads set root = sha256('x')", {"root_differs"}),
        (
            "update ledger.event_ids set first_version = 5 where event_id = 'e3'",
            {"id_not_kept"},
        ),
        (
            (
                "update projections.payments set amount_minor = amount_minor + 1"
                " where version = (select min(version) from projections.payments)"
            ),
            {"projection_differs"},
        ),
        (
            (
                "update projections.postings set amount_minor = amount_minor + 1"
                " where (version, line) = (select version, line from projections.postings limit 1)"
            ),
            {"projection_differs", "entry_unbalanced"},
        ),
        (
            "delete from projections.event_index where subject = 'child:c1'",
            {"projection_differs"},
        ),
    ],
)
def test_damage_is_found(stored, statement, codes):
    damage(stored, statement)
    assert {finding.code for finding in verify(stored, LEDGER).findings} == codes


@pytest.mark.parametrize("version", ["-5", "0", "1000000"])
def test_rows_of_no_version_that_was_taken_in_are_found(stored, version):
    row = "select ledger, generation, 1, <version> from projections.tracking"
    insert = f"insert into projections.voids (ledger, generation, voided, version) {row}"
    damage(stored, insert.replace("<version>", version))
    [found] = verify(stored, LEDGER).findings
    assert (found.code, found.detail.split(":")[0]) == ("projection_differs", "voids")


def test_every_read_table_is_looked_through_for_rows_of_no_version(stored, history):
    versioned = {table for table in TABLES.values() if table != "series"}
    assert {f"from projections.{table}\n" in QUERIES["rows_outside"] for table in versioned} == {
        True
    }
    index = "insert into projections.event_index select ledger, generation, subject, {}, offsets"
    for slot in (-1, 1):
        damage(stored, f"{index.format(slot)} from projections.event_index where slot = 0 limit 1")
    [found] = verify(stored, LEDGER).findings
    assert found.detail.startswith("event_index: 2 rows")
    assert found.version == history.version


def test_read_tables_that_claim_to_be_beyond_the_log_are_found(stored):
    damage(stored, "update projections.tracking set version = version + 1")
    found = [found.detail for found in verify(stored, LEDGER).findings]
    assert any("beyond the log" in detail for detail in found)


def test_a_decision_that_the_rules_would_not_take_is_found(dsn, history):
    paid = next(event for event in history.events if event.type == "payment.released")
    history.events[paid.version - 1] = replace(paid, data=replace(paid.data, card="another"))
    history.store(dsn)
    report = verify(dsn, LEDGER)
    codes = sorted((found.code, found.version) for found in report.findings)
    assert codes == [("decision_differs", paid.version), ("named_misfit", paid.version)]
    assert "the read tables: nothing says how far they got" in report.unchecked


def test_a_ledger_that_is_not_there_cannot_be_verified(dsn):
    with pytest.raises(LedgerUnknown):
        verify(dsn, "nowhere")
