"""The manifest: what it must say, nothing else, and what of it nobody can check.

It is signed by nobody, so a forger may write one anew: it says nothing that is not compared with
the files or told as stated. White space in it is free, since all who read JSON agree about that.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from projections.bundle.checker.contents import MANIFEST, Contents, no_such_number
from projections.bundle.checker.findings import Fault, Refused

FORMAT: Final = 1
ANY: Final = "*"
WORDS: Final = (str,)
NUMBER: Final = (int,)
SHAPE: Final[dict[str, Any]] = {
    "bundle": NUMBER,
    "program": WORDS,
    "ledger": {"ledger": WORDS, "name": WORDS, "currency": WORDS, "timezone": WORDS},
    "parameters": {"contract": (str, type(None)), "known_at": NUMBER},
    "version": NUMBER,
    "root": WORDS,
    "counts": {
        "events": NUMBER,
        "left_out": NUMBER,
        "checkpoints": NUMBER,
        "time_stamps": NUMBER,
    },
    "control_totals": {ANY: {"count": NUMBER, "amount_minor": NUMBER}},
    "rows": {ANY: NUMBER},
    "files": {ANY: {"bytes": NUMBER, "sha256": WORDS}},
}
"""What a manifest says, and in which kind of value; `*` is any name."""
LEDGER_AS_STATED: Final = {"currency": "currency", "name": "name", "timezone": "time zone"}
"""What the manifest says of its ledger and nothing that is signed does (0027)."""


def manifest_of(contents: Contents) -> dict[str, Any]:
    """The manifest. Raises `Refused` when it is none, or of a format that is not known here."""
    text = contents.read(MANIFEST)
    try:
        manifest = json.loads(
            text.decode(),
            object_pairs_hook=_said_once,
            parse_constant=no_such_number,
            parse_float=no_such_number,
        )
        number = manifest["bundle"]
        misfit = next(_misfits(manifest, SHAPE, ""), None)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(Fault(MANIFEST, 0, 0, "this is no manifest of a bundle")) from None
    if number != FORMAT:
        misfit = f"format {number}; this program reads format {FORMAT}"
    elif misfit is None and manifest["parameters"]["known_at"] != manifest["version"]:
        misfit = "its version is not the one that was asked for"
    elif misfit is None and manifest["counts"]["events"] != manifest["version"]:
        misfit = "its version is not the number of its events"
    if misfit is not None:
        raise Refused(Fault(MANIFEST, 0, 0, misfit))
    return dict(manifest)


def _said_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object that says nothing twice: readers would not agree which of the two it says."""
    said = dict(pairs)
    if len(said) != len(pairs):
        message = "a name stands there twice"
        raise ValueError(message)
    return said


def _misfits(told: Any, shape: Any, place: str) -> Iterator[str]:  # noqa: ANN401 (any JSON)
    """Where it says something in another kind of value, says too little, or too much."""
    if isinstance(shape, tuple):
        if type(told) not in shape:
            yield f"{place} is of another kind than a manifest says there"
    elif type(told) is not dict:
        yield f"{place or 'it'} does not say several things by their names"
    else:
        names = dict.fromkeys(told if ANY in shape else [*shape, *told])
        for name in names:
            inner = f"{place}/{name}".removeprefix("/")
            if name not in told:
                yield f"it does not say {inner}"
            elif name not in shape and ANY not in shape:
                yield f"it says {inner}, and no manifest does"
            else:
                yield from _misfits(told[name], shape.get(ANY, shape.get(name)), inner)


def taken_as_stated(manifest: dict[str, Any]) -> dict[str, str]:
    """What nobody can check, by the words for it: whoever wrote the manifest says so."""
    stated = {word: manifest["ledger"][name] for name, word in LEDGER_AS_STATED.items()}
    return {**stated, "program": manifest["program"]}
