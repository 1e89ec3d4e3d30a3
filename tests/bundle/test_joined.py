"""`verify.py` is one file of plain Python that a person can read."""

import ast
import os
import subprocess
import sys
from collections import Counter
from random import Random

from projections.bundle.joined import PARTS, verify_program
from tests.bundle.bundled import bundled
from tests.house.tree import ROOT
from tests.properties.noise import history
from tests.properties.world import played

FOLDER = ROOT / "projections/bundle/checker"


def test_every_part_is_in_it():
    parts = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert parts == set(PARTS)
    assert len(PARTS) == len(parts)


def test_it_knows_the_standard_library_alone():
    tree = ast.parse(verify_program())
    modules = {
        name.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert {module.partition(".")[0] for module in modules} <= set(sys.stdlib_module_names)
    assert not {"socket", "urllib", "http", "ssl", "ftplib"} & modules


def test_no_part_hides_a_name_of_another():
    names = Counter(
        node.name
        for node in ast.parse(verify_program()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )
    names.update(
        target.id
        for node in ast.parse(verify_program()).body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        if isinstance(target, ast.Name)
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_parts_come_after_what_they_use():
    """So that a reader meets a name before its use, and the file can be run."""
    for place, part in enumerate(PARTS):
        tree = ast.parse((FOLDER / f"{part}.py").read_text())
        used = {
            str(node.module).rpartition(".")[2]
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("projections")
        }
        assert used <= set(PARTS[:place]), part


def test_it_is_readable_line_by_line():
    lines = verify_program().splitlines()
    assert max(map(len, lines)) <= 120
    assert all(line == line.rstrip() for line in lines)
    for part in PARTS:
        assert any(line.startswith(f"# {'-' * 20} {part} ") for line in lines)


def test_it_says_how_it_is_used(tmp_path):
    program = tmp_path / "verify.py"
    program.write_text(verify_program())
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(program), "--help"], capture_output=True, check=True
    )
    assert b"--sealed-keys" in told.stdout


def test_it_ends_without_a_word_when_nobody_reads_on(tmp_path):
    program = tmp_path / "verify.py"
    program.write_text(verify_program())
    bundled(played(history(Random(7), noisy=5)).events, tmp_path / "wlz")
    for words in (["--help"], ["wlz"], ["wlz", "--json"]):
        reader, writer = os.pipe()
        os.close(reader)
        told = subprocess.run(
            [sys.executable, "-I", "-S", str(program), *words],
            stdout=writer, stderr=subprocess.PIPE, cwd=tmp_path, check=False,
        )  # fmt: skip
        os.close(writer)
        assert (told.returncode, told.stderr) == (141, b"")
