"""The facts of the contract `lcf`, in the order in which they were received."""

from collections.abc import Iterator
from typing import Final

from api.reference import (
    areas,
    children,
    claims,
    delivery,
    partners,
    progress,
    settlements,
    terms,
)
from api.reference.dice import SEED
from api.reference.roster import roster
from api.reference.written import Written

ACTORS: Final = {
    "case-system": ("recorder",),
    "partner-portal": ("recorder",),
    "quality": ("verifier",),
    "finance": ("finance",),
    "funders-panel": ("approver",),
    "treasurer": ("approver",),
}
"""Who recorded what, and the roles of their keys."""


def facts(seed: int = SEED) -> list[Written]:
    """Every fact of the contract; the same seed gives the same facts, id by id."""
    return sorted(_facts(seed), key=lambda fact: fact.place)


def _facts(seed: int) -> Iterator[Written]:
    everyone = roster(seed)
    yield from terms.terms()
    yield from terms.grants()
    yield from partners.orders()
    yield from settlements.banks()
    for child in everyone:
        yield from children.path_of(child, seed)
        yield from delivery.interactions(child, seed)
        yield from progress.verdicts_on_years(child, seed)
    for path in areas.paths(everyone, seed):
        yield from progress.measurements(path, seed)
    registers = [
        register
        for group in delivery.groups(everyone)
        for register in delivery.registers(group, seed)
    ]
    yield from registers
    yield from delivery.reviewed(registers)
    yield from partners.invoices(registers)
    yield from claims.claims()
    yield from settlements.settlements()
