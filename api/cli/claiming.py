"""`claim`: from released payments to invoices; drafted, submitted, questioned, approved."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import APPROVER, FINANCE, Desk, at_desk
from api.cli.options import AsOf, Contract, KnownAt
from api.cli.saying import money, table

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)

Claim = Annotated[str, typer.Argument(help="The claim's reference.")]
OfContract = Annotated[str, typer.Option("--contract", help="The contract.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; else today.")]
Payment = Annotated[str, typer.Option("--payment", help="The payment that the line is about.")]
Reason = Annotated[str, typer.Option("--reason", help="A short code.")]
Upto = Annotated[str, typer.Option("--upto", metavar="DATE", help="Effective up to this day.")]
Known = Annotated[int | None, typer.Option("--known-at", help="Known at this version; else now.")]
State = Annotated[str | None, typer.Option(help="drafted, submitted, approved or withdrawn")]


@app.command()
@at_desk(FINANCE)
def draft(
    at: Desk,
    claim: Claim,
    *,
    contract: OfContract,
    upto: Upto,
    known_at: Known = None,
    on: On = None,
) -> None:
    """Draft a claim of everything released and not yet claimed."""
    body = {"contract": contract, "claim": claim, "upto": upto, "known_at": known_at}
    at.say_recorded(at.post(("claims",), body | {"effective_on": on}))


@app.command()
@at_desk(FINANCE)
def submit(at: Desk, claim: Claim, *, contract: OfContract, on: On = None) -> None:
    """Submit a draft; from now on nobody edits it."""
    body = {"contract": contract, "effective_on": on}
    at.say_recorded(at.post(("claims", claim, "submit"), body))


@app.command()
@at_desk(APPROVER)
def approve(at: Desk, claim: Claim, *, contract: OfContract, on: On = None) -> None:
    """Approve what others prepared; invoices follow."""
    body = {"contract": contract, "effective_on": on}
    at.say_recorded(at.post(("claims", claim, "approve"), body))


@app.command()
@at_desk(FINANCE)
def withdraw(
    at: Desk, claim: Claim, *, contract: OfContract, reason: Reason, on: On = None
) -> None:
    """Take a claim back before it is approved; its lines may be claimed again."""
    body = {"contract": contract, "reason_code": reason, "effective_on": on}
    at.say_recorded(at.post(("claims", claim, "withdraw"), body))


def _add_mark(name: str, help_line: str) -> None:
    @app.command(name, help=help_line)
    @at_desk(FINANCE)
    def mark(
        at: Desk,
        claim: Claim,
        *,
        contract: OfContract,
        payment: Payment,
        reason: Reason,
        on: On = None,
    ) -> None:
        about = {"contract": contract, "payment": payment, "reason_code": reason}
        at.say_recorded(at.post(("claims", claim, name), about | {"effective_on": on}))


_add_mark("query", "A funder asks about a line; the claim waits for the answer.")
_add_mark("clear", "The question about a line is answered.")
_add_mark("reject", "A line comes off the claim; its payment may be claimed again.")


@app.command("list")
@at_desk(FINANCE)
def list_(
    at: Desk,
    *,
    contract: Contract = None,
    state: State = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """The claims with their totals and where they stand."""
    query = {"contract": contract, "state": state, "as_of": as_of, "known_at": known_at}
    at.say(("claims",), claims, **query)


@app.command()
@at_desk(FINANCE)
def show(
    at: Desk,
    claim: Claim,
    *,
    contract: Contract = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """One claim: its control totals, and what each funder owes of it."""
    query = {"contract": contract, "as_of": as_of, "known_at": known_at}
    at.say(("claims", claim), one_claim, **query)


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


def one_claim(answer: Mapping[str, Any]) -> Iterator[Table]:
    """A claim with its totals and its funders."""
    yield from claims({"items": [answer]})
    totals = [
        (name, money(answer[f"{name}_minor"]))
        for name in ("amount", "funded", "unfunded", "deducted")
    ]
    marks = [(name, f"{answer[name]:,} lines") for name in ("queried", "rejected")]
    yield table("Control totals", ("", "amount"), [*totals, *marks])
    owed = [(share["funder"], money(share["amount_minor"])) for share in answer["funders"]]
    yield table("Owed by funder", ("funder", "amount"), owed)
