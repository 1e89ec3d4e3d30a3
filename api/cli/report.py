"""The report of the demonstration: the reference contract beside what was published about it.

Every figure is asked of the running service over HTTP, as any client would ask it.
"""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from rich.table import Table

from api.cli.asking import Service
from api.cli.saying import money, table
from api.reference import published
from api.reference.areas import PUBLISHED_AS
from api.reference.comparison import Compared, Comparison, compare
from api.reference.intakes import ACHIEVED_EXACTLY, CONTRACT, LEDGER, MEASURED, MEASURED_COHORT
from projections.exports.amounts import MINOR_PER_MAJOR

REAL: Final = (
    "Real: the published payments, the funders and their commitments, the contract's maximum, the "
    "published results; inferred: the counts and the prices of sign-up and engagement."
)
MADE_UP: Final = (
    "Made up from a seed: children and their references, dates within the windows, schools, link "
    "workers, partners and their fees, scores; illustrated: the three outcome prices."
)
PERCENT_OF: Final = 1_000


def compared(service: Service) -> Comparison:
    """The payments by month, set beside the published rows."""
    answer = _ask(service, "summary", by="month")
    return compare(published.payments(), answer["items"])


def report(service: Service, comparison: Comparison) -> Iterator[Table | str]:
    """Everything the demonstration prints, in order."""
    yield _against_publication(comparison)
    yield from remarks(comparison)
    yield _counts(service, comparison)
    yield from _funders(service)
    yield _cash(service)
    yield _partners(service)
    yield _closings(service)
    yield from _outcomes(service)
    balance = _ask(service, "trial-balance")
    accounts = len(balance["accounts"])
    yield f"Trial balance over {accounts} accounts: {money(balance['total_minor'])}"
    yield REAL
    yield MADE_UP


def _ask(service: Service, *path: str, **query: object) -> dict[str, Any]:
    return service.ask("v1", "ledgers", LEDGER, *path, contract=CONTRACT, **query)


def _against_publication(comparison: Comparison) -> Table:
    rows = [
        (
            _period(line),
            line.row.reading,
            f"{line.count:,}",
            money(line.released_minor),
            money(line.row.amount_minor),
            money(line.difference_minor),
        )
        for line in comparison.rows
    ]
    rows += [
        ("outside every published period", "", "", money(comparison.outside_minor), "", ""),
        (
            "sum",
            "",
            "",
            money(comparison.released_minor),
            money(comparison.published_minor),
            money(comparison.released_minor - comparison.published_minor),
        ),
    ]
    heads = ("period", "reading", "payments", "released", "published", "difference")
    return table("Released against published, in pounds", heads, rows, texts=2)


def _period(line: Compared) -> str:
    return f"{line.row.first_on:%Y-%m} to {line.row.last_on:%Y-%m}"


def remarks(comparison: Comparison) -> Iterator[str]:
    """A remark on each row that differs: the rounding of the publication, or more than that."""
    for line in comparison.rows:
        if line.difference_minor == 0:
            continue
        difference = money(abs(line.difference_minor))
        cause = (
            f"The {difference} is the rounding of the publication."
            if line.agrees
            else f"The {difference} is more than the rounding of the publication."
        )
        here, there = money(line.released_minor), money(line.row.amount_minor)
        yield (
            f"The publication is in whole pounds: {_period(line)} is {here} here and {there} "
            f"there. {cause}"
        )


def _counts(service: Service, comparison: Comparison) -> Table:
    children = _ask(service, "outcomes", cohort=MEASURED_COHORT)["children"]
    kinds = comparison.count_of_kind
    one, two, three = (MEASURED - sum(ACHIEVED_EXACTLY[:fewer]) for fewer in (1, 2, 3))
    rows = [
        ("sign-ups", kinds.get("sign_up", 0), comparison.published_count("SIGN_UP")),
        ("engagement payments", kinds.get("engagement", 0), comparison.published_count("ENGAGED")),
        (f"children measured, cohort {MEASURED_COHORT}", children["measured"], MEASURED),
        ("with one outcome or more", children["at_least_1"], one),
        ("with two or more", children["at_least_2"], two),
        ("with three or more", children["at_least_3"], three),
    ]
    return table(
        "Counts",
        ("", "ledger", "published or inferred"),
        [(words, f"{here:,}", f"{there:,}") for words, here, there in rows],
    )


