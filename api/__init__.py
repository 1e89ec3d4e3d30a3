"""The doors: HTTP, the command line and the reference contract. Thin: no rule about money."""

from importlib.metadata import version
from typing import Final

__version__: Final = version("outcomes-ledger")
