import ast
import re

from tests.house.tree import PACKAGES, imports, pure_sources, sources, teach, text, tree, under

IMPURE_MODULES = (
    *("time", "random", "secrets", "uuid", "os", "sys", "io", "pathlib", "tempfile", "shutil"),
    *("logging", "warnings", "socket", "threading", "asyncio", "multiprocessing", "subprocess"),
    *("urllib", "http", "sqlite3", "locale", "getpass", "platform", "zoneinfo"),
)
CLOCKS = {"now", "utcnow", "today", "fromtimestamp", "time", "monotonic"}
DOORS = {"open", "print", "input", "eval", "exec", "globals", "vars"}


def test_the_rules_have_no_clock_dice_environment_or_log():
    breaches = [
        f"{path}:{line} imports {module}"
        for path in pure_sources()
        for line, module in imports(path)
        if under(module, IMPURE_MODULES)
    ]
    teach("Time, ids and prices are arguments of the rules (design.md 2).", breaches)


def test_the_rules_ask_no_clock():
    breaches = [
        f"{path}:{node.lineno} calls .{node.func.attr}()"
        for path in pure_sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCKS
    ]
    teach("Today is an argument: the shell knows the day in the ledger's timezone.", breaches)


def test_the_rules_open_no_door():
    breaches = [
        f"{path}:{node.lineno} calls {node.func.id}()"
        for path in pure_sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DOORS
    ]
    teach("A rule reads its arguments and answers; it prints and opens nothing.", breaches)


def knows_fractions(path):
    """Where Fraction is imported the type checker tells its division from that of integers."""
    return any(module == "fractions.Fraction" for _, module in imports(path))


def test_there_is_no_float_in_the_rules():
    breaches = []
    for path in pure_sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
                breaches.append(f"{path}:{node.lineno} writes {node.value}")
            if isinstance(node, ast.Name) and node.id in {"float", "complex", "round"}:
                breaches.append(f"{path}:{node.lineno} names {node.id}")
            if isinstance(getattr(node, "op", None), ast.Div) and not knows_fractions(path):
                breaches.append(f"{path}:{node.lineno} divides: {ast.unparse(node)}")
    teach("Money is whole pence; use // and %, or Fraction(a, b).", breaches)


def test_there_is_no_float_near_money_in_the_shell():
    breaches = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"float", "round"}
        and "_minor" in ast.unparse(node)
    ]
    teach("Money is whole pence all the way to the reader's eye.", breaches)


def test_pence_are_written_as_pounds_in_one_place():
    writer = re.compile(r"\}\.\{\w+:0(2|\{MINOR)")
    found = [
        str(path)
        for path in sources(*PACKAGES)
        if not path.is_relative_to("projections/bundle/checker")  # shares no code on purpose
        if writer.search(text(path))
    ]
    assert "projections/exports/amounts.py" in found
    others = [path for path in found if path != "projections/exports/amounts.py"]
    teach("Ask projections.exports.amounts: one rounding, one sign, one way to write it.", others)


def test_no_rule_is_an_assert():
    breaches = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assert)
    ]
    teach("python -O removes assert: refuse, or ensure(condition, why).", breaches)


def test_no_exception_is_swallowed():
    breaches = [
        f"{path}:{node.lineno} except and go on"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(step, ast.Pass | ast.Continue) for step in node.body)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
    ]
    teach("Do not do nothing in silence: answer, refuse or stop.", breaches)
