"""Which fund bears what of a payment to a partner: each its own, and each balances by itself."""

from tests.ledger.facts import fee, register
from tests.ledger.saying import given
from tests.ledger.settlements import approved, banked, delivered, drafted, paid
from tests.ledger.spoken import FINANCE, fact
from tests.ledger.terms import contract, order
from tests.ledger.told_settlements import settled, to_settle

CLUB = order("club", rate_minor=3000, fund="restricted")


def at_the_club(count, first=1, **terms):
    return [
        register(f"c-{n}", f"2020-02-{n:02}", order="club", expected=(), **terms)
        for n in range(first, first + count)
    ]


def paying(*facts):
    """What follows when everything that these facts accrue is settled."""
    world = given(contract(), CLUB, banked(), facts, drafted(), approved())
    return world.when(paid())


def test_fees_of_several_funds_are_paid_at_once_and_each_fund_bears_its_own():
    paying(delivered(2), at_the_club(3)).then(
        settled("chess", 26000, general=17000, restricted=9000)
    )


def test_a_fund_that_paid_too_much_gets_it_back_from_the_others():
    """Three club sessions went with an invoice of the club's order; two were delivered."""
    club = fee("invoiced", 9000, invoice="i-1", order="club")
    world = paying(club, fee("paid", 9000, invoice="i-1"), delivered(2), at_the_club(2))
    world.then(settled("chess", 14000, general=17000, restricted=-3000))


def test_a_payment_that_names_no_invoice_is_borne_by_the_general_fund_among_several():
    paying(fee("paid", 1000), delivered(2), at_the_club(3)).then(
        settled("chess", 25000, general=16000, restricted=9000)
    )


def test_a_payment_is_borne_by_the_one_fund_of_all_orders():
    moved = order(fund="restricted", on="2019-09-02")
    world = given(contract(), moved, CLUB, banked(), fee("paid", 1000), delivered(1))
    world = world.given(fee("invoiced", 500, invoice="i-1"), fee("paid", 500, invoice="i-1"))
    world = world.given(drafted(), approved())
    world.when(paid()).then(settled("chess", 7000, restricted=7000))


def test_what_is_held_back_comes_off_the_funds_in_proportion_to_the_penny():
    dispute = [
        fee("invoiced", 20000, invoice="i-1"),
        fee("disputed", 1, invoice="i-1", reason="not_delivered"),
    ]
    paying(delivered(1), at_the_club(2), dispute).then(
        settled("chess", 14499, general=8499, restricted=6000)
    )


def test_a_debt_of_one_fund_is_carried_as_that_funds_own():
    """General owes 85.00, restricted is owed 120.00: nothing goes out, and nothing moves."""
    club = fee("invoiced", 12000, invoice="i-1", order="club")
    world = given(contract(), CLUB, banked(), club, fee("paid", 12000, invoice="i-1"))
    world = world.given(delivered(1))
    part = {"accrued": 8500, "brought": -12000, "carried": -3500}
    world = world.when(drafted()).then(to_settle("s1", 1, chess=part))
    world = world.given(approved(), paid(), delivered(1, 2), drafted("s2"), approved("s2"))
    world.when(paid("s2")).then(
        settled("chess", 5000, settlement="s2", general=17000, restricted=-12000)
    )


def test_a_reversal_leaves_the_fund_that_bore_the_fee():
    moved = order(fund="restricted", on="2020-06-01")
    world = given(contract(), banked(), delivered(2), drafted(), approved(), paid(), moved)
    world = world.given(delivered(1, status="cancelled_by_partner"))
    june = fact("register.submitted", "2020-06-02", FINANCE, **new_register())
    world = world.given(june, drafted("s2"))
    account = world.world.book.contracts["lcf"].partner_accounts["chess"]
    assert account.brought() == {"general": -8500, "restricted": 8500}


def new_register():
    listed = {"expected": [], "attended": [], "status": "delivered"}
    return {"order": "chess-club", "session": "s-9", **listed}
