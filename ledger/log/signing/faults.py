"""What stops a log from being signed."""

from ledger.log.refusals import Unavailable


class SigningKeyMissing(Unavailable):
    """No key was given to sign the log with, or not one that it is signed with."""

    code = "signing_key_missing"


class SigningKeyUnreadable(Unavailable):
    """What was given as a signing key is not 32 bytes in base64."""

    code = "signing_key_unreadable"


class SigningKeyRetired(Unavailable):
    """The key that was given to sign with was given up before."""

    code = "signing_key_retired"


class LogRewritten(Unavailable):
    """The log does not begin with what was signed of it before; it is not signed again."""

    code = "log_rewritten"
