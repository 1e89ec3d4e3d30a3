"""A why-document as an outline: branches of words, which a terminal and a page draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from api.tracing.rows import ROWS
from api.tracing.steps import in_words, plain, pounds

SAID_ELSEWHERE: Final = frozenset(
    {"about", "name", "payment", "invoice", "receipt", "as_of", "known_at", "version"}
    | {"next", "more", "left_out", "log", "made", "reverses"}
    | {"rule_version", "trigger", "kind", "line", "why", "on", "comes_to", "how"}
)
"""What other lines of the outline say, or the headline."""
ROW_OF: Final = ("payment", "invoice", "receipt")
PAGED: Final = ("items", "earned")
"""The part of a document that a page is of, where it is one part."""
UNTOLD: Final = frozenset({"why", "version"})

OF_A_NODE: Final = frozenset(
    {"kind", "version", "type", "actor", "effective_on", "received_on", "recorded_at", "id"}
    | {"causes", "says", "leaf_hash", "proof", "event"}
)
TITLES: Final = {
    "cause": "followed from",
    "became": "what became of it",
    "set": "share set",
    "items": "lines",
    "cut": "not shown",
}


@dataclass(slots=True)
class Branch:
    """A line of the outline, the event behind it if there is one, and what is below.

    `after` stands with a line that says how many more there are: the cursor of the next page.
    """

    words: str
    node: Mapping[str, Any] | None = None
    below: list["Branch"] = field(default_factory=list)
    after: str | None = None

    @property
    def facts(self) -> str:
        """What the event behind it says, in one line."""
        said = {} if self.node is None else self.node["says"]
        return ", ".join(f"{plain(name)} {_value(name, said[name])}" for name in said)


def outline(document: Mapping[str, Any]) -> Branch:
    """The whole document, its headline first."""
    root = Branch(headline(document))
    root.below = list(_parts(document))
    return root


def headline(document: Mapping[str, Any]) -> str:
    """What the document is about, in one line."""
    about = document["about"]
    row = document.get(about) if about in ROW_OF else None
    words = [named(document)]
    if about == "payment" and row is not None:
        words += [f"{row['trigger']} of {pounds(row['amount_minor'])}", row["state"]]
        words.append(f"effective {row['effective_on']}")
        words += [f"child {row['child']}"] if row["child"] else []
    elif row is not None:
        words += [f"{pounds(row['amount_minor'])}", f"funder {row['funder']}"]
    elif about == "fee":
        said = document["decision"]["says"]
        words += [pounds(said["amount_minor"]), f"partner {said['partner']}"]
        words.append(f"order {said['order']}, session {said['session']}")
    return ", ".join(words)


def named(document: Mapping[str, Any]) -> str:
    """What the document is about, by name; a reversal has the fee that it takes back in front."""
    if document.get("reverses") is not None:
        return f"fee {document['reverses']}, of which {document['name']} is the reversal"
    return f"{document['about']} {document['name']}"


def _parts(document: Mapping[str, Any]) -> Iterator[Branch]:
    more = [_more(document)] if document.get("next") is not None else []
    for name, value in document.items():
        if name in SAID_ELSEWHERE or value is None or value in ([], {}, 0, False):
            continue
        branch = _branch(name, value)
        if branch is not None:
            if name in PAGED:
                branch.below += more
                more = []
            yield branch
    yield from more


def _more(document: Mapping[str, Any]) -> Branch:
    """How many are behind a page, and the cursor of the next one."""
    about = f"why {document['about']} {document['name']}"
    return Branch(f"{document['more']:,} more of `{about}`", after=document["next"])


def _branch(name: str, value: Any) -> Branch | None:  # noqa: ANN401 (any part of a document)
    if name == "recompute":
        return Branch(_again(value), None, [Branch(_difference(d)) for d in value["differences"]])
    title = TITLES.get(name, plain(name))
    if isinstance(value, Mapping):
        return _mapping(title, value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        below = [_item(name, item) for item in value]
        return Branch(title, None, below) if isinstance(value[0], Mapping) else _flat(title, value)
    return Branch(f"{title} {_value(name, value)}")


def _mapping(title: str, value: Mapping[str, Any]) -> Branch | None:
    if "about" in value:
        whole = outline(value)
        return Branch(f"{title}: {whole.words}", None, whole.below)
    if "leaf_hash" in value:
        extra = {key: part for key, part in value.items() if key not in OF_A_NODE}
        return Branch(_event(title, value), value, list(_parts(extra)))
    below = list(_parts(value))
    return Branch(title, None, below) if below else None


def _item(name: str, item: Any) -> Branch:  # noqa: ANN401 (any part of a document)
    if not isinstance(item, Mapping):
        return Branch(str(item))
    if "step" in item:
        return Branch(in_words(item))
    if "leaf_hash" in item:
        return _mapping(plain(item["kind"]), item) or Branch("")
    if name in ROWS:
        return Branch(ROWS[name](item))
    own = {key: part for key, part in item.items() if not isinstance(part, Mapping | list)}
    told = {key: part for key, part in own.items() if part is not None and key not in UNTOLD}
    words = ", ".join(f"{plain(key)} {_value(key, part)}" for key, part in told.items())
    nested = {key: part for key, part in item.items() if key not in own}
    return Branch(words or plain(name), None, list(_parts(nested)))


def _flat(title: str, values: Sequence[Any]) -> Branch:
    return Branch(f"{title} {', '.join(map(str, values))}")


def _event(title: str, node: Mapping[str, Any]) -> str:
    by = f"{node['type']} at version {node['version']} by {node['actor']}, {node['effective_on']}"
    return by if title == node["kind"] == node["type"].partition(".")[0] else f"{title}: {by}"


def _value(name: str, value: object) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return pounds(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{plain(part)} {_value(part, value[part])}" for part in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(_value(name, each) for each in value) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)


def _again(again: Mapping[str, Any]) -> str:
    """Whether the rules, run again, agree."""
    count = len(again["performed"])
    words = {
        True: f"run again: {count} agree",
        False: f"run again: {len(again['differences'])} fields differ",
        None: f"run again: {count} agree, {len(again['could_not'])} cannot be run again",
    }[again["agrees"]]
    reasons = sorted({f"{one['what']} ({one['why']})" for one in again["could_not"]})
    return f"{words}: {', '.join(reasons)}" if reasons else words


def _difference(found: Mapping[str, Any]) -> str:
    return (
        f"version {found['version']}, {found['field']}: "
        f"{found['again']} again, {found['stored']} stored"
    )
