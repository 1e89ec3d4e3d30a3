import re

from tests.house.tree import PACKAGES, kept_files, sources, teach, text

MIGRATION = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
NAMED = re.compile(r"^-- ([a-z][a-z0-9_]*)(?:: |\n-- )(\S+(?: \S+){2,})$", re.MULTILINE)
WRITTEN_IN_PYTHON = re.compile(
    r"[\"'](?:select\s+[\w*,. ()]+\s+from|insert\s+into|update\s+\w+(?:\.\w+)?\s+set|delete\s+from|"
    r"create\s+(?:table|schema|index)|alter\s+table|drop\s+(?:table|schema))\b",
    re.IGNORECASE,
)

# 0027: what is joined into `verify.py` has no file beside it; its one query reads a whole table.
ONE_FILE = "projections/bundle/checker"


def sql_files():
    return [path for path in kept_files() if path.suffix == ".sql"]


def test_each_query_is_named_and_says_what_it_answers():
    breaches = []
    for path in sql_files():
        lines = text(path).splitlines()
        if MIGRATION.fullmatch(path.name):
            if not lines or not re.match(r"-- \S+(?: \S+){2,}", lines[0]):
                breaches.append(f"{path} does not begin with a line that says what it adds")
        elif not NAMED.search(text(path)):
            breaches.append(f"{path} has no `-- name` with a line below that says what it answers")
    teach("SQL is read by people first (style.md 2).", breaches)


def test_no_two_queries_of_a_file_have_one_name():
    breaches = []
    for path in sql_files():
        names = [name for name, _ in NAMED.findall(text(path))]
        breaches += [f"{path} {name}" for name in sorted({n for n in names if names.count(n) > 1})]
    teach("One name, one question.", breaches)


def test_sql_lives_in_sql_files():
    breaches = [
        f"{path}:{text(path)[: found.start()].count(chr(10)) + 1} {found.group()[:60]}"
        for path in sources(*PACKAGES)
        if not path.is_relative_to(ONE_FILE)
        for found in WRITTEN_IN_PYTHON.finditer(text(path))
    ]
    teach("Move it to a named .sql file beside the module.", breaches)


def test_queries_take_parameters_only():
    breaches = [
        f"{path}:{number} {line.strip()[:70]}"
        for path in sources(*PACKAGES)
        for number, line in enumerate(text(path).splitlines(), 1)
        if re.search(r"\.execute\(\s*f[\"']", line)
    ]
    teach("A value never becomes SQL text: pass it as a parameter.", breaches)
