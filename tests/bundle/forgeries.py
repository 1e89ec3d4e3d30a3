"""Ways to change what only the events can contradict, with every hash made to fit."""

import json
from pathlib import Path
from random import Random

from tests.bundle.bundled import rehash
from tests.bundle.damage import changed_lines, cut, double, drop
from tests.bundle.mutations import Original


def a_line_of_a_statement(chance: Random, _: Original, copy: Path) -> None:
    """A movement, an opening or a closing; the digest in the manifest is made to fit."""
    path = chance.choice(sorted((copy / "statements").rglob("*.csv")))
    choice = chance.randrange(4)
    if choice == 0:
        changed_lines(chance, path, 1, chance.choice((drop, double, cut)))
    elif choice == 1:
        path.rename(path.with_name(f"of-{path.name}"))
        manifest = json.loads((copy / "manifest.json").read_text())
        name = path.relative_to(copy).as_posix()
        files = manifest["files"]
        files[name.replace(path.name, f"of-{path.name}")] = files.pop(name)
        (copy / "manifest.json").write_text(json.dumps(manifest))
    else:
        changed_lines(chance, path, 1, a_penny_more)
    rehash(copy)


def a_penny_more(lines: list[bytes], place: int) -> None:
    """The last figure that the line has."""
    cells = lines[place].decode().rstrip("\n").split(",")
    last = max(n for n, cell in enumerate(cells) if "." in cell)
    cells[last] = f"{cells[last][:-1]}{(int(cells[last][-1]) + 1) % 10}"
    lines[place] = (",".join(cells) + "\n").encode()


FORGERIES = (a_line_of_a_statement,)
