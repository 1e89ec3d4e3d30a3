"""Questions about the rules: a version that can be run, and later than the one in force."""

from ledger.events.rules import RulesAdopted
from ledger.refusals import RulesNotLater, UnknownRules
from ledger.rule_versions import LATEST, rules_known
from ledger.state import Book


def may_adopt(book: Book, terms: RulesAdopted) -> None:
    """Rules are adopted in the order in which they were made; never an earlier version again."""
    if rules_known(terms.rules) is None:
        raise UnknownRules(f"The latest version is {LATEST.version}.", pointer="/data/rules")
    if terms.rules <= book.rules.version:
        detail = f"Version {book.rules.version} is in force."
        raise RulesNotLater(detail, pointer="/data/rules")
