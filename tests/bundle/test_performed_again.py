"""The checker's rules, written a second time, come to the ledger's payments: to the penny."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.codec import encode_event
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.performing import Performance
from projections.bundle.checker.posting import Journal
from projections.folds.bearings import Bearings
from projections.folds.journal import entries_of
from projections.folds.ledger_reader import read_event
from projections.rows import Page
from tests.bundle.again import must_be_performed_again, performed_again
from tests.bundle.bundled import bundled, verdict
from tests.properties import noise, office, settling
from tests.properties.accountant import live_through
from tests.properties.noise import histories, history
from tests.properties.test_money import capped
from tests.properties.world import World, played

seeds = st.integers(0, 2**32 - 1)


@given(histories)
def test_random_histories_are_performed_again_to_the_penny(told):
    must_be_performed_again(played(told).events)


@given(seeds)
def test_noisy_histories_are_performed_again_to_the_penny(seed):
    must_be_performed_again(played(history(Random(seed), noisy=60)).events)


@given(noise.chances.map(capped))
def test_caps_are_performed_again_to_the_penny(told):
    must_be_performed_again(played(told).events)


def whole_ledger(seed):
    """Claims, cash, settlements or noise, with periods closed and reopened in between."""
    chance, world = Random(seed), World()
    kinds = (
        lambda: office.at_work(chance, world),
        lambda: settling.history(chance),
        lambda: noise.history(chance, noisy=40),
    )
    live_through(world, kinds[seed % len(kinds)](), chance, often=12)
    return world.events


@given(seeds)
def test_two_programs_post_the_same_journal(seed):
    bearings, journal = Bearings(), Journal()
    for event in whole_ledger(seed):
        read_event(event, None, bearings, Page(0))
        posted = [
            (line.account, line.fund, line.amount_minor, entry.effective_on.isoformat())
            for entry in entries_of(event, bearings)
            for line in entry.lines
        ]
        again = journal.post(json.loads(encode_event(event)))
        assert [(one.account, one.fund, one.amount, one.day) for one in again] == posted


@pytest.mark.parametrize("seed", range(24))
def test_a_bundle_of_a_whole_ledger_is_sound(seed, tmp_path):
    bundled(whole_ledger(seed), tmp_path / "wlz")
    said = verdict(tmp_path / "wlz")
    assert said.faults == []
    assert said.code == 0


def test_a_payment_of_another_amount_is_found_though_every_hash_is_right():
    """The rules alone find it, and say which payment of what."""
    events = played(history(Random(28))).events
    documents = [json.loads(encode_event(event)) for event in events]
    released = next(one for one in documents if one["type"] == "payment.released")
    released["data"]["amount_minor"] += 1
    findings = Findings()
    performance = Performance(findings, lambda *_: None)
    for document in documents:
        performance.follow(document)
    performance.finish()
    assert [fault.version for fault in findings.faults] == [released["version"]]
    assert "amount" in findings.faults[0].what


@pytest.mark.parametrize("kind", ["payment.released", "payment.reversed", "payment.withheld"])
def test_a_decision_that_is_missing_is_found(kind):
    missed = 0
    for seed in range(40):
        events = played(history(Random(seed), noisy=30)).events
        places = [place for place, event in enumerate(events) if event.type == kind]
        for place in places[-1:]:
            left = [*events[:place], *events[place + 1 :]]
            assert performed_again(left).faults, f"seed {seed}, version {events[place].version}"
            missed += 1
    assert missed > 3
