"""The sentences of a scenario page, each turned into the facts that a client would append."""

import datetime
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.scenarios import period_phrases

CONTRACT: Final = "wlz"
Wording = tuple[re.Pattern[str], Callable[..., Iterator[dict[str, Any]]]]
WORDINGS: Final[list[Wording]] = [*period_phrases.WORDINGS]
KINDS: Final = (
    (r"SIGN_UP", lambda _: {"kind": "sign_up"}),
    (r"ENGAGED_Y(\d)", lambda m: {"kind": "engagement", "year": int(m[1])}),
    (r"OUTCOME_(\d)", lambda m: {"kind": "outcome_count", "rank": int(m[1])}),
    (r"DISTANCE_(\d+)", lambda m: {"kind": "distance_travelled", "percent": int(m[1])}),
)


def wording(pattern: str):
    """Register how one sentence is worded; named groups become arguments."""

    def register(facts: Callable[..., Iterator[dict[str, Any]]]):
        WORDINGS.append((re.compile(pattern), facts))
        return facts

    return register


def facts_of(sentence: str, day: datetime.date) -> list[dict[str, Any]]:
    """The facts that a sentence stands for; a sentence that nobody worded is a mistake."""
    for pattern, facts in WORDINGS:
        found = pattern.fullmatch(sentence)
        if found is not None:
            said = found.groupdict()
            if "day" in inspect.signature(facts).parameters:
                said["day"] = day
            return [{"effective_on": day.isoformat(), **fact} for fact in facts(**said)]
    message = f"no wording for: {sentence}"
    raise LookupError(message)


def pence(pounds: str) -> int:
    """Read an amount as a page writes it: 1,680.00."""
    found = re.fullmatch(r"(-?)([\d,]+)\.(\d\d)", pounds.strip())
    assert found, pounds
    amount = int(found[2].replace(",", "")) * 100 + int(found[3])
    return -amount if found[1] else amount


def pounds(amount: int) -> str:
    """Write an amount as a page does."""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100:,}.{abs(amount) % 100:02}"


def fact(name: str, /, **content: Any) -> dict[str, Any]:
    """A fact of this contract, without what was not said."""
    said = {key: value for key, value in content.items() if value is not None}
    return {"type": name, "data": {"contract": CONTRACT, **said}}


@wording(r"contract from (?P<first>\S+) to (?P<last>\S+), (?P<rounding>\w+)")
def _contract(first, last, rounding):
    yield fact(
        "contract.signed", title="Outcomes", starts_on=first, ends_on=last, rounding=rounding
    )


@wording(r"funders (?P<names>.+)")
def _funders(names):
    for name in names.split(", "):
        yield fact("funder.joined", funder=name, name=name, kind="other")


@wording(r"cohort with years (?P<a>\S+) to (?P<b>\S+) and (?P<c>\S+) to (?P<d>\S+)")
def _cohort(a, b, c, d):
    yield fact("cohort.opened", cohort="intake", years=[{"from": a, "to": b}, {"from": c, "to": d}])


@wording(r"card (?P<lines>.+?)(?:; areas (?P<areas>.+))?")
def _card(lines, areas):
    yield fact(
        "rate_card.issued",
        card="card",
        triggers=[_line(*line.split(" ")) for line in lines.split("; ")],
        areas=None if areas is None else [_area(area) for area in areas.split("; ")],
    )


def _line(trigger: str, price: str) -> dict[str, Any]:
    for pattern, kind in KINDS:
        found = re.fullmatch(pattern, trigger)
        if found is not None:
            return {"trigger": trigger, "price_minor": pence(price), **kind(found)}
    assert price == "grant", price
    return {"trigger": trigger, "kind": "grant"}


def _area(words: str) -> dict[str, Any]:
    found = re.fullmatch(
        r"(\w+)(?: by (\w+))? at risk (at_least|below) (\d+), achieved (\w+) (\d+)", words
    )
    assert found, words
    area = {
        "area": found[1],
        "domain": "domain",
        "at_risk": {found[3]: int(found[4])},
        "achieved": {found[5]: int(found[6])},
    }
    return area if found[2] is None else {**area, "informant": found[2]}


@wording(r"shares (?P<shares>.+?)(?: of (?P<trigger>\w+))?")
def _shares(shares, trigger):
    named = [share.rsplit(" ", 1) for share in shares.split(", ")]
    yield fact(
        "shares.set",
        shares=[{"funder": funder, "parts": int(parts)} for funder, parts in named],
        where=None if trigger is None else {"trigger": trigger},
    )


@wording(r"cap of (?P<funder>\w+) (?P<limit>[\d,.]+), (?P<policy>\w+)")
def _cap(funder, limit, policy):
    yield fact("cap.set", funder=funder, limit_minor=pence(limit), on_reached=policy)


@wording(r"(?P<children>\S+(?: and \S+)*) enrols?")
def _enrols(day, children):
    for child in children.split(" and "):
        yield fact(
            "child.enrolled",
            child=child,
            cohort="intake",
            school="hill",
            consent_given_on=day.isoformat(),
        )


