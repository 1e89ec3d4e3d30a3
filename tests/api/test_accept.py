"""The `Accept` header, as all doors read it."""

import pytest

from api.http.accept import weights_of


@pytest.mark.parametrize(
    "accept, weights",
    [
        ("text/csv", {"text/csv": 1000}),
        ("TEXT/CSV; header=present; q=0.25, */*;Q=0", {"text/csv": 250, "*/*": 0}),
        ("text/html; q = 0.5", {"text/html": 500}),
        ("text/html;q=1.000,text/csv;q=0.", {"text/html": 1000, "text/csv": 0}),
        ("text/html;q=1.5, text/csv;q=nonsense", {"text/html": 0, "text/csv": 0}),
    ],
)
def test_each_type_weighs_what_the_client_gives_it(accept: str, weights: dict[str, int]) -> None:
    assert weights_of(accept) == weights
