"""Examples in a page: what is typed after `$ `, and what is answered; `...` stands for anything."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
BETWEEN = "----- next command -----"


@dataclass
class Example:
    typed: str
    answered: str

    def agrees(self, answer: str) -> bool:
        pattern = ".*?".join(re.escape(part) for part in plain(self.answered).split("..."))
        return re.fullmatch(pattern, plain(answer), re.DOTALL) is not None


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines() if line.strip())


def examples(page: str) -> list[Example]:
    found: list[Example] = []
    for block in BLOCK.findall(page):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Example(line.removeprefix("$ "), ""))
            else:
                found[-1].answered += line + "\n"
    return found


def typed_in(folder: Path, typed: list[str], environment: dict[str, str]) -> list[str]:
    """What one shell answers to each line, with its errors among it."""
    script = "\n".join(f"{line}\necho '{BETWEEN}'" for line in typed)
    told = subprocess.run(
        ["bash", "-c", f"exec 2>&1\n{script}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stdout.split(BETWEEN + "\n")[:-1]
