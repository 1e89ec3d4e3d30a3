"""Claims: every payment in at most one that lives, none lost, and never edited."""

import pytest

from tests.ledger.claims import approved, claimed, drafted, marked, submitted, withdrawn
from tests.ledger.facts import achieved, corrected, engaged_year, enrolled, verified, voided
from tests.ledger.saying import collected, credited, given, invoiced, reduced
from tests.ledger.spoken import APPROVER, FINANCE, SECOND_ADMIN, fact
from tests.ledger.terms import DCMS, LA, OUTCOMES, PHIL, SCH, contract, joined, shares, signed

SPLIT = {PHIL: 73903, DCMS: 43932, LA: 31551, SCH: 18614}
Y1_SPLIT = {PHIL: 73683, DCMS: 43801, LA: 31457, SCH: 18559}


def signed_up(*children):
    return [enrolled(child) for child in children or ("child-7",)]


def payment_of(world, trigger="SIGN_UP", child="child-7"):
    return world.world.book.contracts["lcf"].children[child].standing[trigger].payment


def test_a_claim_collects_what_is_released_and_not_claimed():
    world = given(contract(), signed_up("child-7", "child-8"))
    doubled = {funder: 2 * amount for funder, amount in SPLIT.items()}
    world = world.when(drafted()).then(collected("q1", "2 and 0", 336000, doubled))
    world.when(drafted("q2")).then_refused("nothing_to_claim", "/data/upto")


def test_a_claim_stops_at_its_effective_day():
    told = (contract(), enrolled(on="2019-10-01"), enrolled("child-8", on="2020-01-15"))
    world = given(told)
    world = world.when(drafted("q1", "2019-12-31")).then(collected("q1", "1 and 0", 168000))
    world.when(drafted("q2", "2020-01-15")).then(collected("q2", "1 and 0", 168000))


def test_a_claim_stops_at_its_version_and_the_rest_comes_next():
    world = given(contract(), enrolled())
    known = world.world.book.version
    world = world.given(enrolled("child-8"))
    world = world.when(drafted(known_at=known)).then(collected("q1", "1 and 0", 168000))
    world.when(drafted("q2")).then(collected("q2", "1 and 0", 168000))


def test_a_version_that_is_not_there_yet_cannot_be_claimed_at():
    world = given(contract(), enrolled())
    world.when(drafted(known_at=900)).then_refused("version_ahead", "/data/known_at")


def test_an_approved_claim_becomes_one_invoice_a_funder_with_a_due_day():
    world = given(contract(), enrolled(), drafted(), submitted())
    world.when(approved()).then(
        *(invoiced(funder, amount, due="2021-02-14") for funder, amount in SPLIT.items())
    )


def test_a_funder_is_given_the_days_that_were_agreed():
    terms = contract()
    late = joined("new", payment_days=60)
    only = shares(new=1, on="2019-09-02")
    world = given(terms, late, only, enrolled(), drafted(), submitted())
    world.when(approved()).then(invoiced("new", 168000, due="2021-03-16"))


def test_a_payment_reversed_before_it_is_claimed_is_never_claimed():
    wrong = enrolled()
    world = given(contract(), wrong, voided(wrong))
    world.when(drafted()).then_refused("nothing_to_claim")


def test_a_payment_reversed_after_it_was_claimed_is_an_adjustment_of_the_next_claim():
    wrong = enrolled()
    world = given(contract(), wrong, claimed(), voided(wrong), enrolled("child-8"))
    world = world.when(drafted("q2")).then(collected("q2", "1 and 1", 0, dict.fromkeys(SPLIT, 0)))
    world.given(submitted("q2")).when(approved("q2")).then()


def test_a_claim_that_nets_below_zero_is_a_credit_note():
    wrong = enrolled()
    world = given(contract(), wrong, claimed(), voided(wrong), drafted("q2"), submitted("q2"))
    world.when(approved("q2")).then(
        *(credited(funder, amount, claim="q2") for funder, amount in SPLIT.items())
    )


def test_a_payment_reversed_while_its_claim_is_a_draft_stays_in_it():
    wrong = enrolled()
    world = given(contract(), wrong, drafted(), voided(wrong), submitted())
    world = world.when(approved()).then(*(invoiced(f, a) for f, a in SPLIT.items()))
    world.when(drafted("q2")).then(collected("q2", "0 and 1", -168000))


def test_a_withdrawn_claim_gives_its_lines_back():
    world = given(contract(), enrolled(), drafted(), submitted(), withdrawn())
    world.when(drafted("q2", on="2021-01-06")).then(collected("q2", "1 and 0", 168000, SPLIT))


def test_what_was_reversed_meanwhile_nets_out_when_its_claim_is_withdrawn():
    wrong = enrolled()
    world = given(contract(), wrong, drafted(), voided(wrong), withdrawn())
    world.when(drafted("q2")).then_refused("nothing_to_claim")


def test_a_line_that_comes_back_is_claimed_while_another_claim_takes_it_back():
    wrong = enrolled()
    world = given(contract(), wrong, drafted(), voided(wrong), drafted("q2"), withdrawn())
    world = world.when(drafted("q3", on="2021-01-06")).then(
        collected("q3", "1 and 0", 168000, SPLIT)
    )
    world = world.given(withdrawn("q2"), withdrawn("q3"))
    world.when(drafted("q4")).then_refused("nothing_to_claim")


