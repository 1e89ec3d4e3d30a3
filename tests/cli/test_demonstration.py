"""The demonstration: its figures, and that running it twice appends nothing."""

import re
import shutil
import socket

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
    assert "has all 50,104 facts: nothing was appended" in told.out
