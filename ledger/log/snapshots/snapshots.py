"""Snapshots taken of a standing, and a standing begun from one: checked first, dropped in doubt.

A snapshot fits when this code has made it, under rules that it knows, its key is wrapped under a
master key that is given here, and the log has a commit at its version with its very root, moment
and last event. One that does not fit is passed over with a line in the log, and the start replays
the whole log.
"""

import datetime
import io
import time
from dataclasses import dataclass
from typing import Final

import structlog

from ledger.book import Book
from ledger.log.ports import Log
from ledger.log.sealing.master import MasterKeys
from ledger.log.sealing.seals import Seals, Unsealed
from ledger.log.snapshots.cover import (
    PIECE_BYTES,
    Cover,
    Opened,
    Pieces,
    kept_seal,
    new_seal,
    read_cover,
)
from ledger.log.snapshots.fingerprint import fingerprint
from ledger.log.snapshots.packing import NotPackable, pack
from ledger.log.snapshots.shelf import Kept, Shelf, ShelfBusy
from ledger.log.snapshots.unpacking import Unpackable, unpack
from ledger.log.standing import Standing, uncollected
from ledger.rule_versions import rules_known

log: Final = structlog.get_logger("ledger.snapshots")


class NotTaken(Exception):
    """No snapshot was taken; it says why, and never of whom."""


class NotFitting(Exception):
    """A snapshot is not of this code, this ledger or this log; it says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot that is kept: at which version, and how large it is when it was made now."""

    version: int
    bytes: int | None


class Snapshots:
    """The snapshots of the ledgers of one log, as somebody with the master keys uses them."""

    def __init__(self, ledgers: Log, shelf: Shelf, master: MasterKeys) -> None:
        """Keep them on this shelf, each under a key of its own that the master key wraps."""
        self.shelf = shelf
        self._ledgers = ledgers
        self._master = master

    def take(self, ledger: str, standing: Standing) -> Taken:
        """Keep a snapshot of a standing in which nothing is undecided, unless there is one.

        Raises `NotTaken`.
        """
        cover = self._cover(ledger, standing)
        if any(read_cover(kept.cover) == cover for kept in self.shelf.kept(ledger)):
            return Taken(cover.version, None)
        written = cover.written()
        seal, key = new_seal(self._master, written)
        try:
            with uncollected(), self.shelf.adding(ledger, cover.version, written, key) as put:
                pieces = Pieces(seal, put)
                pack(standing.book, pieces, standing.seals, written)
                pieces.end()
        except ShelfBusy:
            raise NotTaken("another process is taking one") from None
        except NotPackable as refused:
            raise NotTaken(str(refused)) from None
        return Taken(cover.version, pieces.bytes)

    def _cover(self, ledger: str, standing: Standing) -> Cover:
        code = fingerprint()
        if code is None:
            raise NotTaken("the code is installed without its source")
        if standing.leaf is None or standing.recorded_at is None:
            raise NotTaken("nothing is recorded yet")
        cover = Cover(
            ledger=ledger,
            version=standing.version,
            frontier=standing.frontier.to_bytes(),
            leaf=standing.leaf,
            recorded_at=standing.recorded_at,
            code=code,
            rules=standing.book.rules.version,
        )
        try:
            self._must_be_in_the_log(ledger, cover)
        except NotFitting as wrong:
            raise NotTaken(str(wrong)) from None
        return cover

    def begun(self, ledger: str, seals: Seals) -> Standing | None:
        """A standing at the head of the log, begun from the newest snapshot that fits.

        None when none does. Whatever goes wrong on the way leads to the log, which is read anew.
        """
        for kept in self._found(ledger):
            began = time.perf_counter()
            try:
                with uncollected():
                    standing, version = self._begun_from(kept, ledger, seals)
            except (NotFitting, Unpackable) as wrong:
                log.warning("snapshot_dropped", ledger=ledger, reason=str(wrong))
            except Exception as failed:  # noqa: BLE001 (the log is there, and says what is wrong)
                log.warning("snapshot_dropped", ledger=ledger, failure=type(failed).__name__)
            else:
                took_ms = int((time.perf_counter() - began) * 1000)
                tail = standing.version - version
                log.info(
                    "snapshot_used", ledger=ledger, version=version, after=tail, took_ms=took_ms
                )
                return standing
        return None

    def _found(self, ledger: str) -> list[Kept]:
        try:
            return list(self.shelf.kept(ledger))
        except Exception as failed:  # noqa: BLE001 (as above)
            log.warning("snapshots_not_read", ledger=ledger, failure=type(failed).__name__)
            return []

    def _begun_from(self, kept: Kept, ledger: str, seals: Seals) -> tuple[Standing, int]:
        cover = read_cover(kept.cover)
        if cover is None or cover.code != fingerprint():
            raise NotFitting("it is of other code")
        self._must_be_in_the_log(ledger, cover)
        seal = kept_seal(self._master, kept.cover, kept.key)
        seals.load()
        opened = Opened(seal, self.shelf.pieces(ledger, kept), kept.pieces)
        source = io.BufferedReader(opened, PIECE_BYTES)
        book = unpack(source, seals, kept.cover)
        if source.read(1):
            raise NotFitting("something follows the book")
        if book.rules != rules_known(cover.rules):
            raise NotFitting("it is of another version of the rules")
        _forget_with(book, seals)
        standing = Standing(seals)
        standing.take_up(book, cover.edge, cover.leaf)
        standing.catch_up(self._ledgers, ledger, self._ledgers.head(ledger))
        standing.freeze_without_keys()
        return standing, cover.version

    def _must_be_in_the_log(self, ledger: str, cover: Cover) -> None:
        """Refuse a cover that is not of a commit of this log. Raises `NotFitting`."""
        if cover.ledger != ledger:
            raise NotFitting("it is of another ledger")
        if cover.edge.size != cover.version:
            raise NotFitting("its tree is of another size")
        row = self._ledgers.commit_holding(ledger, cover.version)
        if row is None:
            raise NotFitting("the log does not reach so far")
        if (row.last_version, row.root) != (cover.version, cover.edge.root()):
            raise NotFitting("the log has another root there")
        if row.recorded_at != cover.recorded_at.astimezone(datetime.UTC):
            raise NotFitting("the log has another moment there")
        event = self._ledgers.read_one(ledger, cover.version)
        if event is None or event.leaf_hash != cover.leaf:
            raise NotFitting("the log has another event there")


def _forget_with(book: Book, seals: Seals) -> None:
    """Give up the keys of the erased, as a replay does. Raises `NotFitting`.

    A replay reads again what a key that came back opens, a snapshot from when it was gone does not.
    """
    for child in book.erased:
        seals.drop(child)
    if not book.frozen - book.erased <= set(seals.destroyed()):
        raise NotFitting("a key that was destroyed is there again")


def started(
    log: Log, ledger: str, seals: Seals | None = None, snapshots: Snapshots | None = None
) -> Standing:
    """Where a ledger stands: from a snapshot and what came after it, else from the whole log.

    Only a writer starts like this. Whoever checks a ledger replays its log, and trusts no snapshot.
    """
    keys = seals or Unsealed()
    begun = None if snapshots is None else snapshots.begun(ledger, keys)
    return begun or Standing.loaded(log, ledger, keys)
