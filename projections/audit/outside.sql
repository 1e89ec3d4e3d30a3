-- rows_outside
-- How many rows of a generation are of no version that it has taken in, by table?
select read_table, count(*) from (
    select 'terms' as read_table from projections.terms
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'payments' as read_table from projections.payments
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'payment_changes' as read_table from projections.payment_changes
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'payment_shares' as read_table from projections.payment_shares
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'postings' as read_table from projections.postings
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'curves' as read_table from projections.curves
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'cash' as read_table from projections.cash
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'child_steps' as read_table from projections.child_steps
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'voids' as read_table from projections.voids
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'measurements' as read_table from projections.measurements
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'verifications' as read_table from projections.verifications
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'periods' as read_table from projections.periods
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'erasures' as read_table from projections.erasures
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'claim_steps' as read_table from projections.claim_steps
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'claim_contents' as read_table from projections.claim_contents
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'claim_lines' as read_table from projections.claim_lines
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'claim_reductions' as read_table from projections.claim_reductions
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'invoices' as read_table from projections.invoices
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'invoice_changes' as read_table from projections.invoice_changes
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'samples' as read_table from projections.samples
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'sample_items' as read_table from projections.sample_items
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'sample_steps' as read_table from projections.sample_steps
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'settlement_steps' as read_table from projections.settlement_steps
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'partner_banks' as read_table from projections.partner_banks
    where ledger = %(ledger)s and generation = %(generation)s
        and (version <= 0 or version > %(version)s)
    union all
    select 'event_index' from projections.event_index
    where ledger = %(ledger)s and generation = %(generation)s
        and (slot < 0 or slot * 32768 >= %(version)s)
) as outside
group by read_table
order by read_table
