"""The table of codes is what the audit can find, and each of them is provoked by a test."""

import ast
from pathlib import Path

from ledger.log.sealing import faults
from projections.audit import finding_codes, reperformance
from projections.audit.finding_codes import CODES

ROOT = Path(__file__).parents[2]
AUDIT = sorted((ROOT / "projections/audit").glob("*.py"))
SEALS = {
    fault.code
    for fault in (
        faults.SealBroken,
        faults.ChildKeyDamaged,
        faults.ChildKeyMissing,
        faults.MasterKeyMissing,
        faults.KeyStoreUnavailable,
    )
}


def found_in(path):
    """The codes that a module finds, as they are written."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            named = node.args[0] if node.args else None
            if node.func.attr == "find" and isinstance(named, ast.Constant):
                yield named.value


def test_the_table_is_what_can_be_found():
    written = {code for path in AUDIT for code in found_in(path)}
    dynamic = SEALS | set(reperformance.CODES.values()) | {"decision_differs"}
    assert written | dynamic == CODES.keys()


def test_no_code_stands_in_two_families():
    families = [
        table
        for name, table in vars(finding_codes).items()
        if name.isupper() and name != "CODES" and isinstance(table, dict)
    ]
    assert sum(len(table) for table in families) == len(CODES)


def test_each_code_is_provoked_by_a_test():
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    told = "\n".join(path.read_text("utf-8") for path in tests)
    assert [code for code in CODES if code not in told and code not in SEALS] == []


def test_each_code_is_documented():
    page = (ROOT / "api/INTERFACE.md").read_text("utf-8")
    assert [code for code, line in CODES.items() if f"| `{code}` | {line} |" not in page] == []
