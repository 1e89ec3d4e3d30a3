"""The program: reads its arguments, checks one thing after the other, says what it found."""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from projections.bundle.checker.books import Books
from projections.bundle.checker.cash import Cash
from projections.bundle.checker.claims_again import ClaimsAgain
from projections.bundle.checker.contents import MANIFEST, Contents, check_files
from projections.bundle.checker.database import check_database
from projections.bundle.checker.envelopes import Envelopes
from projections.bundle.checker.fees_again import Fees
from projections.bundle.checker.findings import MISUSED, Findings, Misused, Refused, printable
from projections.bundle.checker.history import EVENTS, Event, History
from projections.bundle.checker.manifest import manifest_of, taken_as_stated
from projections.bundle.checker.papers import Papers
from projections.bundle.checker.performing import Performance
from projections.bundle.checker.sealed_keys import SealedKeys
from projections.bundle.checker.settlements_again import SettlementsAgain
from projections.bundle.checker.signatures import (
    Checkpoints,
    check_brought,
    checkpoint_brought,
    key_brought,
    proof_brought,
)
from projections.bundle.checker.stamps import check_stamps
from projections.bundle.checker.statements import Statements

FAULTS_SHOWN: Final = 50
HUNG_UP: Final = 141
"""What a shell says of a program that SIGPIPE ended: nobody reads on, as behind `| head`."""
UNEXPECTED: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What reading an event that somebody made up can end in."""


class Totals:
    """The control totals of the manifest, counted again."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: dict[str, dict[str, int]] = {}

    def follow(self, event: Event) -> None:
        """Count an event."""
        found = self._found.setdefault(event["type"], {"count": 0, "amount_minor": 0})
        found["count"] += 1
        found["amount_minor"] += event["data"].get("amount_minor", 0)

    def check(self, manifest: dict[str, Any], findings: Findings) -> None:
        """Compare with what the manifest says."""
        said = manifest["control_totals"]
        for kind in sorted(said.keys() | self._found.keys()):
            if said.get(kind) != self._found.get(kind):
                what = f"control totals of {kind}: {said.get(kind)}, events {self._found.get(kind)}"
                findings.fault(MANIFEST, what)
        findings.count("control totals", len(said))


class Again:
    """All that is done again from the events: payments, fees, claims, settlements, books."""

    def __init__(
        self, contents: Contents, manifest: dict[str, Any], findings: Findings, keys: SealedKeys
    ) -> None:
        """Begin before the first event."""
        self._contents = contents
        self._findings = findings
        self._envelopes = Envelopes(findings)
        self._performance = Performance(findings, keys.open)
        self._fees = Fees(findings)
        self._claims = ClaimsAgain(findings)
        self._settlements = SettlementsAgain(findings)
        self._cash = Cash(findings)
        self._statements = Statements()
        self._books = Books(contents, manifest, findings, self._statements.add)
        self._papers = Papers(manifest)
        self._given_up = False

    def follow(self, event: Event, root_before: bytes) -> None:
        """Take the next event; behind one that fits nothing, nothing can be done again."""
        if self._given_up:
            return
        version = event["version"]
        try:
            self._envelopes.follow(event)
            self._performance.follow(event)
            self._fees.follow(event)
            self._claims.follow(event)
            self._settlements.follow(event)
            self._cash.follow(event)
            self._books.follow(event, version - 1, root_before)
            self._papers.follow(event)
        except UNEXPECTED as unexpected:
            self._given_up = True
            what = f"the event does not fit what came before it: {unexpected!r}"
            self._findings.fault(EVENTS, what, line=version, version=version)

    def finish(self) -> None:
        """Compare what is left at the end."""
        if self._given_up:
            self._findings.could_not("payments and books behind an event that fits nothing")
            return
        self._performance.finish()
        self._fees.finish()
        self._claims.finish()
        self._settlements.finish()
        self._books.finish()
        self._cash.check(self._books.by_month)
        self._statements.check(self._contents, self._findings)
        self._papers.check(self._contents, self._books, self._findings)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a bundle of a ledger.")
    parser.add_argument("bundle", nargs="?", type=Path, help="a folder or a .zip; else its own")
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint that you kept")
    parser.add_argument("--consistency", type=Path, help="proof up to a newer checkpoint")
    parser.add_argument("--key", action="append", default=[], help="a verifier key that you know")
    parser.add_argument("--sealed-keys", type=Path, help="keys of sealed scores, for the audit")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    return parser.parse_args(words)


