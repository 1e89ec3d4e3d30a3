"""An identity: who a child is, and how to reach those who care for it. Nothing else is kept of it.

It is the only free text about a child in the product, so its limits are narrow, and no object of it
shows its content by itself.
"""

import datetime
from typing import Annotated, Final

import msgspec

from ledger.events.words import FIRST_DAY, LAST_DAY
from ledger.log.sealing.cipher import decrypt, encrypt

TEXT_MAX: Final = 200
NUMBER_MAX: Final = 40
CONTACTS_MAX: Final = 10
WIDTH: Final = 4096
LINE: Final = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$(?!\n)"
KIND: Final = r"^[a-z0-9_]{1,40}$(?!\n)"

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX, pattern=LINE)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=NUMBER_MAX, pattern=LINE)]
ContactKind = Annotated[str, msgspec.Meta(pattern=KIND)]


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way to reach somebody: its kind, such as `mother_phone`, and the number or address."""

    kind: ContactKind
    value: Text

    def __repr__(self) -> str:
        """Say no content: a representation may end in a log."""
        return "<a contact>"


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a child is."""

    name: Text
    date_of_birth: datetime.date | None = None
    school_number: Number | None = None
    contacts: Annotated[tuple[Contact, ...], msgspec.Meta(max_length=CONTACTS_MAX)] = ()

    def __post_init__(self) -> None:
        """Refuse a day outside the calendar."""
        born = self.date_of_birth
        if born is not None and not FIRST_DAY <= born <= LAST_DAY:
            raise ValueError("a date from 1900 to 2199 is expected")

    def __repr__(self) -> str:
        """Say no content: a representation may end in a log."""
        return "<an identity>"


_decode: Final = msgspec.json.Decoder(Identity).decode


def _place_of(ledger: str, child: str) -> bytes:
    """The place of an identity: no reference can hold the byte between the parts."""
    return b"\0".join((b"identity", ledger.encode(), child.encode()))


def seal_identity(key: bytes, identity: Identity, *, ledger: str, child: str) -> bytes:
    """Seal an identity for its child. All but the longest are equally long afterwards."""
    plain = msgspec.json.encode(identity)
    padded = plain.ljust(-(-len(plain) // WIDTH) * WIDTH)
    return encrypt(key, padded, _place_of(ledger, child))


def open_identity(key: bytes, sealed: bytes, *, ledger: str, child: str) -> Identity:
    """Open the identity of a child. Raises `SealBroken`."""
    return _decode(decrypt(key, sealed, _place_of(ledger, child)))
