"""What goes wrong with keys: each stops the answer, and none ever becomes a wrong score."""

from typing import ClassVar

from ledger.log.refusals import LogUnavailable, Unavailable


class KeyStoreUnavailable(LogUnavailable):
    """The store of children's keys cannot be reached."""

    code = "key_store_unavailable"


class MasterKeyMissing(Unavailable):
    """Children's keys are wrapped under a master key that was not given."""

    code = "master_key_missing"


class MasterKeyUnreadable(Unavailable):
    """What was given as a master key is not 32 bytes in base64."""

    code = "master_key_unreadable"


class ChildKeyMissing(Unavailable):
    """The ledger holds sealed values of a child whose key is neither kept nor destroyed."""

    code = "child_key_missing"


class ChildKeyDamaged(Unavailable):
    """A child's key cannot be unwrapped: it was altered, or is another child's."""

    code = "child_key_damaged"


class SealBroken(Unavailable):
    """A sealed value cannot be opened: it was altered, or is of another child, version or field."""

    code = "seal_broken"


class KeysRestored(Unavailable):
    """Keys of erased children are there again: a backup of the keys was restored."""

    code = "keys_restored"


class IdentityErased(Exception):
    """The child's identity was erased; none is taken any more."""

    code: ClassVar[str] = "identity_erased"


class KeyTaken(Exception):
    """Another process has made a key for the same child. Nothing is stored."""
