"""What an event about a child says, in a sentence for the person whom it is about."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from projections.exports.amounts import grouped

POINTS: Final = {
    "baseline": "at the beginning",
    "end_point": "at the end",
    "follow_up": "some time after the end",
}
STATUSES: Final = {
    "delivered": "it took place",
    "cancelled_by_partner": "the partner cancelled it",
    "cancelled_by_school": "the school cancelled it",
}
LISTS: Final = (
    ("expected", "was expected", "was not expected"),
    ("attended", "attended", "did not attend"),
    ("engaged", "took an active part", "took no active part"),
)
RULINGS: Final = {"release": "is to be released", "refuse": "is to be refused"}
COUNTED_FROM: Final = {
    "left_programme": "the day the child left the programme",
    "contract_ended": "the end of the contract",
    "last_payment": "the last payment",
}
KINDS: Final = {
    "scores": "Scores and what else is sealed",
    "identity": "The identity in the vault",
    "financial_records": "Financial records",
}
SCOPES: Final = {"all": "the child's scores and identity", "identity": "the child's identity"}


@dataclass(frozen=True, slots=True)
class Told:
    """The content of an event, told about one child, with amounts in one currency."""

    content: Mapping[str, Any]
    child: str
    currency: str

    def __getitem__(self, field: str) -> Any:  # noqa: ANN401 (any JSON)
        """A field that is always there."""
        return self.content[field]

    def words(self, field: str) -> str:
        """A code as words."""
        return plain(self.content[field])

    def where(self, field: str, words: str) -> str:
        """Words about an optional field, where `{}` stands for it; nothing without it."""
        value = self.content.get(field)
        return "" if value is None else words.format(value)

    def money(self, minor: int) -> str:
        """An amount in the ledger's currency."""
        return money(minor, self.currency)

    @property
    def amount(self) -> str:
        """What the event is about, in money."""
        return self.money(self.content["amount_minor"])


Sentence = Callable[[Told], str]


def described(event: Mapping[str, Any], child: str, currency: str) -> str:
    """The sentence of an event about a child; amounts are in the ledger's currency."""
    return SENTENCES[event["type"]](Told(event["data"], child, currency))


def rule_described(rule: Mapping[str, Any]) -> str:
    """The sentence of a retention rule."""
    months = rule["months"]
    return (
        f"{KINDS[rule['kind']]} of the contract {rule['contract']}: kept for {months} "
        f"month{'' if months == 1 else 's'}, counted from {COUNTED_FROM[rule['after']]}."
    )


def money(minor: int, currency: str) -> str:
    """An amount, exact: GBP 1,680.00."""
    return f"{currency} {grouped(minor)}"


def day(written: str) -> str:
    """A day as people say it: 9 March 2011."""
    found = datetime.date.fromisoformat(written)
    return f"{found.day} {found:%B %Y}"


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")


def _funders(told: Told) -> str:
    funders = told.content.get("funders") or {}
    named = ", ".join(f"{plain(role)} {funder}" for role, funder in sorted(funders.items()))
    return f"; it is funded by {named}" if named else ""


def _enrolled(told: Told) -> str:
    return (
        f"The child joined the programme of the contract {told['contract']}, in the cohort "
        f"{told['cohort']}, at the school {told['school']}"
        f"{told.where('borough', ', in the borough {}')}; consent was given on "
        f"{day(told['consent_given_on'])}{_funders(told)}."
    )


def _transferred(told: Told) -> str:
    borough = told.where("borough", ", in the borough {}")
    return f"The child moved to the school {told['school']}{borough}{_funders(told)}."


def _withdrawn(told: Told) -> str:
    return f"The child left the programme; reason: {told.words('reason')}."


def _completed(_told: Told) -> str:
    return "The child reached the end of the programme."


def _planned(told: Told) -> str:
    areas = ", ".join(told["areas"]) or "no area"
    return f"A support plan was agreed, about: {areas}{told.where('link_worker', '; by {}')}."


def _met(told: Told) -> str:
    how = "a formal" if told["formal"] else "an informal"
    length = told.where("minutes", " of {} minutes")
    return f"The child had {how} meeting with a link worker{length}."


