"""Builders of facts about children, their partners' sessions, and money."""

from tests.ledger.spoken import APPROVER, CHILD, FINANCE, RECORDER, VERIFIER, fact

AT_RISK = {"attendance": 80, "reading": 90, "maths": None}
ACHIEVED = {"attendance": 95, "reading": "97.5", "maths": True}


def enrolled(child=CHILD, on="2019-10-01", *, by=RECORDER, received=None, **terms):
    """Enrol a child with consent."""
    terms = {"cohort": "c2019", "school": "ark", "consent_given_on": on} | terms
    return fact("child.enrolled", on, by, received, child=child, **terms)


def moved(child=CHILD, on="2020-01-15", school="holland-park", **terms):
    """Move a child to another school."""
    return fact("child.transferred", on, RECORDER, child=child, school=school, **terms)


def withdrew(child=CHILD, on="2021-01-15", reason="moved"):
    """Withdraw a child."""
    return fact("child.withdrawn", on, RECORDER, child=child, reason=reason)


def completed(child=CHILD, on="2021-07-31"):
    """Complete the programme."""
    return fact("child.completed", on, RECORDER, child=child)


def planned(child=CHILD, on="2019-10-15"):
    """Agree a support plan."""
    return fact("plan.agreed", on, RECORDER, child=child, areas=["peers"])


def met(child=CHILD, on="2019-11-05", *, formal=True, by=RECORDER, received=None):
    """Meet a child."""
    return fact("interaction.recorded", on, by, received, child=child, formal=formal)


def met_often(times=6, child=CHILD, year=2020, **how):
    """Meet a child formally on the first days of a March."""
    return [met(child, f"{year}-03-{day:02}", **how) for day in range(1, times + 1)]


def register(
    session,
    on="2020-02-03",
    *,
    expected=(CHILD,),
    attended=None,
    status="delivered",
    order="chess-club",
    by=RECORDER,
    received=None,
    **terms,
):
    """Submit a register; who was expected attended, unless said otherwise."""
    if attended is None and status == "delivered":
        attended = expected
    terms = {"expected": expected, "attended": attended, "status": status} | terms
    return fact("register.submitted", on, by, received, order=order, session=session, **terms)


def missed(session, on="2020-02-03", **terms):
    """Register a session that the child missed."""
    return register(session, on, attended=(), **terms)


def sessions(attended, expected, year=2020, child=CHILD, **terms):
    """Register sessions in a February: the first are attended, the rest missed."""
    own = "" if child == CHILD else f"-{child}"
    return [
        register(
            f"s{year}-{day}{own}",
            f"{year}-02-{day:02}",
            expected=(child,),
            attended=(child,) if day <= attended else (),
            **terms,
        )
        for day in range(1, expected + 1)
    ]


def engaged_year(year=2020, child=CHILD):
    """Six formal interactions and 12 of 16 sessions in the year that ends in this July."""
    return [met_often(6, child, year), sessions(12, 16, year, child)]


def measured(area, point, value, on, *, child=CHILD, by=RECORDER, received=None, **terms):
    """Record a score."""
    terms = {"area": area, "point": point, "value": value} | terms
    return fact("measurement.recorded", on, by, received, child=child, **terms)


def baseline(area, value=None, on="2019-10-10", **terms):
    """Measure an area at the start; without a value, so that the child is at risk."""
    value = AT_RISK.get(area, 4) if value is None else value
    return measured(area, "baseline", value, on, **_informed(area, terms))


def end_point(area, value=None, on="2021-07-18", **terms):
    """Measure an area at the end; without a value, so that it is achieved."""
    value = ACHIEVED.get(area, 2) if value is None else value
    return measured(area, "end_point", value, on, **_informed(area, terms))


def _informed(area, terms):
    return ({"informant": "teacher"} if area == "peers" else {}) | terms


def corrected(area, value, point="end_point", on="2021-07-18", *, received=None, **terms):
    """Correct a score."""
    terms = {"area": area, "point": point, "value": value, "reason": "keyed_wrongly"} | terms
    return fact("measurement.corrected", on, RECORDER, received, child=CHILD, **terms)


def travelled(area, on="2021-07-18"):
    """Measure an area so that it is achieved; maths has no baseline."""
    start = [] if area == "maths" else [baseline(area)]
    return [*start, end_point(area, on=on)]


def verified(about, on="2021-09-10", *, by=VERIFIER, child=CHILD, verdict="verified"):
    """Give a verdict: on a trigger when the name is in capitals, else on an area."""
    on_what = {"trigger": about} if about.isupper() else {"area": about}
    return fact("verification.recorded", on, by, child=child, verdict=verdict, **on_what)


def rejected(about, **terms):
    """Reject what may have been verified."""
    return verified(about, verdict="rejected", **terms)


def achieved(area, on="2021-07-18"):
    """Measure an area so that it is achieved, and verify it."""
    return [*travelled(area, on), verified(area)]


def ruled(trigger, verdict="release", on="2021-10-01", child=CHILD):
    """Release or refuse by hand what is withheld."""
    terms = {"trigger": trigger, "verdict": verdict, "reason_code": "seen_in_person"}
    return fact("payment.decided", on, APPROVER, child=child, **terms)


def voided(spoken, by=APPROVER, on="2021-10-01"):
    """Void an earlier fact."""
    return fact("fact.voided", on, by, None, spoken, reason_code="wrong_child", version=0)


def granted(amount, reference="covid-1", on="2020-07-31", trigger="COVID"):
    """Agree a grant."""
    terms = {"trigger": trigger, "amount_minor": amount, "reason": "covid"}
    return fact("grant.agreed", on, FINANCE, reference=reference, **terms)


def received(amount, receipt="r-1", funder="sch", on="2020-11-01"):
    """Record money from a funder."""
    terms = {"funder": funder, "receipt": receipt, "amount_minor": amount}
    return fact("receipt.recorded", on, FINANCE, **terms)


def refunded(amount, funder="sch", on="2020-12-01"):
    """Pay credit back to a funder."""
    return fact("refund.paid", on, FINANCE, funder=funder, amount_minor=amount)


def fee(kind, amount=None, partner="chess", on="2020-04-01", **terms):
    """Say something of a partner's invoice: invoiced, disputed, credited, paid."""
    terms = {"partner": partner, "amount_minor": amount} | terms
    return fact(f"fee.{kind}", on, FINANCE, **terms)


def rules_adopted(rules=2, on="2022-10-01", *, by=APPROVER):
    """Adopt a version of the rules for the whole ledger."""
    return fact("rules.adopted", on, by, rules=rules)
