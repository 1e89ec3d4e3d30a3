"""A book that is packed and unpacked, as a snapshot does it."""

import io
from typing import Final

from ledger.book import Book
from ledger.evolving.privacy import freeze
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import MemoryKeyStore
from ledger.log.snapshots.packing import pack
from ledger.log.snapshots.unpacking import unpack
from tests.properties.erasures import LEDGER, MASTER
from tests.properties.facts import CHILDREN

PLACE: Final = b"a snapshot"


def keys_of_all() -> MemoryKeyStore:
    """A store with a key of every child."""
    store = MemoryKeyStore()
    ring = Ring(store, MASTER, LEDGER)
    for child in CHILDREN:
        ring.content_key(child, make=True)
    ring.keep({child: kept for child in CHILDREN if (kept := ring.fresh(child))})
    return store


def loaded_ring(store: MemoryKeyStore) -> Ring:
    """The keys of a store as a writer that starts has them."""
    ring = Ring(store, MASTER, LEDGER)
    ring.load()
    return ring


def packed(book: Book, store: MemoryKeyStore) -> bytes:
    """The bytes of a book."""
    into = io.BytesIO()
    pack(book, into, loaded_ring(store), PLACE)
    return into.getvalue()


def unpacked(content: bytes, store: MemoryKeyStore) -> Book:
    """The book of some bytes, frozen where keys are gone."""
    ring = loaded_ring(store)
    book = unpack(io.BytesIO(content), ring, PLACE)
    return frozen(book, ring)


def frozen(book: Book, ring: Ring) -> Book:
    """The book as a writer has it after a start."""
    for child in ring.destroyed():
        freeze(book, child)
    book.changes.forget(book.changes.mark())
    return book


def kept(book: Book) -> Book:
    """The book, packed and unpacked while every key is there."""
    store = keys_of_all()
    return unpacked(packed(book, store), store)
