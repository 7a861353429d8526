"""Rasa slots of our own: one that adds up, one that cannot be emptied, one for who broke the trust."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.slots import ListSlot, TextSlot

from bot.reading import JOINS, ONLY, REPLACES, WITHOUT


class AccumulatingSlot(ListSlot):
    """A list without repeats. Setting adds; `only` first replaces what was known, `-` before a value takes it out; `None` empties."""

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
        self._value = merged(known, [value for value in told if value != ONLY and not str(value).startswith(WITHOUT)]) or None
        self._has_been_set = self._value is not None


class RoleSlot(TextSlot):
    """Who broke the trust. A guess gives way to plain words (`+hurt`) only; those join what plain words said before; `=hurt` replaces.

    `=` by itself and an empty text withdraw it, so that it is asked for again: a mapping cannot say "nothing".
    """

    type_name = "role"

    @property
    def value(self) -> Any:
        """The role, or None."""
        return self._value

    @value.setter
    def value(self, told: Any) -> None:
        known, told = getattr(self, "_value", None), told or None
        is_plain = bool(told) and told[0] in (JOINS, REPLACES)
        if is_plain:
            joins = told[0] == JOINS and getattr(self, "_is_plain", False) and known not in (None, "unknown", told[1:])
            self._value = "both" if joins else told[1:] or None
        else:
            self._value = told if told is None or known in (None, "unknown") else known
        self._is_plain = self._value is not None and (is_plain or getattr(self, "_is_plain", False))
        self._has_been_set = self._value is not None


def merged(known: list[str], told: Any) -> list[str]:
    """`known` with what was `told` (one value or a list), each once.

    What comes after `only` takes the place of what was known; what begins with `-` is taken out of it.
    """
    values = list(known)
    for value in told if isinstance(told, (list, tuple)) else [told]:
        name = str(value)
        if name == ONLY:
            values = []
        elif name.startswith(WITHOUT):
            values = [known for known in values if known != name.removeprefix(WITHOUT)]
        elif name and name not in values:
            values.append(name)
    return values
