"""What a finance office does with what was released: claims, samples, receipts, credit, write-offs.

A step is made knowing what stands, and is sometimes wrong: by a penny, by its person, too late.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Final

from ledger.events.children import ChildEnrolled
from tests.properties import facts
from tests.properties.facts import CONTRACT, FUNDERS, TODAY, Sent, fact
from tests.properties.histories import card, interleaved, share_set, sometimes, story, voided
from tests.properties.noise import history
from tests.properties.world import World

FINANCE: Final = ("fin-a", "fin-a", "fin-a", "fin-a", "fin-b", "app-a")
APPROVERS: Final = ("app-a", "app-a", "app-a", "app-b", "fin-a")
VERIFIERS: Final = ("verifier-a", "verifier-a", "verifier-a", "verifier-b", "fin-a")
CUT_OFFS: Final = ("2020-12-31", "2021-07-31", "2022-07-31", "2023-12-31", "2023-12-31")
FIRST_OFFICE_DAY: Final = datetime.date(2021, 1, 15)
FACTS_A_MONTH: Final = 5
NOBODY: Final = "none-0"


def pick(chance: Random, names: Iterable[str]) -> str:
    """One of the names; sometimes, or where there are none, a name of nothing."""
    known = list(names)
    return chance.choice(known) if known and not sometimes(chance, 25) else NOBODY


def near(chance: Random, most: int) -> int:
    """An amount up to the most, often all of it, sometimes a penny more."""
    whole = max(most, 1)
    return chance.choice((1, whole, whole, (whole + 1) // 2, most + 1))


def done(
    chance: Random, world: World, kind: str, /, by: tuple[str, ...] = FINANCE, **content: object
) -> Sent:
    """Something that somebody does: the office's days go on, and sometimes one is dated back."""
    months = len(world.accepted) // FACTS_A_MONTH
    if sometimes(chance, 15):
        months = chance.randint(0, months)
    day = min(FIRST_OFFICE_DAY + datetime.timedelta(days=30 * months), TODAY)
    return fact(kind, day.isoformat(), chance.choice(by), **content)


def claims_in(world: World, *states: str) -> list[str]:
    """The names of the claims in some states."""
    kept = world.book.contracts[CONTRACT].claims
    return [name for name, claim in kept.items() if claim.state in states]


def drafted(chance: Random, world: World) -> Sent:
    """Draft a claim up to a day, of what was known at a version or is known now."""
    version = world.book.version
    earlier = (max(1, version - 9), chance.randint(1, version + 1))
    known_at = chance.choice((None, None, None, *earlier))
    name = f"q{len(world.book.contracts[CONTRACT].claims) + 1}"
    terms = {"upto": chance.choice(CUT_OFFS), "known_at": known_at}
    return done(chance, world, "claim.drafted", claim=name, **terms)


def submitted(chance: Random, world: World) -> Sent:
    """Submit a draft."""
    return done(chance, world, "claim.submitted", claim=pick(chance, claims_in(world, "drafted")))


def withdrawn(chance: Random, world: World) -> Sent:
    """Take a claim back."""
    name = pick(chance, claims_in(world, "drafted", "submitted"))
    return done(chance, world, "claim.withdrawn", claim=name, reason_code="wrong_cut_off")


def approved(chance: Random, world: World) -> Sent:
    """Approve a claim."""
    name = pick(chance, claims_in(world, "submitted"))
    return done(chance, world, "claim.approved", by=APPROVERS, claim=name)


def marked(chance: Random, world: World) -> Sent:
    """Query, clear or reject a line."""
    contract = world.book.contracts[CONTRACT]
    name = pick(chance, claims_in(world, "submitted"))
    lines = contract.claims[name].lines if name in contract.claims else {}
    kind = chance.choice(("queried", "cleared", "cleared", "rejected"))
    fitting = [v for v, state in lines.items() if (state == "queried") == (kind == "cleared")]
    payment = pick(chance, (contract.payment_entries[version].payment for version in fitting))
    terms = {"claim": name, "payment": payment, "reason_code": "register_missing"}
    return done(chance, world, f"claim.line_{kind}", **terms)


