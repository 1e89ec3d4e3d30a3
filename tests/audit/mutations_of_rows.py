"""What stands beside the events: commits, the head, ids, keys, nodes, and what was signed."""
# ruff: noqa: S608 (statements are put together from the constants of this file)

import json

from tests.audit.forging import Forger
from tests.audit.recorded import STRANGER

COMMIT = "ledger = %(ledger)s and last_version = %(last)s"
ID = "ledger = %(ledger)s and event_id = %(id)s"
KEY = "ledger = %(ledger)s and idempotency_key = %(key)s"
CHECKPOINT = "ledger = %(ledger)s and size = %(size)s"


def a_commit(forger: Forger) -> None:
    last, root = forger.one(
        "select last_version, root from ledger.commits where ledger = %(ledger)s"
    )
    what = forger.chance.choice(
        (
            "root = %(root)s",
            "recorded_at = recorded_at + interval '1 second' / 7",
            "recorded_at = recorded_at - interval '1 day'",
            "last_version = last_version + 100000",
            (
                "first_version = first_version + 0 - least(first_version - 1, 1), last_version ="
                " last_version + case when first_version = 1 then 200000 else 0 end"
            ),
        )
    )
    forger.change(
        f"update ledger.commits set {what} where {COMMIT}",
        last=last,
        root=forger.flip(bytes(root)),
    )


def a_commit_gone_or_added(forger: Forger) -> None:
    (last,) = forger.one("select last_version from ledger.commits where ledger = %(ledger)s")
    if forger.chance.random() < 0.5:
        forger.change(f"delete from ledger.commits where {COMMIT}", last=last)
        return
    forger.change(
        "insert into ledger.commits select ledger, last_version + 100000, first_version,"
        f" recorded_at + interval '1 day', root from ledger.commits where {COMMIT}",
        last=last,
    )


def the_head(forger: Forger) -> None:
    root, edge = forger.rows("select root, frontier from ledger.heads where ledger = %(ledger)s")[0]
    what = forger.chance.choice(
        (
            "root = %(root)s",
            "frontier = %(edge)s",
            "version = version + 1",
            "version = version - 1",
            "recorded_at = recorded_at + interval '1 second'",
            "recorded_at = null",
        )
    )
    forger.change(
        f"update ledger.heads set {what} where ledger = %(ledger)s",
        root=forger.flip(bytes(root)),
        edge=forger.flip(bytes(edge)),
    )


def an_event_id(forger: Forger) -> None:
    (name,) = forger.one("select event_id from ledger.event_ids where ledger = %(ledger)s")
    what = forger.chance.choice(
        (
            "first_version = first_version + 1",
            "last_version = last_version + 1",
            "first_version = 1, last_version = 1",
            "event_id = event_id || 'x'",
            "content_hash = substr(content_hash, 2)",
            "ledger = %(other)s, event_id = 'moved'",
        )
    )
    if "= 1" in what and name == "k:0":
        what = "event_id = 'renamed'"
    forger.change(f"update ledger.event_ids set {what} where {ID}", id=name)


def an_event_id_gone_or_added(forger: Forger) -> None:
    (name,) = forger.one("select event_id from ledger.event_ids where ledger = %(ledger)s")
    if forger.chance.random() < 0.5:
        forger.change(f"delete from ledger.event_ids where {ID}", id=name)
        return
    forger.change(
        "insert into ledger.event_ids select ledger, 'added', content_hash, first_version,"
        f" last_version from ledger.event_ids where {ID}",
        id=name,
    )


def an_idempotency_key(forger: Forger) -> None:
    """Of a request that recorded something; what was sent and refused, nobody knows."""
    key, root, results = forger.one(
        "select idempotency_key, root, results from ledger.idempotency_keys"
        " where ledger = %(ledger)s and results like '[[0,%%'"
    )
    what = forger.chance.choice(
        (
            "version = version + 1",
            "version = version - 1",
            "version = version + 100000",
            "root = %(root)s",
            "results = %(results)s",
            "results = 'nonsense'",
            "actor = 'eve'",
            "content_hash = substr(content_hash, 2)",
        )
    )
    forger.change(
        f"update ledger.idempotency_keys set {what} where {KEY}",
        key=key,
        root=forger.flip(bytes(root)),
        results=_other_span(forger, bytes(results)),
    )


