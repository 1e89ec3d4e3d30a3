"""What is counted about the service, for Prometheus. Never about a child or an amount."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The counters of one service; each service has a registry of its own."""

    def __init__(self) -> None:
        """Start at zero."""
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "outcomes_ledger_requests_total",
            "Requests answered, by route and status",
            ("route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "outcomes_ledger_request_seconds",
            "Seconds from a request's head to its answer's end, by route",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._facts = Counter(
            "outcomes_ledger_facts_total",
            "Facts answered by the append door, by result",
            ("status",),
            registry=self._registry,
        )
        self._lag = Gauge(
            "outcomes_ledger_projection_lag_versions",
            "Versions that the read tables are behind the log",
            ("ledger",),
            registry=self._registry,
        )
        self._version = Gauge(
            "outcomes_ledger_version", "The last version of a ledger", ("ledger",),
            registry=self._registry,
        )  # fmt: skip

    def saw(self, route: str, status: int, seconds: float) -> None:
        """Count a request that has been answered."""
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def answered(self, status: str, count: int = 1) -> None:
        """Count facts by what became of them."""
        self._facts.labels(status).inc(count)

    def set_position(self, ledger: str, *, version: int, projected: int) -> None:
        """Say how far a ledger and its read tables are."""
        self._version.labels(ledger).set(version)
        self._lag.labels(ledger).set(max(0, version - projected))

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self._registry)
