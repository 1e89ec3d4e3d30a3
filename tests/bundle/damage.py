"""Damage to the lines and bytes of a file."""

from collections.abc import Callable
from pathlib import Path
from random import Random


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)


def tables_of(folder: Path, rows: int = 2) -> list[Path]:
    return [
        path
        for path in sorted((folder / "tables").iterdir())
        if len(set(path.read_bytes().splitlines()[1:])) >= rows
    ]


def flip(chance: Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def changed_lines(
    chance: Random, path: Path, head: int, change: Callable[[list[bytes], int], None]
) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    change(lines, chance.randrange(head, len(lines)))
    path.write_bytes(b"".join(lines))


def drop(lines: list[bytes], place: int) -> None:
    del lines[place]


def double(lines: list[bytes], place: int) -> None:
    lines.insert(place, lines[place])


def cut(lines: list[bytes], place: int) -> None:
    del lines[place:]


def cut_within(lines: list[bytes], place: int) -> None:
    del lines[place + 1 :]
    lines[place] = lines[place][: len(lines[place]) // 2]


def swap(lines: list[bytes], place: int) -> None:
    """Exchange a line with the next one that is another."""
    other = next(n for n in [*range(place + 1, len(lines)), *range(1, place)] if n != place)
    while lines[other] == lines[place]:
        other = other % (len(lines) - 1) + 1
    lines[place], lines[other] = lines[other], lines[place]
