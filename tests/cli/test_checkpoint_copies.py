"""What was signed travels with a copy, and is refused where it does not fit the events."""

from collections.abc import Iterator

import msgspec
import pytest
from psycopg_pool import ConnectionPool

from api.cli.checkpoint_copies import checkpoint_lines, read_checkpoints
from api.cli.copies import lines_of
from api.cli.reading_back import read_back
from api.cli.saying import Trouble
from ledger.log.notes.note import COSIGNATURE, PLAIN
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest
from ledger.log.signing.kept import KeptCheckpoints
from ledger.log.signing.notary import Notary
from ledger.log.signing.signer import Signer
from ledger.log.writer import Writer
from projections.audit.verify import verify
from tests.log.asking import ask
from tests.log.facts import WLZ, contract_terms, enrolled

OLD, NEW, FUNDER = (Signer(bytes([number]) * 32) for number in (1, 2, 3))
WITNESS = FUNDER.key("funder.example", COSIGNATURE)
LATE = Signer(bytes([4]) * 32).key("later.example", COSIGNATURE)


class Place:
    """A database with a log and what was signed of it."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.log = PostgresLog(dsn)
        self.pool = ConnectionPool(dsn, min_size=1, open=True)
        self.kept = KeptCheckpoints(self.pool)

    def close(self) -> None:
        self.pool.close()
        self.log.close()

    def lines(self) -> list[bytes]:
        head = self.log.head("wlz")
        return list(checkpoint_lines(self.kept, "wlz", upto=head.version))

    def copied_from(self, other: "Place") -> None:
        lines = lines_of(other.log, "wlz", other.log.head("wlz"))
        read_back(self.log, lines, lambda _: None)


@pytest.fixture
def signed(dsn: str) -> Iterator[Place]:
    """A ledger with two checkpoints, of which one was cosigned, under a key and its follower."""
    place = Place(dsn)
    place.log.create(WLZ)
    writer = Writer(place.log, "wlz")
    ask(writer, AppendRequest("finance", contract_terms()))
    note = Notary(place.log, place.kept, (OLD,), "ledger.example").checkpoint("wlz")
    place.kept.take_key("wlz", WITNESS, "the-admin")
    cosignature = FUNDER.cosigned(WITNESS.name, note.text, 1_700_000_000)
    place.kept.cosign("wlz", place.log.head("wlz").version, cosignature)
    ask(writer, AppendRequest("case-system", (enrolled("c1"),)))
    Notary(place.log, place.kept, (NEW,), "ledger.example").checkpoint("wlz")
    writer.close()
    yield place
    place.close()


@pytest.fixture
def empty(second_dsn: str, signed: Place) -> Iterator[Place]:
    """Another database with a copy of the ledger, and nothing signed in it."""
    place = Place(second_dsn)
    place.copied_from(signed)
    yield place
    place.close()


def test_what_was_signed_is_read_back_as_it_was(signed: Place, empty: Place) -> None:
    lines = signed.lines()
    assert read_checkpoints(empty.log, empty.kept, "wlz", iter(lines)) == 2
    assert empty.lines() == lines
    report = verify(empty.dsn, "wlz")
    assert report.findings == []
    assert report.checked["checkpoints"] == 2
    assert read_checkpoints(empty.log, empty.kept, "wlz", iter(lines)) == 2
    assert empty.lines() == lines


def test_a_copy_goes_on_under_its_own_key_and_the_name_of_the_log(
    signed: Place, empty: Place
) -> None:
    read_checkpoints(empty.log, empty.kept, "wlz", iter(signed.lines()))
    mine = Signer(bytes(32))
    notary = Notary(empty.log, empty.kept, (mine,), "another.example")
    notary.open()
    assert notary.origin("wlz") == "ledger.example/wlz"
    in_use = [found.key.public_key for found in empty.kept.keys("wlz", PLAIN) if found.in_use]
    assert in_use == [OLD.public_key, NEW.public_key, mine.public_key]
    assert verify(empty.dsn, "wlz").findings == []


def test_a_copy_of_a_log_that_has_moved_on_meanwhile_names_no_version_that_it_lacks(
    signed: Place, empty: Place
) -> None:
    head = signed.log.head("wlz")
    writer = Writer(signed.log, "wlz")
    ask(writer, AppendRequest("case-system", (enrolled("c2"),)))
    writer.close()
    for key, act in ((WITNESS, signed.kept.retire_key), (LATE, signed.kept.take_key)):
        assert act("wlz", key, "the-admin")
    lines = checkpoint_lines(signed.kept, "wlz", upto=head.version)
    read_checkpoints(empty.log, empty.kept, "wlz", lines)
    retired, late = (empty.kept.keys("wlz", COSIGNATURE)[place] for place in (0, 1))
    assert (retired.to_version, late.from_version) == (head.version, head.version)
    assert verify(empty.dsn, "wlz").findings == []


@pytest.mark.parametrize(
    "place, old, new, said",
    [
        (0, b'"checkpoints":1', b'"checkpoints":2', "not checkpoints of `wlz` in format 1"),
        (0, b'"wlz"', b'"other"', "not checkpoints of `wlz`"),
        (0, b"{", b"", "line 1 is not one"),
        (1, b"{", b"", "line 2 is not one"),
        (1, b"+A", b"+B", "line 2 does not fit"),
        (-1, b'"root":"', b'"root":"00', "line 6 does not fit"),
        (-1, b'"size":', b'"size":9', "line 6 does not fit"),
        (-2, b"funder.example", b"funder.another", "line 5 does not fit"),
    ],
)
def test_a_spoilt_line_is_refused(
    signed: Place, empty: Place, place: int, old: bytes, new: bytes, said: str
) -> None:
    lines = signed.lines()
    assert old in lines[place]
    lines[place] = lines[place].replace(old, new, 1)
    with pytest.raises(Trouble, match=said):
        read_checkpoints(empty.log, empty.kept, "wlz", iter(lines))


@pytest.mark.parametrize("kept_lines", [[], [1]])
def test_a_checkpoint_that_the_log_did_not_sign_is_refused(
    signed: Place, empty: Place, kept_lines: list[int]
) -> None:
    lines = signed.lines()
    spoilt = msgspec.json.decode(lines[-2])
    spoilt["lines"] = [spoilt["lines"][place] for place in kept_lines]
    lines[-2] = msgspec.json.encode(spoilt)
    with pytest.raises(Trouble, match="the log itself did not sign this"):
        read_checkpoints(empty.log, empty.kept, "wlz", iter(lines))


def test_what_was_signed_of_a_log_of_another_name_is_refused(signed: Place, empty: Place) -> None:
    Notary(empty.log, empty.kept, (OLD,), "another.example").checkpoint("wlz")
    with pytest.raises(Trouble, match="another name"):
        read_checkpoints(empty.log, empty.kept, "wlz", iter(signed.lines()))


def test_nothing_is_exported_of_a_log_that_nobody_signed(empty: Place) -> None:
    with pytest.raises(Trouble, match="was ever signed"):
        empty.lines()
