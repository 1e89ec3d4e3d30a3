import subprocess
import sys

from tests.house.tree import ROOT


def test_the_map_in_the_readme_is_current():
    asked = [sys.executable, str(ROOT / "scripts/map"), "--check"]
    checked = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
