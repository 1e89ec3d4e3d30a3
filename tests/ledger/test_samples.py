"""Verification samples: drawn by a seed that anybody can use again, exact or extrapolated."""

import subprocess
from fractions import Fraction
from hashlib import sha256
from itertools import count

import pytest

from tests.ledger.claims import (
    approved,
    claimed,
    closed,
    drafted,
    drawn,
    judged,
    marked,
    submitted,
    withdrawn,
)
from tests.ledger.facts import enrolled, voided
from tests.ledger.saying import collected, deducted, given, invoiced, reduced, selected
from tests.ledger.spoken import APPROVER, FINANCE, SECOND_ADMIN, VERIFIER
from tests.ledger.terms import (
    DCMS,
    LA,
    PHIL,
    SCH,
    SIGN_UP,
    cap,
    contract,
    joined,
    priced,
    shares,
)

SPLIT = {PHIL: 73903, DCMS: 43932, LA: 31551, SCH: 18614}
CHILDREN = ("a", "b", "c", "d", "e")
SHELL = """
digest() { sha256sum 2>/dev/null || shasum -a 256; }
seed=$1 claim=$2 size=$3
shift 3
for payment in "$@"; do
  printf '%s  %s\\n' "$(printf %s "$seed|$claim|$payment" | digest | cut -c 1-64)" "$payment"
done | LC_ALL=C sort | head -n "$size" | cut -c 67-
"""


def claimed_lines(children=CHILDREN, *terms):
    """A submitted claim of a sign-up of each child."""
    signed_up = [enrolled(child) for child in children]
    return given(contract(), *terms, signed_up, drafted(), submitted())


def payment_of(world, child):
    return world.world.book.contracts["lcf"].children[child].standing["SIGN_UP"].payment


def items(world, sample="s1"):
    return list(world.world.book.contracts["lcf"].samples[sample].terms.payments)


def sampled(size, method="exact", *, failed=1, world=None):
    """A claim of five lines with a sample of which the first items failed; still open."""
    world = (world or claimed_lines()).given(drawn(size=size, method=method))
    return world.given(
        [judged(p, passed=place >= failed) for place, p in enumerate(items(world))]
    )  # fmt: skip


def test_an_auditor_draws_the_same_lines_with_a_shell():
    world = claimed_lines().when(drawn(size=3)).then(selected("s1", 3, 5))
    lines = [payment_of(world, child) for child in CHILDREN]
    asked = ["bash", "-c", SHELL, "draw", "2021-lottery", "q1", "3", *lines]
    shell = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert shell.stdout.split() == items(world)
    again = sorted((sha256(f"2021-lottery|q1|{p}".encode()).digest(), p) for p in lines)
    assert [payment for _, payment in again[:3]] == items(world)


def test_another_seed_draws_other_lines():
    drawings = set()
    for seed in ("a", "b", "c", "d", "e"):
        world = claimed_lines().given(drawn(size=2, seed=seed))
        drawings.add(tuple(items(world)))
    assert len(drawings) > 1


def test_a_sample_that_is_larger_than_the_claim_takes_every_line():
    world = claimed_lines().when(drawn(size=900)).then(selected("s1", 5, 5))
    assert sorted(items(world)) == sorted(payment_of(world, child) for child in CHILDREN)


def test_adjustments_and_rejected_lines_are_not_drawn():
    wrong = enrolled("wrong")
    told = (contract(), wrong, claimed("q0"), voided(wrong), enrolled("a"), enrolled("b"))
    world = given(told, drafted(), submitted())
    world = world.given(marked("rejected", payment_of(world, "a")))
    world = world.when(drawn(size=9)).then(selected("s1", 1, 1))
    assert items(world) == [payment_of(world, "b")]


def test_a_claim_without_a_line_has_nothing_to_draw():
    wrong = enrolled()
    world = given(contract(), wrong, claimed("q0"), voided(wrong), drafted(), submitted())
    world.when(drawn()).then_refused("nothing_to_sample", "/data/claim")


def test_a_sample_is_of_a_submitted_claim_and_has_a_reference_of_its_own():
    world = given(contract(), enrolled(), drafted())
    world = world.when(drawn()).then_refused("claim_not_open", "/data/claim")
    world = world.when(drawn(claim="q9")).then_refused("unknown_claim", "/data/claim")
    world = world.given(submitted(), drawn())
    world.when(drawn()).then_refused("already_exists", "/data/sample")


def test_a_claim_has_one_sample_at_a_time():
    world = claimed_lines().given(drawn())
    world = world.when(drawn("s2")).then_refused("sample_open", "/data/claim")
    world = world.given([judged(payment) for payment in items(world)], closed())
    world.when(drawn("s2", on="2021-01-13")).then(selected("s2", 2, 5))