def _registered(told: Told) -> str:
    listed = [
        yes if told.child in told[name] else no
        for name, yes, no in LISTS
        if told.content.get(name) is not None
    ]
    return (
        f"A register of the session {told['session']} of the order {told['order']} was handed in"
        f"{told.where('minutes', ' ({} minutes)')}: {STATUSES[told['status']]}; the child "
        f"{', '.join(listed)}."
    )


def _score(told: Told) -> str:
    informant = told.where("informant", " (told by {})")
    return f"in the area {told['area']} {POINTS[told['point']]}{informant}"


def _measured(told: Told) -> str:
    instrument = told.where("instrument", " with the instrument {}")
    return f"A score was recorded {_score(told)}{instrument}: {_value(told['value'])}."


def _corrected(told: Told) -> str:
    value = _value(told["value"])
    return f"A score {_score(told)} was corrected to: {value}; reason: {told.words('reason')}."


def _value(value: Any) -> str:  # noqa: ANN401 (a number, a decimal, a boolean, or `erased`)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _document(told: Told) -> str:
    label = told.where("label", ", labelled {}")
    return (
        f"A document about event {told['about']} was noted: {told['media_type']}, "
        f"{told['bytes']} bytes{label}; only its digest is held."
    )


def _verified(told: Told) -> str:
    about = told.where("trigger", "{}") + told.where("area", "the area {}")
    reason = told.where("reason_code", "; reason: {}")
    return f"A verifier looked at the evidence for {about}: {told['verdict']}{reason}."


def _ruled(told: Told) -> str:
    ruling = RULINGS[told["verdict"]]
    reason = told.words("reason_code")
    return f"A person decided that the payment for {told['trigger']} {ruling}; reason: {reason}."


def _voided(told: Told) -> str:
    reason = told.words("reason_code")
    return f"Event {told['version']} was declared void; it stays in the log. Reason: {reason}."


def _released(told: Told) -> str:
    parts = [f"{line['funder']} {told.money(line['amount_minor'])}" for line in told["split"]]
    if told["unfunded_minor"]:
        parts.append(f"nobody {told.money(told['unfunded_minor'])}")
    return (
        f"The payment {told['payment']} for {told['trigger']} was released: {told.amount}, "
        f"paid by {', '.join(parts)}."
    )


def _reversed(told: Told) -> str:
    return f"The payment {told['payment']} for {told['trigger']} was reversed: {told.amount}."


def _withheld(told: Told) -> str:
    reason = told.words("reason")
    return f"A payment for {told['trigger']} of {told.amount} was earned, and withheld: {reason}."


def _lapsed(told: Told) -> str:
    return f"The withheld payment for {told['trigger']} of {told.amount} is no longer earned."


def _evidence_changed(told: Told) -> str:
    events = ", ".join(map(str, told["evidence"]))
    return f"The payment {told['payment']} for {told['trigger']} now rests on events {events}."


def _erasure_requested(told: Told) -> str:
    scope = SCOPES[told["scope"]]
    return f"Somebody asked for {scope} to be erased; ground: {told.words('basis')}."


def _erasure_declined(told: Told) -> str:
    return f"A request for erasure was declined; reason: {told.words('reason_code')}."


def _erased(told: Told) -> str:
    scope = SCOPES[told["scope"]]
    return f"The keys of {scope} were destroyed for ever; ground: {told.words('basis')}."


SENTENCES: Final[Mapping[str, Sentence]] = {
    "child.enrolled": _enrolled,
    "child.transferred": _transferred,
    "child.withdrawn": _withdrawn,
    "child.completed": _completed,
    "plan.agreed": _planned,
    "interaction.recorded": _met,
    "register.submitted": _registered,
    "measurement.recorded": _measured,
    "measurement.corrected": _corrected,
    "evidence.attached": _document,
    "verification.recorded": _verified,
    "payment.decided": _ruled,
    "fact.voided": _voided,
    "payment.released": _released,
    "payment.reversed": _reversed,
    "payment.withheld": _withheld,
    "payment.lapsed": _lapsed,
    "payment.evidence_changed": _evidence_changed,
    "erasure.requested": _erasure_requested,
    "erasure.declined": _erasure_declined,
    "child.erased": _erased,
}
"""Every type of event that can be about a child."""
