"""Rasa slots of our own: one that adds up, one that cannot be emptied, one that an empty text empties."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.slots import ListSlot, TextSlot

from bot.reading import JOINS, ONLY, REPLACES


class AccumulatingSlot(ListSlot):
    """A list without repeats. Setting adds; what comes after `only` takes the place of what was known; `None` empties."""

    type_name = "accumulating"

    @property
    def value(self) -> Any:
        """The values so far in the order they came, or None when nothing was ever told."""
        return self._value

    @value.setter
    def value(self, told: Any) -> None:
        self._value = None if told in (None, ONLY, [ONLY]) else merged(getattr(self, "_value", None) or [], told)
        self._has_been_set = self._value is not None

    def reset(self) -> None:
        """Back to the first value, nothing added."""
        self._value = self.initial_value
        self._has_been_set = False


class PermanentSlot(AccumulatingSlot):
    """An accumulating slot that nothing a message says can empty: what it holds switches couple work off."""

    type_name = "permanent"

    @property
    def value(self) -> Any:
        """The values so far in the order they came, or None when nothing was ever told."""
        return self._value

    @value.setter
    def value(self, told: Any) -> None:
        known = getattr(self, "_value", None) or []
        told = [] if told is None else told if isinstance(told, (list, tuple)) else [told]
        self._value = merged(known, [value for value in told if value != ONLY]) or None
        self._has_been_set = self._value is not None


class WithdrawableSlot(TextSlot):
    """A text that an empty one withdraws, so that it is asked for again: a mapping cannot say "nothing"."""

    type_name = "withdrawable"

    @property
    def value(self) -> Any:
        """The text, or None."""
        return self._value

    @value.setter
    def value(self, told: Any) -> None:
        self._value = told or None
        self._has_been_set = self._value is not None


class RoleSlot(WithdrawableSlot):
    """Who broke the trust. Once known, only plain words change it: `+hurt` joins (both, if the other was known), `=hurt` replaces."""

    type_name = "role"

    @property
    def value(self) -> Any:
        """The role, or None."""
        return self._value

    @value.setter
    def value(self, told: Any) -> None:
        known, told = getattr(self, "_value", None), told or None
        if told and told[0] == REPLACES:
            self._value = told[1:]
        elif told and told[0] == JOINS:
            self._value = told[1:] if known in (None, "unknown", told[1:]) else "both"
        else:
            self._value = told if told is None or known in (None, "unknown") else known
        self._has_been_set = self._value is not None


def merged(known: list[str], told: Any) -> list[str]:
    """`known` with what was `told` (one value or a list), each once; what comes after `only` takes the place of what was known."""
    values = list(known)
    for value in told if isinstance(told, (list, tuple)) else [told]:
        name = str(value)
        if name == ONLY:
            values = []
        elif name and name not in values:
            values.append(name)
    return values