@pytest.mark.parametrize("person", ["drafts", "submits", "draws"])
def test_whoever_prepared_the_claim_or_drew_the_sample_cannot_judge_it(person):
    actors = {name: VERIFIER if name == person else FINANCE for name in ("drafts", "submits")}
    world = given(contract(), enrolled(), drafted(by=actors["drafts"]))
    world = world.given(submitted(by=actors["submits"]))
    world = world.given(drawn(by=VERIFIER if person == "draws" else FINANCE))
    [item] = items(world)
    world = world.when(judged(item)).then_refused("preparer_cannot_judge")
    world.when(judged(item, by=SECOND_ADMIN)).then_nothing()


def test_only_what_was_drawn_is_judged():
    world = claimed_lines().given(drawn(size=4))
    [other] = {payment_of(world, child) for child in CHILDREN} - set(items(world))
    world = world.when(judged(other)).then_refused("unknown_item", "/data/payment")
    world = world.when(judged(other, "s9")).then_refused("unknown_sample", "/data/sample")
    world.when(closed("s9")).then_refused("unknown_sample", "/data/sample")


def test_a_sample_closes_once_when_every_item_is_judged():
    world = claimed_lines().given(drawn())
    first, second = items(world)
    world = world.given(judged(first))
    world = world.when(closed()).then_refused("sample_incomplete", "/data/sample")
    world = world.given(judged(second)).when(closed()).then_nothing()
    world = world.when(closed()).then_refused("sample_not_open", "/data/sample")
    world.when(judged(first)).then_refused("sample_not_open", "/data/sample")


def test_the_latest_verdict_on_an_item_counts():
    world = claimed_lines().given(drawn())
    first, second = items(world)
    world = world.given(judged(first, passed=False), judged(second, passed=False))
    world = world.given(judged(first)).when(closed()).then(reduced("q1", -168000))
    rejected = world.world.book.contracts["lcf"].claims["q1"]
    assert len(rejected.standing()) == len(CHILDREN) - 1


def test_a_claim_waits_for_its_sample():
    world = sampled(2, failed=0)
    world = world.when(approved()).then_refused("sample_open", "/data/claim")
    world = world.given(closed())
    world.when(approved()).then(*(invoiced(f, 5 * a) for f, a in SPLIT.items()))


def test_an_exact_sample_takes_off_the_items_that_failed_and_no_more():
    world = sampled(2).when(closed()).then(reduced("q1", -168000))
    world = world.when(approved()).then(*(invoiced(f, 4 * a) for f, a in SPLIT.items()))
    anew = drafted("q2", on="2021-01-15")
    world = world.when(anew).then(collected("q2", "1 and 0", 168000, SPLIT))
    [line] = world.world.book.contracts["lcf"].claims["q2"].lines
    assert f"P{line}" == items(world)[0]


def test_an_item_that_somebody_asks_about_comes_off_when_it_fails():
    world = claimed_lines().given(drawn(size=1))
    [item] = items(world)
    world = world.given(marked("queried", item), judged(item, passed=False))
    world = world.when(closed()).then(reduced("q1", -168000))
    world.when(approved()).then(*(invoiced(f, 4 * a) for f, a in SPLIT.items()))


def test_an_extrapolated_sample_takes_as_much_of_the_lines_that_nobody_looked_at():
    world = sampled(2, "extrapolated")
    half = {PHIL: -110855, DCMS: -65898, LA: -47326, SCH: -27921}
    world = world.when(closed()).then(
        reduced("q1", -168000), deducted("q1", "s1", -252000, half)
    )  # fmt: skip
    assert sum(half.values()) == -Fraction(1, 2) * 3 * 168000
    owed = {funder: 4 * amount + half[funder] for funder, amount in SPLIT.items()}
    world = world.when(approved()).then(*(invoiced(f, a) for f, a in owed.items()))
    world.when(drafted("q2", on="2021-01-15")).then(collected("q2", "1 and 0", 168000, SPLIT))


def test_a_sample_that_nothing_failed_in_deducts_nothing():
    world = sampled(2, "extrapolated", failed=0).when(closed()).then_nothing()
    world.when(drawn("s2", on="2021-01-13")).then(selected("s2", 2, 5))


def test_a_sample_of_every_line_has_nobody_to_extrapolate_to():
    world = sampled(9, "extrapolated", failed=2)
    world.when(closed()).then(reduced("q1", -168000), reduced("q1", -168000))


def seed_that_draws(world, child):
    """A seed under which the child's line comes first of all."""
    lines = world.world.book.contracts["lcf"].claims["q1"].lines
    for seed in map(str, count()):
        keys = {f"P{v}": sha256(f"{seed}|q1|P{v}".encode()).digest() for v in lines}
        if min(keys, key=keys.get) == payment_of(world, child):
            return seed
    raise AssertionError


