-- drop_terms
-- Deletes a dropped generation's rows of projections.terms.
delete from projections.terms where ledger = %(ledger)s and generation = %(generation)s

-- drop_payments
-- Deletes a dropped generation's rows of projections.payments.
delete from projections.payments where ledger = %(ledger)s and generation = %(generation)s

-- drop_payment_changes
-- Deletes a dropped generation's rows of projections.payment_changes.
delete from projections.payment_changes where ledger = %(ledger)s and generation = %(generation)s

-- drop_payment_shares
-- Deletes a dropped generation's rows of projections.payment_shares.
delete from projections.payment_shares where ledger = %(ledger)s and generation = %(generation)s

-- drop_series
-- Deletes a dropped generation's rows of projections.series.
delete from projections.series where ledger = %(ledger)s and generation = %(generation)s

-- drop_postings
-- Deletes a dropped generation's rows of projections.postings.
delete from projections.postings where ledger = %(ledger)s and generation = %(generation)s

-- drop_curves
-- Deletes a dropped generation's rows of projections.curves.
delete from projections.curves where ledger = %(ledger)s and generation = %(generation)s

-- drop_cash
-- Deletes a dropped generation's rows of projections.cash.
delete from projections.cash where ledger = %(ledger)s and generation = %(generation)s

-- drop_child_steps
-- Deletes a dropped generation's rows of projections.child_steps.
delete from projections.child_steps where ledger = %(ledger)s and generation = %(generation)s

-- drop_voids
-- Deletes a dropped generation's rows of projections.voids.
delete from projections.voids where ledger = %(ledger)s and generation = %(generation)s

-- drop_measurements
-- Deletes a dropped generation's rows of projections.measurements.
delete from projections.measurements where ledger = %(ledger)s and generation = %(generation)s

-- drop_verifications
-- Deletes a dropped generation's rows of projections.verifications.
delete from projections.verifications where ledger = %(ledger)s and generation = %(generation)s

-- drop_event_index
-- Deletes a dropped generation's rows of projections.event_index.
delete from projections.event_index where ledger = %(ledger)s and generation = %(generation)s


-- drop_periods
-- Deletes a dropped generation's rows of projections.periods.
delete from projections.periods where ledger = %(ledger)s and generation = %(generation)s

-- drop_erasures
-- Deletes a dropped generation's rows of projections.erasures.
delete from projections.erasures where ledger = %(ledger)s and generation = %(generation)s

-- drop_claim_steps
-- Deletes a dropped generation's rows of projections.claim_steps.
delete from projections.claim_steps where ledger = %(ledger)s and generation = %(generation)s

-- drop_claim_contents
-- Deletes a dropped generation's rows of projections.claim_contents.
delete from projections.claim_contents where ledger = %(ledger)s and generation = %(generation)s

-- drop_claim_lines
-- Deletes a dropped generation's rows of projections.claim_lines.
delete from projections.claim_lines where ledger = %(ledger)s and generation = %(generation)s

-- drop_claim_reductions
-- Deletes a dropped generation's rows of projections.claim_reductions.
delete from projections.claim_reductions where ledger = %(ledger)s and generation = %(generation)s

-- drop_invoices
-- Deletes a dropped generation's rows of projections.invoices.
delete from projections.invoices where ledger = %(ledger)s and generation = %(generation)s

-- drop_invoice_changes
-- Deletes a dropped generation's rows of projections.invoice_changes.
delete from projections.invoice_changes where ledger = %(ledger)s and generation = %(generation)s

-- drop_samples
-- Deletes a dropped generation's rows of projections.samples.
delete from projections.samples where ledger = %(ledger)s and generation = %(generation)s

-- drop_sample_items
-- Deletes a dropped generation's rows of projections.sample_items.
delete from projections.sample_items where ledger = %(ledger)s and generation = %(generation)s

-- drop_sample_steps
-- Deletes a dropped generation's rows of projections.sample_steps.
delete from projections.sample_steps where ledger = %(ledger)s and generation = %(generation)s

-- drop_settlement_steps
-- Deletes a dropped generation's rows of projections.settlement_steps.
delete from projections.settlement_steps where ledger = %(ledger)s and generation = %(generation)s

-- drop_partner_banks
-- Deletes a dropped generation's rows of projections.partner_banks.
delete from projections.partner_banks where ledger = %(ledger)s and generation = %(generation)s
