"""`settle`: from accrued fees to money paid, and back when the bank returns it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import APPROVER, FINANCE, Desk, at_desk
from api.cli.options import AsOf, Contract, KnownAt
from api.cli.receiving import Amount, pence
from api.cli.saying import money, table

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)

Settlement = Annotated[str, typer.Argument(help="The settlement's reference.")]
Partner = Annotated[str, typer.Argument(help="The partner's reference.")]
Fingerprint = Annotated[
    str, typer.Argument(help="A keyed hash of the account, 64 hex digits; never the account.")
]
Partners = Annotated[
    list[str] | None, typer.Option("--partner", help="Only this partner; may be repeated.")
]
OfContract = Annotated[str, typer.Option("--contract", help="The contract.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; else today.")]
Day = Annotated[str, typer.Option("--on", metavar="DATE", help="The day.")]
Upto = Annotated[str, typer.Option("--upto", metavar="DATE", help="Effective up to this day.")]
Known = Annotated[int | None, typer.Option("--known-at", help="Known at this version; else now.")]
Bank = Annotated[str | None, typer.Option("--bank-account", help="Ours; else `main`.")]
Reference = Annotated[str | None, typer.Option("--reference", help="What the bank calls it.")]
Reason = Annotated[str, typer.Option("--reason", help="A short code.")]
State = Annotated[str | None, typer.Option(help="drafted, approved, paid or withdrawn")]


@app.command()
@at_desk(FINANCE)
def draft(
    at: Desk,
    settlement: Settlement,
    *,
    contract: OfContract,
    upto: Upto,
    known_at: Known = None,
    partner: Partners = None,
    on: On = None,
) -> None:
    """Draft a settlement of what partners are owed and no other settlement holds."""
    body = {"contract": contract, "settlement": settlement, "upto": upto, "known_at": known_at}
    at.say_recorded(
        at.post(("settlements",), body | {"partners": partner or None, "effective_on": on})
    )


@app.command()
@at_desk(APPROVER)
def approve(at: Desk, settlement: Settlement, *, contract: OfContract, on: On = None) -> None:
    """Approve what somebody else drafted."""
    body = {"contract": contract, "effective_on": on}
    at.say_recorded(at.post(("settlements", settlement, "approve"), body))


@app.command()
@at_desk(FINANCE)
def withdraw(
    at: Desk, settlement: Settlement, *, contract: OfContract, reason: Reason, on: On = None
) -> None:
    """Take a settlement back before it is paid; what it held may be settled again."""
    body = {"contract": contract, "reason_code": reason, "effective_on": on}
    at.say_recorded(at.post(("settlements", settlement, "withdraw"), body))


@app.command()
@at_desk(FINANCE)
def pay(
    at: Desk,
    settlement: Settlement,
    *,
    contract: OfContract,
    bank_account: Bank = None,
    reference: Reference = None,
    on: On = None,
) -> None:
    """Say that an approved settlement's money has gone out."""
    body = {"contract": contract, "bank_account": bank_account, "reference": reference}
    at.say_recorded(at.post(("settlements", settlement, "pay"), body | {"effective_on": on}))


@app.command("return")
@at_desk(FINANCE)
def return_(
    at: Desk,
    settlement: Settlement,
    partner: Partner,
    *,
    contract: OfContract,
    amount: Amount,
    reason: Reason,
    on: On = None,
) -> None:
    """Say that the bank sent a partner's payment back; its bank details need confirming anew."""
    body = {"contract": contract, "partner": partner, "amount_minor": pence(amount)}
    body |= {"reason_code": reason, "effective_on": on}
    at.say_recorded(at.post(("settlements", settlement, "return"), body))


@app.command()
@at_desk(FINANCE)
def bank(at: Desk, partner: Partner, fingerprint: Fingerprint, *, on: Day) -> None:
    """Give a partner's bank details, by their fingerprint."""
    about = {"partner": partner, "fingerprint": fingerprint}
    at.say_recorded(at.append("partner.bank_set", on, about))


@app.command("confirm-bank")
@at_desk(APPROVER)
def confirm_bank(at: Desk, partner: Partner, fingerprint: Fingerprint, *, on: Day) -> None:
    """Confirm the bank details that somebody else gave."""
    about = {"partner": partner, "fingerprint": fingerprint}
    at.say_recorded(at.append("partner.bank_confirmed", on, about))


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
    """The settlements with their totals and where they stand."""
    query = {"contract": contract, "state": state, "as_of": as_of, "known_at": known_at}
    at.say(("settlements",), settlements, **query)


@app.command()
@at_desk(FINANCE)
def show(
    at: Desk,
    settlement: Settlement,
    *,
    contract: Contract = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """One settlement: what it pays each partner."""
    query = {"contract": contract, "as_of": as_of, "known_at": known_at}
    at.say(("settlements", settlement), one_settlement, **query)


@app.command()
@at_desk(FINANCE)
def advice(
    at: Desk,
    settlement: Settlement,
    partner: Partner,
    *,
    contract: Contract = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """The remittance advice of one partner: session by session, and what comes off."""
    query = {"contract": contract, "as_of": as_of, "known_at": known_at}
    at.say(("settlements", settlement, "remittances", partner), remittance, **query)


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