def check_bundle(asked: argparse.Namespace, place: Path, findings: Findings) -> None:
    """Check everything. Raises `Refused` where it cannot go on, and `Misused`."""
    if not place.exists():
        message = f"{place}: there is no such folder or archive"
        raise Misused(message)
    brought_keys = [key_brought(text) for text in asked.key]
    brought = None if asked.checkpoint is None else checkpoint_brought(asked.checkpoint)
    proof = proof_brought(asked.consistency)
    with Contents(place) as contents:
        manifest = manifest_of(contents)
        findings.said |= {name: manifest[name] for name in ("ledger", "parameters", "version")}
        findings.said["taken_as_stated"] = taken_as_stated(manifest)
        check_files(contents, manifest, findings)
        checkpoints = Checkpoints(contents, findings, brought_keys)
        sizes = checkpoints.sizes() | ({brought.size} if brought else set())
        history = History(contents, manifest, findings)
        totals = Totals()
        keys = SealedKeys(asked.sealed_keys, manifest["ledger"]["ledger"], findings)
        again = Again(contents, manifest, findings, keys)
        for event in history.read(sizes):
            totals.follow(event)
            again.follow(event, history.root_before)
        again.finish()
        check_database(contents, manifest, findings)
        findings.said["root"] = history.tree.root().hex()
        totals.check(manifest, findings)
        checkpoints.check(manifest, history.roots)
        stamps = manifest["counts"]["time_stamps"]
        check_stamps(contents, checkpoints.found, stamps, findings)
        if brought is not None:
            tree = (history.tree.size, history.tree.root(), history.roots)
            checkpoints.verify_signatures(str(asked.checkpoint), brought)
            check_brought(str(asked.checkpoint), brought, proof, tree, findings)
        checkpoints.check_witnesses(history.tree.size)


def said_for_a_person(findings: Findings) -> Iterator[str]:
    """What was found, line by line."""
    for name, number in findings.checked.items():
        yield f"checked   {number:>12,}  {name}"
    for name, number in findings.unverified.items():
        yield f"not       {number:>12,}  {name}"
    for stamp in findings.said.get("time_stamps", ()):
        yield f"stamped   {stamp['size']:>12,}  events at {stamp['stamped_at']}, as is said"
    for fault in findings.faults[:FAULTS_SHOWN]:
        yield f"FAULT     {fault}"
    if len(findings.faults) > FAULTS_SHOWN:
        yield f"          and {len(findings.faults) - FAULTS_SHOWN:,} more"
    stated = findings.said.get("taken_as_stated", {})
    if stated:
        said = ", ".join(f"{word} ({printable(told)})" for word, told in stated.items())
        yield f"stated    taken as stated: {said}; nothing that is signed says so"
    yield f"root      {findings.said.get('root', 'unknown')}"
    if findings.faults:
        yield "The bundle is NOT sound."
    elif findings.unverified:
        yield "Nothing is wrong, but not everything could be verified."
    else:
        yield "The bundle is sound, and everything was performed again."


def said_for_a_program(findings: Findings) -> Iterator[str]:
    """What was found, as JSON."""
    document = {
        **findings.said,
        "sound": not findings.faults,
        "exit_code": findings.exit_code(),
        "checked": findings.checked,
        "unverified": findings.unverified,
        "faults": [fault._asdict() for fault in findings.faults],
    }
    yield json.dumps(document, indent=2)


def main(words: Sequence[str]) -> int:
    """Check a bundle; the exit code. It ends without a word when nobody reads on."""
    try:
        try:
            return checked_and_said(words)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
        return HUNG_UP


def checked_and_said(words: Sequence[str]) -> int:
    """Check a bundle and say what was found; the exit code."""
    asked = arguments(words)
    findings = Findings()
    try:
        check_bundle(asked, asked.bundle or Path(__file__).resolve().parent, findings)
    except Misused as misused:
        sys.stderr.write(f"verify.py: {misused}\n")
        return MISUSED
    except Refused as refused:
        findings.faults.append(refused.fault)
    except UNEXPECTED as unexpected:
        findings.fault(str(asked.bundle), f"it cannot be read to its end: {unexpected!r}")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    said = said_for_a_program if asked.json else said_for_a_person
    sys.stdout.writelines(f"{line}\n" for line in said(findings))
    return findings.exit_code()
