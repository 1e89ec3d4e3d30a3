-- Settlements of what partners are owed, and partners' bank details. Rows are only ever added.
create table projections.settlement_steps (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    settlement text collate "C" not null,
    step text collate "C" not null check (
        step in ('collected', 'approved', 'withdrawn', 'paid', 'settled')
    ),
    partner text collate "C",
    effective_on date not null,
    actor text collate "C" not null,
    stored bytea not null,
    primary key (ledger, generation, contract, settlement, version)
);

create table projections.partner_banks (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    partner text collate "C" not null,
    step text collate "C" not null check (step in ('set', 'confirmed')),
    fingerprint text collate "C" not null,
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, partner, version)
);
