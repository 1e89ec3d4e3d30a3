import ast
import re

from tests.house.tree import sources, teach, text, tree

SHOWS = re.compile(
    r"\bassert\b|raises\(|\.then|verify|check_|expect|teach\(|must_|run_state_machine|_validate\("
)
MOCKS = ("unittest.mock", "pytest_mock", "mock", "responses", "respx", "freezegun", "time_machine")
DATED = re.compile(r"reason=.*20\d\d-\d\d-\d\d")


def claims(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[:5] == "test_":
            yield node


def test_every_test_claims_something():
    breaches = [
        f"{path}:{node.lineno} {node.name}"
        for path in sources("tests")
        for node in claims(path)
        if not SHOWS.search(ast.get_source_segment(text(path), node) or "")
    ]
    teach("A test in which nothing can be false holds nothing.", breaches)


def test_the_names_of_tests_are_claims():
    breaches = [
        f"{path}:{node.lineno} {node.name}"
        for path in sources("tests")
        for node in claims(path)
        if len(node.name.split("_")) < 4
    ]
    teach("Name it as a sentence about the world: at least three words.", breaches)


def test_nothing_of_ours_is_mocked():
    breaches = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in sources("tests")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Import) and any(n.name in MOCKS for n in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in MOCKS)
        or (isinstance(node, ast.ImportFrom) and any(n.name == "mock" for n in node.names))
    ]
    teach("Use the real code; the in-memory log is real code too.", breaches)


def test_nothing_is_skipped_without_a_dated_reason():
    skip = re.compile(r"pytest\.(mark\.)?" + r"(skip|skipif|xfail|importorskip)\b")
    breaches = [
        f"{path}:{number} {line.strip()[:80]}"
        for path in sources("tests")
        for number, line in enumerate(text(path).splitlines(), 1)
        if skip.search(line) and not DATED.search(line)
    ]
    teach("A skipped test is a claim given up: say when and why, or mend it.", breaches)


def test_no_test_sleeps_for_luck():
    breaches = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path in sources("tests")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"time.sleep", "asyncio.sleep", "anyio.sleep"}
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value > 1
    ]
    teach("Wait for a condition with a limit, not for a second and luck.", breaches)
