"""`claim`: from released payments to invoices; drafted, submitted, questioned, approved."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import APPROVER, FINANCE, Desk, at_desk, pair, step
from api.cli.options import AtVersion, Reason, Upto
from api.cli.saying import money, table
from api.cli.showing import EVERYTHING, Limit

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)

Claim = Annotated[str, typer.Argument(help="The claim's reference.")]
Payment = Annotated[str, typer.Option("--payment", help="The payment that the line is about.")]
State = Annotated[str | None, typer.Option(help="drafted, submitted, approved or withdrawn")]


@app.command()
@at_desk(FINANCE, step)
def draft(at: Desk, claim: Claim, *, upto: Upto, known_at: AtVersion = None) -> None:
    """Draft a claim of everything released and not yet claimed."""
    at.step("claims", claim=claim, upto=upto, known_at=known_at)


@app.command()
@at_desk(FINANCE, step)
def submit(at: Desk, claim: Claim) -> None:
    """Submit a draft; from now on nobody edits it."""
    at.step("claims", claim, "submit")


@app.command()
@at_desk(APPROVER, step)
def approve(at: Desk, claim: Claim) -> None:
    """Approve what others prepared; invoices follow."""
    at.step("claims", claim, "approve")


@app.command()
@at_desk(FINANCE, step)
def withdraw(at: Desk, claim: Claim, *, reason: Reason) -> None:
    """Take a claim back before it is approved; its lines may be claimed again."""
    at.step("claims", claim, "withdraw", reason_code=reason)


def _add_mark(name: str, help_line: str) -> None:
    @app.command(name, help=help_line)
    @at_desk(FINANCE, step)
    def mark(at: Desk, claim: Claim, *, payment: Payment, reason: Reason) -> None:
        at.step("claims", claim, name, payment=payment, reason_code=reason)


_add_mark("query", "A funder asks about a line; the claim waits for the answer.")
_add_mark("clear", "The question about a line is answered.")
_add_mark("reject", "A line comes off the claim; its payment may be claimed again.")


@app.command("list")
@at_desk(FINANCE, pair)
def list_(at: Desk, *, state: State = None) -> None:
    """The claims with their totals and where they stand."""
    at.say(("claims",), claims, state=state)


@app.command()
@at_desk(FINANCE, pair)
def show(at: Desk, claim: Claim) -> None:
    """One claim: its control totals, and what each funder owes of it."""
    at.say(("claims", claim), one_claim)


@app.command()
@at_desk(FINANCE, pair)
def lines(at: Desk, claim: Claim, *, limit: Limit = EVERYTHING) -> None:
    """The lines of a claim: what each is worth, and whether somebody asks about it."""
    at.tell(("claims", claim, "lines"), claim_lines, limit=limit)


def claims(answer: Mapping[str, Any]) -> Iterator[Table]:
    """Claims, one row each."""
    heads = ("claim", "state", "up to", "submitted", "approved", "lines", "adjusted", "funded")
    yield table("Claims", heads, [_row(claim) for claim in answer["items"]], texts=5)


def _row(claim: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        claim["claim"],
        claim["state"],
        claim["upto"],
        claim["submitted_on"],
        claim["approved_on"],
        f"{claim['lines']:,}",
        f"{claim['adjustments']:,}",
        money(claim["funded_minor"]),
    )


def claim_lines(answer: Mapping[str, Any]) -> Iterator[Table]:
    """Lines, one row each; an adjustment takes back what an earlier claim asked for."""
    rows = [
        (
            row["payment"],
            row["child"],
            row["trigger"],
            row["effective_on"],
            "adjustment" if row["adjustment"] else "",
            row["state"],
            money(row["amount_minor"]),
            money(row["funded_minor"]),
        )
        for row in answer["items"]
    ]
    heads = ("payment", "child", "trigger", "effective on", "", "state", "amount", "funded")
    yield table("Lines", heads, rows, texts=6)


def one_claim(answer: Mapping[str, Any]) -> Iterator[Table]:
    """A claim with its totals and its funders."""
    yield from claims({"items": [answer]})
    totals = [
        (name, money(answer[f"{name}_minor"]))
        for name in ("amount", "funded", "unfunded", "deducted")
    ]
    marks = [(name, f"{answer[name]:,} lines") for name in ("queried", "rejected")]
    documents = ", ".join((*answer["invoices"], *answer["credit_notes"]))
    yield table(
        "Control totals", ("", "amount"), [*totals, *marks, ("documents", documents or None)]
    )
    owed = [(share["funder"], money(share["amount_minor"])) for share in answer["funders"]]
    yield table("Owed by funder", ("funder", "amount"), owed)
