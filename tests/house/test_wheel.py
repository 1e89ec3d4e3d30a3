import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.house.tree import PACKAGES, ROOT, kept_files, teach


@pytest.mark.packaging
def test_the_wheel_holds_everything_that_the_packages_need(tmp_path):
    source = tmp_path / "source"
    for path in kept_files():
        if path.parts[0] in {*PACKAGES, "pyproject.toml", "README.md", "LICENSE"}:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, source / path)
    build = "from setuptools.build_meta import build_wheel; build_wheel('..')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        held = set(packed.namelist())
    needed = {
        str(path)
        for path in kept_files()
        if path.parts[0] in PACKAGES and "decisions" not in path.parts
    }
    teach("Add its suffix to package-data in pyproject.toml.", sorted(needed - held))
    strangers = {name.split("/")[0] for name in held} - set(PACKAGES)
    assert all(name.endswith(".dist-info") for name in strangers), "tests and scripts do not ship"
