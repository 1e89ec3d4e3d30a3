"""Refused by the terms: cards, shares, dates, sizes."""

from ledger.refusals.refusal import Refusal


class NoRateCard(Refusal):
    """No rate card is in force on this date."""

    code = "no_rate_card"


class NoShares(Refusal):
    """No share set says who pays this on this date."""

    code = "no_shares"


class SharesDoNotSum(Refusal):
    """The fixed shares of a trigger do not add up to its price."""

    code = "shares_do_not_sum"


class SharesTooFine(Refusal):
    """The share sets of a `cumulative` contract have too many different totals to be exact."""

    code = "shares_too_fine"


class OutsideContract(Refusal):
    """The date is outside the contract's first and last day."""

    code = "outside_contract"


class FutureDate(Refusal):
    """The date is in the future."""

    code = "future_date"


class TooManyDecisions(Refusal):
    """More than 20,000 decisions would follow from this one fact."""

    code = "too_many_decisions"
