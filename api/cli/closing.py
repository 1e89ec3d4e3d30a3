"""`close` and `reopen`: periods of a contract, or of the whole ledger."""

from typing import Annotated, Any

import typer

from api.cli.doing import APPROVER, FINANCE, Desk, at_desk
from api.cli.options import Contract, On, Reason
from api.cli.saying import console, say_json

First = Annotated[str, typer.Option("--from", metavar="DATE", help="Its first day.")]
Last = Annotated[str, typer.Option("--to", metavar="DATE", help="Its last day.")]
Hard = Annotated[bool, typer.Option("--hard", help="For good; else softly.")]


@at_desk(FINANCE)
def close(
    at: Desk,
    *,
    first_on: First,
    last_on: Last,
    contract: Contract = None,
    hard: Hard = False,
    on: On = None,
) -> None:
    """Close a period with its trial balance; what comes late is posted behind it."""
    hardness = "hard" if hard else "soft"
    body = {"contract": contract, "from": first_on, "to": last_on, "hardness": hardness}
    answer = at.post(("periods", "close"), body | {"effective_on": on})
    if at.as_json:
        say_json(answer)
        return
    event: dict[str, Any] = answer["results"][0]["event"]
    accounts = len(event["data"].get("trial_balance", ()))
    version = event["version"]
    console().print(f"closed {hardness} up to {last_on}, {accounts} accounts; closing {version:,}")
    console().print(f"root {event['data']['root']}", soft_wrap=True)


@at_desk(APPROVER)
def reopen(
    at: Desk,
    *,
    first_on: First,
    last_on: Last,
    reason: Reason,
    contract: Contract = None,
    on: On = None,
) -> None:
    """Open the last closed period again; whoever closed it is refused."""
    body = {"contract": contract, "from": first_on, "to": last_on, "reason_code": reason}
    at.say_recorded(at.post(("periods", "reopen"), body | {"effective_on": on}))