def drawn(chance: Random, world: World) -> Sent:
    """Draw a sample."""
    terms = {
        "claim": pick(chance, claims_in(world, "submitted")),
        "sample": f"s{len(world.book.contracts[CONTRACT].samples) + 1}",
        "size": chance.choice((1, 1, 2, 2, 3, 9)),
        "seed": str(chance.randint(0, 9)),
        "method": chance.choice(("exact", "extrapolated", "extrapolated")),
    }
    return done(chance, world, "sample.drawn", **terms)


def open_sample(chance: Random, world: World) -> str:
    """The name of a sample that is being judged."""
    kept = world.book.contracts[CONTRACT].claims
    names = [kept[claim].open_sample for claim in claims_in(world, "submitted")]
    return pick(chance, [name for name in names if name is not None])


def judged(chance: Random, world: World) -> Sent:
    """Judge an item, rather one that is not judged yet."""
    kept = world.book.contracts[CONTRACT].samples
    name = open_sample(chance, world)
    items = kept[name].terms.payments if name in kept else ()
    waiting = [item for item in items if item not in kept[name].verdicts]
    payment = pick(chance, waiting or items)
    terms = {"payment": payment, "passed": not sometimes(chance, 2)}
    return done(chance, world, "sample.judged", by=VERIFIERS, sample=name, **terms)


def closed(chance: Random, world: World) -> Sent:
    """Close a sample."""
    return done(chance, world, "sample.closed", sample=open_sample(chance, world))


def received(chance: Random, world: World) -> Sent:
    """Money comes from a funder: what some invoice asks for, or something else."""
    owed = [(i.terms.funder, i.open_minor) for i in world.book.invoices.values() if i.open_minor]
    funder, most = chance.choice(owed) if owed else (chance.choice(FUNDERS), 5_000)
    terms = {"funder": funder, "receipt": f"r{len(world.book.receipts) + 1}"}
    return done(chance, world, "receipt.recorded", amount_minor=near(chance, most), **terms)


def allocated(chance: Random, world: World) -> Sent:
    """Set a receipt against an invoice, rather of the same funder."""
    book = world.book
    receipt = pick(chance, (name for name, r in book.receipts.items() if r.open_minor))
    funder = book.receipts[receipt].terms.funder if receipt in book.receipts else None
    invoice = pick(chance, (name for name, i in book.invoices.items() if i.terms.funder == funder))
    most = 1
    if receipt in book.receipts and invoice in book.invoices:
        most = min(book.receipts[receipt].open_minor, book.invoices[invoice].open_minor)
    terms = {"receipt": receipt, "invoice": invoice, "amount_minor": near(chance, most)}
    return done(chance, world, "receipt.allocated", **terms)


def unallocated(chance: Random, world: World) -> Sent:
    """Take an allocation back, or a part of it."""
    kept = world.book.receipts
    receipt = pick(chance, (name for name, r in kept.items() if r.allocated_minor))
    paid = kept[receipt].allocations if receipt in kept else {}
    invoice = pick(chance, (name for name, _ in paid))
    most = kept[receipt].allocated_to(invoice) if receipt in kept else 1
    terms = {"receipt": receipt, "invoice": invoice, "amount_minor": near(chance, most)}
    return done(chance, world, "receipt.unallocated", reason_code="wrong_invoice", **terms)


def paid_out(chance: Random, world: World) -> Sent:
    """Pay a credit note out, or a part of it."""
    note = pick(chance, world.book.credits)
    most = world.book.credits[note].open_minor if note in world.book.credits else 1
    return done(chance, world, "credit.refunded", credit_note=note, amount_minor=near(chance, most))


