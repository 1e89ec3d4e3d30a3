-- Verification samples of claims. Rows are only ever added.
create table projections.samples (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    claim text collate "C" not null,
    sample text collate "C" not null,
    method text collate "C" not null,
    seed text collate "C" not null,
    size bigint not null,
    population bigint not null,
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, contract, sample)
);

create table projections.sample_items (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    sample text collate "C" not null,
    place bigint not null,
    payment text collate "C" not null,
    primary key (ledger, generation, contract, sample, place)
);

create table projections.sample_steps (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    sample text collate "C" not null,
    step text collate "C" not null check (step in ('judged', 'closed')),
    payment text collate "C",
    passed boolean,
    reason_code text collate "C",
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, contract, sample, version)
);
