"""`receipt`: money from funders; recorded, set against invoices, and what is left of it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import APPROVER, FINANCE, Desk, Draw, at_desk, pair
from api.cli.options import Day, OfContract, On, Reason
from api.cli.saying import MISUSE, Trouble, money, table
from projections.exports.amounts import MINOR_PER_MAJOR

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)

PENCE_DIGITS: Final = 2
Receipt = Annotated[str, typer.Argument(help="The receipt's reference.")]
Amount = Annotated[str, typer.Option("--amount", help="Pounds and pence, such as 2000.00.")]


def pence(amount: str) -> int:
    """An amount as a person writes it, in whole pence; nothing is rounded."""
    pounds, _, rest = amount.replace(",", "").partition(".")
    if not pounds.isdecimal() or len(rest) > PENCE_DIGITS or not rest.ljust(1, "0").isdecimal():
        message = f"`{amount}` is not an amount such as 2000.00"
        raise Trouble(message, MISUSE)
    return int(pounds) * MINOR_PER_MAJOR + int(rest.ljust(PENCE_DIGITS, "0") or 0)


@app.command()
@at_desk(FINANCE)
def record(  # noqa: PLR0913 (each is an option of the command)
    at: Desk,
    receipt: Receipt,
    *,
    contract: OfContract,
    funder: Annotated[str, typer.Option("--funder", help="Who paid.")],
    amount: Amount,
    on: Day,
    reference: Annotated[str | None, typer.Option(help="What the bank line says.")] = None,
    bank_account: Annotated[str | None, typer.Option(help="Our account.")] = None,
) -> None:
    """Record money that arrived."""
    content = {
        "contract": contract,
        "funder": funder,
        "receipt": receipt,
        "amount_minor": pence(amount),
        "reference": reference,
        "bank_account": bank_account,
    }
    at.say_recorded(at.append("receipt.recorded", on, content))


@app.command()
@at_desk(FINANCE)
def allocate(
    at: Desk,
    receipt: Receipt,
    *,
    invoice: Annotated[str, typer.Option("--invoice", help="The invoice that it pays.")],
    amount: Amount,
    on: Day,
) -> None:
    """Set a part of a receipt against an invoice of the same funder."""
    content = {"receipt": receipt, "invoice": invoice, "amount_minor": pence(amount)}
    at.say_recorded(at.append("receipt.allocated", on, content))


@app.command()
@at_desk(FINANCE)
def refund(
    at: Desk,
    *,
    contract: OfContract,
    funder: Annotated[str, typer.Option("--funder", help="Whose credit it is.")],
    amount: Amount,
    on: Day,
    reference: Annotated[str | None, typer.Option(help="What the bank line says.")] = None,
    bank_account: Annotated[str | None, typer.Option(help="Our account.")] = None,
) -> None:
    """Pay unallocated credit back to a funder."""
    content = {
        "contract": contract,
        "funder": funder,
        "amount_minor": pence(amount),
        "reference": reference,
        "bank_account": bank_account,
    }
    at.say_recorded(at.append("refund.paid", on, content))


WriteOff = Annotated[str, typer.Argument(help="The write-off's reference.")]


@app.command("write-off")
@at_desk(FINANCE)
def write_off(
    at: Desk,
    name: WriteOff,
    *,
    contract: OfContract,
    invoice: Annotated[str, typer.Option("--invoice", help="The invoice that stays unpaid.")],
    amount: Amount,
    reason: Reason,
    on: Day,
) -> None:
    """Ask for a part of an invoice to be written off; somebody else approves it."""
    content = {
        "contract": contract,
        "write_off": name,
        "invoice": invoice,
        "amount_minor": pence(amount),
        "reason_code": reason,
    }
    at.say_recorded(at.append("write_off.requested", on, content))


@app.command("approve-write-off")
@at_desk(APPROVER)
def approve_write_off(at: Desk, name: WriteOff, *, contract: OfContract, on: Day) -> None:
    """Agree to a write-off that somebody else asked for."""
    at.say_recorded(at.append("write_off.approved", on, {"contract": contract, "write_off": name}))


@app.command()
@at_desk(FINANCE)
def unallocate(
    at: Desk,
    receipt: Receipt,
    *,
    invoice: Annotated[str, typer.Option("--invoice", help="The invoice that it did not pay.")],
    amount: Amount,
    reason: Reason,
    on: On = None,
) -> None:
    """Take back a part of what a receipt pays of an invoice: it is the funder's credit again."""
    body = {"invoice": invoice, "amount_minor": pence(amount), "reason_code": reason}
    at.step("receipts", receipt, "unallocate", effective_on=on, **body)


@app.command("refund-credit")
@at_desk(FINANCE)
def refund_credit(
    at: Desk,
    credit_note: Annotated[str, typer.Argument(help="The credit note's name.")],
    *,
    amount: Amount,
    on: On = None,
    reference: Annotated[str | None, typer.Option(help="What the bank line says.")] = None,
    bank_account: Annotated[str | None, typer.Option(help="Our account.")] = None,
) -> None:
    """Say that a part of what is open of a credit note was paid to its funder."""
    paid = {"amount_minor": pence(amount), "reference": reference, "bank_account": bank_account}
    at.step("credit-notes", credit_note, "refund", effective_on=on, **paid)


def _add_list(name: str, path: str, help_line: str, draw: Draw) -> None:
    @app.command(name, help=help_line)
    @at_desk(FINANCE, pair)
    def listed(
        at: Desk,
        *,
        funder: Annotated[str | None, typer.Option(help="Only this funder's.")] = None,
        state: Annotated[str | None, typer.Option(help="open or settled")] = None,
    ) -> None:
        at.say((path,), draw, funder=funder, state=state)


def receipts(answer: Mapping[str, Any]) -> Iterator[Table]:
    """Receipts, one row each."""
    rows = [
        (
            row["receipt"],
            row["funder"],
            row["received_on"],
            ", ".join(_allocated(row)),
            money(row["amount_minor"]),
            money(row["open_minor"]),
        )
        for row in answer["items"]
    ]
    heads = ("receipt", "funder", "received on", "allocated", "amount", "open")
    yield table("Receipts", heads, rows, texts=4)


def _allocated(row: Mapping[str, Any]) -> Iterator[str]:
    """The invoices that a receipt was first set against; `why receipt` shows all of them."""
    for allocation in row["allocations"]:
        yield f"{allocation['invoice']} {money(allocation['amount_minor'])}"
    if row["allocations_more"]:
        yield f"and {row['allocations_more']:,} more"


def invoices(answer: Mapping[str, Any]) -> Iterator[Table]:
    """Invoices, one row each."""
    rows = [
        (
            row["invoice"],
            row["funder"],
            row["claim"],
            row["reference"],
            row["due_on"],
            row["state"],
            money(row["amount_minor"]),
            money(row["open_minor"]),
        )
        for row in answer["items"]
    ]
    heads = ("invoice", "funder", "claim", "reference", "due on", "state", "amount", "open")
    yield table("Invoices", heads, rows, texts=6)


_add_list("list", "receipts", "Receipts, with what each paid and what is left.", receipts)
_add_list("invoices", "invoices", "Invoices to funders, with what is open of each.", invoices)
