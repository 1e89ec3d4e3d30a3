"""The books added up again: every line of the journal, each fund and month, each closing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from projections.bundle.checker.contents import Contents, cells_of
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event
from projections.bundle.checker.posting import Journal, Posting

DETAIL: Final = "tables/GL_Detail.csv"
DETAIL_COLUMNS: Final = (
    *("Journal_ID", "Journal_ID_Line_Number", "JE_Header_Description", "Source"),
    *("Business_Unit_Code", "Fiscal_Year", "Period", "Effective_Date", "Document_Date"),
    *("GL_Account_Number", "Amount", "Amount_Credit_Debit_Indicator", "Amount_Currency"),
    *("Amount_Minor", "Entered_By", "Entered_Date", "Entered_Time", "Segment01_Fund"),
    *("Segment02_Customer_Account_ID", "Segment03_Supplier_Account_ID", "Segment04_Child"),
)
SOURCE: Final = "outcomes-ledger"
ROWS_OF_FAULTS_MAX: Final = 20

Cells = list[str]
Heard = Callable[[Posting, str], None]


def decimal(minor: int) -> str:
    """An amount in decimal notation."""
    return f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}"


def table_rows(contents: Contents, file: str) -> Iterator[tuple[int, Cells]]:
    """The rows of a table with their lines; the first is the head."""
    for number, line in contents.lines(file):
        yield number, cells_of(file, number, line)


@dataclass
class Sums:
    """What is debited and credited."""

    debit: int = 0
    credit: int = 0

    def add(self, amount: int) -> None:
        """Add a line."""
        self.debit += max(amount, 0)
        self.credit -= min(amount, 0)


class Books:
    """Posts every event by rules of its own, and compares with what the tables say."""

    def __init__(
        self, contents: Contents, manifest: dict[str, Any], findings: Findings, heard: Heard
    ) -> None:
        """Begin before the first line of the journal; `heard` is told of each, with its reason."""
        self._heard = heard
        self._findings = findings
        self._currency = manifest["ledger"]["currency"]
        self._partly = manifest["parameters"]["contract"] is not None
        self._journal = Journal()
        self._rows = table_rows(contents, DETAIL)
        self._faults = 0
        self.by_month: dict[tuple[str, str, str, str], Sums] = {}
        self._by_day: dict[tuple[str, str, str], dict[str, int]] = {}
        self._funds: dict[tuple[str, str], Sums] = {}
        self._closings: dict[int, Event] = {}
        if next(self._rows, (0, []))[1] != list(DETAIL_COLUMNS):
            findings.fault(DETAIL, "it has other columns", line=1)

    def follow(self, event: Event, size_before: int, root_before: bytes) -> None:
        """Take the next event; the tree in front of it is what a closing must have stored."""
        for posting in self._journal.post(event):
            self._add_up(posting)
            self._heard(posting, event["type"])
            self._compare(posting, event)
        if event["type"] == "period.closed":
            said = event["data"]
            if (said["at_version"], said["root"]) != (size_before, root_before.hex()):
                what = "the closing stored another version or root than the log had"
                version = event["version"]
                self._findings.fault(EVENTS, what, line=version, version=version)
            self._check_closing(event)
            self._closings[event["version"]] = event
        elif event["type"] == "period.reopened":
            self._reopen(event)

    def _add_up(self, posting: Posting) -> None:
        """Add a line to its month and its day, by the account of a fund of a contract."""
        key = (posting.contract, posting.fund, posting.account)
        month = posting.posted_on[:7]
        self.by_month.setdefault((*key, month), Sums()).add(posting.amount)
        days = self._by_day.setdefault(key, {})
        days[posting.posted_on] = days.get(posting.posted_on, 0) + posting.amount

    def _compare(self, posting: Posting, event: Event) -> None:
        """Compare the next line of the table; what it says is added up as it stands there."""
        line, found = next(self._rows, (0, []))
        expected = self._cells(posting, event)
        if len(found) == len(expected):
            self._add_row(line, found)
        self._findings.count("lines of the journal")
        if found == expected:
            return
        what = "this line of the journal is missing"
        for column, again, stored in zip(DETAIL_COLUMNS, expected, found, strict=False):
            if again != stored:
                what = f"{column} is {stored}, the events say {again}"
                break
        self._say(what, line, posting.version)

    def _add_row(self, line: int, found: Cells) -> None:
        cells = dict(zip(DETAIL_COLUMNS, found, strict=True))
        fund, month = cells["Segment01_Fund"], cells["Effective_Date"][:7]
        try:
            self._funds.setdefault((fund, month), Sums()).add(int(cells["Amount_Minor"]))
        except ValueError:
            self._say("Amount_Minor is no number", line, 0)

    def _cells(self, posting: Posting, event: Event) -> Cells:
        """The row that belongs to a line of the journal."""
        posted, recorded = posting.posted_on, event["recorded_at"]
        side = "D" if posting.amount > 0 else "C"
        return [
            *(str(posting.version), str(posting.line), event["type"], SOURCE, posting.contract),
            *(posted[:4], posted[5:7], posted, posting.day, posting.account),
            *(decimal(posting.amount), side, self._currency, str(posting.amount)),
            *(event["actor"], recorded[:10], recorded[11:]),
            *(posting.fund, posting.funder, posting.partner, posting.child),
        ]

    def _say(self, what: str, line: int, version: int) -> None:
        """Report a fault of the table; after many, one wrong row says no more than the first."""
        self._faults += 1
        if self._faults <= ROWS_OF_FAULTS_MAX:
            self._findings.fault(DETAIL, what, line=line, version=version)

    def _reopen(self, event: Event) -> None:
        said = event["data"]
        span = (said.get("contract"), said["from"], said["to"])
        for version, closing in list(self._closings.items()):
            told = closing["data"]
            if (told.get("contract"), told["from"], told["to"]) == span:
                self._check_closing(closing)
                del self._closings[version]

    def _check_closing(self, event: Event) -> None:
        """Take a closing's trial balance again: by account and fund, up to its last day."""
        said = event["data"]
        contract = said.get("contract")
        if self._partly and contract is None:
            self._findings.could_not("closings of the whole ledger, in a bundle of one contract")
            return
        sums: dict[tuple[str, str], int] = {}
        for (within, fund, account), days in self._by_day.items():
            if contract in (None, within):
                upto = sum(amount for day, amount in days.items() if day <= said["to"])
                sums[account, fund] = sums.get((account, fund), 0) + upto
        again = [[*key, amount] for key, amount in sorted(sums.items()) if amount]
        told = [
            [row["account"], row["fund"], row["balance_minor"]] for row in said["trial_balance"]
        ]
        self._findings.count("trial balances of closings")
        if again != told:
            version = event["version"]
            what = "the trial balance of the closing is not what was posted until its last day"
            self._findings.fault(EVENTS, what, line=version, version=version)

    def finish(self) -> None:
        """No line is left over; every fund balances in every month, in the table as it stands."""
        for line, _ in self._rows:
            self._say("no event posts this line", line, 0)
        for event in self._closings.values():
            self._check_closing(event)
        again: dict[tuple[str, str], Sums] = {}
        for (_, fund, _, month), sums in self.by_month.items():
            both = again.setdefault((fund, month), Sums())
            both.debit += sums.debit
            both.credit += sums.credit
        for key in sorted(again.keys() | self._funds.keys()):
            found, due = self._funds.get(key, Sums()), again.get(key, Sums())
            self._findings.count("months of funds added up")
            if found != due or due.debit != due.credit:
                fund, month = key
                what = f"fund {fund}, {month}: debits {decimal(found.debit)} and credits"
                what += f" {decimal(found.credit)}; by the events {decimal(due.debit)}"
                what += f" and {decimal(due.credit)}"
                self._findings.fault(DETAIL, what)


def compare_table(
    contents: Contents,
    file: str,
    columns: Sequence[str],
    expected: Sequence[Cells],
    findings: Findings,
) -> None:
    """Compare a whole small table with the rows that the events give."""
    rows = [*table_rows(contents, file)]
    if not rows or rows[0][1] != list(columns):
        findings.fault(file, "it has other columns", line=1)
        return
    found = [cells for _, cells in rows[1:]]
    findings.count("rows of tables", len(found))
    if any(len(cells) != len(columns) for cells in found):
        findings.fault(file, "a row has more or fewer cells than columns")
    faults = 0
    for place in range(max(len(found), len(expected))):
        stored = found[place] if place < len(found) else None
        again = expected[place] if place < len(expected) else None
        if stored != again and faults < ROWS_OF_FAULTS_MAX:
            faults += 1
            findings.fault(file, f"{stored} stands there, the events say {again}", line=place + 2)