def test_an_adjustment_of_a_withdrawn_claim_comes_in_the_next_one():
    wrong = enrolled()
    world = given(contract(), wrong, claimed(), voided(wrong), drafted("q2"), withdrawn("q2"))
    world.when(drafted("q3", on="2021-01-06")).then(collected("q3", "0 and 1", -168000))


def test_an_approved_claim_is_not_withdrawn():
    world = given(contract(), enrolled(), claimed())
    world.when(withdrawn()).then_refused("claim_not_open", "/data/claim")


def test_a_rejected_line_comes_off_and_may_be_claimed_again():
    world = given(contract(), signed_up("child-7", "child-8"), drafted(), submitted())
    world = world.when(marked("rejected", payment_of(world))).then(reduced("q1", -168000))
    world = world.when(approved()).then(*(invoiced(f, a) for f, a in SPLIT.items()))
    world.when(drafted("q2", on="2021-01-15")).then(collected("q2", "1 and 0", 168000, SPLIT))


def test_a_claim_waits_for_the_answer_to_a_question():
    world = given(contract(), enrolled(), drafted(), submitted())
    payment = payment_of(world)
    world = world.given(marked("queried", payment))
    world = world.when(approved()).then_refused("lines_queried")
    world = world.given(marked("cleared", payment))
    world.when(approved()).then(*(invoiced(f, a) for f, a in SPLIT.items()))


@pytest.mark.parametrize(
    ("how", "before"), [("cleared", ()), ("queried", ("rejected",)), ("rejected", ("rejected",))]
)
def test_a_line_is_marked_only_where_that_says_something(how, before):
    world = given(contract(), enrolled(), drafted(), submitted())
    payment = payment_of(world)
    world = world.given([marked(step, payment) for step in before])
    world.when(marked(how, payment)).then_refused("unknown_line", "/data/payment")


@pytest.mark.parametrize("spelt", ["P1", "{number}", "P0{number}", "PP{number}", "P-1", "line"])
def test_a_line_that_the_claim_does_not_have_cannot_be_marked(spelt):
    world = given(contract(), enrolled(), drafted(), submitted())
    spelt = spelt.format(number=payment_of(world)[1:])
    world.when(marked("queried", spelt)).then_refused("unknown_line")


def test_a_line_of_another_claim_cannot_be_marked():
    world = given(contract(), enrolled(), drafted("q1"), submitted("q1"))
    world = world.given(enrolled("child-8"), drafted("q2"), submitted("q2"))
    world.when(marked("queried", payment_of(world), "q2")).then_refused("unknown_line")


def test_a_payment_is_a_line_where_it_was_released_and_another_where_it_was_reversed():
    wrong = enrolled()
    world = given(contract(), wrong, drafted(), submitted())
    payment = payment_of(world)
    world = world.given(voided(wrong), enrolled("child-8"), drafted("q2"), submitted("q2"))
    world = world.when(marked("rejected", payment, "q2")).then(reduced("q2", 168000))
    world.when(marked("rejected", payment, "q1")).then(reduced("q1", -168000))


def test_a_draft_is_not_queried_and_a_submitted_claim_not_submitted():
    world = given(contract(), enrolled(), drafted())
    world = world.when(marked("queried", payment_of(world))).then_refused("claim_not_open")
    world.given(submitted()).when(submitted()).then_refused("claim_not_open")


@pytest.mark.parametrize("preparer", ["drafts", "submits"])
def test_whoever_prepared_a_claim_cannot_approve_it(preparer):
    drafter = APPROVER if preparer == "drafts" else FINANCE
    submitter = APPROVER if preparer == "submits" else FINANCE
    world = given(contract(), enrolled(), drafted(by=drafter), submitted(by=submitter))
    world = world.when(approved()).then_refused("preparer_cannot_approve")
    world.when(approved(by=SECOND_ADMIN)).then(*(invoiced(f, a) for f, a in SPLIT.items()))


def test_a_claim_that_was_never_drafted_is_unknown():
    world = given(contract(), enrolled())
    world = world.when(submitted()).then_refused("unknown_claim", "/data/claim")
    world = world.given(drafted())
    world.when(drafted()).then_refused("already_exists", "/data/claim")


def test_a_claim_belongs_to_its_contract():
    other = fact("contract.signed", "2019-08-01", FINANCE,
        **(signed().content["data"] | {"contract": "other"}))  # fmt: skip
    foreign = fact("claim.submitted", "2021-01-05", FINANCE, contract="other", claim="q1")
    world = given(contract(), enrolled(), drafted(), other)
    world.when(foreign).then_refused("unknown_claim")


def test_a_correction_after_the_claim_takes_back_the_rank_that_fell():
    three = [achieved(area) for area in ("peers", "emotions", "parents")]
    told = (contract(*OUTCOMES), enrolled(), three)
    world = given(told, claimed("q1", "2021-12-31", month="2022-01"), corrected("peers", 9))
    world.when(drafted("q2", "2021-12-31", on="2022-01-04")).then(
        collected("q2", "0 and 1", -83750)
    )


def test_a_year_verified_late_is_in_the_claim_of_when_it_was_known():
    told = (contract(), enrolled(), engaged_year(), claimed("q1"))
    world = given(told, verified("ENGAGED_Y1", on="2020-09-10"))
    world.when(drafted("q2")).then(collected("q2", "1 and 0", 167500, Y1_SPLIT))
