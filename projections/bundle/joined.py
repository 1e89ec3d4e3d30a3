"""`verify.py`: the parts of the checker joined into one file that a person can read (0027)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = "projections.bundle.checker"
PARTS: Final = (
    "apart",
    "findings",
    "contents",
    "manifest",
    "merkle",
    "ed25519",
    "notes",
    "signatures",
    "der",
    "stamps",
    "history",
    "aes_gcm",
    "sealed_keys",
    "posting",
    "books",
    "papers",
    "statements",
    "cash",
    "database",
    "cards",
    "pupils",
    "sharing",
    "areas",
    "years",
    "earned",
    "states",
    "resting",
    "decisions",
    "comparing",
    "performing",
    "envelopes",
    "expected",
    "fees",
    "fees_again",
    "claims",
    "claims_again",
    "partner_banks",
    "partner_funds",
    "settling",
    "settling_steps",
    "settlements_again",
    "main",
)
OPENING: Final = '''#!/usr/bin/env python3
"""Checks a bundle of an outcomes ledger: hashes, root, signatures, books and payments.

    python verify.py [BUNDLE] [--checkpoint FILE] [--key VERIFIERKEY] [--sealed-keys FILE] [--json]

It needs Python 3.11 or later, its standard library, and no network. It shares no code with the
ledger: the rules in it were written a second time, from the description of the trade. Where you
got this file from matters: a bundle that was tampered with may hold a `verify.py` that says what
its maker likes. Take it from the ledger's source, where it is made of the parts named below.
"""
'''
CLOSING: Final = '\n\nif __name__ == "__main__":\n    sys.exit(main(sys.argv[1:]))\n'


def verify_program() -> str:
    """The text of `verify.py`: all imports, then part after part under its own heading."""
    texts = {part: _text_of(part) for part in PARTS}
    imports = sorted({line for text in texts.values() for line in _imports(text)})
    plain = [line for line in imports if line.startswith("import ")]
    chosen = [line for line in imports if not line.startswith("import ")]
    heading = "\n".join([OPENING, *plain, *_merged(chosen)])
    return heading + "".join(_body(part, text) for part, text in texts.items()) + CLOSING


def _text_of(part: str) -> str:
    path = Path(__file__).with_name("checker") / f"{part}.py"
    return path.read_text(encoding="utf-8")


def _imports(text: str) -> Iterator[str]:
    """The imports of the standard library, one name a line."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            yield from (f"import {name.name}" for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(PACKAGE):
            yield from (f"from {node.module} import {name.name}" for name in node.names)


def _merged(lines: list[str]) -> Iterator[str]:
    """Imports from one module in one line."""
    modules: dict[str, list[str]] = {}
    for line in lines:
        module, _, name = line.partition(" import ")
        modules.setdefault(module, []).append(name)
    for module, names in modules.items():
        yield f"{module} import {', '.join(names)}"


def _body(part: str, text: str) -> str:
    """A part without its docstring and imports; what it says of itself becomes its heading."""
    tree = ast.parse(text)
    said = ast.get_docstring(tree) or ""
    first = next(
        node for node in tree.body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)
    )
    begins = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
    comment = "\n".join(f"# {line}".rstrip() for line in said.splitlines())
    rule = f"# {'-' * 20} {part} {'-' * (76 - len(part))}"
    rest = "\n".join(text.splitlines()[begins - 1 :])
    return f"\n\n\n{rule}\n{comment}\n\n\n{rest.rstrip()}"
