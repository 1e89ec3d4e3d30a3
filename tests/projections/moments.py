"""What the reads answer at a moment, figure by figure, as the difference names them."""

from collections import Counter
from fractions import Fraction

from projections.reading.children import children
from projections.reading.claims import claims
from projections.reading.contracts import contracts
from projections.reading.difference.answer import difference
from projections.reading.difference.ends import Ends
from projections.reading.funders import funders
from projections.reading.invoices import credit_notes, invoices, receipts
from projections.reading.outcomes import outcomes
from projections.reading.partners import partners
from projections.reading.summary import summary
from projections.reading.trial_balance import trial_balance

PLAIN = ("rate_minor", "limit_minor")
MOST = {"limit": 1_000}


def figures_at(connection, ledger, at, today):
    """Every figure that the difference knows of, by what it is of, its key and its name."""
    found = Counter()
    place = (connection, ledger, at)
    for row in funders(*place, **MOST).items:
        put(found, "funders", row, "contract", "funder")
    for row in partners(*place, **MOST).items:
        put(found, "partners", row, "contract", "partner")
        for order in row["orders"]:
            whose = {"contract": row["contract"], "partner": row["partner"], **order}
            put(found, "partners", whose, "contract", "partner", "order")
    names = []
    for row in contracts(*place, today=today, **MOST).items:
        names.append(row["contract"])
        put(found, "contracts", row, "contract")
    for row in trial_balance(*place)["accounts"]:
        put(found, "trial_balance", row, "account", "fund")
    for name in names:
        for row in summary(*place, contract=name, by="year")["items"]:
            put(found, "payments", {**row, "contract": name}, "contract", "trigger", also=["count"])
        put_outcomes(found, name, outcomes(*place, contract=name))
    for row in children(*place, today=today, **MOST).items:
        found["children", ("contract", row["contract"]), ("stage", row["stage"]), "children"] += 1
        net = {name: row[name] for name in ("contract", "child", "net_minor")}
        put(found, "children", net, "contract", "child")
    for row in claims(*place, **MOST).items:
        found["claims", ("contract", row["contract"]), ("state", row["state"]), "claims"] += 1
        put(found, "claims", row, "contract", "claim")
    for read, one in ((invoices, "invoice"), (credit_notes, "credit_note"), (receipts, "receipt")):
        for row in read(*place, **MOST).items:
            put(found, f"{one}s", row, "contract", "funder", one)
    return found


def put(found, of, row, *names, also=()):
    """Add every amount of a row; what several rows are about is added up."""
    key = tuple((name, row[name]) for name in sorted(names))
    for figure, value in row.items():
        if figure in also or (figure.endswith("_minor") and figure not in PLAIN):
            found[of, *key, figure] += Fraction(value or 0)


def put_outcomes(found, contract, read):
    for row in read["areas"]:
        for count in ("at_risk", "measured", "achieved"):
            found["outcomes", ("area", row["area"]), ("contract", contract), count] += row[count]
    for count, number in read["children"].items():
        found["outcomes", ("contract", contract), count] += number


def moves(connection, ledger, before, after, today, *, posted=False, **asked):
    """Every row of a difference, by the same names; read in pages of seven."""
    rows, following = {}, None
    while True:
        ends = Ends(before, after, posted=posted)
        page = difference(connection, ledger, ends, today=today, after=following, limit=7, **asked)
        for row in page.items:
            key = (row["of"], *sorted(row["key"].items()), row["figure"])
            assert key not in rows
            rows[key] = row
        following = page.after
        if following is None:
            return rows


def moved(rows):
    return {key: Fraction(row["moved"]) for key, row in rows.items()}


def difference_of(before, after):
    """By how much each figure moved between two answers of the reads."""
    by = {key: after[key] - before[key] for key in {**before, **after}}
    return {key: amount for key, amount in by.items() if amount}


def same(first, second):
    """Whether two differences are the same: to the penny, and where a share does not end nearly."""
    return all(
        close(first.get(key, 0), second.get(key, 0), 2 if is_share(key) else 0)
        for key in {**first, **second}
    )


def is_share(key):
    return key[-1] == "exact_share_minor"


def close(first, second, roundings):
    """Whether two amounts are equal, but for so many roundings at the sixth place."""
    return abs(Fraction(first) - Fraction(second)) <= Fraction(roundings, 10**6)
