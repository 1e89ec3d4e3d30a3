"""A ledger used step by step: facts, voidings, dry runs, failed commits and restarts in any order.

Where the other pages play whole histories, this machine chooses each step knowing what stands.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.book import Book
from ledger.deciding import decide, replay
from ledger.events.codec import ShapeInvalid
from ledger.refusals import Refusal
from tests.properties import facts
from tests.properties.dump import dump
from tests.properties.facts import CHILDREN, COHORTS, CONTRACT, TODAY, fact, typed
from tests.properties.histories import (
    AREAS,
    TRIGGERS,
    card,
    outcome,
    share_set,
    story,
    upset,
    voided,
    year,
)
from tests.properties.noise import NOISE, TERMS
from tests.properties.world import World, moment

chances = st.randoms(use_true_random=False)
children = st.sampled_from(CHILDREN)


class LedgerAtWork(RuleBasedStateMachine):
    """One book, one auditor, and whoever sends facts."""

    @initialize(
        chance=chances,
        rounding=st.sampled_from(("per_line", "cumulative")),
        stop=st.sampled_from((None, "2022-10-31")),
    )
    def begin(self, chance, rounding, stop):
        self.world = World()
        self.take([*facts.prologue(rounding, (stop, None)), card(chance), share_set(chance)])

    def take(self, sent):
        for each in sent:
            self.world.take(each)

    @property
    def contract(self):
        return self.world.book.contracts[CONTRACT]

    @rule(chance=chances, child=children)
    def a_child_comes(self, chance, child):
        self.take(story(chance, child))

    @rule(chance=chances, child=children, cohort=st.sampled_from(COHORTS), number=st.integers(0, 1))
    def a_year_goes_by(self, chance, child, cohort, number):
        self.take(year(chance, child, cohort, number))

    @rule(
        chance=chances, child=children, cohort=st.sampled_from(COHORTS), area=st.sampled_from(AREAS)
    )
    def an_area_is_measured(self, chance, child, cohort, area):
        self.take(outcome(chance, child, cohort, area))

    @rule(chance=chances, child=children)
    def something_is_upset(self, chance, child):
        self.take([upset(chance, child)])

    @rule(chance=chances, maker=st.sampled_from(TERMS + NOISE))
    def anything_else_arrives(self, chance, maker):
        self.take([maker(chance)])

    @rule(back=st.integers(1, 20))
    def an_approver_voids(self, back):
        self.take([voided(back)])

    @precondition(lambda self: self.world.auditor.withheld)
    @rule(place=st.integers(0, 50), verdict=st.sampled_from(("release", "release", "refuse")))
    def an_approver_decides(self, place, verdict):
        rows = [key for key in self.world.auditor.withheld if key[1] != "grant"]
        if rows:
            _, child, trigger = rows[place % len(rows)]
            content = {"child": child, "trigger": trigger, "verdict": verdict}
            self.take(
                [fact("payment.decided", "2023-12-31", "approver", reason_code="ok", **content)]
            )

    @rule(chance=chances, maker=st.sampled_from(TERMS + NOISE))
    def a_commit_fails(self, chance, maker):
        actor, content = self.world.counted_back(maker(chance))
        before, mark = dump(self.world.book), self.world.book.changes.mark()
        told = {"actor": actor, "today": TODAY, "recorded_at": moment(0)}
        try:
            decide(self.world.book, typed(content), **told)
        except (Refusal, ShapeInvalid):
            assert dump(self.world.book) == before
        self.world.book.changes.undo_to(mark)
        assert dump(self.world.book) == before

    @rule()
    def the_writer_restarts(self):
        restarted = Book()
        replay(restarted, self.world.events)
        assert dump(restarted) == dump(self.world.book)
        self.world.book = restarted

    @rule()
    def what_is_committed_is_forgotten_by_the_journal(self):
        self.world.book.changes.forget(self.world.book.changes.mark())

    @invariant()
    def the_caps_use_is_what_the_auditor_counts(self):
        if not hasattr(self, "world"):
            return
        used = self.world.auditor.used
        assert self.contract.used_minor == used[CONTRACT, "contract", ""]
        for funder, minor in self.contract.funder_used.items():
            assert minor == used[CONTRACT, "funder", funder]
        for child in self.contract.children.values():
            assert child.paid_minor == used[CONTRACT, "child", child.reference]

    @invariant()
    def what_stands_in_the_book_is_what_was_released_and_not_reversed(self):
        if not hasattr(self, "world"):
            return
        standing = {
            (CONTRACT, child.reference, payment.trigger): payment.version
            for child in self.contract.children.values()
            for payment in child.payments()
        }
        told = self.world.auditor.standing
        assert standing == {key: e.version for key, e in told.items() if key[1] != "grant"}

    @invariant()
    def every_funder_used_is_one_that_joined(self):
        if hasattr(self, "world"):
            assert self.contract.funder_used.keys() <= self.contract.funders.keys()
            assert all(
                key[2] in TRIGGERS for key in self.world.auditor.standing if key[1] != "grant"
            )


LedgerAtWork.TestCase.settings = settings(stateful_step_count=25)
test_a_ledger_at_work_keeps_its_promises = LedgerAtWork.TestCase
