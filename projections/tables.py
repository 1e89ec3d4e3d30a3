"""The read tables' migrations, to be applied after the log's."""

from pathlib import Path
from typing import Final

from ledger.log.migrations import Part

READ_TABLES: Final = Part("projections", Path(__file__).parent / "migrations")
