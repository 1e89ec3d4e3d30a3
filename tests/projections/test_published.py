"""The reports for readers outside, from a log: what they show, hide, and never give away."""

import pytest

from projections.reading.outcomes import outcomes
from projections.reading.published.outcomes import published_outcomes
from projections.reading.published.payments import published_payments
from projections.reading.summary import summary
from tests.projections import given
from tests.projections.history import CONTRACT

FIGURES = ("count", "amount_minor", "unfunded_minor", "funders")
MONEY = ["amount_minor", "unfunded_minor", "funders"]
DEARER = {name: 2 * amount for name, amount in given.SIGN_UP.items()}
ELSEWHERE = {"phil": 73_903, "dcms": 43_932, "sch": 50_165}
RAISED = {"phil": 73_903, "dcms": 43_932, "la": 0, "sch": 18_614}


@pytest.fixture
def report(read):
    """Ask for one of the two reports on the contract."""

    def asked(question, **how):
        return read(question, contract=CONTRACT, **how)

    return asked


def signed_up(history, on, split=given.SIGN_UP, *, times, first=0, **more):
    for number in range(first, first + times):
        history.release(on, split, child=f"c{on}-{number}", **more)


def engaged(history, on, *, times):
    for number in range(times):
        history.release(
            on, given.ENGAGED, child=f"e{number}", trigger="ENGAGED_Y1", kind="engagement"
        )


def grant(history, on, amount=60_000):
    history.release(
        on, {"phil": amount}, child=None, trigger="COVID", kind="grant", reference=f"covid-{on}"
    )


def only(rows, **wanted):
    [found] = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return found


def achieve(history, child, *areas, of=("peer", "emotional"), cohort="2019"):
    """A child that is at risk in the areas, measured in them, and achieved some of them."""
    given.enrol(history, child, cohort=cohort)
    for area in of:
        given.measure(history, child, area, "baseline", 6, "2019-10-01")
        score = 2 if area in areas else 6
        given.measure(history, child, area, "end_point", score, "2021-07-01")
        given.verify(history, child, "2021-07-10", area=area)


def test_what_hides_nothing_is_the_internal_summary(history, read, report):
    given.terms(history)
    signed_up(history, "2019-09-09", times=3)
    signed_up(history, "2020-01-09", times=2)
    reversed_one = history.release("2020-01-10", given.SIGN_UP, child="gone")
    history.reverse(reversed_one)
    grant(history, "2020-03-01")
    for by in ("month", "quarter", "year"):
        shown = report(published_payments, by=by, suppress_below=1)
        inside = read(summary, contract=CONTRACT, by=by)["items"]
        names = ("period", "from", "to", "trigger", "kind", *FIGURES)
        assert [{name: row[name] for name in names} for row in shown["items"]] == [
            {name: row[name] for name in names} for row in inside if row["count"]
        ]
        assert shown["hidden_cells"] == 0
        assert shown["total"]["amount_minor"] == sum(row["amount_minor"] for row in inside)
        assert (shown["total"]["count"], shown["total"]["grants"]) == (5, 1)


def test_a_small_count_is_hidden_with_its_money_and_with_what_would_tell_it(history, report):
    given.terms(history)
    signed_up(history, "2019-09-09", times=3)
    signed_up(history, "2019-12-09", times=20)
    engaged(history, "2019-09-30", times=8)
    engaged(history, "2019-12-31", times=9)
    shown = report(published_payments)
    for row in shown["items"]:
        assert row["hidden"] == list(FIGURES)
        assert [row[name] for name in FIGURES] == [None] * 4
    assert [row["count"] for row in shown["periods"]] == [11, 29]
    assert [row["hidden"] for row in shown["periods"]] == [MONEY, MONEY]
    assert [row["amount_minor"] for row in shown["triggers"]] == [17 * 167_500, 23 * 168_000]
    assert (shown["total"]["count"], shown["total"]["hidden"]) == (40, [])
    assert shown["hidden_cells"] == 4 * 4 + 2 * 3


def test_money_of_a_period_is_hidden_because_two_prices_in_one_sum_are_two_counts(history, report):
    given.terms(history)
    signed_up(history, "2019-09-09", times=20)
    signed_up(history, "2019-09-10", DEARER, times=3)
    [row] = report(published_payments)["items"]
    assert (row["count"], row["hidden"]) == (23, MONEY)
    enough = report(published_payments, suppress_below=3)
    assert enough["hidden_cells"] == 0


def test_the_part_of_a_funder_is_hidden_where_few_payments_have_it(history, report):
    given.terms(history)
    signed_up(history, "2019-09-09", times=20)
    signed_up(history, "2019-09-10", ELSEWHERE, times=3)
    [row] = report(published_payments)["items"]
    assert (row["count"], row["amount_minor"]) == (23, 23 * 168_000)
    assert row["hidden"] == ["unfunded_minor", "funders"]
    assert report(published_payments)["total"]["hidden"] == ["unfunded_minor", "funders"]


