-- Closed periods: their steps, and on which day what came late is posted. A posting keeps its
-- effective day; `posted_on` is there only where it is another one. The series of the books
-- `prior_period` and `prior_period_memo` say what such postings move from their effective day to
-- the day they are posted.
alter table projections.postings add column posted_on date;
create index postings_posted_late
    on projections.postings (ledger, generation, posted_on) where posted_on is not null;
alter table projections.invoices add column posted_on date;
alter table projections.invoice_changes add column posted_on date;

alter table projections.series drop constraint series_book_check;
alter table projections.series
    add constraint series_book_check check (
        book in ('journal', 'memo', 'prior_period', 'prior_period_memo')
    );

create table projections.periods (
    ledger text collate "C" not null,
    generation integer not null,
    version bigint not null,
    step text collate "C" not null check (step in ('closed', 'reopened')),
    contract text collate "C",
    first_on date not null,
    last_on date not null,
    hardness text collate "C",
    at_version bigint,
    root text collate "C",
    trial_balance jsonb,
    reason_code text collate "C",
    effective_on date not null,
    actor text collate "C" not null,
    primary key (ledger, generation, version)
);
