import re
import stat

from tests.house.tree import ROOT, kept_files, teach, text

TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "ledger", "projections", "api"}
TOP_LEVEL |= {"tests", "scripts"}
TYPED_IN = ("scripts/run", "scripts/test", "scripts/check", "scripts/prepare", "scripts/lock")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def test_the_top_level_holds_what_the_layout_names():
    found = {path.parts[0] for path in kept_files() if not path.parts[0].startswith(".")}
    teach("design.md 2 fixes the top level.", sorted(found - TOP_LEVEL))


def test_what_is_typed_can_be_run():
    missing = [
        name
        for name in (*TYPED_IN, "scripts/bench", ".ci/run")
        if not (ROOT / name).is_file() or not (ROOT / name).stat().st_mode & stat.S_IXUSR
    ]
    teach("chmod +x, or the README's first command fails.", missing)


def test_every_package_is_typed():
    untyped = [
        package
        for package in ("ledger", "projections", "api")
        if not (ROOT / package / "py.typed").is_file()
    ]
    teach("py.typed tells a caller's type checker that our annotations count.", untyped)


def test_decisions_are_numbered_sentences():
    pages = [path for path in kept_files() if path.is_relative_to("ledger/decisions")]
    misnamed = [
        str(path)
        for path in pages
        if path.name != "README.md" and not re.fullmatch(r"\d{4}(-[a-z0-9]+){3,}\.md", path.name)
    ]
    teach("NNNN-the-decision-as-a-sentence.md (design.md 2).", misnamed)
    numbers = [path.name[:4] for path in pages if path.name[:4].isdigit()]
    teach("Two decisions have one number.", sorted({n for n in numbers if numbers.count(n) > 1}))


def test_the_lock_pins_everything_with_hashes_and_names_no_host():
    for name in ("development", "requirements"):
        lock = (ROOT / ".lock" / f"{name}.txt").read_text()
        entries = [line for line in lock.splitlines() if line and not line.startswith((" ", "#"))]
        loose = [line for line in entries if not PIN.match(line) or not line.endswith("\\")]
        teach("Every line is name==version with hashes: run scripts/lock.", loose)
        assert "://" not in lock
        assert "--index" not in lock
        assert "--find-links" not in lock


def test_what_runs_is_what_was_tested():
    pins = {
        name: dict(PIN.findall((ROOT / ".lock" / f"{name}.txt").read_text()))
        for name in ("development", "requirements")
    }
    differing = [
        f"{package}: {version} runs, {pins['development'].get(package)} is tested"
        for package, version in pins["requirements"].items()
        if pins["development"].get(package) != version
    ]
    teach("The two lock files come from one run of scripts/lock.", differing)


def test_every_dependency_is_in_the_lock():
    project = (ROOT / "pyproject.toml").read_text()
    declared = re.findall(r'^    "([A-Za-z0-9-]+)(?:\[[a-z]+\])?[><=]', project, re.MULTILINE)
    pinned = set(dict(PIN.findall((ROOT / ".lock/development.txt").read_text())))
    assert len(declared) > 10
    teach("Run scripts/lock.", sorted({name.lower() for name in declared} - pinned))


def test_each_linter_exception_says_why():
    project = (ROOT / "pyproject.toml").read_text()
    lint = project.partition("[tool.ruff.lint]")[2].partition("[tool.mypy]")[0]
    silent = [
        line.strip()
        for line in lint.splitlines()
        if re.match(r'\s+"[A-Z]{1,4}\d*",', line) and "#" not in line
    ]
    teach("One line of reason beside each ignored rule.", silent)


def test_ci_calls_the_tests_and_nothing_cleverer():
    lines = [line for line in text(kept_ci_run()).splitlines() if line and line[0] != "#"]
    assert lines == ['exec "$(dirname "$0")/../scripts/test"']


def kept_ci_run():
    return next(path for path in kept_files() if str(path) == ".ci/run")
