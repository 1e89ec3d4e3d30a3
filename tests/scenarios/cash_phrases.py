"""The sentences of a scenario page from payment to cash: claims, samples, and what pays invoices.

Payments, invoices and credit notes have got their names by then, see `Documents`.
"""

from tests.scenarios.phrases import fact, pence, wording


@wording(
    r"claim (?P<claim>\S+) is drafted up to (?P<upto>\S+)"
    r"(?:, as known at version (?P<version>\d+))?"
)
def _drafted(claim, upto, version):
    known_at = None if version is None else int(version)
    yield fact("claim.drafted", claim=claim, upto=upto, known_at=known_at)


@wording(r"claim (?P<claim>\S+) is (?P<step>submitted|approved)")
def _step(claim, step):
    yield fact(f"claim.{step}", claim=claim)


@wording(r"claim (?P<claim>\S+) is withdrawn: (?P<reason>\w+)")
def _withdrawn(claim, reason):
    yield fact("claim.withdrawn", claim=claim, reason_code=reason)


@wording(
    r"in claim (?P<claim>\S+) payment (?P<payment>\S+) is (?P<how>queried|cleared|rejected): "
    r"(?P<reason>\w+)"
)
def _marked(claim, payment, how, reason):
    yield fact(f"claim.line_{how}", claim=claim, payment=payment, reason_code=reason)


@wording(
    r"sample (?P<sample>\S+) of (?P<size>\d+) lines? is drawn from claim (?P<claim>\S+) "
    r"by seed (?P<seed>\S+), (?P<method>exact|extrapolated)"
)
def _drawn(sample, size, claim, seed, method):
    terms = {"claim": claim, "sample": sample, "size": int(size), "seed": seed}
    yield fact("sample.drawn", method=method, **terms)


@wording(
    r"in sample (?P<sample>\S+) payment (?P<payment>\S+) (?P<verdict>passes|fails: (?P<why>\w+))"
)
def _judged(sample, payment, verdict, why):
    passed = verdict == "passes"
    yield fact("sample.judged", sample=sample, payment=payment, passed=passed, reason_code=why)


@wording(r"sample (?P<sample>\S+) is closed")
def _closed(sample):
    yield fact("sample.closed", sample=sample)


@wording(r"(?P<amount>[\d,.]+) of receipt (?P<receipt>\S+) pays invoice (?P<invoice>\S+)")
def _allocated(amount, receipt, invoice):
    terms = {"receipt": receipt, "invoice": invoice, "amount_minor": pence(amount)}
    yield {"type": "receipt.allocated", "data": terms}


@wording(
    r"(?P<amount>[\d,.]+) of receipt (?P<receipt>\S+) pays invoice (?P<invoice>\S+) no more: "
    r"(?P<reason>\w+)"
)
def _unallocated(amount, receipt, invoice, reason):
    terms = {"receipt": receipt, "invoice": invoice, "amount_minor": pence(amount)}
    yield {"type": "receipt.unallocated", "data": {**terms, "reason_code": reason}}


@wording(r"(?P<amount>[\d,.]+) of credit note (?P<note>\S+) is paid out")
def _paid_out(amount, note):
    yield {
        "type": "credit.refunded",
        "data": {"credit_note": note, "amount_minor": pence(amount)},
    }


@wording(r"(?P<amount>[\d,.]+) of credit note (?P<note>\S+) pays invoice (?P<invoice>\S+)")
def _credited(amount, note, invoice):
    terms = {"credit_note": note, "invoice": invoice, "amount_minor": pence(amount)}
    yield {"type": "credit.applied", "data": terms}


@wording(r"(?P<amount>[\d,.]+) is refunded to (?P<funder>\w+)")
def _refunded(amount, funder):
    yield fact("refund.paid", funder=funder, amount_minor=pence(amount))


@wording(
    r"write-off (?P<name>\S+) of (?P<amount>[\d,.]+) of invoice (?P<invoice>\S+) is asked for: "
    r"(?P<reason>\w+)"
)
def _asked(name, amount, invoice, reason):
    terms = {"write_off": name, "invoice": invoice, "amount_minor": pence(amount)}
    yield fact("write_off.requested", reason_code=reason, **terms)


@wording(r"write-off (?P<name>\S+) is approved")
def _written_off(name):
    yield fact("write_off.approved", write_off=name)


@wording(r"funder (?P<name>\w+), who pays within (?P<days>\d+) days")
def _funder(name, days):
    yield fact("funder.joined", funder=name, name=name, kind="other", payment_days=int(days))
