-- Keys, and the answers kept for requests about keys and ledgers. They belong to the service and
-- not to one ledger, which is why no ledger begins their primary keys.

create schema if not exists api;

create table api.keys (
    name text primary key,
    roles text[] not null,
    ledgers text[],
    key_hash bytea not null unique,
    created_at timestamptz not null default now(),
    deleted_at timestamptz
);

create table api.kept_answers (
    actor text not null,
    idempotency_key text not null,
    request_hash bytea not null,
    status smallint,
    answer bytea,
    begun_at timestamptz not null default now(),
    primary key (actor, idempotency_key)
);