def _funders(service: Service) -> Iterator[Table | str]:
    found = service.items("v1", "ledgers", LEDGER, "funders", contract=CONTRACT)
    funders = sorted(found, key=lambda funder: -(funder["committed_minor"] or 0))
    yield table(
        "Funders against their commitments",
        ("funder", "committed", "recognised", "of it", "headroom", "unfunded"),
        [_against_commitment(funder) for funder in funders],
    )
    terms = service.ask("v1", "ledgers", LEDGER, "contracts", CONTRACT)
    yield (
        f"Maximum of the contract {money(terms['maximum_minor'])}, committed by the funders listed "
        f"{money(terms['committed_minor'])}: nobody listed has committed the remaining "
        f"{money(terms['uncommitted_minor'])}."
    )
    yield table(
        "Drift of each funder from its exact share, in pounds",
        ("funder", "recognised", "exact share", "drift"),
        [_drift(funder) for funder in funders],
    )


def _against_commitment(funder: dict[str, Any]) -> tuple[str, ...]:
    committed, recognised = funder["committed_minor"], funder["recognised_minor"]
    return (
        funder["funder"],
        money(committed),
        money(recognised),
        percent(recognised, committed) if committed else "-",
        money(funder["headroom_minor"]),
        money(funder["unfunded_minor"]),
    )


def _drift(funder: dict[str, Any]) -> tuple[str, ...]:
    exact = Decimal(funder["exact_share_minor"]) / MINOR_PER_MAJOR
    paid = funder["recognised_minor"] + funder["unfunded_minor"]
    drift = Decimal(paid) / MINOR_PER_MAJOR - exact
    return funder["funder"], money(funder["recognised_minor"]), f"{exact:,.4f}", f"{drift:+,.4f}"


def percent(part: int, whole: int) -> str:
    """A part in percent of the whole, one decimal, rounded half up, in exact integers."""
    tenths = (2 * PERCENT_OF * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def _partners(service: Service) -> Table:
    names = ("accrued", "invoiced", "credited", "paid", "owed")
    partners = service.items("v1", "ledgers", LEDGER, "partners", contract=CONTRACT)
    rows = [
        (partner["partner"], *(money(partner[f"{name}_minor"]) for name in names))
        for partner in partners
    ]
    return table("What the programme owes its partners (made up)", ("partner", *names), rows)


def _cash(service: Service) -> Table:
    names = ("claimed", "invoiced", "received", "outstanding", "unallocated")
    funders = list(service.items("v1", "ledgers", LEDGER, "funders", contract=CONTRACT))
    sums = [(funder["funder"], *(funder[f"{name}_minor"] for name in names)) for funder in funders]
    total = ("all", *(sum(row[place] for row in sums) for place in range(1, len(names) + 1)))
    rows = [(name, *(money(minor) for minor in minors)) for name, *minors in (*sums, total)]
    return table("From claims to cash (made up: when it was paid)", ("funder", *names), rows)


def _closings(service: Service) -> Table:
    """Each closing, and what came late for it: posted on the first day behind it."""
    heads = ("closed", "", "on", "at version", "posted behind it")
    rows = []
    for closing in service.items("v1", "ledgers", LEDGER, "periods"):
        last_on = datetime.date.fromisoformat(closing["to"])
        behind = (last_on + datetime.timedelta(days=1)).isoformat()
        days = {"posted_from": behind, "posted_upto": behind, "to": closing["to"]}
        late = sum(1 for _ in service.items("v1", "ledgers", LEDGER, "journal", **days))
        days_closed = f"{closing['from']} to {closing['to']}"
        at = f"{closing['at_version']:,}"
        rows.append((days_closed, closing["hardness"], closing["closed_on"], at, f"{late} lines"))
    return table("Closed periods (made up)", heads, rows[::-1], texts=3)


def _outcomes(service: Service) -> Iterator[Table | str]:
    answer = _ask(service, "outcomes", cohort=MEASURED_COHORT)
    results = {(result.measure, result.year): result.percent for result in published.results()}
    rows = [
        (
            area["area"],
            area["at_risk"],
            area["measured"],
            area["achieved"],
            f"{area['achieved_percent']}%",
            _published(results.get((PUBLISHED_AS.get(area["area"], ""), MEASURED_COHORT))),
        )
        for area in answer["areas"]
    ]
    heads = ("area", "at risk", "measured", "achieved", "percent", "published")
    words = f"Outcomes by area, cohort {MEASURED_COHORT}, beside the published results"
    yield table(words, heads, rows)
    children = answer["children"]
    shares = [
        (words, percent(children[field], children["measured"]), _published(results[key]))
        for words, field, key in (
            ("children with one outcome or more", "at_least_1", ("at_least_one_outcome", LCF)),
            ("children with three or more", "at_least_3", ("three_outcomes", LCF)),
        )
    ]
    yield table("Shares of the children measured", ("", "percent", "published"), shares)


LCF: Final = "LCF contract"


def _published(found: int | None) -> str:
    return "-" if found is None else f"{found}%"
