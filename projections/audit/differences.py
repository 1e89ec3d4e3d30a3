"""Where stored decisions and those of the rules differ: missing, extra, amount, date, split, cause.

The decisions behind one fact are paired by what they are about; whatever has no pair is missing or
extra, and a pair may differ in several ways at once.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple

from msgspec.structs import fields

from ledger.creditor_reference import creditor_reference
from ledger.events.codec import AnyEvent

Kind = Literal["missing", "extra", "amount", "date", "split", "cause", "refused"]
KINDS: Final[tuple[Kind, ...]] = (
    "missing", "extra", "amount", "date", "split", "cause", "refused",
)  # fmt: skip
ABOUT: Final = (
    "contract", "child", "reference", "trigger", "partner", "order", "session", "claim", "sample",
    "settlement", "write_off", "funder",
)  # fmt: skip
SPLITS: Final = frozenset({"split", "carries", "share_set", "funders", "funds", "partners"})
OF_THE_EVENT: Final = ("effective_on", "causes", "received_on", "actor", "recorded_at", "id")
NAMED_BY_VERSION: Final = frozenset({"payment", "invoice", "credit_note", "reference"})
About = tuple[tuple[str, Any], ...]


class Field(NamedTuple):
    """One field of a decision: what the rules give, and what is stored."""

    name: str
    again: Any
    stored: Any


class Difference(NamedTuple):
    """One way in which a stored decision is not what the rules decide.

    `version` is that of the stored decision, or of its fact where none is stored.
    """

    kind: Kind
    version: int
    fact: int
    type: str
    about: About
    fields: tuple[Field, ...] = ()

    @property
    def detail(self) -> str:
        """The difference in words."""
        if self.kind == "missing":
            return f"the rules decide {self.type} as well"
        if self.kind == "extra":
            return f"the rules do not decide {self.type}"
        if self.kind == "refused":
            return f"the rules refuse it: {self.fields[0].again}"
        told = (
            f"{x.name}: the rules give {x.again!r}, stored is {x.stored!r}" for x in self.fields
        )
        return f"{self.type} {', '.join(told)}"


def about(event: AnyEvent) -> About:
    """What a decision is about: a trigger of a child, a session of an order, a claim's funder."""
    content = event.data
    return tuple(
        (name, value)
        for name in ABOUT
        if (value := getattr(content, name, None)) is not None
        and not _says_its_version(name, value, event)
    )


def differences(
    fact: AnyEvent,
    again: Sequence[AnyEvent],
    stored: Sequence[AnyEvent],
    passed_over: frozenset[str] = frozenset(),
) -> Iterator[Difference]:
    """Compare the decisions behind one fact; fields of the content may be passed over by name."""
    waiting: defaultdict[tuple[str, About], list[AnyEvent]] = defaultdict(list)
    for event in again:
        waiting[event.type, _key(event)].append(event)
    paired: list[tuple[AnyEvent, AnyEvent]] = []
    unpaired = []
    for event in stored:
        due = waiting[event.type, _key(event)]
        if due:
            paired.append((due.pop(0), event))
        else:
            unpaired.append(_alone("extra", event.version, fact, event))
    for left in waiting.values():
        unpaired += [_alone("missing", fact.version, fact, event) for event in left]
    for due_event, event in paired:
        yield from _between(fact, due_event, event, passed_over)
        if not unpaired and due_event.version != event.version:
            order = (Field("version", due_event.version, event.version),)
            yield Difference("cause", event.version, fact.version, event.type, about(event), order)
    yield from unpaired


def _alone(kind: Kind, version: int, fact: AnyEvent, event: AnyEvent) -> Difference:
    return Difference(kind, version, fact.version, event.type, about(event))


def _key(event: AnyEvent) -> About:
    """What a decision is about, and the line of a claim that comes off it."""
    line = event.data.payment if event.type == "claim.reduced" else None
    return (*about(event), ("line", line))


def _between(
    fact: AnyEvent, again: AnyEvent, stored: AnyEvent, passed_over: frozenset[str]
) -> Iterator[Difference]:
    found: defaultdict[Kind, list[Field]] = defaultdict(list)
    for name in OF_THE_EVENT:
        due, kept = getattr(again, name), getattr(stored, name)
        if due != kept:
            found[_kind(name)].append(Field(name, due, kept))
    for each in fields(again.data):
        due, kept = getattr(again.data, each.name), getattr(stored.data, each.name)
        if due == kept or each.name in passed_over:
            continue
        if _says_its_version(each.name, due, again) and _says_its_version(each.name, kept, stored):
            continue
        found[_kind(each.name)].append(Field(each.name, due, kept))
    for kind in KINDS:
        if kind in found:
            yield Difference(
                kind, stored.version, fact.version, stored.type, about(stored), tuple(found[kind])
            )


def _kind(name: str) -> Kind:
    if name.endswith("_minor"):
        return "amount"
    if name.endswith("_on"):
        return "date" if name != "received_on" else "cause"
    return "split" if name in SPLITS else "cause"


def _says_its_version(name: str, value: object, event: AnyEvent) -> bool:
    """Whether it is a name that is made of the version of the decision itself."""
    if name not in NAMED_BY_VERSION:
        return False
    names = [f"{letter}{event.version}" for letter in "PWIN"]
    return value in {*names, *(creditor_reference(each) for each in names[2:])}
