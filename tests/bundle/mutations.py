"""Ways to change a bundle; in most of them the manifest and every hash are made anew as well."""

import base64
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from ledger.events.codec import AnyEvent, decode_event, encode_event
from projections.bundle.writing import Signed, SignedNote, Wanted, write_bundle
from tests.bundle.bundled import (
    LEDGER,
    STRANGER,
    checkpoint,
    log_of,
    rehash,
    signed,
    verifier_key,
)
from tests.bundle.damage import (
    changed_lines,
    cut,
    cut_within,
    double,
    drop,
    files_of,
    flip,
    swap,
    tables_of,
)

LINES = ("events/events.b64", "events/leaf_hashes.txt", "events/commits.csv")


@dataclass
class Original:
    """A whole bundle, its events, and the events of another ledger."""

    folder: Path
    events: list[AnyEvent]
    others: list[AnyEvent]

    def signed(self) -> Signed:
        """What was signed of it."""
        version = len(self.events)
        return signed(log_of(self.events), [version // 2, version])


def a_flipped_byte(chance: Random, _: Original, copy: Path) -> None:
    flip(chance, chance.choice(files_of(copy)))


def a_flipped_byte_hashed_anew(chance: Random, _: Original, copy: Path) -> None:
    """Whatever says something of its own; `README.txt` may say what it likes to people."""
    silent = {"manifest.json", "manifest.sha256", "README.txt", "verify.py", "audit.sqlite"}
    paths = [path for path in files_of(copy) if path.name not in silent]
    flip(chance, chance.choice(paths))
    rehash(copy)


def lines_of_the_log(chance: Random, _: Original, copy: Path) -> None:
    change = chance.choice((drop, double, cut, cut_within, swap))
    changed_lines(chance, copy / chance.choice(LINES), 1, change)
    if chance.random() < 0.5:
        rehash(copy)


def rows_of_tables(chance: Random, _: Original, copy: Path) -> None:
    change = chance.choice((drop, double, cut, cut_within, swap))
    changed_lines(chance, chance.choice(tables_of(copy)), 1, change)
    if chance.random() < 0.5:
        rehash(copy)


def a_file_gone_or_added(chance: Random, _: Original, copy: Path) -> None:
    path = chance.choice(files_of(copy))
    if chance.random() < 0.5:
        path.unlink()
    else:
        shutil.copy(path, path.with_name(f"{path.name}.txt"))


def a_cell_in_the_database(chance: Random, _: Original, copy: Path) -> None:
    table, column, value = chance.choice(
        (
            ("GL_Detail", "Amount_Minor", 987_654_321),
            ("GL_Detail", "Segment01_Fund", "elsewhere"),
            ("OC_Payments", "Child_ID", "c9"),
            ("GL_Trial_Balance", "Amount_Ending", "9876543.21"),
            ("AR_Cash_Received", "Receipt_Amount", "9876543.21"),
            ("events", "leaf_hash", bytes(32)),
            ("events", "stored", b"{}"),
        )
    )
    with closing(sqlite3.connect(copy / "audit.sqlite")) as connection:
        (number,) = connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
        place = chance.randrange(number)
        where = f"rowid = (select rowid from {table} limit 1 offset {place})"  # noqa: S608
        connection.execute(f"update {table} set {column} = ? where {where}", (value,))  # noqa: S608
        connection.commit()
    rehash(copy)


def table_and_database_alike(chance: Random, _: Original, copy: Path) -> None:
    """A row goes from both, and everything is hashed anew: only the events still know it."""
    path = chance.choice(tables_of(copy))
    lines = path.read_bytes().splitlines(keepends=True)
    place = chance.randrange(1, len(lines))
    del lines[place]
    path.write_bytes(b"".join(lines))
    with closing(sqlite3.connect(copy / "audit.sqlite")) as connection:
        table = path.stem
        rows = connection.execute(f"select rowid from {table} order by rowid").fetchall()  # noqa: S608
        connection.execute(f"delete from {table} where rowid = ?", rows[place - 1])  # noqa: S608
        connection.commit()
    rehash(copy)


def rewritten(copy: Path, events: list[AnyEvent], by_whom: Signed) -> None:
    """A bundle of other events, every hash and table of it made anew by the program itself."""
    shutil.rmtree(copy)
    log = log_of(events)
    wanted = Wanted(LEDGER, log.head(LEDGER).version)
    write_bundle(log, wanted, copy, by_whom, program="test")


def edited(chance: Random, events: list[AnyEvent], *paths: tuple[str, Any]) -> list[AnyEvent]:
    """The events with one of them changed at a place that it has."""
    changed = list(events)
    able = [
        (place, path, value)
        for place, event in enumerate(events)
        for path, value in paths
        if hasattr(event.data, path) or path in ("recorded_at", "actor", "received_on")
    ]
    chosen, path, value = chance.choice(able)
    moment = events[chosen].recorded_at
    for place, event in enumerate(events):
        if place == chosen or (path == "recorded_at" and event.recorded_at == moment):
            changed[place] = changed_event(event, path, value)
    return changed


def changed_event(event: AnyEvent, path: str, value: Callable[[Any], Any]) -> AnyEvent:
    """The event with another value at one place."""
    document = json.loads(encode_event(event))
    target = document if path in document else document["data"]
    target[path] = value(target[path])
    stored = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return decode_event(event.stored_name, stored.encode())


def an_event_edited_and_everything_made_anew(
    chance: Random, original: Original, copy: Path
) -> None:
    events = edited(
        chance, original.events, ("amount_minor", lambda was: was + 1), ("actor", lambda _: "eve"),
        ("recorded_at", lambda was: was[:-2] + ("1Z" if was[-2] != "1" else "2Z")),
        ("received_on", lambda _: "2019-01-01"),
    )  # fmt: skip
    rewritten(copy, events, original.signed())


def events_dropped_or_reordered_and_made_anew(
    chance: Random, original: Original, copy: Path
) -> None:
    """From behind: what is left can still be written, and is another log."""
    events = list(original.events[: len(original.events) - chance.randint(1, 5)])
    rewritten(copy, events, Signed(original.signed().keys, ()))
    for note in original.signed().checkpoints:
        (copy / "checkpoints").mkdir(exist_ok=True)
        (copy / f"checkpoints/{note.size:012}.txt").write_text(note.text)
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["counts"]["checkpoints"] = 2
    for note in original.signed().checkpoints:
        manifest["files"][f"checkpoints/{note.size:012}.txt"] = {}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    rehash(copy)


def signed_by_a_stranger(chance: Random, original: Original, copy: Path) -> None:
    """Everything is edited, made anew and signed anew; the auditor knows the log's key."""
    events = edited(chance, original.events, ("amount_minor", lambda was: was + 1))
    log = log_of(events)
    size = chance.randint(1, len(events))
    notes = [SignedNote(size, checkpoint(log, size, STRANGER))]
    rewritten(copy, events, Signed((verifier_key(STRANGER),), notes))


def checkpoints_edited(chance: Random, _: Original, copy: Path) -> None:
    path = chance.choice(sorted((copy / "checkpoints").iterdir()))
    lines = path.read_text().split("\n")
    choice = chance.randrange(4)
    if choice == 0:
        lines[1] = str(int(lines[1]) - 1)
    elif choice == 1:
        lines[2] = base64.b64encode(chance.randbytes(32)).decode()
    elif choice == 2:
        lines[0] += "x"
    else:
        del lines[4]
    path.write_text("\n".join(lines))
    rehash(copy)


def rows_of_another_ledger(chance: Random, original: Original, copy: Path) -> None:
    """The same version of two ledgers, exchanged, with its leaf hash."""
    place = chance.randrange(min(len(original.events), len(original.others)))
    theirs = next(log_of(original.others).read(LEDGER))[place]
    if theirs.stored == _line(copy, place):
        theirs = next(log_of(original.others).read(LEDGER))[-1]
    for name, text in (
        ("events/events.b64", base64.b64encode(theirs.stored)),
        ("events/leaf_hashes.txt", theirs.leaf_hash.hex().encode()),
    ):
        lines = (copy / name).read_bytes().splitlines()
        lines[place] = text
        (copy / name).write_bytes(b"\n".join(lines) + b"\n")
    rehash(copy)


def _line(copy: Path, place: int) -> bytes:
    lines = (copy / "events/events.b64").read_bytes().splitlines()
    return base64.b64decode(lines[place])


def recorded_times(chance: Random, _: Original, copy: Path) -> None:
    """In the events and in the commits, with every leaf hash, but not the roots."""
    path = copy / "events/commits.csv"
    lines = path.read_text().splitlines()
    place = chance.randrange(1, len(lines))
    cells = lines[place].split(",")
    cells[2] = cells[2].replace("2026", "2025")
    lines[place] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")
    rehash(copy)


def control_totals(chance: Random, _: Original, copy: Path) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    totals = manifest["control_totals"]
    kind = chance.choice(sorted(totals))
    what = chance.randrange(4)
    if what == 0:
        totals[kind]["count"] += 1
    elif what == 1:
        totals[kind]["amount_minor"] -= 1
    elif what == 2:
        manifest["version"] += 1
    else:
        manifest["root"] = chance.randbytes(32).hex()
    (copy / "manifest.json").write_text(json.dumps(manifest))
    rehash(copy)


KINDS = (
    a_flipped_byte,
    a_flipped_byte_hashed_anew,
    lines_of_the_log,
    rows_of_tables,
    a_file_gone_or_added,
    a_cell_in_the_database,
    table_and_database_alike,
    an_event_edited_and_everything_made_anew,
    events_dropped_or_reordered_and_made_anew,
    signed_by_a_stranger,
    checkpoints_edited,
    rows_of_another_ledger,
    recorded_times,
    control_totals,
)
