"""Refused about a verification sample of a claim."""

from ledger.refusals.refusal import Refusal


class UnknownSample(Refusal):
    """No sample of this reference has been drawn in the contract."""

    code = "unknown_sample"


class UnknownItem(Refusal):
    """The payment is not among those that were drawn."""

    code = "unknown_item"


class NothingToSample(Refusal):
    """The claim has no line left that could be drawn."""

    code = "nothing_to_sample"


class SampleOpen(Refusal):
    """A sample of the claim is being judged; close it first."""

    code = "sample_open"


class SampleNotOpen(Refusal):
    """The sample is closed."""

    code = "sample_not_open"


class SampleIncomplete(Refusal):
    """An item of the sample has not been judged."""

    code = "sample_incomplete"


class PreparerCannotJudge(Refusal):
    """Whoever prepared the claim or drew the sample cannot judge its items."""

    code = "preparer_cannot_judge"


class AlreadyDeducted(Refusal):
    """A sample's deduction was made for these lines; withdraw the claim to change them."""

    code = "already_deducted"
