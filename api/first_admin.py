"""The first admin key: chosen by the operator, or written where only its owner reads it."""

import os
from pathlib import Path
from typing import Final

ADMIN_KEY: Final = "OUTCOMES_LEDGER_ADMIN_KEY"
ADMIN_KEY_FILE: Final = "admin.key"


def write_secret(path: Path, secret: str) -> Path:
    """Write a secret where only its owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(secret + "\n")
    return path.resolve()


def admin_key_of(environment: dict[str, str]) -> str | None:
    """The first admin key, if the operator chose one."""
    return environment.get(ADMIN_KEY) or None
