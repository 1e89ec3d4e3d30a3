"""Events flipped, dropped, doubled, moved, cut off and edited; in half of the ways made anew."""
# ruff: noqa: S608 (statements are put together from the constants of this file)

import json

from tests.audit.forging import Forger
from tests.audit.recorded import LEDGER, STRANGER

OF_ONE = "originator_id = %(ledger)s and originator_version = %(version)s"


def a_flipped_byte(forger: Forger) -> None:
    version = forger.some_version()
    forger.write(version, forger.flip(forger.state(version)), leaf=forger.chance.random() < 0.5)


def a_flipped_byte_made_anew(forger: Forger) -> None:
    version = forger.some_version()
    forger.write(version, forger.flip(forger.state(version)), leaf=True)
    forger.make_anew()


def a_flipped_leaf_hash(forger: Forger) -> None:
    version = forger.some_version()
    found = forger.rows(f"select leaf_hash from ledger.events where {OF_ONE}", version=version)
    forger.change(
        f"update ledger.events set leaf_hash = %(hash)s where {OF_ONE}",
        version=version,
        hash=forger.flip(bytes(found[0][0])),
    )


def another_stored_name(forger: Forger) -> None:
    version = forger.some_version()
    topics = sorted(set(_topics(forger)) - {_topics(forger)[version - 1]})
    _name(forger, version, forger.chance.choice(topics))


def a_dropped_event(forger: Forger) -> None:
    forger.change(f"delete from ledger.events where {OF_ONE}", version=forger.some_version())


def a_dropped_event_closed_up(forger: Forger) -> None:
    """The events behind it move up by a version, in their bytes as well; all is made anew."""
    version, last = forger.some_version(), forger.version
    states = [forger.state(later) for later in range(version + 1, last + 1)]
    topics = _topics(forger)
    for place, state in enumerate(states, start=version):
        document = json.loads(state) | {"version": place}
        text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        forger.write(place, text.encode(), leaf=True)
        _name(forger, place, topics[place])
    forger.change(f"delete from ledger.events where {OF_ONE}", version=last)
    forger.make_anew()


def a_doubled_event(forger: Forger) -> None:
    """Once more at the end, with or without a head that knows of it."""
    forger.change(
        "insert into ledger.events select originator_id, %(next)s, topic, state, leaf_hash"
        f" from ledger.events where {OF_ONE}",
        version=forger.some_version(),
        next=forger.version + 1,
    )
    if forger.chance.random() < 0.5:
        forger.make_anew()


def two_events_reordered(forger: Forger) -> None:
    first = forger.some_version(forger.version - 1)
    second = first + 1 if forger.chance.random() < 0.5 else forger.version
    topics, one, two = _topics(forger), forger.state(first), forger.state(second)
    for place, state, topic in ((first, two, second), (second, one, first)):
        forger.write(place, state, leaf=True)
        _name(forger, place, topics[topic - 1])
    if forger.chance.random() < 0.5:
        forger.make_anew()


def the_end_cut_off(forger: Forger) -> None:
    """Events alone; or with commits, ids and keys, so that only what was signed knows of them."""
    _cut(forger, whole=forger.chance.random() < 0.7)
    if forger.chance.random() < 0.5:
        forger.make_anew()


def the_end_cut_off_with_what_was_signed(forger: Forger) -> None:
    """Nothing in the database knows of it; the auditor kept a checkpoint."""
    last = _cut(forger, whole=True)
    forger.make_anew()
    for table in ("checkpoint_signatures", "checkpoints"):
        forger.change(
            f"delete from ledger.{table} where ledger = %(ledger)s and size > %(last)s",
            last=last,
        )


def rows_of_two_ledgers_swapped(forger: Forger) -> None:
    version = forger.some_version(150)
    pairs = forger.rows(
        "select originator_id, topic, state, leaf_hash from ledger.events"
        " where originator_version = %(version)s order by originator_id",
        version=version,
    )
    (one, *ones), (two, *twos) = pairs
    for ledger, (topic, state, leaf) in ((one, twos), (two, ones)):
        forger.change(
            "update ledger.events set topic = %(topic)s, state = %(state)s, leaf_hash = %(leaf)s"
            " where originator_id = %(whose)s and originator_version = %(version)s",
            topic=topic,
            state=state,
            leaf=leaf,
            whose=ledger,
            version=version,
        )
    if forger.chance.random() < 0.3:
        forger.make_anew()


