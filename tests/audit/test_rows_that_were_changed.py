"""What stands beside the events, changed in one place: each has its own code."""
# ruff: noqa: S608 (statements are put together from the constants of this file)

import pytest

from ledger.log.notes.checkpoint import Checkpoint
from projections.audit.brought import Brought
from projections.audit.findings import Report
from projections.audit.guarded import Guarded
from projections.audit.verify import LedgerUnknown, verify_on
from tests.audit.recorded import LEDGER, OWN, STRANGER

RETIRED = (
    "insert into ledger.retired_verifier_keys"
    " (ledger, kind, name, public_key, to_version, retired_by) select ledger, kind, name,"
    " public_key, {}, 'eve' from ledger.verifier_keys where ledger = 'wlz' and kind = {}"
)
CHANGED = {
    "update ledger.commits set recorded_at = recorded_at - interval '1 day' where <last>": {
        "moment_differs"
    },
    "update ledger.commits set last_version = last_version + 1000 where <last>": {
        "commit_without_events"
    },
    "delete from ledger.commits where <last>": {"commit_missing"},
    "insert into ledger.commits values ('wlz', 9000, 9000, now() + interval '1 day', '')": {
        "commit_without_events"
    },
    "update ledger.commits set root = sha256('x') where <last>": {"root_differs"},
    "update ledger.heads set frontier = frontier || frontier": {"head_differs"},
    "update ledger.heads set recorded_at = recorded_at - interval '1 day'": {"head_differs"},
    "update ledger.heads set version = version + 1": {"head_differs"},
    "update ledger.heads set recorded_at = 'infinity'": {"head_differs"},
    "update ledger.commits set recorded_at = 'infinity' where <last>": {"moment_differs"},
    "update ledger.commits set recorded_at = '0044-03-15 BC' where <last>": {"moment_differs"},
    "update ledger.event_ids set event_id = 'moved' where <an id>": {
        "id_not_kept",
        "id_without_event",
    },
    "update ledger.event_ids set last_version = last_version + 1 where <an id>": {
        "id_range_differs"
    },
    "update ledger.event_ids set content_hash = 'x' where <an id>": {"id_hash_misshapen"},
    "update ledger.idempotency_keys set version = version + 1000 where <a key>": {"key_beyond_log"},
    "update ledger.idempotency_keys set root = sha256('x') where <a key>": {"key_root_differs"},
    "update ledger.idempotency_keys set content_hash = 'x' where <a key>": {"key_hash_misshapen"},
    "update ledger.idempotency_keys set results = '[[9]]' where <a key>": {
        "key_results_unreadable"
    },
    "update ledger.idempotency_keys set results = repeat('[', 99999)::bytea where <a key>": {
        "key_results_unreadable"
    },
    "update ledger.idempotency_keys set results = '[[0,1,1]]' where <a key>": {"key_range_differs"},
    "update ledger.idempotency_keys set actor = 'eve' where <a key>": {"key_of_another"},
    (
        "insert into ledger.idempotency_keys select ledger, actor, 'again', content_hash, version,"
        " root, results from ledger.idempotency_keys where <a key>"
    ): {"key_claims_twice"},
    "update ledger.verifier_keys set from_version = 200 where kind = 1": {
        "signed_out_of_time",
        "checkpoint_unsigned",
    },
    "update ledger.verifier_keys set from_version = -1 where kind = 1": {"verifier_key_misdated"},
    "update ledger.verifier_keys set from_version = 9000 where kind = 4": {"verifier_key_misdated"},
    "update ledger.verifier_keys set taken_by = 'eve' where kind = 1": {
        "verifier_key_misattributed"
    },
    RETIRED.format(9000, 1): {"verifier_key_misdated"},
    RETIRED.format(1, 4): {"signed_out_of_time", "verifier_key_misdated"},
    RETIRED.format(1, 1): {
        "signed_out_of_time",
        "verifier_key_misdated",
        "checkpoint_unsigned",
    },
    "insert into ledger.erasures values ('wlz', 2, 'c-1', 'all')": {"erasure_without_event"},
}
MEANT = {
    "<last>": "last_version = (select max(last_version) from ledger.commits where ledger = 'wlz')",
    "<an id>": "event_id = (select min(event_id) from ledger.event_ids where ledger = 'wlz')",
    "<a key>": "idempotency_key = (select max(idempotency_key) from ledger.idempotency_keys"
    " where ledger = 'wlz' and results like '[[0,%%')",
}


def found(original, *statements, brought=None):
    """What is found once statements have run; they are undone."""
    made, connection = original
    with connection.transaction(force_rollback=True):
        for statement in statements:
            connection.execute(statement)
        return verify_on(connection, LEDGER, brought=brought or made.brought)


def faults(report):
    return {finding.code for finding in report.findings if not finding.is_remark}


@pytest.mark.parametrize("statement", CHANGED)
def test_a_row_that_was_changed_has_its_own_code(original, statement):
    meant = statement
    for name, place in MEANT.items():
        meant = meant.replace(name, f"ledger = 'wlz' and {place}")
    meant += " where ledger = 'wlz'" if meant.startswith("update ledger.heads") else ""
    assert faults(found(original, meant.replace("%%", "%"))) == CHANGED[statement]


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (["delete from ledger.heads where ledger = 'wlz'"], {"head_missing"}),
        (["delete from ledger.ledgers where ledger = 'wlz'"], {"terms_missing"}),
        (
            [f"delete from ledger.{table} where ledger = 'wlz'" for table in ("heads", "ledgers")],
            {"head_missing", "terms_missing"},
        ),
        *(
            ([f"update ledger.ledgers set timezone = '{name}'"], {"terms_missing"})
            for name in ("Europe", "Nowhere/Land", "../../etc/passwd", "")
        ),
    ],
)
def test_where_a_row_of_the_ledgers_own_is_gone_the_audit_goes_on(original, statements, expected):
    report = found(original, *statements)
    assert faults(report) == expected
    assert report.version == report.checked["events"] == original[0].version
    assert report.checked["checkpoints"] > 0
    stopped = "the rules re-performed behind version 0" in report.unchecked
    assert stopped == ("terms_missing" in expected)
    tail = "delete from ledger.events where originator_id = 'wlz' and originator_version > 260"
    assert "commit_without_events" in faults(found(original, *statements, tail))


