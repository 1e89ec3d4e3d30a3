"""Snapshots of a ledger with marked values, looked through with the master key in hand."""

from api.service import Service
from ledger.log.sealing.master import MasterKeys
from ledger.log.snapshots.cover import Opened, kept_seal
from ledger.log.snapshots.shelf import Shelf
from ledger.log.standing import Standing
from tests.privacy.marks import marks_in
from tests.properties.dump import dump


def plain_snapshots(shelf: Shelf, master: MasterKeys, ledger: str) -> bytes:
    """Every byte of every snapshot of a ledger, but for what children's own keys seal."""
    content = b""
    for kept in shelf.kept(ledger):
        seal = kept_seal(master, kept.cover, kept.key)
        content += Opened(seal, shelf.pieces(ledger, kept), kept.pieces).readall()
    return content


def must_be_kept_without_marks(service: Service, ledger: str) -> None:
    """A start from the last snapshot is one from the log; and the next one holds no mark either."""
    from_the_log = Standing.loaded(service.log, ledger, service.sealing.ring(ledger))
    book = dump(from_the_log.book)
    assert marks_in(book), "scores that are not erased are in memory"
    if service.snapshots.shelf.kept(ledger):
        begun = service.snapshots.begun(ledger, service.sealing.ring(ledger))
        assert begun is not None
        assert dump(begun.book) == book
    assert service.snapshots.take(ledger, from_the_log).bytes
    plain = plain_snapshots(service.snapshots.shelf, service.sealing.master, ledger)
    assert len(plain) > len(book) // 100
    assert marks_in(plain) == []