def _other_span(forger: Forger, results: bytes) -> bytes:
    """One of the versions that a key names is another one."""
    kept = json.loads(results)
    span = forger.chance.choice([result for result in kept if result[0] == 0])
    place = forger.chance.choice((1, 2))
    span[place] = max(1, span[place] + forger.chance.choice((-1, 1, 50)))
    if span[1] == 1 == place:
        span[2] += 1
    return json.dumps(kept).encode()


def a_doubled_key(forger: Forger) -> None:
    (key,) = forger.one(
        "select idempotency_key from ledger.idempotency_keys"
        " where ledger = %(ledger)s and results like '[[0,%%'"
    )
    forger.change(
        "insert into ledger.idempotency_keys select ledger, actor, 'again', content_hash, version,"
        f" root, results from ledger.idempotency_keys where {KEY}",
        key=key,
    )


def a_node(forger: Forger) -> None:
    forger.change(
        forger.chance.choice(
            (
                "update ledger.tree_nodes set hash = sha256(hash) where ledger = %(ledger)s",
                "update ledger.tree_nodes set place = 7 where ledger = %(ledger)s",
                "delete from ledger.tree_nodes where ledger = %(ledger)s",
                "insert into ledger.tree_nodes values (%(ledger)s, 16, 0, sha256('x'))",
            )
        )
    )


def a_checkpoint(forger: Forger) -> None:
    size, root = forger.one("select size, root from ledger.checkpoints where ledger = %(ledger)s")
    what = forger.chance.choice(
        ("root = %(root)s", "size = size - 1", "size = size + 1", "size = size + 100000")
    )
    forger.change(
        f"update ledger.checkpoints set {what} where {CHECKPOINT}",
        size=size,
        root=forger.flip(bytes(root)),
    )


def a_signature(forger: Forger) -> None:
    """Flipped, cut off, of another key or name; or the log's own is gone."""
    size, kind, content, key_id = forger.one(
        "select size, kind, content, key_id from ledger.checkpoint_signatures"
        " where ledger = %(ledger)s"
    )
    what = forger.chance.choice(
        (
            "content = %(content)s",
            "content = substr(content, 1, 5)",
            "key_id = %(id)s",
            "name = name || 'x'",
        )
    )
    where = f"{CHECKPOINT} and kind = %(kind)s"
    found = {"size": size, "kind": kind, "id": forger.flip(bytes(key_id))}
    if kind == 1 and forger.chance.random() < 0.2:
        forger.change(f"delete from ledger.checkpoint_signatures where {where}", **found)
        return
    forger.change(
        f"update ledger.checkpoint_signatures set {what} where {where}",
        **found,
        content=forger.flip(bytes(content)),
    )


def the_key(forger: Forger) -> None:
    """Replaced, given up before its time, gone; or the log goes by another name."""
    forger.change(
        forger.chance.choice(
            (
                (
                    "update ledger.verifier_keys set public_key = %(stranger)s"
                    " where ledger = %(ledger)s and kind = 1"
                ),
                (
                    "insert into ledger.retired_verifier_keys (ledger, kind, name, public_key,"
                    " to_version, retired_by) select ledger, kind, name, public_key, 1, 'eve'"
                    " from ledger.verifier_keys where ledger = %(ledger)s and kind = 1"
                ),
                "delete from ledger.verifier_keys where ledger = %(ledger)s",
                "update ledger.origins set origin = origin || 'x' where ledger = %(ledger)s",
            )
        ),
        stranger=STRANGER.key("any").public_key,
    )


def the_key_replaced_and_signed_anew(forger: Forger) -> None:
    """No event is changed: whoever knows the log's key sees that another one signs."""
    forger.sign_anew(STRANGER)


def two_ledgers_exchanged(forger: Forger) -> None:
    """Every row of one is the other's now; only the auditor can tell."""
    for table, column in (
        ("events", "originator_id"),
        *(
            (table, "ledger")
            for table in (
                "commits", "heads", "event_ids", "idempotency_keys", "tree_nodes", "origins",
                "checkpoints", "checkpoint_signatures", "verifier_keys",
            )
        ),
    ):  # fmt: skip
        for before, after in (("wlz", "aside"), ("other", "wlz"), ("aside", "other")):
            forger.change(
                f"update ledger.{table} set {column} = %(after)s where {column} = %(before)s",
                before=before,
                after=after,
            )


KINDS = (
    a_commit,
    a_commit_gone_or_added,
    the_head,
    an_event_id,
    an_event_id_gone_or_added,
    an_idempotency_key,
    a_doubled_key,
    a_node,
    a_checkpoint,
    a_signature,
    the_key,
    the_key_replaced_and_signed_anew,
    two_ledgers_exchanged,
)
