"""A version of the rules comes into force in the book."""

from ledger.events.rules import RulesAdopted
from ledger.invariants import present
from ledger.rule_versions import rules_known
from ledger.state import Book


def rules_are_adopted(book: Book, terms: RulesAdopted) -> None:
    """Every contract, and every one that is signed later, is decided by them from here on."""
    rules = present(rules_known(terms.rules), "this program can run the rules that were adopted")
    book.changes.assign(book, "rules", rules)
    for contract in book.contracts.values():
        book.changes.assign(contract, "rules", rules)
