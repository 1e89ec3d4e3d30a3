"""Steps of settlements that the ledger refuses: were one stored, the checker would object."""

import copy
import json
from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from ledger.events.codec import encode_event
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.settlements_again import SettlementsAgain
from tests.bundle.bundled import bundled, log_of, signed, verdict
from tests.bundle.mutations import changed_event, rewritten
from tests.bundle.settled_often import events_of, odd_ones
from tests.ledger.saying import given as told
from tests.ledger.settlements import banked, delivered, drafted, withdrawn
from tests.ledger.terms import contract, order
from tests.properties import settling
from tests.properties.looking import looking_at
from tests.properties.world import World

seeds = st.integers(0, 2**32 - 1)
ABOUT = ("settlement.", "partner.", "fee.")
ELSEWHERE = {"shape_invalid", "already_confirmed"}
"""Of no rule; and what a bundle of one contract cannot tell, and moves nothing."""


class Reader:
    """Reads what a world stored, and says what it would find in one more fact."""

    def __init__(self):
        self.findings = Findings()
        self.settlements = SettlementsAgain(self.findings)
        self.version = 0

    def read(self, events):
        for event in events:
            self.settlements.follow(json.loads(encode_event(event)))
            self.version = event.version

    def would_find(self, sent):
        """In a fact as it would be stored; of the decisions behind it none is."""
        actor, said = sent
        told = copy.deepcopy(self.settlements)
        findings = told._findings = told._behind._findings = Findings()
        content = {"bank_account": "main", "reference": None, **said["data"]}
        event = {**said, "data": content, "actor": actor, "version": self.version + 1, "causes": []}
        told.follow(event)
        return [fault for fault in findings.faults if fault.version == event["version"]]


def refusals(history):
    """Each fact about partners that was refused, why, and what the checker says of it."""
    world, reader = World(), Reader()
    for sent in history:
        before = len(world.refused)
        reader.read(world.take(sent))
        for refused, code in world.refused[before:]:
            if refused[1]["type"].startswith(ABOUT) and code not in ELSEWHERE:
                yield refused[1]["type"], code, reader.would_find(refused)
    assert not reader.findings.faults


def test_whatever_the_ledger_refuses_the_checker_objects_to():
    met: Counter[tuple[str, str]] = Counter()

    @looking_at(40)  # some refusals are seldom met
    @given(seeds)
    def look(seed):
        for history in (odd_ones(seed), settling.history(Random(seed))):
            for kind, code, faults in refusals(history):
                assert faults, (kind, code)
                assert "the rules refuse it: " in faults[0].what
                met[kind, code] += 1

    look()
    kinds = {kind for kind, _ in met}
    assert kinds >= {
        *("settlement.drafted", "settlement.approved", "settlement.paid", "settlement.withdrawn"),
        *("settlement.returned", "partner.bank_set", "partner.bank_confirmed", "fee.credited"),
        *("fee.disputed", "fee.dispute_withdrawn"),
    }
    assert {code for _, code in met} >= {
        *("nothing_to_settle", "settlement_not_open", "preparer_cannot_approve", "exceeds_owed"),
        *("bank_unknown", "bank_unconfirmed", "setter_cannot_confirm", "unknown_settlement"),
        *("exceeds_dispute", "exceeds_invoice", "already_set"),
        *("already_returned", "return_differs", "out_of_order", "bank_differs", "version_ahead"),
    }


def test_a_reversal_is_settled_no_earlier_than_the_fee_in_whichever_draft_that_is_by_now():
    """0023. The fee went from one draft, of the 4th, into another, of the 20th."""
    world = told(
        contract(), order(), banked(), delivered(1), drafted("s1", on="2021-01-04"),
        delivered(1, status="cancelled_by_partner"), drafted("s2", on="2021-01-05"),
        withdrawn("s1", on="2021-01-06"), drafted("s3", on="2021-01-20"),
        withdrawn("s2", on="2021-01-07"),
    ).world  # fmt: skip
    reader = Reader()
    reader.read(world.events)
    content = {"contract": "lcf", "settlement": "s4", "upto": "2020-12-31"}
    found = {
        day: reader.would_find(
            ("finance", {"type": "settlement.drafted", "effective_on": day, "data": content})
        )
        for day in ("2021-01-19", "2021-01-20")
    }
    assert [len(faults) for faults in found.values()] == [1, 0]
    assert "before what it would pay for" in found["2021-01-19"][0].what


def test_an_approval_by_the_drafter_is_found_out_though_the_log_signed_it(tmp_path):
    events = list(events_of(1))
    bundled(events, tmp_path / "wlz")
    place = max(n for n, event in enumerate(events) if event.type == "settlement.approved")
    events[place] = changed_event(events[place], "actor", lambda _: "finance")
    rewritten(tmp_path / "wlz", events, signed(log_of(events), [len(events)]))
    said = verdict(tmp_path / "wlz")
    [fault] = said.faults
    assert fault["version"] == place + 1
    assert fault["what"].endswith("whoever drafted cannot approve")
