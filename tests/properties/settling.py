"""Histories of partners being settled: registers, invoices, disputes, payments, runs, in any order.

Two partners, orders of two funds, one of which moves; references are few, so that histories meet
what they said before.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from tests.properties import facts
from tests.properties.facts import ORDERS, PARTNERS, Sent, fact
from tests.properties.histories import interleaved, sometimes

DAYS: Final = ("2020-10-05", "2020-11-05", "2020-12-05", "2021-01-05")
SESSIONS: Final = ("s-1", "s-2", "s-3", "s-4", "s-5")
RUNS: Final = ("r-1", "r-2", "r-3", "r-4")
INVOICES: Final = ("i-1", "i-2")
ACCOUNTS: Final = ("a" * 64, "b" * 64)
PREPARERS: Final = ("finance", "both")
APPROVERS: Final = ("approver", "both")
LATER: Final = "2021-02-01"
BACK: Final = "2021-02-08"
AMOUNTS: Final = (1, 500, 500, 4000, 8501, 30_000)


def register(chance: Random) -> Sent:
    """A register, often of a session that has one already."""
    status = chance.choice(("delivered", "delivered", "cancelled_by_partner"))
    about = (chance.choice(ORDERS), chance.choice(SESSIONS), chance.choice(DAYS))
    return facts.register(*about, (), (), status=status)


def terms(chance: Random) -> Sent:
    """An order is placed again: at another rate, within a limit, in another fund."""
    return facts.order(
        chance.choice(ORDERS),
        chance.choice(("2020-09-01", *DAYS)),
        rate_minor=chance.choice((1, 3333, 8501)),
        limit_minor=chance.choice((None, None, 9_000)),
        fund=chance.choice(("general", "restricted")),
    )


def invoice(chance: Random) -> Sent:
    """An invoice of one of the partners; its reference says whose."""
    number = chance.randrange(len(INVOICES))
    said: dict[str, Any] = {"partner": PARTNERS[number], "invoice": INVOICES[number]}
    said["amount_minor"] = chance.choice((8501, 30_000))
    ordered = chance.choice((None, ORDERS[2 * number]))
    return fact("fee.invoiced", chance.choice(DAYS), "finance", order=ordered, **said)


def paper(chance: Random) -> Sent:
    """What partners and finance write to each other, and money paid without a run."""
    kind = chance.choice(("disputed", "disputed", "dispute_withdrawn", "credited", "paid"))
    number = chance.randrange(len(INVOICES))
    said: dict[str, Any] = {"partner": PARTNERS[number], "amount_minor": chance.choice(AMOUNTS)}
    match kind:
        case "credited":
            said |= {"invoice": INVOICES[number], "credit_note": f"n-{chance.randint(1, 3)}"}
        case "paid":
            said |= {"invoice": chance.choice((None, None, INVOICES[number]))}
        case _:
            said |= {"invoice": INVOICES[number], "reason": "not_delivered"}
    return fact(f"fee.{kind}", chance.choice(DAYS), "finance", **said)


def bank(chance: Random) -> list[Sent]:
    """Bank details are given, and mostly confirmed, mostly by somebody else."""
    account = {"partner": chance.choice(PARTNERS), "fingerprint": chance.choice(ACCOUNTS)}
    given = fact("partner.bank_set", LATER, chance.choice(PREPARERS), **account)
    if sometimes(chance, 4):
        account["fingerprint"] = chance.choice(ACCOUNTS)
    confirmed = fact("partner.bank_confirmed", LATER, chance.choice(APPROVERS), **account)
    return [given] if sometimes(chance, 4) else [given, confirmed]


def returned(chance: Random, name: str) -> Sent:
    """The bank sends a payment back; mostly one that went out, and mostly whole.

    An amount below 2 is of a partner that was paid, as `World.paid_back` finds it: 0 is the whole.
    """
    said = {"settlement": name, "partner": chance.choice(PARTNERS), "reason_code": "closed"}
    day = chance.choice((LATER, LATER, LATER, BACK, "2021-01-31"))
    amount = chance.choice((0, 0, 1, 2))
    return fact("settlement.returned", day, "finance", amount_minor=amount, **said)


def run(chance: Random, name: str) -> list[Sent]:
    """A run from its draft to its payments, or as far as it gets; sometimes it is withdrawn."""
    drafted = fact(
        "settlement.drafted",
        LATER,
        chance.choice(PREPARERS),
        settlement=name,
        upto=chance.choice((*DAYS, LATER, LATER)),
        known_at=chance.choice((None, None, None, chance.randint(1, 60))),
        partners=chance.choice((None, None, [chance.choice(PARTNERS)])),
    )
    approved = fact("settlement.approved", LATER, chance.choice(APPROVERS), settlement=name)
    paid = fact("settlement.paid", LATER, "finance", settlement=name)
    steps = [drafted, approved, paid]
    if sometimes(chance, 2):
        steps += [returned(chance, name) for _ in range(chance.randint(1, 3))]
    if sometimes(chance, 3):
        said = {"settlement": name, "reason_code": "wrong"}
        steps.insert(chance.randint(1, 3), fact("settlement.withdrawn", LATER, "finance", **said))
    return steps


Maker = Callable[[Random], Sent]
NOISE: Final[tuple[Maker, ...]] = (*(register,) * 8, terms, terms, paper)


def amid(chance: Random, steps: list[Sent]) -> list[Sent]:
    """The same steps, with something happening before each of them."""
    told = []
    for step in steps:
        told += [chance.choice(NOISE)(chance) for _ in range(chance.randint(0, 6))]
        told.append(step)
    return told


def history(chance: Random) -> list[Sent]:
    """A whole history; the accounts of both partners are mostly known from the start."""
    known = [
        fact(f"partner.bank_{kind}", LATER, actor, partner=name, fingerprint=ACCOUNTS[0])
        for name in PARTNERS
        for kind, actor in (("set", "finance"), ("confirmed", "approver"))
        if not sometimes(chance, 12)
    ]
    runs = [amid(chance, run(chance, name)) for name in RUNS[: chance.randint(2, len(RUNS))]]
    banks = amid(chance, bank(chance)) if sometimes(chance, 2) else []
    invoices = amid(chance, [invoice(chance), paper(chance), paper(chance)])
    hourly = facts.order("o-hour", fund=chance.choice(("general", "restricted")))
    return [*facts.prologue(), hourly, *known, *interleaved(chance, invoices, *runs, banks)]


settling_histories = st.randoms(use_true_random=False).map(history)


def closing(world: Any) -> list[Sent]:
    """Everything that stands in the way of a last run is cleared away."""
    kings = world.book.contracts[facts.CONTRACT]
    cleared = [
        fact("settlement.withdrawn", LATER, "finance", settlement=name, reason_code="closing")
        for name, run in kings.settlements.items()
        if run.state in {"drafted", "approved"}
    ]
    for name, invoice in world.book.partner_invoices.items():
        if invoice.in_dispute_minor:
            over = {"invoice": name, "partner": invoice.partner, "reason": "closing"}
            over["amount_minor"] = invoice.in_dispute_minor
            cleared.append(fact("fee.dispute_withdrawn", LATER, "finance", **over))
    for partner in PARTNERS:
        said = {"partner": partner, "fingerprint": "c" * 64}
        cleared.append(fact("partner.bank_set", LATER, "finance", **said))
        cleared.append(fact("partner.bank_confirmed", LATER, "approver", **said))
    return cleared


def last_run() -> list[Sent]:
    """A run of everything, from draft to payments."""
    drafted = {"settlement": "last", "upto": "2024-01-01"}
    return [
        fact("settlement.drafted", LATER, "finance", **drafted),
        fact("settlement.approved", LATER, "approver", settlement="last"),
        fact("settlement.paid", LATER, "finance", settlement="last"),
    ]
