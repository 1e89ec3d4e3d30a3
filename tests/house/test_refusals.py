import ast
import re

from api.http.problems import STATUS_OF
from ledger.events.catalogue import DECISIONS, EVENTS, FACTS
from ledger.refusals import ALL_REFUSALS
from tests.house.tree import ROOT, provoked_codes, sources, teach, text, tree


def test_each_refusal_has_a_code_of_its_own():
    codes = [refusal.code for refusal in ALL_REFUSALS]
    assert all(re.fullmatch(r"[a-z][a-z_]+", code) for code in codes)
    teach("One code, one refusal.", sorted({code for code in codes if codes.count(code) > 1}))


def test_every_refusal_of_the_rules_is_listed():
    written = {
        node.name
        for path in sources("ledger")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Refusal" for base in node.bases)
    }
    listed = {refusal.__name__ for refusal in ALL_REFUSALS}
    teach("Add it to ALL_REFUSALS: the status table is made from it.", sorted(written - listed))


def test_each_refusal_has_a_status():
    breaches = [refusal.code for refusal in ALL_REFUSALS if refusal.code not in STATUS_OF]
    teach("api/http/problems.py is the one table from code to status.", breaches)
    strange = [code for code, status in STATUS_OF.items() if not 400 <= status <= 599]
    teach("A no is a 4xx or a 5xx.", strange)


def test_each_refusal_says_itself_in_a_sentence():
    breaches = [
        refusal.__name__
        for refusal in ALL_REFUSALS
        if not (refusal.__doc__ or "").strip().endswith(".")
    ]
    teach("The docstring is what the reader of a problem document sees.", breaches)


def raised():
    """The names of the classes that shipped code raises."""
    for path in sources("ledger", "api"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Raise) and node.exc is not None:
                named = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
                yield getattr(named, "attr", getattr(named, "id", ""))


def test_each_refusal_is_raised_somewhere():
    names = set(raised())
    met = {refusal.code for refusal in ALL_REFUSALS if refusal.__name__ in names}
    unused = {refusal.code for refusal in ALL_REFUSALS} - met
    teach("A code nobody can meet is a promise nobody keeps.", sorted(unused))


def test_each_refusal_is_provoked_by_a_test():
    provoked = provoked_codes("tests")
    breaches = [r.code for r in ALL_REFUSALS if r.code not in provoked]
    teach("given(...).when(...).then_refused(code)", breaches)


def test_a_code_that_a_test_only_names_is_not_provoked():
    named = {"exceeds_receipt"}
    assert not named & provoked_codes("tests/house")


def test_facts_and_decisions_share_no_name():
    assert not FACTS.keys() & DECISIONS.keys()
    assert len(EVENTS) == len(FACTS) + len(DECISIONS)


def test_every_status_is_known_in_one_place():
    status = re.compile(r"status(?:_code)?\s*=\s*(4\d\d|5\d\d)\b")
    breaches = [
        f"{path}:{number} {line.strip()[:70]}"
        for path in sources("ledger", "projections")
        for number, line in enumerate(text(ROOT / path).splitlines(), 1)
        if status.search(line)
    ]
    teach("Codes belong to the rules, statuses to the door.", breaches)
