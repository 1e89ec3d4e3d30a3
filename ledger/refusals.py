"""The first kind of no: a fact is refused with a stable code and changes nothing.

One class a code; the docstring is what the reader of a problem document sees. When several apply,
the order is: shape, existence, state, dates, amounts. The status of each code is set in `api/`.
"""

from typing import ClassVar, Final


class Refusal(Exception):
    """The ledger does not take this fact."""

    code: ClassVar[str] = ""

    def __init__(self, detail: str = "", *, pointer: str = "") -> None:
        """Add what is particular to this case, and the JSON pointer of the field at fault."""
        self.detail = detail or (self.__doc__ or "")
        self.pointer = pointer
        super().__init__(f"{self.code}: {self.detail}")


class UnknownContract(Refusal):
    """No contract of this reference has been signed."""

    code = "unknown_contract"


class UnknownFunder(Refusal):
    """No funder of this reference has joined the contract."""

    code = "unknown_funder"


class UnknownCohort(Refusal):
    """No cohort of this reference has been opened."""

    code = "unknown_cohort"


class UnknownChild(Refusal):
    """No child of this reference is enrolled in the contract."""

    code = "unknown_child"


class UnknownOrder(Refusal):
    """No order of this reference has been placed with the partner."""

    code = "unknown_order"


class UnknownPartner(Refusal):
    """No order has been placed with this partner."""

    code = "unknown_partner"


class UnknownArea(Refusal):
    """The outcome area is not known here."""

    code = "unknown_area"


class UnknownTrigger(Refusal):
    """No rate card that applies here has this trigger."""

    code = "unknown_trigger"


class UnknownReceipt(Refusal):
    """No receipt of this reference has been recorded."""

    code = "unknown_receipt"


class UnknownInvoice(Refusal):
    """No invoice of this reference has been recorded."""

    code = "unknown_invoice"


class UnknownFact(Refusal):
    """The ledger has no fact of this version in this contract."""

    code = "unknown_fact"


class AlreadyExists(Refusal):
    """The reference is taken: it names something recorded before."""

    code = "already_exists"


class AlreadyEnrolled(Refusal):
    """The child is enrolled; a child enrols once per contract."""

    code = "already_enrolled"


class AlreadyWithdrawn(Refusal):
    """The child has withdrawn."""

    code = "already_withdrawn"


class AlreadyCompleted(Refusal):
    """The child has completed the programme."""

    code = "already_completed"


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


class InformantNeeded(Refusal):
    """Several informants measured this; name the one to correct."""

    code = "informant_needed"


class MinutesNeeded(Refusal):
    """The order is paid by the hour; the register needs its minutes."""

    code = "minutes_needed"


class NoRateCard(Refusal):
    """No rate card is in force on this date."""

    code = "no_rate_card"


class NoShares(Refusal):
    """No share set says who pays this on this date."""

    code = "no_shares"


class SharesDoNotSum(Refusal):
    """The fixed shares of a trigger do not add up to its price."""

    code = "shares_do_not_sum"


class SharesTooFine(Refusal):
    """The share sets of a `cumulative` contract have too many different totals to be exact."""

    code = "shares_too_fine"


class EngagedNotAttended(Refusal):
    """A child engaged in a session that it did not attend."""

    code = "engaged_not_attended"


class AttendedNotExpected(Refusal):
    """A child attended a session where it was not expected."""

    code = "attended_not_expected"


class NoConsent(Refusal):
    """Consent was given after the sign-up."""

    code = "no_consent"


class OutsideContract(Refusal):
    """The date is outside the contract's first and last day."""

    code = "outside_contract"


class BeforeEnrolment(Refusal):
    """The date is before the child's sign-up."""

    code = "before_enrolment"


class YearNotOver(Refusal):
    """The programme year was not over on the day of the verification."""

    code = "year_not_over"


class FutureDate(Refusal):
    """The date is in the future."""

    code = "future_date"


class ExceedsInvoice(Refusal):
    """The amount is above what is left of the invoice."""

    code = "exceeds_invoice"


class ExceedsReceipt(Refusal):
    """The amount is above what is left of the receipt."""

    code = "exceeds_receipt"


class ExceedsUnallocated(Refusal):
    """The amount is above the funder's unallocated credit."""

    code = "exceeds_unallocated"


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


class TooManyDecisions(Refusal):
    """More than 20,000 decisions would follow from this one fact."""

    code = "too_many_decisions"


ALL_REFUSALS: Final[tuple[type[Refusal], ...]] = tuple(Refusal.__subclasses__())
