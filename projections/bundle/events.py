"""The events of a bundle as lines, with their leaf hashes and commits."""

import base64
import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ledger.events.codec import AnyEvent, decode_event
from ledger.log.ports import CommitRow, Log, StoredEvent
from ledger.log.tree import Frontier
from projections.bundle.files import Folder

EVENTS: Final = "events/events.b64"
LEAVES: Final = "events/leaf_hashes.txt"
COMMITS: Final = "events/commits.csv"
COMMIT_COLUMNS: Final = ("first_version", "last_version", "recorded_at", "root")
Progress = Callable[[int, int], object]


class Bundled(NamedTuple):
    """A stored event, and what it says; nothing when it is left out of the bundle."""

    stored: StoredEvent
    event: AnyEvent | None


@dataclass(slots=True)
class Scope:
    """Which events a bundle of one contract holds; the others are there as leaf hashes alone.

    What names no contract belongs to the contract of the receipt or credit note that it names; the
    rest is of the whole ledger, and in every bundle.
    """

    contract: str | None
    papers: dict[str, str] = field(default_factory=dict)

    def holds(self, event: AnyEvent) -> bool:
        """Whether the event is in the bundle."""
        content = event.data
        contract = getattr(content, "contract", None)
        for name in ("receipt", "credit_note"):
            paper = getattr(content, name, None)
            if paper is not None and contract is not None:
                self.papers[paper] = contract
            elif paper is not None:
                contract = self.papers.get(paper)
        return self.contract is None or contract in (None, self.contract)


@dataclass(slots=True)
class EventFiles:
    """Writes the events of a ledger up to a version, and gives each of them on."""

    log: Log
    ledger: str
    version: int
    scope: Scope
    frontier: Frontier = field(default_factory=Frontier)
    left_out: int = 0

    def write(self, folder: Folder, progress: Progress) -> Iterator[Bundled]:
        """Write events, leaf hashes and commits, side by side."""
        commits = self._commits()
        commit = next(commits, None)
        with ExitStack() as files:
            events = files.enter_context(folder.create(EVENTS))
            leaves = files.enter_context(folder.create(LEAVES))
            listed = files.enter_context(folder.create(COMMITS))
            listed.write(_row(COMMIT_COLUMNS))
            for stored in self.log.read(self.ledger, upto=self.version):
                for one in stored:
                    bundled = self._bundled(one)
                    events.write(_line(bundled))
                    leaves.write(one.leaf_hash.hex().encode() + b"\n")
                    self.frontier = self.frontier.append(one.leaf_hash)
                    if commit is not None and one.version == min(commit.last_version, self.version):
                        listed.write(self._commit_row(commit))
                        commit = next(commits, None)
                    yield bundled
                progress(self.frontier.size, self.version)

    def _bundled(self, stored: StoredEvent) -> Bundled:
        event = decode_event(stored.stored_name, stored.stored)
        if self.scope.holds(event):
            return Bundled(stored, event)
        self.left_out += 1
        return Bundled(stored, None)

    def _commits(self) -> Iterator[CommitRow]:
        for commits in self.log.commits(self.ledger):
            yield from (commit for commit in commits if commit.first_version <= self.version)

    def _commit_row(self, commit: CommitRow) -> bytes:
        """A commit; one that goes on behind the last version is cut there, and so is its root."""
        last = min(commit.last_version, self.version)
        moment = commit.recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return _row((commit.first_version, last, moment, self.frontier.root().hex()))


def _line(bundled: Bundled) -> bytes:
    if bundled.event is None:
        return b"#" + bundled.stored.leaf_hash.hex().encode() + b"\n"
    return base64.b64encode(bundled.stored.stored) + b"\n"


def _row(cells: tuple[object, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