def credited(chance: Random, world: World) -> Sent:
    """Set a credit note against an invoice."""
    book = world.book
    note = pick(chance, book.credits)
    funder = book.credits[note].terms.funder if note in book.credits else None
    invoice = pick(chance, (name for name, i in book.invoices.items() if i.terms.funder == funder))
    most = 1
    if note in book.credits and invoice in book.invoices:
        most = min(book.credits[note].open_minor, book.invoices[invoice].open_minor)
    terms = {"credit_note": note, "invoice": invoice, "amount_minor": near(chance, most)}
    return done(chance, world, "credit.applied", **terms)


def refunded(chance: Random, world: World) -> Sent:
    """Pay unallocated credit back."""
    cash = world.book.contracts[CONTRACT].cash
    funder = pick(chance, cash)
    most = cash[funder].unallocated_minor if funder in cash else 1
    return done(chance, world, "refund.paid", funder=funder, amount_minor=near(chance, most))


def write_off(chance: Random, world: World) -> Sent:
    """Ask for a write-off."""
    invoice = pick(chance, (name for name, i in world.book.invoices.items() if i.open_minor))
    most = world.book.invoices[invoice].open_minor if invoice in world.book.invoices else 1
    terms = {"invoice": invoice, "write_off": f"w{len(world.book.write_offs) + 1}"}
    amount = near(chance, most)
    return done(
        chance, world, "write_off.requested", amount_minor=amount, reason_code="closed", **terms
    )


def written_off(chance: Random, world: World) -> Sent:
    """Agree to one."""
    name = pick(chance, (name for name, w in world.book.write_offs.items() if not w.approved))
    return done(chance, world, "write_off.approved", by=APPROVERS, write_off=name)


def void(chance: Random, world: World) -> Sent:
    """Void something earlier: rather an enrolment that was claimed, else a receipt among others."""
    claimed = [n for n in range(1, world.book.version + 1) if _is_claimed(world, n)]
    if not claimed or sometimes(chance, 3):
        return voided(chance.randint(1, 12))
    wrong = chance.choice(claimed)
    return fact("fact.voided", "2023-12-31", "approver", version=wrong, reason_code="wrong")


def _is_claimed(world: World, version: int) -> bool:
    """Whether a version is of an enrolment of which some claim holds a payment."""
    child = world.book.child_of(version)
    if child is None or world.book.kind_of(version) is not ChildEnrolled:
        return False
    entries = world.book.contracts[CONTRACT].payment_entries
    return any(entries[paid.version].claim for paid in child.standing.values() if paid is not None)


Maker = Callable[[Random, World], Sent]
MAKERS: Final[tuple[Maker, ...]] = (
    *(drafted,) * 2, *(submitted,) * 4, *(approved,) * 4, withdrawn, *(marked,) * 3,
    *(drawn,) * 4, *(judged,) * 8, *(closed,) * 4, *(received,) * 2, *(allocated,) * 4,
    *(credited,) * 4, *(unallocated,) * 2, *(paid_out,) * 2, refunded, write_off,
    *(written_off,) * 2, void,
)  # fmt: skip


def step(chance: Random, world: World) -> Sent:
    """One thing that the office does; rather one that names something that is there."""
    while True:
        actor, sent = chance.choice(MAKERS)(chance, world)
        if NOBODY not in sent["data"].values() or sometimes(chance, 40):
            return actor, sent


def calm(chance: Random) -> list[Sent]:
    """Children's paths under one card and one share set: plenty is released."""
    terms = [card(chance, whole=True), share_set(chance, anywhere=True)]
    paths = [story(chance, child, trouble=1) for child in facts.CHILDREN]
    crowd = [facts.enrolled(f"e{number}") for number in range(chance.randint(0, 9))]
    return facts.prologue() + terms + interleaved(chance, crowd, *paths)


def at_work(chance: Random, world: World) -> Iterator[Sent]:
    """Children's histories with the office's steps between them.

    Each fact must be taken by the world before the next is asked for.
    """
    told = chance.choice((calm, calm, history))(chance)
    settled = len(facts.prologue())
    for place, sent in enumerate(told):
        yield sent
        while place > settled and sometimes(chance, 9):
            yield step(chance, world)
    for _ in range(chance.randint(30, 90)):
        yield step(chance, world)
