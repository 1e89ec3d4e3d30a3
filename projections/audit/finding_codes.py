"""Every code that an audit's finding can have, with the line that says what it means.

Published: programs act on them. A code is never renamed; a test holds that each one that is found
anywhere in the audit is here, and that each one here can be found.
"""

from typing import Final

LOG: Final = {
    "version_missing": "a version of the log is not there",
    "leaf_hash_differs": "the stored leaf hash is not the hash of the stored bytes",
    "bytes_unreadable": "the stored bytes are no event of the catalogue",
    "bytes_not_canonical": "the event, written again, gives other bytes",
    "column_differs": "a column beside the stored bytes says something else than they do",
    "moment_not_later": "a commit is not recorded after the one before it",
    "moment_differs": "the events of a commit, or its row, have different moments",
    "commit_missing": "no commit begins at an event behind the end of the last commit",
    "commit_without_events": "a commit's versions are not those of one stretch of the log",
    "root_differs": "a commit or the head stores another root than the bytes give",
    "head_differs": "the head states another end, edge or moment than the log has",
    "head_missing": "the row that says where a log ends is not there, and something is left of it",
    "terms_missing": "the row of a ledger's name and timezone is not there, or names no timezone",
    "id_used_twice": "two facts have one event id",
    "id_not_kept": "the id of a fact is not kept with its version",
    "id_without_event": "an id is kept, and no event has it",
    "id_range_differs": "the versions kept with an id are not those of its fact and what followed",
    "id_hash_misshapen": "the hash kept with an id cannot be one",
}
KEYS: Final = {
    "key_beyond_log": "an idempotency key names a version that the log does not have",
    "key_root_differs": "the root kept with an idempotency key is not that of its version",
    "key_hash_misshapen": "the hash kept with an idempotency key cannot be one",
    "key_results_unreadable": "the results kept with an idempotency key cannot be read",
    "key_range_differs": "the versions kept with a key are not those of one request's facts",
    "key_of_another": "a key claims a fact that somebody else recorded",
    "key_claims_twice": "two idempotency keys claim the same fact",
}
SEALED_LOG: Final = {
    "node_differs": "a kept node of the tree is not what the leaves give",
    "node_missing": "nodes of the tree are not kept",
    "node_without_events": "a node is kept of events that are not there",
    "checkpoint_differs": "a signed checkpoint has another root than the events give",
    "checkpoint_beyond_log": "a checkpoint was signed of more events than the log has",
    "checkpoint_unsigned": "no key of the log of that time signed a checkpoint",
    "signature_wrong": "a line below a checkpoint is of no known key, or does not fit",
    "signed_out_of_time": "a line is of before its key was taken, or after it was given up",
    "verifier_key_misdated": "a verifier key is in use from, or up to, a version that cannot be",
    "verifier_key_misattributed": "a key of the log was taken by another, or has another's name",
    "time_stamp_wrong": "a time stamp is not of its checkpoint, or of another moment",
    "log_key_unknown": "none of the verifier keys that were brought signs for this log",
    "brought_checkpoint_differs": "the log is not the one that the brought checkpoint is of",
}
GUARDS: Final = {
    "guard_missing": "a trigger that guards recorded rows is not there, or is switched off",
    "guard_differs": "a trigger that guards recorded rows is another one than a migration made",
    "guard_unknown": "a trigger or rule stands on one of our tables that no migration made",
}
SEALS: Final = {
    "seal_broken": "a sealed value does not open under its child's key",
    "child_key_damaged": "a child's key does not open under the master key",
    "master_key_missing": "a child's key is wrapped under a master key that was not given",
    "child_key_missing": "children have sealed values and neither key nor tombstone",
    "erased_yet_readable": "a child was erased, and its key still opens",
    "erasure_missing": "a child's key is destroyed, and no erasure is recorded",
    "erasure_differs": "an erasure is noted as done for another child or scope",
    "erasure_without_event": "an erasure is noted as done, and the log has none",
    "key_store_unavailable": "the store of children's keys could not be reached",
}
RULES: Final = {
    "fact_refused": "the rules refuse a stored fact",
    "decision_missing": "the rules decide something that is not stored",
    "decision_not_due": "a decision is stored that the rules do not take",
    "decision_differs": "the rules decide another field of a stored decision",
    "invariant_broken": "the rules meet something that they hold impossible",
    "event_fits_nothing": "an event does not fit what came before it; what rests on it stops",
}
MONEY: Final = {
    "entry_unbalanced": "an entry in the read tables does not balance in a fund",
    "journal_unbalanced": "an entry, folded again, does not balance in a fund",
    "trial_balance_off": "from here on the trial balance of a fund is not zero",
    "cap_exceeded": "a release takes a funder, child or contract over the cap in force",
    "unfunded_without_cap": "a part of a release is unfunded, and no cap is in force",
    "parts_do_not_add_up": "the parts of a payment are not its amount",
    "payers_differ": "the funders of a payment, or their parts, are not those of its share set",
    "share_differs": "a funder's part is a penny or more from its exact share",
    "share_set_not_in_force": "the share set is of another day, place or trigger",
    "reversal_differs": "a reversal is not the exact negation of what it names",
    "paid_twice": "a trigger or grant is released while it stands",
    "reversed_twice": "a payment or fee is reversed that does not stand",
    "enrolled_twice": "a child is enrolled in a contract while it is enrolled",
    "voided_twice": "a fact is voided that is voided already",
    "closing_root_differs": "a closing stores another root or version",
    "trial_balance_differs": "a closed period's trial balance is another one, taken again",
}
NAMED: Final = {
    "named_nothing": "a version or payment is named that is not in the log before",
    "named_misfit": "what is named is of a kind, child or session that does not fit",
    "named_elsewhere": "what is named belongs to another contract",
}
TABLES: Final = {
    "projection_differs": "a read table is not what the log folds to",
}
REMARKS: Final = {
    "erasure_not_noted": "an erasure is recorded, and not noted as done; a start finishes it",
    "evidence_about_nothing": "evidence is attached about an event id that no event has",
    "evidence_about_another": "evidence is attached about another contract's or child's event",
}
"""What the ledger lets through: worth a look, and no fault of the log or of a decision."""

CODES: Final = LOG | KEYS | SEALED_LOG | GUARDS | SEALS | RULES | MONEY | NAMED | TABLES | REMARKS
