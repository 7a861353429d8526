"""A Rasa slot that remembers everything it was ever told: a second breach joins the first instead of replacing it."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.slots import ListSlot


class AccumulatingSlot(ListSlot):
    """A list without repeats. Setting adds; `"-value"` takes one out; `None` empties."""

    type_name = "accumulating"

    @property
    def value(self) -> Any:
        """The values so far in the order they came, or None when nothing was ever told."""
        return self._value

    @value.setter
    def value(self, told: Any) -> None:
        self._value = None if told is None else merged(getattr(self, "_value", None) or [], told)
        self._has_been_set = told is not None

    def reset(self) -> None:
        """Back to the first value, nothing added."""
        self._value = self.initial_value
        self._has_been_set = False


def merged(known: list[str], told: Any) -> list[str]:
    """`known` with what was `told` (one value or a list): `"-value"` removes, everything else is added once."""
    values = list(known)
    for value in told if isinstance(told, (list, tuple)) else [told]:
        name = str(value)
        if name.startswith("-"):
            values = [other for other in values if other != name[1:]]
        elif name and name not in values:
            values.append(name)
    return values