def failing(world, child, size, method="extrapolated"):
    """A sample in which the child's line fails and every other item passes."""
    seed = seed_that_draws(world, child)
    world = world.given(drawn(size=size, seed=seed, method=method))
    wrong = payment_of(world, child)
    return world.given([judged(item, passed=item != wrong) for item in items(world)])


def test_what_funders_pay_of_the_other_lines_decides_how_the_deduction_is_split():
    terms = [joined("new"), shares(new=1, phil=2, where={"school": "hill"})]
    told = [enrolled("a"), enrolled("b", school="hill"), enrolled("c", school="hill")]
    world = given(contract(), terms, told, drafted(), submitted())
    failing(world, "a", 1).when(closed()).then(
        reduced("q1", -168000),
        deducted("q1", "s1", -336000, {"new": -112000, PHIL: -224000}),
    )


def test_the_error_rate_is_of_amounts_that_funders_pay_not_of_lines():
    sole = [joined("sole"), cap(100, "sole"), shares(sole=1, where={"school": "hill"})]
    told = [enrolled("a", school="hill"), enrolled("b"), enrolled("c")]
    world = failing(given(contract(), sole, told, drafted(), submitted()), "a", 2)
    exact = Fraction(100, 100 + 168000) * 168000
    world.when(closed()).then(reduced("q1", -168000), deducted("q1", "s1", -100))
    assert 99 < exact < 100


@pytest.mark.parametrize(("size", "price", "off"), [(2, 3, -2), (3, 1, 0), (3, 5, -2)])
def test_a_deduction_is_rounded_once_half_a_penny_up(size, price, off):
    told = [enrolled(child) for child in CHILDREN[: size + 1]]
    terms = contract(priced(SIGN_UP, price), split={"sch": 1})
    world = failing(given(terms, told, drafted(), submitted()), "b", size)
    less = [deducted("q1", "s1", off, {SCH: off})] if off else []
    world.when(closed()).then(reduced("q1", -price), *less)


def test_a_failed_item_that_nobody_pays_takes_nothing_off_the_others():
    sole = [joined("sole"), cap(1, "sole"), shares(sole=1, where={"school": "hill"})]
    first = enrolled("first", school="hill", on="2019-09-30")
    told = [enrolled("a", school="hill"), enrolled("b")]
    world = given(contract(), sole, first, claimed("q0"), told, drafted(), submitted())
    failing(world, "a", 1).when(closed()).then(reduced("q1", -168000))


def test_an_item_under_examination_is_judged_not_rejected_by_hand():
    world = claimed_lines().given(drawn(size=4))
    [other] = {payment_of(world, child) for child in CHILDREN} - set(items(world))
    first = items(world)[0]
    world = world.when(marked("rejected", first)).then_refused("sample_open", "/data/payment")
    world = world.given(marked("queried", first))
    world.when(marked("rejected", other)).then(reduced("q1", -168000))


def test_after_a_deduction_a_claim_is_taken_back_rather_than_changed():
    world = sampled(2, "extrapolated").given(closed())
    other = ({payment_of(world, child) for child in CHILDREN} - set(items(world))).pop()
    world = world.when(marked("rejected", other)).then_refused("already_deducted", "/data/claim")
    world = world.when(drawn("s2")).then_refused("already_deducted", "/data/claim")
    world = world.given(withdrawn(on="2021-01-13"))
    whole = {funder: 5 * amount for funder, amount in SPLIT.items()}
    anew = drafted("q2", on="2021-01-13")
    world = world.when(anew).then(collected("q2", "5 and 0", 840000, whole))
    world = world.given(submitted("q2", on="2021-01-13"))
    world.when(approved("q2")).then(*(invoiced(f, a, claim="q2") for f, a in whole.items()))


def test_the_sample_of_a_withdrawn_claim_is_over():
    world = claimed_lines().given(drawn(), withdrawn(on="2021-01-13"))
    item = items(world)[0]
    world = world.when(judged(item)).then_refused("claim_not_open", "/data/claim")
    world.when(closed()).then_refused("claim_not_open", "/data/claim")


def test_a_verdict_is_not_dated_before_its_draw():
    world = claimed_lines().given(drawn(on="2021-01-12"))
    world.when(judged(items(world)[0])).then_refused("out_of_order", "/effective_on")


def test_who_approved_is_not_asked_whether_they_judged():
    world = claimed_lines().given(drawn(size=1))
    [item] = items(world)
    world = world.given(judged(item, by=APPROVER), closed())
    world.when(approved()).then(*(invoiced(f, 5 * a) for f, a in SPLIT.items()))
