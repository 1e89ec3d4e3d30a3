"""The project as files and syntax trees: what the house tests read. Standard library only."""

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("ledger", "projections", "api")


@functools.cache
def kept_files() -> tuple[PurePosixPath, ...]:
    """Every file that is kept under version control or is about to be, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = listed.stdout.splitlines()
    else:  # an unpacked archive has no index; then what lies there is what is kept
        paths = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
    kept = {PurePosixPath(path) for path in paths if (ROOT / path).is_file()}
    unwanted = {"__pycache__", ".venv", ".git", ".data", ".hypothesis", "build"}
    return tuple(sorted(path for path in kept if not unwanted & set(path.parts)))


def sources(*places: str) -> Iterator[PurePosixPath]:
    """Python files under the places, or all of them; scripts without a suffix count as well."""
    for path in kept_files():
        if places and not any(path.is_relative_to(place) for place in places):
            continue
        if path.suffix == ".py" or (path.parts[0] == "scripts" and _is_python_script(path)):
            yield path


def _is_python_script(path: PurePosixPath) -> bool:
    return path.suffix == "" and text(path).startswith("#!/usr/bin/env python")


def pure_sources() -> Iterator[PurePosixPath]:
    """The rules: `ledger` without its shell `ledger/log`."""
    return (path for path in sources("ledger") if not path.is_relative_to("ledger/log"))


@functools.cache
def text(path: PurePosixPath) -> str:
    """The text of a file; bytes that are no UTF-8 are replaced."""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


@functools.cache
def tree(path: PurePosixPath) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(text(path), filename=str(path))


def imports(path: PurePosixPath) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every module that a file imports, wherever the import stands."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.parts[: len(path.parts) - node.level]) if node.level else ""
            module = ".".join(part for part in (package, node.module or "") if part)
            yield node.lineno, module
            yield from ((node.lineno, f"{module}.{name.name}") for name in node.names)


def provoked_codes(*places: str) -> set[str]:
    """The codes that tests meet in an answer: a list that only names a code provokes nothing.

    Met is what `then_refused(...)` or an `assert` about a code says, and each `Case(...)` of the
    table that is sent over HTTP.
    """
    return {
        part.value
        for path in sources(*places)
        for node in ast.walk(tree(path))
        if _meets_a_code(node)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _meets_a_code(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        called = node.func
        return getattr(called, "attr", getattr(called, "id", "")) in {"then_refused", "Case"}
    return isinstance(node, ast.Assert) and "code" in ast.unparse(node.test)


def under(module: str, allowed: tuple[str, ...]) -> bool:
    """Whether a module is one of the allowed ones or lies inside one."""
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def teach(rule: str, breaches: list[str]) -> None:
    """Fail with the rule, why it is one, and each place that breaks it."""
    assert not breaches, "\n  ".join([rule, *breaches])
