-- An adjustment of a claim names the version of a reversal; its payment is found by it.
create index payment_changes_by_version
    on projections.payment_changes (ledger, generation, version);
