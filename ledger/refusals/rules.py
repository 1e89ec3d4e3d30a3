"""Refused because of the versions of the rules."""

from ledger.refusals.refusal import Refusal


class UnknownRules(Refusal):
    """This program has no such version of the rules."""

    code = "unknown_rules"


class RulesNotLater(Refusal):
    """Only a version later than the one in force can be adopted."""

    code = "rules_not_later"
