"""`settle`: from accrued fees to money paid, and back when the bank returns it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import APPROVER, FINANCE, Desk, at_desk, pair, step
from api.cli.options import AtVersion, Day, Reason, Upto
from api.cli.receiving import Amount, pence
from api.cli.saying import money, table
from api.cli.showing import EVERYTHING

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)

Settlement = Annotated[str, typer.Argument(help="The settlement's reference.")]
Partner = Annotated[str, typer.Argument(help="The partner's reference.")]
Fingerprint = Annotated[
    str, typer.Argument(help="A keyed hash of the account, 64 hex digits; never the account.")
]
Partners = Annotated[
    list[str] | None, typer.Option("--partner", help="Only this partner; may be repeated.")
]
Bank = Annotated[str | None, typer.Option("--bank-account", help="Ours; else `main`.")]
Reference = Annotated[str | None, typer.Option("--reference", help="What the bank calls it.")]
State = Annotated[str | None, typer.Option(help="drafted, approved, paid or withdrawn")]


@app.command()
@at_desk(FINANCE, step)
def draft(
    at: Desk,
    settlement: Settlement,
    *,
    upto: Upto,
    known_at: AtVersion = None,
    partner: Partners = None,
) -> None:
    """Draft a settlement of what partners are owed and no other settlement holds."""
    terms = {"upto": upto, "known_at": known_at, "partners": partner or None}
    at.step("settlements", settlement=settlement, **terms)


@app.command()
@at_desk(APPROVER, step)
def approve(at: Desk, settlement: Settlement) -> None:
    """Approve what somebody else drafted."""
    at.step("settlements", settlement, "approve")


@app.command()
@at_desk(FINANCE, step)
def withdraw(at: Desk, settlement: Settlement, *, reason: Reason) -> None:
    """Take a settlement back before it is paid; what it held may be settled again."""
    at.step("settlements", settlement, "withdraw", reason_code=reason)


@app.command()
@at_desk(FINANCE, step)
def pay(
    at: Desk, settlement: Settlement, *, bank_account: Bank = None, reference: Reference = None
) -> None:
    """Say that an approved settlement's money has gone out."""
    at.step("settlements", settlement, "pay", bank_account=bank_account, reference=reference)


@app.command("return")
@at_desk(FINANCE, step)
def return_(
    at: Desk, settlement: Settlement, partner: Partner, *, amount: Amount, reason: Reason
) -> None:
    """Say that the bank sent a partner's payment back; its bank details need confirming anew."""
    at.step(
        "settlements", settlement, "return",
        partner=partner, amount_minor=pence(amount), reason_code=reason,
    )  # fmt: skip


def _add_bank(name: str, usual: str, kind: str, help_line: str) -> None:
    @app.command(name, help=help_line)
    @at_desk(usual)
    def bank(at: Desk, partner: Partner, fingerprint: Fingerprint, *, on: Day) -> None:
        about = {"partner": partner, "fingerprint": fingerprint}
        at.say_recorded(at.append(kind, on, about))


for words in (
    ("bank", FINANCE, "partner.bank_set", "Give a partner's bank details, by their fingerprint."),
    (
        "confirm-bank", APPROVER, "partner.bank_confirmed",
        "Confirm the bank details that somebody else gave.",
    ),
):  # fmt: skip
    _add_bank(*words)


@app.command("list")
@at_desk(FINANCE, pair)
def list_(at: Desk, *, state: State = None) -> None:
    """The settlements with their totals and where they stand."""
    at.say(("settlements",), settlements, state=state)


@app.command()
@at_desk(FINANCE, pair)
def show(at: Desk, settlement: Settlement) -> None:
    """One settlement: what it pays each partner."""
    at.say(("settlements", settlement), one_settlement)


@app.command()
@at_desk(FINANCE, pair)
def advice(at: Desk, settlement: Settlement, partner: Partner) -> None:
    """The remittance advice of one partner: session by session, and what comes off."""
    at.say(("settlements", settlement, "remittances", partner), remittance, limit=EVERYTHING)


def settlements(answer: Mapping[str, Any]) -> Iterator[Table]:
    """Settlements, one row each."""
    heads = ("settlement", "state", "up to", "approved", "paid", "accrued", "to pay", "carried")
    yield table("Settlements", heads, [_row(found) for found in answer["items"]], texts=5)


def _row(found: Mapping[str, Any]) -> tuple[object, ...]:
    dates = (found["upto"], found["approved_on"], found["paid_on"])
    sums = (found["accrued_minor"], found["pay_minor"], found["carried_minor"])
    return (found["settlement"], found["state"], *dates, *map(money, sums))


SUMS: Final = ("accrued", "brought", "disputed", "pay", "carried")


def one_settlement(answer: Mapping[str, Any]) -> Iterator[Table]:
    """A settlement, and each of its partners."""
    yield from settlements({"items": [answer]})
    rows = [
        (
            *(part["partner"], f"{part['accruals']:,}"),
            *(money(part[f"{name}_minor"]) for name in SUMS),
            part["returned_on"],
        )
        for part in answer["partners"]
    ]
    yield table("By partner", ("partner", "fees", *SUMS, "returned on"), rows)


def remittance(answer: Mapping[str, Any]) -> Iterator[Table]:
    """What a partner is paid for, and what comes off."""
    title = f"{answer['settlement']} to {answer['partner']}: {answer['state']}"
    if answer["returned_on"] is not None:
        title += f", returned on {answer['returned_on']} ({answer['return_reason_code']})"
    heads = ("day", "order", "session", "status", "unit", "rate", "amount")
    yield table(title, heads, [_item(item) for item in answer["items"]], texts=5)
    names = ("fees", "reversed", "brought", "set_off", "disputed", "pay", "carried")
    totals = [(name.replace("_", " "), money(answer[f"{name}_minor"])) for name in names]
    yield table("Totals", ("", "amount"), totals)


def _item(item: Mapping[str, Any]) -> tuple[object, ...]:
    status = item["status"] or f"reverses {item['reverses']}"
    words = (item["effective_on"], item["order"], item["session"], status, item["unit"])
    return (*words, money(item["rate_minor"]), money(item["amount_minor"]))
