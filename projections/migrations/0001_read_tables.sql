-- The read tables. Every one of them but `tracking` and `event_index` only ever grows, so an
-- answer at an old (as_of, known_at) cannot change. `generation` is blue or green: a rebuild
-- writes a generation of its own, and one update of `tracking` makes it the one that is read.
create schema if not exists projections;

create table projections.tracking (
    ledger text collate "C" not null,
    generation integer not null,
    stage text not null check (stage in ('live', 'building', 'retired')),
    version bigint not null,
    changed_at timestamptz not null default now(),
    primary key (ledger, generation)
);
create unique index tracking_one_live on projections.tracking (ledger) where stage = 'live';

-- The generation that is read.
create function projections.live(asked text) returns integer
language sql stable parallel safe
as $$ select generation from projections.tracking where ledger = asked and stage = 'live' $$;

create table projections.terms (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    type text collate "C" not null,
    contract text collate "C" not null,
    effective_on date not null,
    stored bytea not null,
    primary key (ledger, generation, version)
);

create table projections.payments (
    ledger text collate "C" not null,
    generation integer not null,
    payment text collate "C" not null,
    version bigint not null,
    contract text collate "C" not null,
    child text collate "C",
    trigger text collate "C" not null,
    kind text collate "C" not null,
    reference text collate "C",
    reason text collate "C",
    effective_on date not null,
    card text collate "C" not null,
    share_set bigint,
    rule_version integer not null,
    amount_minor bigint not null,
    funded_minor bigint not null,
    unfunded_minor bigint not null,
    split jsonb not null,
    carries jsonb,
    evidence jsonb not null,
    primary key (ledger, generation, version)
);
create unique index payments_by_name on projections.payments (ledger, generation, payment);
create index payments_by_child
    on projections.payments (ledger, generation, child, contract) where child is not null;
create index payments_by_day
    on projections.payments (ledger, generation, contract, effective_on, version);

create table projections.payment_changes (
    ledger text collate "C" not null,
    generation integer not null,
    payment text collate "C" not null,
    version bigint not null,
    change text collate "C" not null check (change in ('reversed', 'gone', 'evidence')),
    evidence jsonb,
    primary key (ledger, generation, payment, version)
);

create table projections.payment_shares (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    funder text collate "C" not null,
    amount_minor bigint not null,
    unfunded_minor bigint not null,
    primary key (ledger, generation, funder, version)
);

create table projections.series (
    ledger text collate "C" not null,
    generation integer not null,
    series integer not null,
    book text collate "C" not null check (book in ('journal', 'memo')),
    account text collate "C" not null,
    contract text collate "C" not null,
    fund text collate "C" not null,
    funder text collate "C",
    partner text collate "C",
    detail text collate "C" not null,
    parts bigint not null,
    parts_total bigint not null,
    primary key (ledger, generation, series)
);

create table projections.postings (
    ledger text collate "C" not null,
    generation integer not null,
    series integer not null,
    n integer not null,
    version bigint not null,
    line integer not null,
    effective_on date not null,
    child text collate "C",
    amount_minor bigint not null,
    primary key (ledger, generation, series, n)
);
create unique index postings_by_version
    on projections.postings (ledger, generation, version, line);

create table projections.curves (
    ledger text collate "C" not null,
    generation integer not null,
    series integer not null,
    version bigint not null,
    upto_n integer not null,
    days date[] not null,
    balances numeric[] not null,
    primary key (ledger, generation, series, upto_n)
);

create table projections.cash (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    type text collate "C" not null,
    contract text collate "C" not null,
    funder text collate "C",
    partner text collate "C",
    name text collate "C",
    fund text collate "C" not null,
    bank_account text collate "C",
    effective_on date not null,
    amount_minor bigint not null,
    primary key (ledger, generation, version)
);
create index cash_by_partner
    on projections.cash (ledger, generation, partner) where partner is not null;
create index cash_by_funder on projections.cash (ledger, generation, funder) where funder is not null;

create table projections.child_steps (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    child text collate "C" not null,
    step text collate "C" not null
        check (step in ('enrolled', 'transferred', 'withdrawn', 'completed')),
    effective_on date not null,
    cohort text collate "C",
    school text collate "C",
    borough text collate "C",
    primary key (ledger, generation, child, contract, version)
);

create table projections.voids (
    ledger text collate "C" not null,
    generation integer not null,
    voided bigint not null,
    version bigint not null,
    primary key (ledger, generation, voided, version)
);

create table projections.measurements (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    child text collate "C" not null,
    area text collate "C" not null,
    point text collate "C" not null,
    informant text collate "C",
    correction boolean not null,
    effective_on date not null,
    received_on date not null,
    actor text collate "C" not null,
    value text not null,
    primary key (ledger, generation, contract, child, version)
);

create table projections.verifications (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    child text collate "C" not null,
    trigger text collate "C",
    area text collate "C",
    verdict text collate "C" not null,
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, contract, child, version)
);

-- The versions that concern a subject (`child:c1`, `type:fee.paid`), 32,768 versions a slot.
create table projections.event_index (
    ledger text collate "C" not null,
    generation integer not null,
    subject text collate "C" not null,
    slot integer not null,
    offsets smallint[] not null,
    primary key (ledger, generation, subject, slot)
);
