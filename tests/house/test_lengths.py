import ast

from tests.house.tree import kept_files, sources, teach, text, tree

FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
LINE_LENGTH_MAX = 200
CODE = {".py", ".sql", ".sh", ".html", ".css", ".js"}


def test_no_file_is_longer_than_a_sitting():
    breaches = [
        f"{path} has {len(text(path).splitlines())} lines"
        for path in kept_files()
        if path.suffix in CODE or path.parts[0] == "scripts"
        if len(text(path).splitlines()) > FILE_LINES_MAX
    ]
    teach(f"Over {FILE_LINES_MAX} lines a file becomes a folder of the same name.", breaches)


def test_no_function_is_longer_than_a_page():
    breaches = [
        f"{path}:{node.lineno} {node.name} has {length} lines"
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := node.end_lineno - node.lineno + 1) > FUNCTION_LINES_MAX
    ]
    teach(f"Over {FUNCTION_LINES_MAX} lines: aim under 25; move ifs up and loops down.", breaches)


def test_no_sql_line_hides_at_the_right_edge():
    breaches = [
        f"{path}:{number}"
        for path in kept_files()
        if path.suffix == ".sql"
        for number, line in enumerate(text(path).splitlines(), 1)
        if len(line) > LINE_LENGTH_MAX
    ]
    teach("Break the line where a reader would breathe.", breaches)


def test_the_limits_are_not_lifted_by_hand():
    breaches = [
        f"{path}:{number} {line.strip()}"
        for path in sources()
        for number, line in enumerate(text(path).splitlines(), 1)
        if ("noqa" in line or "type: ignore" in line)
        and ("noqa:" not in line and "type: ignore[" not in line)
        and path.name != "test_lengths.py"
    ]
    teach("Say which rule is lifted: noqa: CODE, type: ignore[code].", breaches)
