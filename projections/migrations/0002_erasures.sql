-- The steps on the way to a child's erasure. Scores stand in `measurements` as the log has them:
-- sealed, so that no read table has to be cleaned when a child is erased.
create table projections.erasures (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    child text collate "C" not null,
    step text collate "C" not null check (step in ('requested', 'declined', 'erased')),
    basis text collate "C",
    scope text collate "C",
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, child, version)
);
