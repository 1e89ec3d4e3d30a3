-- Claims, invoices to funders, and what settles them. Rows are only ever added.
create table projections.claim_steps (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    claim text collate "C" not null,
    step text collate "C" not null check (
        step in ('drafted', 'submitted', 'withdrawn', 'approved', 'queried', 'cleared', 'rejected')
    ),
    payment text collate "C",
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, contract, claim, version)
);

create table projections.claim_contents (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    claim text collate "C" not null,
    upto date not null,
    known_version bigint not null,
    effective_on date not null,
    amount_minor bigint not null,
    funded_minor bigint not null,
    unfunded_minor bigint not null,
    funders jsonb not null,
    primary key (ledger, generation, contract, claim)
);

create table projections.claim_lines (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    line bigint not null,
    contract text collate "C" not null,
    claim text collate "C" not null,
    adjustment boolean not null,
    primary key (ledger, generation, contract, claim, line)
);

create table projections.claim_reductions (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    contract text collate "C" not null,
    claim text collate "C" not null,
    payment text collate "C",
    sample text collate "C",
    effective_on date not null,
    amount_minor bigint not null,
    funded_minor bigint not null,
    unfunded_minor bigint not null,
    funders jsonb not null,
    primary key (ledger, generation, contract, claim, version)
);

create table projections.invoices (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    kind text collate "C" not null check (kind in ('invoice', 'credit_note')),
    contract text collate "C" not null,
    claim text collate "C" not null,
    funder text collate "C" not null,
    name text collate "C" not null,
    amount_minor bigint not null,
    reference text collate "C" not null,
    issued_on date not null,
    due_on date,
    primary key (ledger, generation, version)
);
create index invoices_by_name on projections.invoices (ledger, generation, name);

create table projections.invoice_changes (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    invoice text collate "C" not null,
    change text collate "C" not null check (change in ('allocated', 'credited', 'written_off')),
    source text collate "C" not null,
    effective_on date not null,
    amount_minor bigint not null,
    primary key (ledger, generation, invoice, version)
);
create index invoice_changes_by_source
    on projections.invoice_changes (ledger, generation, source);
