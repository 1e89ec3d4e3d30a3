"""The reference contract, a tenth of its children erased: books as they were, no value left.

Of the contract as far as `tests/reference/shortened.py` plays it.

Every score, reason and label is marked, equal in value to what it stands for. The marks are looked
for in every table of every schema (as text, as bytes, and in what `pg_dump` writes), in every file
of the data folder after a checkpoint and a vacuum (the write-ahead log, the server's own log and
its statistics are among them), in what the service printed, and in the exports.

What such a scan cannot see: a value inside a page or a row that PostgreSQL has compressed (rows of
two kilobytes and more; none of them ever holds a score, and the dump reads them uncompressed), in
memory, on blocks of the disk that no file owns any more, and in backups made elsewhere. Values were
sealed before they reached the database, so its write-ahead log and physical backups hold ciphertext
and wrapped keys only: they open with the master key of their time, until the log is recycled
(`max_wal_size`, some hours of writing) and the backup expires, or until the master key is rotated
and the old one destroyed. That last part is shown here as well: a destroyed key is found in no
table and, once its table is rewritten, in no file but those of the write-ahead log.
"""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
import structlog

from api.cli.copies import lines_of
from api.cli.key_copies import key_lines
from api.logs import logs_as_json
from api.reference.loading import TERMS
from api.sealing import FILE_NAME
from api.service import Service
from ledger.events.codec import decode_event
from ledger.events.sealed import ERASED, SEALED_FIELDS
from ledger.events.words import Sealed
from ledger.log.embedded import start
from ledger.log.sealing.cipher import open_value
from ledger.log.sealing.faults import ChildKeyDamaged, SealBroken
from ledger.log.sealing.master import KeyFile, Wrapped
from ledger.log.sealing.store import KeyPlace, context_of
from projections.audit.verify import verify
from projections.runner import Runner
from tests.api.desk import ADMIN_SECRET, House, calling, served
from tests.conftest import FAST
from tests.privacy.dumps import dumped, pg_dumped
from tests.privacy.marked_contract import load_marked
from tests.privacy.marks import files_with_marks, marks_in
from tests.privacy.remembering import Answers, Proofs, Reader
from tests.privacy.snapshots import must_be_kept_without_marks
from tests.reference.shortened import RELEASED_MINOR, WHOLE

LEDGER = TERMS.ledger
PATH = f"/v1/ledgers/{LEDGER}"
TOMBSTONE = Wrapped("", None)


@dataclass
class Remembered:
    """What was said and stored before anybody was erased."""

    version: int
    money: Answers
    old: Answers
    proofs: Proofs
    keys: dict[str, Wrapped]
    scored: int


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Service, House]]:
    """The service of a data folder, with a reader of every role."""
    path = folder / FILE_NAME
    service = Service(
        data_dir=folder, admin_key=ADMIN_SECRET, projecting=False,
        master=KeyFile(path) if path.exists() else None,
    )  # fmt: skip
    with service, served(service) as url:
        house = House.__new__(House)
        house.url, house.service, house.nobody = url, service, calling(url)
        house.clients = {"admin": house.client(ADMIN_SECRET)}
        house.clients["auditor"] = house.client(house.key(["auditor"]))
        house.clients["auditor"].timeout = httpx.Timeout(60)
        yield service, house
        house.close()


def reader(house: House, version: int) -> Reader:
    """Reads once everything is projected."""
    found = Reader(house.clients["auditor"], PATH)
    while True:
        answer = found.client.get(f"{PATH}/trial-balance", params={"min_version": version})
        if answer.status_code == 200:
            return found
        assert answer.json()["code"] == "projection_behind", answer.text


def remembered(service: Service, house: House, version: int) -> Remembered:
    read = reader(house, version)
    outcomes = read.ask("/outcomes", contract="lcf")
    assert outcomes["children"]["erased"] == 0
    return Remembered(
        version,
        read.money(known_at=version),
        read.old(),
        Proofs.of(service.log, LEDGER),
        dict(service.sealing.store.find(LEDGER, "values")),
        outcomes["children"]["measured"],
    )


