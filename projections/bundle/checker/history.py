"""The events of a bundle: exact bytes, line by line, hashed and compared with every root.

Line n of `events.b64` is version n: the stored bytes in base64, or `#` and a leaf hash where a
bundle of one contract leaves out what belongs to another. `leaf_hashes.txt` and `commits.csv` are
there to say where a fault is; what proves the root is a signed checkpoint.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from projections.bundle.checker.contents import MANIFEST, Contents, cells_of, no_such_number
from projections.bundle.checker.findings import Fault, Findings, Refused
from projections.bundle.checker.merkle import Tree, leaf_of
from projections.bundle.checker.notes import ROOT_BYTES, Broken, from_base64

EVENTS: Final = "events/events.b64"
LEAVES: Final = "events/leaf_hashes.txt"
COMMITS: Final = "events/commits.csv"
LEFT_OUT: Final = "#"
HEAD_FIELDS: Final = ("actor", "effective_on", "received_on", "recorded_at", "schema", "type")

Event = dict[str, Any]


class Commits:
    """The commits of the log: one moment and one root each, in order."""

    def __init__(self, contents: Contents, findings: Findings) -> None:
        """Read them all; there are fewer than events."""
        self._findings = findings
        self._ends: dict[int, tuple[int, int, str, str]] = {}
        self._moment = self._moment_before = ""
        self._first = last = 0
        for number, line in contents.lines(COMMITS):
            row = cells_of(COMMITS, number, line)
            if number == 1:
                continue
            first, end = _numbers(row, number)
            if first != last + 1 or end < first:
                findings.fault(COMMITS, "this commit does not follow the one before", line=number)
            self._ends[end] = (number, first, row[2], row[3])
            last = end

    def follow(self, version: int, moment: str, tree: Tree) -> None:
        """Compare a version with its commit: the moment of each event, the root at the end."""
        if moment:
            if self._moment and moment != self._moment:
                what = "one commit has two moments"
                self._findings.fault(EVENTS, what, line=version, version=version)
            if moment <= self._moment_before:
                what = "it was not recorded after the commit before"
                self._findings.fault(EVENTS, what, line=version, version=version)
            self._moment = moment
        if version in self._ends:
            line, first, said, root = self._ends.pop(version)
            if self._moment and said != self._moment:
                self._findings.fault(COMMITS, "the commit has another moment", line=line)
            if tree.root().hex() != root:
                what = f"the root after versions {first:,} to {version:,} is another one"
                self._findings.fault(COMMITS, what, line=line, version=version)
            self._moment_before, self._moment = self._moment or said, ""
            self._findings.count("commits")

    def finish(self, version: int) -> None:
        """Every commit ended, and the last event ended one."""
        if self._ends:
            what = f"commits end at versions that are not there: {sorted(self._ends)[:3]}"
            self._findings.fault(COMMITS, what)
        if self._moment:
            self._findings.fault(COMMITS, "no commit ends with the last event", version=version)


def _numbers(row: list[str], line: int) -> tuple[int, int]:
    try:
        first, last, _, _ = row
        return int(first), int(last)
    except ValueError:
        raise Refused(Fault(COMMITS, line, 0, "this is no commit")) from None


class History:
    """Reads the events once, in order; `tree` is the tree up to and with the last one given."""

    def __init__(self, contents: Contents, manifest: dict[str, Any], findings: Findings) -> None:
        """Begin before the first event."""
        self.tree = Tree()
        self.root_before = self.tree.root()
        self.left_out = 0
        self.roots: dict[int, bytes] = {}
        self._contents = contents
        self._manifest = manifest
        self._contract: str | None = manifest["parameters"]["contract"]
        self._findings = findings
        self._commits = Commits(contents, findings)

    def read(self, sizes: set[int]) -> Iterator[Event]:
        """Every event that is not left out; the roots at these sizes are kept in `roots`."""
        self._keep_root(sizes)
        leaves = self._contents.lines(LEAVES)
        for version, line in self._contents.lines(EVENTS):
            said = next(leaves, (0, b""))[1].decode("ascii", "replace")
            leaf, event = self._leaf(version, line)
            if leaf.hex() != said:
                what = "the bytes hash to another leaf than `leaf_hashes.txt` says"
                self._findings.fault(EVENTS, what, line=version, version=version)
            if event is not None and event["type"] == "period.closed":
                self.root_before = self.tree.root()
            self.tree.add(leaf)
            self._keep_root(sizes)
            self._commits.follow(version, "" if event is None else event["recorded_at"], self.tree)
            if event is not None:
                yield event
        if next(leaves, None) is not None:
            self._findings.fault(LEAVES, "there are more leaves than events")
        self._finish()

    def _keep_root(self, sizes: set[int]) -> None:
        if self.tree.size in sizes:
            self.roots[self.tree.size] = self.tree.root()

    def _leaf(self, version: int, line: bytes) -> tuple[bytes, Event | None]:
        text = line.decode("ascii", "replace")
        if text.startswith(LEFT_OUT):
            self.left_out += 1
            try:
                leaf = bytes.fromhex(text[1:])
            except ValueError:
                leaf = b""
            if len(leaf) != ROOT_BYTES:
                raise Refused(Fault(EVENTS, version, version, "this is no leaf hash"))
            return leaf, None
        try:
            stored = from_base64(text)
        except Broken as broken:
            raise Refused(Fault(EVENTS, version, version, str(broken))) from None
        return leaf_of(stored), self._event(version, stored)

    def _event(self, version: int, stored: bytes) -> Event:
        try:
            event = json.loads(stored, parse_constant=no_such_number, parse_float=no_such_number)
            again = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            said = event["version"]
            complete = all(name in event for name in HEAD_FIELDS)
            complete = complete and isinstance(event["data"], dict)
            whole = again.encode() == stored
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Refused(Fault(EVENTS, version, version, "the bytes are no event")) from None
        if not complete:
            raise Refused(Fault(EVENTS, version, version, "the event is not whole"))
        if not whole:
            what = "the bytes are not in the one form in which events are stored"
            self._findings.fault(EVENTS, what, line=version, version=version)
        if said != version:
            what = f"this line is version {version:,}, and the event says {said}"
            self._findings.fault(EVENTS, what, line=version, version=version)
            event["version"] = version
        if self._contract is not None and event["data"].get("contract") not in (
            None,
            self._contract,
        ):
            what = f"an event of another contract than {self._contract}"
            self._findings.fault(EVENTS, what, line=version, version=version)
        self._findings.count("events")
        return dict(event)

    def _finish(self) -> None:
        version, root = self.tree.size, self.tree.root().hex()
        self._commits.finish(version)
        said = self._manifest["version"]
        if version != said:
            what = f"the events end at version {version:,}, the manifest says {said:,}"
            self._findings.fault(EVENTS, what, line=version, version=version)
        elif root != self._manifest["root"]:
            what = "the events hash to another root than the manifest says"
            self._findings.fault(MANIFEST, what, version=version)
        if self.left_out != self._manifest["counts"]["left_out"]:
            self._findings.fault(EVENTS, f"{self.left_out:,} events are left out: not as stated")
        if self.left_out and self._contract is None:
            self._findings.fault(EVENTS, "events are left out of a bundle of the whole ledger")
        elif self.left_out:
            what = "events of other contracts, here as leaf hashes alone"
            self._findings.could_not(what, self.left_out)
