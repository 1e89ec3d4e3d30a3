"""Refused because of who says so, or what people have said before."""

from ledger.refusals.refusal import Refusal


class AlreadyVoided(Refusal):
    """The fact has been voided."""

    code = "already_voided"


class NotVoidable(Refusal):
    """Facts of this type are superseded by new ones, never voided."""

    code = "not_voidable"


class VoiderIsRecorder(Refusal):
    """Whoever recorded a fact cannot void it."""

    code = "voider_is_recorder"


class StillReliedOn(Refusal):
    """Money that was paid on rests on this fact."""

    code = "still_relied_on"


class NothingToVerify(Refusal):
    """No rate card of the child's cohort has a line that this verification could open."""

    code = "nothing_to_verify"


class VerifierIsRecorder(Refusal):
    """Whoever recorded the evidence cannot verify it."""

    code = "verifier_is_recorder"


class NothingToDecide(Refusal):
    """No payment of this child and trigger is withheld."""

    code = "nothing_to_decide"


class CapStillReached(Refusal):
    """The caps leave no room for this payment."""

    code = "cap_reached"


class YearNotOver(Refusal):
    """The programme year was not over on the day of the verification."""

    code = "year_not_over"
