r"""Verification samples: which lines of a claim are looked at, and what that takes off (0022).

An auditor draws again with the claim's lines and a shell, and needs nothing of this program:

    for payment in P31 P32 P41; do
      printf '%s  %s\n' "$(printf %s "$seed|$claim|$payment" | sha256sum | cut -c 1-64)" "$payment"
    done | LC_ALL=C sort | head -n "$size"
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from hashlib import sha256
from typing import Final

from ledger.claim import Claim, PaymentEntry
from ledger.claims import by_funder, comes_off, entries_of
from ledger.contract import Contract
from ledger.events.claims import ClaimReduced, FunderAmount
from ledger.events.codec import AnyEvent
from ledger.events.samples import SampleClosed, SampleDrawn, SampleSelected
from ledger.money import round_half_up, split_by_largest_remainder
from ledger.releases import Decided
from ledger.sample import Sample

ITEMS_MAX: Final = 5_000
"""How many lines a sample has at most: each may come off by its closing, which is one step."""


def population_of(contract: Contract, claim: Claim) -> list[PaymentEntry]:
    """What is drawn from: the claim's lines that are no adjustments and were not rejected."""
    return [entry for entry in entries_of(contract, claim.standing()) if entry.reverses is None]


def draw_key(seed: str, claim: str, payment: str) -> str:
    """SHA-256 of the UTF-8 text `seed|claim|payment`, in hexadecimal: lines are drawn by it."""
    return sha256(f"{seed}|{claim}|{payment}".encode()).hexdigest()


def selection_follows(contract: Contract, event: AnyEvent, terms: SampleDrawn) -> Iterator[Decided]:
    """The lines with the smallest keys are drawn, ties by payment; all when there are fewer."""
    lines = population_of(contract, contract.claims[terms.claim])
    keyed = sorted((draw_key(terms.seed, terms.claim, line.payment), line.payment)
                   for line in lines)  # fmt: skip
    selected = SampleSelected(
        contract=terms.contract,
        claim=terms.claim,
        sample=terms.sample,
        payments=tuple(payment for _, payment in keyed[: terms.size]),
        method=terms.method,
        seed=terms.seed,
        size=terms.size,
        population=len(lines),
        rule_version=contract.rules.version,
    )
    yield Decided(event.effective_on, selected, (event.version,))


def closing_follows(contract: Contract, event: AnyEvent, terms: SampleClosed) -> Iterator[Decided]:
    """Failed items come off the claim; an extrapolated sample takes off as much of the others."""
    sample = contract.samples[terms.sample]
    claim = contract.claims[sample.terms.claim]
    lines = {entry.payment: entry for entry in entries_of(contract, list(claim.lines))}
    for payment in sample.failed():
        line, verdict = lines[payment], sample.verdicts[payment]
        causes = (line.version, verdict.version, event.version)
        yield Decided(event.effective_on, comes_off(contract, claim, line), causes)
    if sample.terms.method == "extrapolated":
        sampled = [lines[payment] for payment in sample.terms.payments]
        failed = [lines[payment] for payment in sample.failed()]
        drawn = set(sample.terms.payments)
        others = [line for line in population_of(contract, claim) if line.payment not in drawn]
        funders = extrapolated(failed, sampled, others)
        if funders:
            deduction = _deduction(contract, sample, funders)
            yield Decided(event.effective_on, deduction, (sample.version, event.version))


def extrapolated(
    failed: Sequence[PaymentEntry], sampled: Sequence[PaymentEntry], others: Sequence[PaymentEntry]
) -> tuple[FunderAmount, ...]:
    """What a sample's error rate takes off the lines that were not drawn, by funder.

    The rate is what funders pay of the failed items, of what they pay of all items: an exact
    fraction. Applied to what they pay of the other lines it is rounded to whole pennies once,
    halves up, and split in proportion to what each pays of those. What nobody pays stays out.
    """
    owed = by_funder(others)
    failed_minor = sum(line.funded_minor for line in failed)
    owed_minor = sum(share.amount_minor for share in owed)
    if not failed_minor or not owed_minor:
        return ()
    rate = Fraction(failed_minor, sum(line.funded_minor for line in sampled))
    off = round_half_up(rate * owed_minor)
    parts = split_by_largest_remainder(off, [share.amount_minor for share in owed])
    return tuple(
        FunderAmount(share.funder, -part) for share, part in zip(owed, parts, strict=True) if part
    )


def _deduction(
    contract: Contract, sample: Sample, funders: tuple[FunderAmount, ...]
) -> ClaimReduced:
    off = sum(share.amount_minor for share in funders)
    return ClaimReduced(
        contract=sample.terms.contract,
        claim=sample.terms.claim,
        amount_minor=off,
        funded_minor=off,
        unfunded_minor=0,
        funders=funders,
        rule_version=contract.rules.version,
        sample=sample.terms.sample,
    )
