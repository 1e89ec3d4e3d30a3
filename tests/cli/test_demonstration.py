"""The demonstration: its figures, and that running it twice appends nothing."""

import json
import re
import shutil
import socket
from collections import Counter

PUBLISHED = (
    ("2019-09 to 2020-03", "739,200.00", "0.00"),
    ("2020-07 to 2020-09", "600,225.00", "0.00"),
    ("2020-10 to 2020-12", "440,160.00", "0.00"),
    ("2021-07 to 2021-09", "1,144,025.00", "0.00"),
    ("2021-10 to 2021-12", "1,421,238.00", "-0.50"),
    ("2022-01 to 2022-03", "1,458,240.00", "0.00"),
    ("2022-07 to 2022-09", "1,780,525.00", "0.00"),
    ("2022-10 to 2022-12", "985,370.00", "0.00"),
    ("2023-01 to 2023-03", "1,152,059.00", "0.00"),
    ("2023-07 to 2023-09", "2,440,475.00", "0.00"),
    ("2023-10 to 2023-12", "2,985,713.00", "0.00"),
)


def row(printed, first):
    return next(
        re.split(r"\s{2,}", line.strip())
        for line in printed.splitlines()
        if line.strip().startswith(first)
    )


def test_each_published_row_stands_beside_what_was_released(demonstration):
    for period, published, difference in PUBLISHED:
        assert row(demonstration.printed, period)[-2:] == [published, difference]
    assert row(demonstration.printed, "outside every")[-1] == "0.00"
    assert row(demonstration.printed, "sum")[-2:] == ["15,147,230.00", "-0.50"]


def test_counts_gap_and_balance_are_printed(demonstration):
    printed = demonstration.printed
    assert row(printed, "sign-ups")[-2:] == ["2,191", "2,191"]
    assert row(printed, "engagement payments")[-2:] == ["3,203", "3,203"]
    assert "nobody listed has committed the remaining 1,799,268.00" in printed
    assert "The 0.50 is the rounding of the publication." in printed
    assert re.search(r"Trial balance over \d+ accounts: 0\.00", printed)
    assert row(printed, "children with one outcome")[-2:] == ["93.0%", "93%"]
    assert row(printed, "children with three")[-2:] == ["71.8%", "72%"]
    assert "Made up from a seed" in printed


def test_cash_and_fees_end_at_what_the_events_say(demonstration, type_in, tmp_path):
    """Claimed, invoiced, received; what is open; and the credit of the one who paid too much."""
    sums = sums_of_events(demonstration, type_in, tmp_path / "copy.ndjson")
    invoiced = sums["invoice.issued"] - sums["credit_note.issued"]
    outstanding = invoiced - sums["receipt.allocated"]
    unallocated = sums["receipt.recorded"] - sums["receipt.allocated"]
    cash = (invoiced, sums["receipt.recorded"], outstanding, unallocated)
    printed = demonstration.printed
    assert [pence(told) for told in row(printed, "all")[2:]] == list(cash)
    assert (outstanding, unallocated) == (0, 9_840)
    accrued = sums["fee.accrued"] + sums["fee.reversed"]
    owed = accrued - sums["fee.paid"] - sums["partner.settled"]
    partners = [
        [pence(told) for told in re.split(r"\s{2,}", line.strip())[1:]]
        for line in printed.splitlines()
        if line.startswith(" partner-")
    ]
    assert (sum(told[0] for told in partners), sum(told[-1] for told in partners)) == (
        accrued,
        owed,
    )
    assert owed == -72_000


def pence(told):
    return int(told.replace(",", "").replace(".", ""))


def sums_of_events(demonstration, type_in, copy):
    """The amounts of the events that the run had recorded when it printed, by their type."""
    assert type_in("export", str(copy), folder=demonstration.folder).code == 0
    [last] = re.findall(r"it has ([\d,]+) events", demonstration.printed)
    sums = Counter()
    with copy.open(encoding="utf-8") as lines:
        for line in lines:
            said = json.loads(line)
            if "data" in said and said["version"] <= int(last.replace(",", "")):
                sums[said["type"]] += said["data"].get("amount_minor", 0)
    return sums


def test_closed_years_are_printed_and_one_of_them_has_something_late(demonstration):
    printed = demonstration.printed
    late = [
        row(printed, f"{year}-09-01 to {year + 1}-08-31")[-1].split()[0]
        for year in range(2019, 2024)
    ]
    assert late == ["0", "4", "0", "0", "0"]


def test_a_second_run_beside_the_first_appends_nothing(demonstration, type_in):
    told = type_in("demo", "--once", folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert "nothing is appended" in told.out
    assert row(told.out, "sum")[-2:] == ["15,147,230.00", "-0.50"]


def test_a_run_on_a_ledger_that_stands_still_finds_every_fact(demonstration, type_in, tmp_path):
    copy = str(tmp_path / "copy.ndjson")
    folder = demonstration.folder
    keys = str(tmp_path / "copy.keys")
    data = tmp_path / "data"
    assert type_in("export", copy, "--keys", keys, folder=folder).code == 0
    data.mkdir()
    shutil.copy(folder / ".data" / "master.key", data / "master.key")
    read = ("import", copy, "--keys", keys, "--data", str(data))
    assert type_in(*read, folder=tmp_path).code == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = type_in(
            "demo", "--once", "--port", port, "--data", str(tmp_path / "data"), folder=tmp_path
        )
    assert told.code == 0, told.err
    assert "has all 50,191 facts: nothing was appended" in told.out