def a_tenth(before: Remembered) -> list[str]:
    """Every tenth child, whether anything was ever sealed of it or not."""
    chosen = [child["child"] for child in before.money["/children"]][3::10]
    assert len(chosen) == (219 if WHOLE else 157)
    assert len(set(chosen) & before.keys.keys()) > 40
    return chosen


def erase(house: House, children: list[str]) -> None:
    """One administrator asks, the other confirms; over two connections each."""
    second = house.client(house.key(["admin"]))
    for client, status in ((house.clients["admin"], 202), (second, 201)):

        def ask(child: str, client: httpx.Client = client, status: int = status) -> None:
            answer = client.post(
                f"{PATH}/children/{child}/erasure", json={"basis": "consent_withdrawn"}
            )
            assert answer.status_code == status, answer.text

        with ThreadPoolExecutor(2) as hands:
            list(hands.map(ask, children))
    second.close()


def must_say_the_same(read: Reader, before: Remembered, **pair: int) -> None:
    """Every figure at a pair, and balances at pairs that lie back."""
    now = read.money(**pair)
    for path, said in before.money.items():
        assert now[path] == said, f"{path} differs"
    assert read.old() == before.old


def must_prove_the_same(service: Service, before: Remembered, read: Reader) -> None:
    """The same bytes and leaves, and the new tree is the old one with more leaves."""
    after = Proofs.of(service.log, LEDGER)
    count = len(before.proofs.events)
    assert after.events[:count] == before.proofs.events
    assert before.proofs.roots.items() <= after.roots.items()
    assert after.root_at(before.version) == before.proofs.roots[before.version]
    assert after.root_at(len(after.events)) == service.head(LEDGER).root
    for version, stored, _ in random.Random(7).sample(before.proofs.events, 200):
        answer = read.client.get(f"{PATH}/events/{version}/stored")
        assert answer.content == stored


def must_read_as_erased(read: Reader, before: Remembered, children: list[str]) -> None:
    """The scores of the erased are gone from every answer; outcomes say how many are missing."""
    scored = [child for child in children if child in before.keys]
    for child in random.Random(8).sample(scored, 12):
        events = list(read.items("/events", child=child))
        found = [event["data"] for event in events if event["type"].startswith("measurement.")]
        assert {data["value"] for data in found} <= {"erased"}
        page = read.ask(f"/children/{child}")
        assert page["erased"] is True
        assert {a["baseline"] for a in page["areas"]} <= {"erased", None}
        assert marks_in(str((events, page))) == []
    counted = read.ask("/outcomes", contract="lcf")["children"]
    hidden = [
        child
        for child in scored
        if any(e["type"] == "measurement.recorded" for e in read.items("/events", child=child))
    ]
    assert counted["erased"] == len(hidden)
    assert before.scored - counted["erased"] <= counted["measured"] < before.scored


def must_be_sound(service: Service, children: list[str], before: Remembered) -> None:
    """`verify` finds nothing, does not call it clean, and says what it could not do again."""
    report = verify(service.dsn, LEDGER, find_keys=service.sealing.find_keys)
    assert report.findings == []
    assert (report.sound, report.clean, report.erased) == (True, False, len(children))
    assert f"{len(children)} children cannot be re-performed: erased" in report.unchecked
    released = [
        payment
        for payment in before.money["/payments"]
        if payment["child"] in set(children) & before.keys.keys()
    ]
    assert report.impossible["decisions performed again"] >= len(released) // 2
    assert report.impossible["facts accepted again"] > 300


def must_hold_no_mark(service: Service, folder: Path, destroyed: dict[str, Wrapped]) -> None:
    """Neither the database nor its files; nor does any table hold one of twelve destroyed keys."""
    wrapped = [key.wrapped for key in destroyed.values() if key.wrapped is not None]
    gone = random.Random(9).sample(wrapped, 12)
    for table, rows in (*dumped(service.dsn), ("pg_dump", pg_dumped(service.dsn))):
        assert marks_in(rows) == [], table
        assert not any(key in rows or key.hex().encode() in rows for key in gone), table
    with psycopg.connect(service.dsn, autocommit=True) as connection:
        connection.execute("VACUUM")
        connection.execute("VACUUM FULL child_keys.data_keys")
        connection.execute("CHECKPOINT")
    assert files_with_marks(folder) == {}
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() and "pg_wal" not in path.parts else b""
        assert not any(key in content for key in gone), path.name