def an_event_edited(forger: Forger) -> None:
    """In canonical bytes, with its leaf hash; half of the time with all that follows from it."""
    _edit(forger)
    if forger.chance.random() < 0.5:
        forger.make_anew()


def an_event_edited_and_signed_anew(forger: Forger) -> None:
    """By a stranger, whose key stands in the place of the log's: inside, everything agrees."""
    _edit(forger)
    forger.make_anew()
    forger.sign_anew(STRANGER)


def recorded_times_of_a_commit(forger: Forger) -> None:
    """In the bytes of all events of a commit and in its row, made anew."""
    first, last = forger.one(
        "select first_version, last_version from ledger.commits where ledger = %(ledger)s"
    )
    for version in range(first, last + 1):
        forger.edit(version, lambda said: said.update(recorded_at=_other(said["recorded_at"])))
    if forger.chance.random() < 0.7:
        forger.change(
            "update ledger.commits set recorded_at = recorded_at - interval '1 microsecond'"
            " where ledger = %(ledger)s and last_version = %(last)s",
            last=last,
        )
        forger.make_anew()


def _other(moment: str) -> str:
    digit = "1" if moment[-2] == "0" else str(int(moment[-2]) - 1)
    return f"{moment[:-2]}{digit}Z"


def _edit(forger: Forger) -> None:
    version = forger.some_version()
    said = json.loads(forger.state(version))
    amounts = [name for name in said["data"] if name.endswith("_minor")]
    name = forger.chance.choice(["actor", "received_on", "effective_on", "id", *amounts])
    if name in amounts and isinstance(said["data"][name], int):
        forger.edit(version, lambda event: event["data"].update({name: said["data"][name] + 1}))
    elif name in {"received_on", "effective_on"}:
        forger.edit(version, lambda event: event.update({name: "2021-02-03"}))
    else:
        forger.edit(version, lambda event: event.update({"actor": "eve"}))


def _cut(forger: Forger, *, whole: bool) -> int:
    """Delete the events behind the end of a commit; with what else names them."""
    (last,) = forger.one(
        "select last_version from ledger.commits where ledger = %(ledger)s and last_version <"
        " (select version from ledger.heads where ledger = %(ledger)s)"
    )
    forger.change(
        "delete from ledger.events"
        " where originator_id = %(ledger)s and originator_version > %(last)s",
        last=last,
    )
    if whole:
        forger.change(
            "delete from ledger.commits where ledger = %(ledger)s and last_version > %(last)s",
            last=last,
        )
        for statement in (
            "delete from ledger.event_ids where ledger = %s and last_version > %s",
            "delete from ledger.idempotency_keys where ledger = %s and version > %s",
        ):
            forger.connection.execute(statement, (LEDGER, last))
    return last


def _topics(forger: Forger) -> list[str]:
    return [
        topic
        for (topic,) in forger.rows(
            "select topic from ledger.events where originator_id = %(ledger)s"
            " order by originator_version"
        )
    ]


def _name(forger: Forger, version: int, topic: str) -> None:
    forger.change(
        f"update ledger.events set topic = %(topic)s where {OF_ONE}",
        version=version,
        topic=topic,
    )


KINDS = (
    a_flipped_byte,
    a_flipped_byte_made_anew,
    a_flipped_leaf_hash,
    another_stored_name,
    a_dropped_event,
    a_dropped_event_closed_up,
    a_doubled_event,
    two_events_reordered,
    the_end_cut_off,
    the_end_cut_off_with_what_was_signed,
    rows_of_two_ledgers_swapped,
    an_event_edited,
    an_event_edited_and_signed_anew,
    recorded_times_of_a_commit,
)
