"""What the ledger decides: payments and fees, each stored whole (`api.md`, Decisions)."""

from ledger.events.words import Ref, Shape, SignedAmount, TriggerKind, Version, WithheldReason


class SplitLine(Shape, frozen=True, omit_defaults=False):
    """One funder's part of a payment: what it pays, what nobody pays, and its exact share.

    The exact share before rounding and caps is price x parts / parts_total; a funder that only
    takes another's excess has no parts.
    """

    funder: Ref
    amount_minor: SignedAmount
    unfunded_minor: SignedAmount
    parts: int
    parts_total: int


class Carry(Shape, frozen=True):
    """A funder's rounding carry before and after a payment, as exact fractions of a penny."""

    funder: Ref
    before: str
    after: str


class PaymentReleased(Shape, frozen=True):
    """A payment: price, card, split and causes as they were decided."""

    contract: Ref
    payment: Ref
    trigger: Ref
    kind: TriggerKind
    amount_minor: SignedAmount
    card: Ref
    card_version: Version
    share_set: Version
    rule_version: int
    split: tuple[SplitLine, ...]
    funded_minor: SignedAmount
    unfunded_minor: SignedAmount
    evidence: tuple[Version, ...]
    child: Ref | None = None
    reference: Ref | None = None
    area: Ref | None = None
    carries: tuple[Carry, ...] | None = None


class PaymentReversed(Shape, frozen=True):
    """The exact negation of a released payment, on that payment's own date."""

    contract: Ref
    payment: Ref
    trigger: Ref
    kind: TriggerKind
    amount_minor: SignedAmount
    card: Ref
    reversed_version: Version
    rule_version: int
    split: tuple[SplitLine, ...]
    funded_minor: SignedAmount
    unfunded_minor: SignedAmount
    child: Ref | None = None
    reference: Ref | None = None
    carries: tuple[Carry, ...] | None = None


class PaymentWithheld(Shape, frozen=True):
    """A payment that is earned but needs a person, or a cap that has room."""

    contract: Ref
    payment: Ref
    trigger: Ref
    kind: TriggerKind
    amount_minor: SignedAmount
    card: Ref
    reason: WithheldReason
    rule_version: int
    evidence: tuple[Version, ...]
    child: Ref | None = None
    reference: Ref | None = None


class PaymentLapsed(Shape, frozen=True):
    """A withheld payment that is no longer earned; its row goes."""

    contract: Ref
    payment: Ref
    trigger: Ref
    kind: TriggerKind
    amount_minor: SignedAmount
    rule_version: int
    child: Ref | None = None
    reference: Ref | None = None


class PaymentEvidenceChanged(Shape, frozen=True):
    """A standing payment that now rests on other facts; no money moves."""

    contract: Ref
    payment: Ref
    trigger: Ref
    kind: TriggerKind
    rule_version: int
    evidence: tuple[Version, ...]
    child: Ref | None = None
    area: Ref | None = None


class FeeAccrued(Shape, frozen=True, omit_defaults=False):
    """What a register obliges us to pay, within the order's limit."""

    contract: Ref
    partner: Ref
    order: Ref
    session: Ref
    amount_minor: SignedAmount
    over_limit_minor: SignedAmount
    terms_version: Version
    rule_version: int


class FeeReversed(Shape, frozen=True, omit_defaults=False):
    """The exact negation of an accrued fee, on that fee's own date."""

    contract: Ref
    partner: Ref
    order: Ref
    session: Ref
    amount_minor: SignedAmount
    over_limit_minor: SignedAmount
    reversed_version: Version
    terms_version: Version
    rule_version: int
