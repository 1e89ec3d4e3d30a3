"""Histories in which runs mostly succeed: pennies, three funds, disputes, reversals, returns."""

from random import Random

from ledger.events.codec import AnyEvent
from tests.properties import facts
from tests.properties.facts import PARTNERS, Sent, fact
from tests.properties.settling import ACCOUNTS, DAYS, INVOICES
from tests.properties.world import World, played

FUNDS = ("general", "lottery", "restricted")
ORDERS = {f"{partner}-{number}": partner for partner in PARTNERS for number in (1, 2, 3)}
SETTLED_ON = "2021-02-01"


def placed(chance: Random, order: str) -> Sent:
    """An order by the session, again and again in another fund and at another rate."""
    said = {"partner": ORDERS[order], "order": order, "unit": "session"}
    said |= {"rate_minor": chance.choice((1, 2, 3, 7, 500)), "fund": chance.choice(FUNDS)}
    return fact("order.placed", chance.choice(("2020-09-01", *DAYS)), "finance", **said)


def held(chance: Random) -> Sent:
    """A register of a session that may have one already, or is cancelled and costs nothing."""
    about = (chance.choice(list(ORDERS)), f"s-{chance.randint(1, 9)}", chance.choice(DAYS))
    status = chance.choice(("delivered", "delivered", "delivered", "cancelled_by_partner"))
    return facts.register(*about, (), (), status=status)


def written(chance: Random, number: int) -> Sent:
    """Money without a run, or something about one of the two invoices."""
    place = chance.randrange(len(PARTNERS))
    said = {"partner": PARTNERS[place], "amount_minor": chance.choice((1, 2, 5, 40))}
    kind = chance.choice(("disputed", "disputed", "dispute_withdrawn", "credited", "paid"))
    if kind == "credited":
        said["credit_note"] = f"n-{number}"
    if kind == "paid":
        said["invoice"] = chance.choice((None, INVOICES[place]))
    else:
        said["invoice"] = INVOICES[place]
    if kind.startswith("dispute"):
        said["reason"] = "not_delivered"
    return fact(f"fee.{kind}", chance.choice(DAYS), "finance", **said)


def happening(chance: Random, number: int) -> Sent:
    """Something in between two steps."""
    choice = chance.randrange(10)
    if choice == 0:
        return placed(chance, chance.choice(list(ORDERS)))
    return written(chance, number) if choice < 3 else held(chance)


def banked(partner: str, account: str, kinds: tuple[str, ...] = ("set", "confirmed")) -> list[Sent]:
    """Bank details that two people stand behind, or are confirmed anew."""
    who = {"set": "finance", "confirmed": "approver"}
    said = {"partner": partner, "fingerprint": account}
    return [fact(f"partner.bank_{kind}", SETTLED_ON, who[kind], **said) for kind in kinds]


def run(chance: Random, number: int) -> list[Sent]:
    """A run that is paid, and perhaps comes back, or is withdrawn on the way."""
    name = {"settlement": f"r-{number}"}
    upto = chance.choice((*DAYS, SETTLED_ON, SETTLED_ON, SETTLED_ON))
    partners = chance.choice((None, None, None, [chance.choice(PARTNERS)]))
    drafted = {**name, "upto": upto, "partners": partners}
    if chance.randrange(5) == 0:
        drafted["known_at"] = chance.randint(20, 80)
    steps = [
        fact("settlement.drafted", SETTLED_ON, "finance", **drafted),
        fact("settlement.approved", SETTLED_ON, "approver", **name),
        fact("settlement.paid", SETTLED_ON, "finance", reference="BACS", **name),
    ]
    if chance.randrange(5) == 0:
        away = fact("settlement.withdrawn", SETTLED_ON, "finance", reason_code="wrong", **name)
        steps.insert(chance.randint(1, 2), away)
    elif chance.randrange(2) == 0:
        back = {**name, "partner": chance.choice(PARTNERS), "reason_code": "closed"}
        steps.append(fact("settlement.returned", SETTLED_ON, "finance", amount_minor=0, **back))
        for partner in PARTNERS:
            steps += banked(partner, ACCOUNTS[0], ("confirmed",))
    if chance.randrange(6) == 0:
        steps += banked(chance.choice(PARTNERS), chance.choice(ACCOUNTS))
    return steps


def settled_often(chance: Random) -> list[Sent]:
    """A whole history of six runs; two of them may be open beside one another."""
    told = [*facts.prologue(), *(placed(chance, order) for order in ORDERS)]
    for partner, invoice in zip(PARTNERS, INVOICES, strict=True):
        told += banked(partner, ACCOUNTS[0])
        said = {"partner": partner, "invoice": invoice, "amount_minor": 5_000}
        order = chance.choice((None, f"{partner}-1"))
        told.append(fact("fee.invoiced", DAYS[0], "finance", order=order, **said))
    told += [held(chance) for _ in range(12)]
    open_steps: list[Sent] = []
    for number in range(6):
        steps = open_steps + run(chance, number)
        open_steps = steps.copy()[len(steps) - chance.randrange(2) :]
        for step in steps[: len(steps) - len(open_steps)]:
            told += [happening(chance, len(told)) for _ in range(chance.choice((0, 0, 1, 5)))]
            told.append(step)
    return told


def at_odd_hours(sent: Sent, chance: Random) -> Sent:
    """The same step on another day, or by another person, now and then."""
    actor, step = sent
    if chance.randrange(4) == 0 and step["type"].startswith(("settlement.", "partner.")):
        day = chance.choice(("2020-11-05", "2021-01-31", SETTLED_ON, "2021-02-02", "2021-02-03"))
        step = {**step, "effective_on": day, "received_on": day}
        actor = chance.choice(("finance", "approver"))
    return actor, step


def odd_ones(seed: int) -> list[Sent]:
    """A history in which days go back and forth, and people do what is not theirs to do."""
    chance = Random(seed)
    return [at_odd_hours(sent, chance) for sent in settled_often(chance)]


def world_of(seed: int) -> World:
    """What the ledger made of such a history."""
    return played(settled_often(Random(seed)))


def events_of(seed: int) -> list[AnyEvent]:
    """What it stored."""
    return world_of(seed).events
