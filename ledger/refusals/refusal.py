"""A refusal: the first kind of no. A fact is refused with a stable code and changes nothing."""

from typing import ClassVar


class Refusal(Exception):
    """The ledger does not take this fact."""

    code: ClassVar[str] = ""

    def __init__(self, detail: str = "", *, pointer: str = "") -> None:
        """Add what is particular to this case, and the JSON pointer of the field at fault."""
        self.detail = detail or (self.__doc__ or "")
        self.pointer = pointer
        super().__init__(f"{self.code}: {self.detail}")
