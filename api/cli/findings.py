"""What an audit found, in words: for `verify` and `audit check`."""

from typing import Final

from api.cli.saying import console, table
from projections.audit.findings import Report

SOUND: Final = (
    "Nothing wrong was found in `{ledger}` up to version {version:,}, but not everything could be "
    "checked; root {root}"
)


def tell_checked(found: Report) -> None:
    """What was checked, what was not (which exit code 3 is for), and what no audit can tell."""
    out = console()
    out.print(table("Checked", ("", "number"), found.checked.items()))
    for unchecked in found.unchecked:
        out.print(f"Not checked: {unchecked}")
    for never in found.beyond:
        out.print(f"Beyond any audit: {never}")


def tell_findings(found: Report) -> None:
    """The findings as a table; remarks are what the ledger lets through."""
    if not found.findings:
        return
    rows = [
        (finding.code, finding.version, "remark" if finding.is_remark else "", finding.detail)
        for finding in found.findings
    ]
    console().print(table("Findings", ("code", "version", "", "what"), rows, texts=4))


def tell_whole(found: Report, *, clean: bool) -> None:
    """The last line, where no fault was found."""
    said = "`{ledger}` is whole up to version {version:,}; root {root}" if clean else SOUND
    console().print(
        said.format(ledger=found.ledger, version=found.version, root=found.root), soft_wrap=True
    )