@wording(r"(?P<first>\d+) to (?P<last>\d+) enrol")
def _many_enrol(day, first, last):
    for number in range(int(first), int(last) + 1):
        yield from _enrols(day, f"child-{number}")


@wording(r"(?P<child>\S+) withdraws")
def _withdraws(child):
    yield fact("child.withdrawn", child=child, reason="moved")


@wording(r"(?P<children>\S+(?: and \S+)*) ha(?:s|ve) (?P<count>\d+) formal interactions")
def _interactions(day, children, count):
    for child in children.split(" and "):
        for after in range(int(count)):
            later = day + datetime.timedelta(days=after)
            yield {
                **fact("interaction.recorded", child=child, formal=True),
                "effective_on": later.isoformat(),
            }


@wording(
    r"order (?P<order>\w+)(?: of fund (?P<fund>\w+))? with (?P<partner>\w+): "
    r"(?P<rate>[\d,.]+) a (?P<unit>\w+), "
    r"(?P<school>\d+)% when the school cancels, (?P<by>\d+)% when the partner does"
)
def _order(order, fund, partner, rate, unit, school, by):
    yield fact(
        "order.placed",
        order=order,
        partner=partner,
        fund=fund,
        rate_minor=pence(rate),
        unit=unit,
        cancelled_by_school_percent=int(school),
        cancelled_by_partner_percent=int(by),
    )


@wording(
    r"(?P<children>\S+(?: and \S+)*) attends? (?P<attended>\d+) of (?P<expected>\d+) sessions "
    r"of (?P<order>\w+) from (?P<first>\d+)"
)
def _sessions(day, children, attended, expected, order, first):
    for place in range(int(expected)):
        later = day + datetime.timedelta(days=place)
        everybody = children.split(" and ")
        yield {
            **fact(
                "register.submitted",
                order=order,
                session=f"session-{int(first) + place}",
                status="delivered",
                expected=everybody,
                attended=everybody if place < int(attended) else [],
            ),
            "effective_on": later.isoformat(),
        }


@wording(
    r"session (?P<number>\d+) of (?P<order>\w+) for (?P<child>\S+) is cancelled by the (?P<by>\w+)"
)
def _cancelled(number, order, child, by):
    yield fact(
        "register.submitted",
        order=order,
        session=f"session-{number}",
        status=f"cancelled_by_{by}",
        expected=[child],
    )


@wording(
    r"(?P<child>\S+) scores (?P<area>\w+) (?P<value>\d+) at (?P<point>baseline|end_point)"
    r"(?: by (?P<informant>\w+))?"
)
def _scores(child, area, value, point, informant):
    yield fact(
        "measurement.recorded",
        child=child,
        area=area,
        point=point,
        value=int(value),
        informant=informant,
    )


@wording(r"(?P<child>\S+) is corrected: (?P<area>\w+) (?P<value>\d+) at end_point")
def _corrected(child, area, value):
    yield fact(
        "measurement.corrected",
        child=child,
        area=area,
        point="end_point",
        value=int(value),
        reason="keyed_wrongly",
    )


@wording(
    r"(?P<what>ENGAGED_Y\d|DISTANCE_\d+|[a-z]\w*) of (?P<children>\S+(?: and \S+)*) is verified"
)
def _verified(what, children):
    key = "trigger" if what.isupper() or what.startswith("ENGAGED") else "area"
    for child in children.split(" and "):
        yield fact("verification.recorded", child=child, verdict="verified", **{key: what})


@wording(r"grant (?P<reference>\S+) of (?P<amount>[\d,.]+) on (?P<trigger>\w+)")
def _grant(reference, amount, trigger):
    yield fact(
        "grant.agreed",
        reference=reference,
        trigger=trigger,
        amount_minor=pence(amount),
        reason="agreed",
    )


@wording(r"fact (?P<version>\d+) is voided")
def _voided(version):
    yield fact("fact.voided", version=int(version), reason_code="entered_wrongly")


@wording(r"(?P<funder>\w+) pays (?P<amount>[\d,.]+) as (?P<receipt>\S+)")
def _receipt(funder, amount, receipt):
    yield fact("receipt.recorded", funder=funder, receipt=receipt, amount_minor=pence(amount))


@wording(
    r"(?P<partner>\w+) invoices (?P<amount>[\d,.]+) as (?P<invoice>\S+)"
    r"(?: of order (?P<order>\S+))?"
)
def _invoices(partner, amount, invoice, order):
    terms = {"partner": partner, "invoice": invoice, "order": order}
    yield fact("fee.invoiced", amount_minor=pence(amount), **terms)


@wording(r"(?P<partner>\w+) credits (?P<amount>[\d,.]+) of (?P<invoice>\S+) as (?P<note>\S+)")
def _credits(partner, amount, invoice, note):
    yield fact(
        "fee.credited",
        partner=partner,
        invoice=invoice,
        credit_note=note,
        amount_minor=pence(amount),
    )


@wording(r"(?P<partner>\w+) is paid (?P<amount>[\d,.]+)(?: of (?P<invoice>\S+))?")
def _paid(partner, amount, invoice):
    yield fact("fee.paid", partner=partner, amount_minor=pence(amount), invoice=invoice)
