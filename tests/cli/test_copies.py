"""A copy of a ledger, line by line: what travels, and what a spoilt one is refused for."""

import msgspec
import pytest

from api.cli.copies import lines_of
from api.cli.reading_back import read_back
from api.cli.saying import Trouble
from ledger.log.memory import MemoryLog
from ledger.log.requests import AppendRequest, Replayed
from ledger.log.writer import Writer
from tests.log.asking import ask
from tests.log.facts import WLZ, contract_terms, enrolled

LEDGER = WLZ.ledger
KEYED = AppendRequest("case-system", (enrolled("c1", "enrol-1"),), idempotency_key="k1")


@pytest.fixture
def log():
    """A ledger with terms, a child with an event id, and a request with a key."""
    kept = MemoryLog()
    kept.create(WLZ)
    writer = Writer(kept, LEDGER)
    ask(writer, AppendRequest("finance", contract_terms()))
    ask(writer, KEYED)
    writer.close()
    return kept


@pytest.fixture
def lines(log):
    return list(lines_of(log, LEDGER, log.head(LEDGER)))


def read(lines, log=None):
    into = log or MemoryLog()
    return read_back(into, iter(lines), lambda _: None), into


def test_a_copy_has_the_same_bytes_roots_and_moments(log, lines):
    (ledger, head), copied = read(lines)
    assert (ledger, head) == (LEDGER, log.head(LEDGER))
    assert list(copied.read(LEDGER)) == list(log.read(LEDGER))
    assert list(copied.commits(LEDGER)) == list(log.commits(LEDGER))
    assert list(lines_of(copied, LEDGER, head)) == lines


def test_a_copy_knows_the_ids_and_keys_of_its_original(lines):
    _, copied = read(lines)
    writer = Writer(copied, LEDGER)
    assert ask(writer, KEYED).replayed
    again = ask(writer, AppendRequest("case-system", KEYED.facts))
    writer.close()
    assert [type(result) for result in again.results] == [Replayed]


def test_an_import_that_broke_off_goes_on(lines):
    copied = MemoryLog()
    with pytest.raises(Trouble, match="ends at line"):
        read(lines[:-3], copied)
    (_, head), _ = read(lines, copied)
    assert head.root.hex() == msgspec.json.decode(lines[-1])["root"]


def test_a_newer_copy_goes_on_with_an_older_one_and_the_help_says_so(log, lines, type_in, tmp_path):
    _, copied = read(lines)
    writer = Writer(log, LEDGER)
    ask(writer, AppendRequest("case-system", (enrolled("c2", "enrol-2"),)))
    writer.close()
    newer = list(lines_of(log, LEDGER, log.head(LEDGER)))
    (_, head), _ = read(newer, copied)
    assert head == log.head(LEDGER)
    assert list(copied.read(LEDGER)) == list(log.read(LEDGER))
    with pytest.raises(Trouble, match="beyond this copy"):
        read(lines, copied)
    told = " ".join(type_in("import", "--help", folder=tmp_path).out.split())
    assert "not there yet" not in told
    assert "into a new ledger, or onto an earlier copy: same bytes" in told


def test_a_ledger_that_is_another_is_not_written_to(lines):
    other = MemoryLog()
    other.create(WLZ)
    with pytest.raises(Trouble, match="is there already and is another"):
        read(lines, other)
    assert other.head(LEDGER).version == 0


@pytest.mark.parametrize(
    "place, old, new, said",
    [
        (0, b'"copy":1', b'"copy":2', "format 2"),
        (0, b"{", b"", "line 1 is not a line of a copied ledger"),
        (1, b"{", b"", "line 2 is not a line of a copied ledger"),
        (2, b"finance", b"nobody_", "do not give the root"),
        (2, b'"schema":1', b'"schema":9', "is no event"),
        (-1, b'"root":"', b'"root":"0', "with another root"),
    ],
)
def test_a_spoilt_line_is_refused(lines, place, old, new, said):
    assert old in lines[place]
    lines[place] = lines[place].replace(old, new, 1)
    with pytest.raises(Trouble, match=said):
        read(lines)


def test_a_copy_that_was_cut_short_is_refused(lines):
    with pytest.raises(Trouble, match="before its last line"):
        read(lines[:-1])


def test_a_falsified_copy_is_refused_also_where_the_true_one_is_already(log, lines):
    lines[2] = lines[2].replace(b"finance", b"nobody_", 1)
    with pytest.raises(Trouble, match="do not give the root"):
        read(lines, log)


def test_an_older_copy_is_told_that_the_ledger_has_moved_on(log, lines):
    writer = Writer(log, LEDGER)
    ask(writer, AppendRequest("case-system", (enrolled("c2", "enrol-2"),)))
    writer.close()
    with pytest.raises(Trouble, match="beyond this copy"):
        read(lines, log)
