"""Whether sealed values open where they stand, and only where nobody was erased."""

from dataclasses import dataclass, field

from ledger.events.catalogue import SCHEMA
from ledger.events.codec import AnyEvent
from ledger.events.privacy import ChildErased
from ledger.events.sealed import ERASED, LOCKED, SEALED_FIELDS, Opens, opened
from ledger.log.refusals import Unavailable
from projections.audit.findings import Report


@dataclass(slots=True)
class SealsCheck:
    """Opens each event, and says which children cannot be read."""

    report: Report
    keys: Opens
    read: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    sealed: set[str] = field(default_factory=set)
    gone: dict[str, int] = field(default_factory=dict)

    def follow(self, event: AnyEvent) -> AnyEvent:
        """The event with its values, as far as there are keys; a broken seal is a finding."""
        if isinstance(event.data, ChildErased) and event.data.scope == "all":
            self.gone[event.data.child] = event.version
        if event.schema == SCHEMA:
            return event
        child = event.data.child
        try:
            plain = opened(event, self.keys)
        except Unavailable as fault:
            self.report.find(fault.code, event.version, fault.__doc__ or "")
            self.sealed.add(child)
            return event
        values = [getattr(plain.data, name) for name in SEALED_FIELDS[type(plain.data)]]
        seen = self.erased if ERASED in values else self.sealed if LOCKED in values else self.read
        seen.add(child)
        self.report.count("seals")
        return plain

    def finish(self, *, whole: bool = True) -> None:
        """Count who cannot be read, and hold that nobody can read who was erased.

        Where the log was not read to its end (`whole`), an erasure may be recorded behind.
        """
        self.report.erased = len(self.erased | self.gone.keys())
        self.report.sealed = len(self.sealed)
        if self.sealed and (self.read or self.erased):
            detail = f"{len(self.sealed)} children have sealed values and neither key nor tombstone"
            self.report.find("child_key_missing", 0, detail)
        for child in sorted(self.read & self.gone.keys()):
            version = self.gone[child]
            self.report.find("erased_yet_readable", version, "the key of this child still opens")
        unsaid = self.erased - self.gone.keys()
        if unsaid and whole:
            number = len(unsaid)
            detail = f"{number} children have a destroyed key, and no erasure is recorded"
            self.report.find("erasure_missing", 0, detail)
