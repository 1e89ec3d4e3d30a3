"""A child's page and the list of children, at any pair."""

from ledger.events.terms import CohortOpened, ContractSigned, ProgrammeYear
from projections.reading.children import child, children
from projections.reading.contracts import contract
from projections.reading.outcomes import outcomes
from tests.projections import given
from tests.projections.history import CONTRACT, day

TODAY = day("2021-01-20")


def test_a_withdrawn_child_keeps_what_was_paid_and_forgoes_the_rest(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    history.release(
        "2020-07-31", given.ENGAGED, child="c1", trigger="ENGAGED_Y1", kind="engagement"
    )
    before = history.version
    given.withdraw(history, "c1", "2021-01-15")
    page = read(child, "c1", today=TODAY)
    assert (page["stage"], page["net_minor"]) == ("withdrawn", 335_500)
    assert (page["possible_minor"], page["forgone_minor"]) == (0, 586_250)
    then = read(child, "c1", today=TODAY, known_at=before)
    assert (then["stage"], then["possible_minor"], then["forgone_minor"]) == (
        "enrolled",
        586_250,
        0,
    )
    whole = read(contract, CONTRACT, today=TODAY)
    assert (whole["released_minor"], whole["forgone_minor"]) == (335_500, 586_250)


def test_a_year_is_met_with_six_meetings_and_three_quarters_of_the_sessions(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    given.enrol(history, "c2")
    given.meet(history, "c1", "2019-10-01", times=6)
    given.meet(history, "c1", "2019-09-08")
    for number in range(15):
        attended = ("c1", "c2") if number < 11 else ("c2",)
        given.register(history, f"s{number}", "2019-11-04", ("c1", "c2"), attended)
    given.verify(history, "c1", "2020-08-01", trigger="ENGAGED_Y1")
    before = history.version
    given.register(history, "s14", "2019-11-04", ("c1", "c2"), None, "cancelled_by_partner")
    year = read(child, "c1", today=TODAY)["engagement"][0]
    assert year == {
        "year": 1,
        "formal_interactions": 6,
        "sessions_expected": 14,
        "sessions_attended": 11,
        "met": True,
        "verified": True,
    }
    then = read(child, "c1", today=TODAY, known_at=before)["engagement"][0]
    assert (then["sessions_expected"], then["met"]) == (15, False)
    early = read(child, "c1", today=TODAY, as_of="2019-10-31")["engagement"][0]
    assert (early["formal_interactions"], early["sessions_expected"]) == (6, 0)


def test_a_register_that_leaves_a_child_out_no_longer_counts_for_it(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    given.enrol(history, "c2")
    given.register(history, "s1", "2019-11-04", ("c1", "c2"), ("c2",))
    given.register(history, "s1", "2019-11-04", ("c2",), ("c2",))
    assert read(child, "c1", today=TODAY)["engagement"][0]["sessions_expected"] == 0
    assert read(child, "c2", today=TODAY)["engagement"][0]["sessions_expected"] == 1


def test_a_corrected_score_counts_from_when_it_is_known(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    given.measure(history, "c1", "peer", "baseline", 6, "2019-10-01")
    given.measure(history, "c1", "peer", "end_point", 2, "2021-07-01")
    given.measure(history, "c1", "emotional", "baseline", 1, "2019-10-01")
    given.verify(history, "c1", "2021-07-10", area="peer")
    before = history.version
    given.correct(history, "c1", "peer", "end_point", 4, "2021-07-01")
    peer, emotional = read(child, "c1", today=TODAY)["areas"]
    assert (peer["end_point"], peer["achieved"], peer["verified"]) == (4, False, True)
    assert (emotional["at_risk"], emotional["end_point"]) == (False, None)
    then = read(child, "c1", today=TODAY, known_at=before)["areas"][0]
    assert (then["at_risk"], then["end_point"], then["achieved"]) == (True, 2, True)
    counted = read(outcomes, known_at=before)
    assert counted["areas"][0] == {
        "area": "peer",
        "domain": "wellbeing",
        "at_risk": 1,
        "measured": 1,
        "achieved": 1,
        "achieved_percent": "100.0",
    }
    assert counted["children"] == {
        "measured": 1,
        "at_least_1": 1,
        "at_least_2": 0,
        "at_least_3": 0,
        "erased": 0,
        "sealed": 0,
    }
    assert read(outcomes)["children"]["at_least_1"] == 0


def test_a_verdict_of_the_recorder_verifies_nothing(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    given.measure(history, "c1", "peer", "baseline", 6, "2019-10-01")
    given.measure(history, "c1", "peer", "end_point", 2, "2021-07-01")
    given.verify(history, "c1", "2021-07-10", area="peer", actor="ada")
    assert read(child, "c1", today=TODAY)["areas"][0]["verified"] is False
    assert read(outcomes)["areas"][0]["achieved"] == 0


def test_a_moved_child_is_found_at_its_school_of_that_day(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    moved = given.transfer(history, "c1", "s2", "2020-02-03")
    known = history.version
    given.void(history, moved, "2020-02-10")
    at_new = {"school": "s2", "today": TODAY}
    assert [row["child"] for row in read(children, known_at=known, **at_new).items] == ["c1"]
    assert read(children, known_at=known, as_of="2020-02-02", **at_new).items == []
    assert read(children, **at_new).items == []


def test_a_voided_enrolment_leaves_nobody_and_a_new_one_brings_the_child_back(history, read):
    given.terms(history)
    enrolled = given.enrol(history, "c1")
    given.void(history, enrolled, "2019-10-01")
    assert read(child, "c1", today=TODAY) is None
    given.enrol(history, "c1", on="2019-10-07", school="s3")
    page = read(child, "c1", today=TODAY)
    assert (page["enrolled_on"], page["school"]) == ("2019-10-07", "s3")


def test_pages_of_children_follow_each_other_and_end(history, read):
    given.terms(history)
    for number in range(5):
        given.enrol(history, f"c{number}")
    first = read(children, today=TODAY, limit=2)
    second = read(children, today=TODAY, limit=2, after=first.after)
    third = read(children, today=TODAY, limit=2, after=second.after)
    found = [[row["child"] for row in page.items] for page in (first, second, third)]
    assert found == [["c0", "c1"], ["c2", "c3"], ["c4"]]
    assert third.after is None


def test_a_child_of_a_contract_that_is_signed_late_is_shown_all_the_same(history, read):
    signed = ContractSigned(CONTRACT, "Late", day("2019-09-01"), day("2024-09-30"))
    history.add(signed, "2019-12-01")
    years = (
        ProgrammeYear(day("2019-09-01"), day("2020-07-31")),
        ProgrammeYear(day("2020-09-01"), day("2021-07-31")),
    )
    history.add(CohortOpened(CONTRACT, "2019", years), "2019-12-01")
    given.enrol(history, "c1")
    page = read(child, "c1", today=TODAY, as_of="2019-10-01")
    assert (page["net_minor"], page["possible_minor"], len(page["engagement"])) == (168_000, 0, 2)