def test_what_a_cap_took_from_hidden_payments_is_in_no_total(history, report):
    given.terms(history)
    capped = {"unfunded": {"la": 31_551}}
    signed_up(history, "2019-09-09", times=20)
    signed_up(history, "2019-12-09", RAISED, times=3, **capped)
    signed_up(history, "2020-03-09", times=6)
    shown = report(published_payments)
    assert [row["count"] for row in shown["items"]] == [20, None, None]
    assert (shown["total"]["count"], shown["total"]["amount_minor"]) == (29, 29 * 168_000)
    assert shown["total"]["hidden"] == ["unfunded_minor", "funders"]
    open_row = report(published_payments, by="year")["total"]
    assert (open_row["unfunded_minor"], open_row["hidden"]) == (3 * 31_551, [])


def test_grants_are_shown_and_give_no_hidden_payment_away(history, report):
    given.terms(history)
    grant(history, "2019-09-15")
    signed_up(history, "2019-09-09", times=3)
    shown = report(published_payments)
    about = only(shown["items"], trigger="COVID")
    assert (about["count"], about["amount_minor"], about["hidden"]) == (1, 60_000, [])
    assert about["funders"] == [{"funder": "phil", "amount_minor": 60_000}]
    [period] = shown["periods"]
    assert (period["grants"], period["hidden"]) == (1, list(FIGURES))
    assert shown["total"]["hidden"] == list(FIGURES)


def test_children_who_reached_one_rank_and_not_the_next_are_a_group(history, report):
    given.terms(history)
    for number in range(20):
        for rank in (1, 2) if number < 18 else (1,):
            history.release(
                "2021-10-05",
                given.ENGAGED,
                child=f"c{number}",
                trigger=f"OUTCOME_{rank}",
                kind="outcome_count",
            )
    shown = report(published_payments)
    counts = {row["trigger"]: row["count"] for row in shown["triggers"]}
    assert None in counts.values()
    assert report(published_payments, suppress_below=2)["hidden_cells"] == 0


def test_outcomes_that_hide_nothing_are_the_internal_ones(history, read, report):
    given.terms(history)
    achieve(history, "c1", "peer")
    achieve(history, "c2", "peer", "emotional")
    achieve(history, "c3", of=("peer",))
    shown = report(published_outcomes, suppress_below=1)
    inside = read(outcomes, contract=CONTRACT)
    totals = [row for row in shown["areas"] if row["cohort"] is None]
    assert [{name: row[name] for name in inside["areas"][0]} for row in totals] == inside["areas"]
    assert shown["children"][-1] == {"cohort": None, **inside["children"], "hidden": []}
    assert only(shown["areas"], area="peer", cohort="2019")["measured"] == 3


def test_each_cohort_is_counted_by_itself(history, read, report):
    given.terms(history)
    given.open_cohort(history, "2021")
    given.open_cohort(history, "2020")
    achieve(history, "c1", "peer")
    achieve(history, "c2", "peer", "emotional", cohort="2020")
    achieve(history, "c3", of=("peer",), cohort="2020")
    shown = report(published_outcomes, suppress_below=1)
    assert [row["cohort"] for row in shown["children"]] == ["2019", "2020", "2021", None]
    for cohort in ("2019", "2020", "2021"):
        inside = read(outcomes, contract=CONTRACT, cohort=cohort)
        assert only(shown["children"], cohort=cohort) == {
            "cohort": cohort, **inside["children"], "hidden": [],
        }  # fmt: skip
        rows = [row for row in shown["areas"] if row["cohort"] == cohort]
        told = [
            {name: row[name] for name in row if name not in {"cohort", "hidden"}} for row in rows
        ]
        assert told == inside["areas"]


def test_the_few_who_did_not_achieve_are_hidden_by_a_number_that_is_not_small(history, report):
    given.terms(history)
    for number in range(11):
        achieve(history, f"c{number}", *(("peer",) if number < 9 else ()), of=("peer",))
    shown = report(published_outcomes)
    peer = only(shown["areas"], area="peer", cohort=None)
    assert (peer["at_risk"], peer["measured"]) == (11, 11)
    assert peer["hidden"] == ["achieved", "achieved_percent"]
    for children in shown["children"]:
        assert children["hidden"] == ["at_least_1"]
    assert report(published_outcomes, suppress_below=2)["hidden_cells"] == 0


def test_a_percent_is_shown_only_where_both_its_numbers_are(history, report):
    given.terms(history)
    for number in range(20):
        areas = {"peer"} if number < 12 else {"emotional"} if number < 15 else set()
        achieve(history, f"c{number}", *areas)
    shown = report(published_outcomes)
    for row in shown["areas"]:
        both = row["achieved"] is not None and row["measured"] is not None
        assert (row["achieved_percent"] is not None) is both
    assert only(shown["areas"], area="emotional", cohort=None)["achieved"] is None


def test_an_old_report_does_not_change(history, report):
    given.terms(history)
    signed_up(history, "2019-09-09", times=7)
    achieve(history, "c1", "peer")
    known = history.version
    before = [report(question) for question in (published_payments, published_outcomes)]
    signed_up(history, "2019-09-09", times=7, first=10)
    achieve(history, "c2", "peer")
    questions = (published_payments, published_outcomes)
    assert [report(question, known_at=known) for question in questions] == before
    assert report(published_payments, as_of="2019-09-08")["items"] == []


@pytest.mark.parametrize("question", [published_payments, published_outcomes])
def test_a_contract_that_is_not_signed_has_no_report(history, read, question):
    given.terms(history)
    assert read(question, contract="other") is None
