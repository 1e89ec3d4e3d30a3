"""A desk at which partners are settled: orders, registers, accounts, and steps by their doors."""

from typing import Any, Final

import httpx

from tests.api.desk import Desk, Json, fact

ACCOUNT: Final = "a1" * 32
OTHER_ACCOUNT: Final = "b2" * 32


def delivered(first: int, last: int, **changes: Any) -> list[Json]:
    """Registers of the drama club, one a day in a February, of the one child there is."""
    came = {"expected": ["c-0001"], "attended": ["c-0001"], "engaged": None, **changes}
    return [
        fact("register.submitted", on=f"2022-02-{n:02}", session=f"s-{n}", **came)
        for n in range(first, last + 1)
    ]


def cancelled(number: int) -> Json:
    """The partner cancelled: it costs nothing."""
    [register] = delivered(number, number, status="cancelled_by_partner", attended=None)
    return register


def bank(desk: Desk, fingerprint: str = ACCOUNT, partner: str = "drama-club") -> None:
    """Give bank details and confirm them."""
    about = {"partner": partner, "fingerprint": fingerprint}
    desk.appended("finance", fact("partner.bank_set", **about))
    desk.appended("approver", fact("partner.bank_confirmed", **about))


def step(desk: Desk, role: str, path: str, /, **body: Any) -> httpx.Response:
    """Ask a door of settlements."""
    url = f"{desk.path}/settlements{path}"
    return desk.house.clients[role].post(url, json={"contract": "lcf", **body})


def done(desk: Desk, role: str, path: str, /, **body: Any) -> Json:
    """Ask a door of settlements, which lets it in."""
    answer = step(desk, role, path, **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def returned(desk: Desk, amount_minor: int, name: str = "s1", **more: Any) -> httpx.Response:
    """Say that the bank sent the drama club's payment back."""
    body = {"partner": "drama-club", "amount_minor": amount_minor, "reason_code": "account_closed"}
    return step(desk, "finance", f"/{name}/return", **{**body, **more})


def drafted(desk: Desk, name: str = "s1", upto: str = "2022-03-31", **more: Any) -> Json:
    """Draft a settlement; what it collected."""
    [result] = done(desk, "finance", "", settlement=name, upto=upto, **more)["results"]
    [collected] = result["decisions"]
    return dict(collected["data"])


def settled(desk: Desk, name: str = "s1", upto: str = "2022-03-31", **terms: Any) -> Json:
    """Take a settlement through to its payments; each partner's by its name."""
    drafted(desk, name, upto)
    done(desk, "approver", f"/{name}/approve")
    [result] = done(desk, "finance", f"/{name}/pay", **terms)["results"]
    return {made["data"]["partner"]: made["data"] for made in result["decisions"]}
