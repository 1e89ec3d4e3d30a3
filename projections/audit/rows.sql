-- rows_terms
-- The terms events that some versions of the log added to a generation.
select version, type, contract, effective_on, stored
from projections.terms
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_payments
-- The payments that some versions of the log added to a generation.
select payment, version, contract, child, trigger, kind, reference, reason, effective_on,
    card, share_set, rule_version, amount_minor, funded_minor, unfunded_minor, split,
    carries, evidence, area
from projections.payments
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_payment_changes
-- The changes of payments that some versions of the log added to a generation.
select payment, version, change, evidence, area
from projections.payment_changes
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_payment_shares
-- The funders' parts of payments that some versions of the log added to a generation.
select version, contract, funder, amount_minor, unfunded_minor
from projections.payment_shares
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_series
-- The series of a generation.
select series, book, account, contract, fund, funder, partner, detail, parts, parts_total
from projections.series
where ledger = %(ledger)s and generation = %(generation)s
    and %(after)s < %(upto)s

-- rows_postings
-- The postings that some versions of the log added to a generation.
select series, n, version, line, effective_on, child, amount_minor, posted_on
from projections.postings
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_curves
-- The curves that some versions of the log added to a generation.
select series, version, upto_n, days, balances
from projections.curves
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_cash
-- The cash facts that some versions of the log added to a generation.
select version, type, contract, funder, partner, name, fund, bank_account, effective_on,
    amount_minor
from projections.cash
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_child_steps
-- The steps of children's paths that some versions of the log added to a generation.
select version, contract, child, step, effective_on, cohort, school, borough
from projections.child_steps
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_voids
-- The voidings that some versions of the log added to a generation.
select voided, version
from projections.voids
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_measurements
-- The scores that some versions of the log added to a generation.
select version, contract, child, area, point, informant, correction, effective_on,
    received_on, actor, value
from projections.measurements
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_verifications
-- The verdicts that some versions of the log added to a generation.
select version, contract, child, trigger, area, verdict, effective_on, actor
from projections.verifications
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_periods
-- The steps of periods that some versions of the log added to a generation.
select version, step, contract, first_on, last_on, hardness, at_version, root, trial_balance,
    reason_code, effective_on, actor
from projections.periods
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_event_index
-- The index entries of one slot of a generation, as far as a version.
select subject, slot, offsets
from projections.event_index
where ledger = %(ledger)s and generation = %(generation)s
    and slot = %(after)s / 32768 and %(after)s < %(upto)s

-- rows_erasures
-- The steps of erasures that some versions of the log added to a generation.
select version, child, step, basis, scope, effective_on, actor
from projections.erasures
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_claim_steps
-- The steps of claims that some versions of the log added to a generation.
select version, contract, claim, step, payment, effective_on, actor
from projections.claim_steps
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_claim_contents
-- The what claims collected that some versions of the log added to a generation.
select version, contract, claim, upto, known_version, effective_on, amount_minor,
    funded_minor, unfunded_minor, funders
from projections.claim_contents
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_claim_lines
-- The lines of claims that some versions of the log added to a generation.
select version, line, contract, claim, adjustment
from projections.claim_lines
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_claim_reductions
-- The what came off claims that some versions of the log added to a generation.
select version, contract, claim, payment, sample, effective_on, amount_minor,
    funded_minor, unfunded_minor, funders
from projections.claim_reductions
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_invoices
-- The invoices and credit notes that some versions of the log added to a generation.
select version, kind, contract, claim, funder, name, amount_minor, reference,
    issued_on, due_on, posted_on
from projections.invoices
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_invoice_changes
-- The what settled invoices that some versions of the log added to a generation.
select version, invoice, change, source, effective_on, amount_minor, posted_on
from projections.invoice_changes
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_samples
-- The samples that some versions of the log added to a generation.
select version, contract, claim, sample, method, seed, size, population, effective_on,
    actor
from projections.samples
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_sample_items
-- The items of samples that some versions of the log added to a generation.
select version, contract, sample, place, payment
from projections.sample_items
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_sample_steps
-- The verdicts on items, and ends of samples, that some versions of the log added to a generation.
select version, contract, sample, step, payment, passed, reason_code, effective_on, actor
from projections.sample_steps
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_settlement_steps
-- The steps of settlements that some versions of the log added to a generation.
select version, contract, settlement, step, partner, effective_on, actor, stored
from projections.settlement_steps
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s

-- rows_partner_banks
-- The bank details of partners that some versions of the log added to a generation.
select version, partner, step, fingerprint, effective_on, actor
from projections.partner_banks
where ledger = %(ledger)s and generation = %(generation)s
    and version > %(after)s and version <= %(upto)s
