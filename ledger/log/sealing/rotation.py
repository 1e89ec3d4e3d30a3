"""Rotation: every child's key wrapped under a new master key, while services go on.

The new key stands first in the file and wraps from then on; the old one stays until nothing is
wrapped under it. A rotation that was broken off goes on where it was. Once the old key is destroyed
older backups of the keys open nothing any more.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ledger.log.sealing.cipher import new_key
from ledger.log.sealing.master import KeyFile, MasterKeys, keys_in, make_key_file
from ledger.log.sealing.store import KeyStore, context_of

KEYS_PER_ROUND: Final = 500
Told = Callable[[int], object]


def rewrap(store: KeyStore, master: MasterKeys, told: Told = lambda _: None) -> int:
    """Wrap everything under the current master key; says how many keys that were.

    Raises `MasterKeyMissing` and `ChildKeyDamaged`.
    """
    number = 0
    current = master.current()
    while rows := store.not_under(current, KEYS_PER_ROUND):
        for place, kept in rows:
            key = master.unwrap(kept, context_of(place))
            number += store.replace(place, kept, master.wrap(key, context_of(place)))
        told(number)
    return number


def rotate(store: KeyStore, path: Path, told: Told = lambda _: None) -> tuple[int, str]:
    """Rotate the master key in a file; the number of keys wrapped anew, and the new one's name.

    Raises `RotationRunning`.
    """
    with store.alone():
        held = list(keys_in(path.read_text("ascii")).values())
        if len(held) == 1:
            held = [new_key(), *held]
            make_key_file(path, held)
        master = KeyFile(path)
        number = retire_others(store, master, told)
        make_key_file(path, held[:1])
    return number, master.current()


def retire_others(store: KeyStore, master: MasterKeys, told: Told = lambda _: None) -> int:
    """Wrap everything under the current master key, and let nothing come under another one.

    What a writer kept while the first pass went on is wrapped anew by the second; what it keeps
    later is refused, and it wraps it under the current one itself.
    """
    number = rewrap(store, master, told)
    for name in sorted(master.names() - {master.current()}):
        store.retire(name)
    return number + rewrap(store, master, told)