def must_give_none_away(service: Service, printed: str, copies: Path) -> None:
    """What was printed and what is exported hold no mark."""
    assert '"event": "master_key_written"' in printed
    assert marks_in(printed) == []
    export, keys = copies / "wlz.ndjson", copies / "wlz.keys"
    lines = lines_of(service.log, LEDGER, service.head(LEDGER))
    export.write_bytes(b"\n".join(lines))
    keys.write_bytes(b"\n".join(key_lines(service.sealing.store, LEDGER)))
    assert export.stat().st_size > 300 * service.head(LEDGER).version
    assert files_with_marks(copies) == {}


def must_never_open(
    service: Service, folder: Path, children: list[str], gone: dict[str, Wrapped]
) -> None:
    """With everything that is there now, and the master key, nothing of the erased opens."""
    kept = service.sealing.store.find(LEDGER, "values")
    master = KeyFile(folder / FILE_NAME)
    others = [
        master.unwrap(key, context_of(KeyPlace(LEDGER, child, "values")))
        for child, key in sorted(kept.items())
        if key.wrapped is not None
    ]
    assert {kept[child] for child in children} == {TOMBSTONE}
    for child, version, name, seal in sealed_of(service, set(gone)):
        found = service.sealing.find_keys(LEDGER, [child]).open(child, version, name, seal)
        assert found is ERASED
        for key in random.Random(version).sample(others, 3):
            with pytest.raises(SealBroken):
                open_value(key, seal, ledger=LEDGER, version=version, field=name)
    stranger = next(key for key in kept.values() if key.wrapped is not None)
    for child in gone:
        with pytest.raises(ChildKeyDamaged):
            master.unwrap(stranger, context_of(KeyPlace(LEDGER, child, "values")))


def sealed_of(service: Service, children: set[str]) -> Iterator[tuple[str, int, str, Sealed]]:
    """Every sealed value of some children: child, version, field, ciphertext."""
    for events in service.log.read(LEDGER):
        for event in events:
            if not event.stored_name.endswith(".v2"):
                continue
            data = decode_event(event.stored_name, event.stored).data
            if data.child in children:
                for name in SEALED_FIELDS[type(data)]:
                    yield data.child, event.version, name, getattr(data, name)


@pytest.fixture
def logs_set_back() -> Iterator[None]:
    """What logs into this test's output logs elsewhere afterwards."""
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("logs_set_back")
def test_a_tenth_of_the_children_erased_changes_no_figure_and_leaves_no_value(
    data_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    logs_as_json()
    server = start(data_folder, FAST)
    with serving(data_folder) as (service, house):
        before = remembered(service, house, load_marked(service))
        read = reader(house, before.version)
        assert marks_in(str(next(read.items("/events", type="measurement.recorded"))))
        items = before.money["/summary?by=month"]["items"]
        assert sum(item["amount_minor"] for item in items) == RELEASED_MINOR
        children = a_tenth(before)
        must_be_kept_without_marks(service, LEDGER)
        erase(house, children)
        read = reader(house, service.head(LEDGER).version)
        must_say_the_same(read, before, known_at=before.version)
        must_prove_the_same(service, before, read)
        must_read_as_erased(read, before, children)
    with serving(data_folder) as (service, house):
        Runner(service.dsn).rebuild(LEDGER)
        must_say_the_same(reader(house, service.head(LEDGER).version), before)
        must_read_as_erased(reader(house, 0), before, children)
        must_be_sound(service, children, before)
        gone = {child: before.keys[child] for child in children if child in before.keys}
        must_be_kept_without_marks(service, LEDGER)
        must_hold_no_mark(service, data_folder, gone)
        must_never_open(service, data_folder, children, gone)
        told = capfd.readouterr()
        must_give_none_away(service, told.out + told.err, tmp_path)
    server.stop()