def test_a_ledger_of_which_nothing_is_left_is_none(original):
    with pytest.raises(LedgerUnknown):
        found(
            original,
            *(
                f"delete from ledger.{table}"
                for table in (
                    "heads", "ledgers", "events", "commits", "event_ids", "idempotency_keys",
                    "tree_nodes", "origins", "verifier_keys", "checkpoint_signatures",
                    "checkpoints",
                )
            ),
        )  # fmt: skip


def test_a_key_of_the_log_that_nobody_knows_is_found(original):
    stranger = Brought((STRANGER.key("ledger.example/wlz"),), original[0].brought.checkpoint)
    assert faults(found(original, brought=stranger)) == {"log_key_unknown"}


OF_ANOTHER = (
    "it is of the log `ledger.example/other`, and the name of this one is `ledger.example/wlz`"
)


@pytest.mark.parametrize(
    "origin, size, root, differs",
    [
        ("ledger.example/wlz", 7, bytes(32), "the events give another root"),
        ("ledger.example/wlz", 0, bytes(32), "the events give another root"),
        ("ledger.example/wlz", 1_000_000, bytes(32), "the log ends before it"),
        ("ledger.example/other", None, None, OF_ANOTHER),
        ("ledger.example/other", 7, bytes(32), f"{OF_ANOTHER}; the events give another root"),
        ("ledger.example/other", 1_000_000, None, f"{OF_ANOTHER}; the log ends before it"),
    ],
)
def test_a_checkpoint_of_another_log_is_found_and_what_differs_is_said(
    original, origin, size, root, differs
):
    kept = original[0].brought.checkpoint
    brought = Brought(
        (OWN.key("ledger.example/wlz"),),
        Checkpoint(origin, kept.size if size is None else size, root or kept.root),
    )
    report = found(original, brought=brought)
    assert faults(report) == {"brought_checkpoint_differs"}
    assert differs in [finding.detail for finding in report.findings]


def test_bytes_that_are_no_event_or_another_one_are_found(original):
    place = "where originator_id = 'wlz' and originator_version"
    report = found(
        original,
        f"update ledger.events set state = 'x' {place} = 30",
        f"update ledger.events set state = state || ' ' {place} = 31",
        f"update ledger.events set originator_version = 9000 {place} = 40",
    )
    expected = {"bytes_unreadable", "bytes_not_canonical", "column_differs", "version_missing"}
    assert expected | {"leaf_hash_differs", "root_differs"} <= faults(report)
    assert any("behind version 30" in unchecked for unchecked in report.unchecked)


def test_two_facts_of_one_id_and_moments_that_go_back_are_found(original):
    place = "where originator_id = 'wlz' and originator_version"
    twin = "(select state from ledger.events where originator_id = 'wlz' and originator_version"
    report = found(original, f"update ledger.events set state = {twin} = 2) {place} = 3")
    assert "column_differs" in faults(report)
    report = found(
        original,
        "update ledger.events set state = convert_to(regexp_replace(convert_from(state, 'utf8'),"
        ' \'"id":"[^"]*"\', \'"id":"same"\'), \'utf8\')'
        f" {place} in (1, 2)",
        "update ledger.events set state = convert_to(regexp_replace(convert_from(state, 'utf8'),"
        " '\"recorded_at\":\"....', '\"recorded_at\":\"1999'), 'utf8')"
        f" {place} in (select first_version from ledger.commits where ledger = 'wlz'"
        " and first_version > 100)",
    )
    assert {"id_used_twice", "moment_not_later"} <= faults(report)


def test_an_event_that_fits_no_book_stops_what_rests_on_it(original):
    made, _ = original
    report = found(
        original,
        "update ledger.events set state = convert_to(replace(convert_from(state, 'utf8'),"
        ' \'"contract":"second"\', \'"contract":"nowhere"\'), \'utf8\')'
        " where originator_id = 'wlz' and topic = 'funder.joined.v1'",
    )
    assert "invariant_broken" in faults(report)
    assert any(" behind version " in unchecked for unchecked in report.unchecked)
    assert report.version == made.version


def test_a_part_that_meets_what_it_cannot_take_says_so_and_stops():
    report = Report("wlz")
    guard = Guarded(report, "the journal")
    for version, step in enumerate((int, lambda: {}["a"], lambda: next(iter(()))), start=1):
        guard.run(version, step)
    assert [(found.code, found.version) for found in report.findings] == [("event_fits_nothing", 2)]
    assert report.unchecked == ["the journal behind version 2"]


def test_remarks_decide_the_outcome_and_not_whether_it_is_sound():
    report = Report("wlz")
    assert (report.sound, report.outcome) == (True, "clean")
    report.unchecked.append("something")
    assert (report.sound, report.outcome) == (True, "not_all_checkable")
    report.find("evidence_about_nothing", 1, "no event has this id")
    assert (report.sound, report.outcome) == (True, "findings")
    report.find("paid_twice", 2, "it stands already")
    assert (report.sound, report.outcome) == (False, "findings")
    assert [finding["kind"] for finding in report.as_document()["findings"]] == ["remark", "fault"]
