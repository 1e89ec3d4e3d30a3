"""Refused for the sake of a child: its path, its consent, its erasure."""

from ledger.refusals.refusal import Refusal


class AlreadyEnrolled(Refusal):
    """The child is enrolled; a child enrols once per contract."""

    code = "already_enrolled"


class AlreadyWithdrawn(Refusal):
    """The child has withdrawn."""

    code = "already_withdrawn"


class AlreadyCompleted(Refusal):
    """The child has completed the programme."""

    code = "already_completed"


class NoConsent(Refusal):
    """Consent was given after the sign-up."""

    code = "no_consent"


class BeforeEnrolment(Refusal):
    """The date is before the child's sign-up."""

    code = "before_enrolment"


class InformantNeeded(Refusal):
    """Several informants measured this; name the one to correct."""

    code = "informant_needed"


class ChildIsErased(Refusal):
    """The child was erased; nothing new is recorded about it."""

    code = "child_erased"


class AlreadyErased(Refusal):
    """The child was erased before."""

    code = "already_erased"


class AlreadyRequested(Refusal):
    """You have asked for this erasure; a second person confirms it."""

    code = "already_requested"


class RequestDiffers(Refusal):
    """An open request for this child's erasure names another ground or scope."""

    code = "request_differs"


class NothingToDecline(Refusal):
    """No request for this child's erasure is open."""

    code = "nothing_to_decline"


class ChildNeeded(Refusal):
    """A label about a child's fact names the child, so that it can be erased with it."""

    code = "child_needed"
