"""Commands that are imported when they are typed, or listed: a question need not load the service.

A group names its commands and where each is written, as `showing:app`: a module of this package
and a function, or a group, in it.
"""

from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group


class Commands(UserDict[str, Any]):
    """Commands by name; one that is a place yet is imported when it is looked at."""

    def __getitem__(self, name: str) -> object:
        """The command of this name. Raises `KeyError`."""
        found = self.data[name]
        if isinstance(found, str):
            found = self.data[name] = _imported(name, found)
        return found


def _imported(name: str, place: str) -> object:
    module, _, attribute = place.partition(":")
    found = getattr(import_module(f"api.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        group = get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return get_command(alone)


def loading(places: Mapping[str, str]) -> type[TyperGroup]:
    """The kind of group whose commands are in these places, beside those that it holds itself."""

    class Group(TyperGroup):
        """A group that imports the command that is typed, and no other."""

        def __init__(self, **told: Any) -> None:  # noqa: ANN401 (whatever typer tells a group)
            super().__init__(**told)
            self.commands = Commands({**places, **self.commands})

    return Group
