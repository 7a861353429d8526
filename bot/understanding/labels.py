"""What the network scores: the values of each field, and the target of a message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bot.meaning import ASKS, BREACHES, DANGERS, DIALOGUE, NO_PERIL, ROLES, ROUTES, SMALL_TALK, WHOSE, Meaning, Peril

#: What a message does: tell, ask for something, or move the talk.
ACTS = ("tell", *ASKS, *SMALL_TALK, *DIALOGUE)
#: Fields of which several values may hold at once; `danger` is whether there is any, `now` whether it is of this moment.
SETS: dict[str, tuple[str, ...]] = {"breaches": BREACHES, "dangers": DANGERS, "danger": ("danger",), "now": ("now",)}
#: Fields of which one value does, and of the last four none where there is no such danger.
CHOICES: dict[str, tuple[str, ...]] = {"role": ROLES, "route": ROUTES, "act": ACTS} | {
    f"whose_{danger}": WHOSE[danger] for danger in DANGERS
}
FIELDS = SETS | CHOICES


@dataclass(frozen=True)
class Layout:
    """The fields that a network scores: `sets`, of which several values may hold, and `choices`, of which one does.

    `weights` is each field's share in what training corrects, 1 where none is named.
    """

    sets: Mapping[str, tuple[str, ...]]
    choices: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, float] = field(default_factory=dict)

    def slices(self) -> dict[str, slice]:
        """Which scores of a text belong to which field."""
        found, start = {}, 0
        for name, values in {**self.sets, **self.choices}.items():
            found[name] = slice(start, start + len(values))
            start += len(values)
        return found

    @property
    def scores(self) -> int:
        """How many scores a text has."""
        return sum(map(len, (*self.sets.values(), *self.choices.values())))


#: What is scored of a message. Few messages say whose a danger is.
MEANING = Layout(
    SETS,
    CHOICES,
    {"breaches": 1.5, "dangers": 2.0, "danger": 1.5, "role": 0.7, "route": 0.7} | {f"whose_{danger}": 2.0 for danger in DANGERS},
)
SCORES = MEANING.scores


def slices() -> dict[str, slice]:
    """Which scores of a message belong to which field."""
    return MEANING.slices()


def target(meaning: Meaning, act: str, peril: Peril = NO_PERIL) -> np.ndarray:
    """What the network should say of a message: 1 for each value that holds, shape (SCORES,)."""
    holds = {
        "breaches": meaning.breaches, "dangers": meaning.dangers, "danger": ("danger",) if meaning.dangers else (),
        "now": ("now",) if peril.is_now else (), "role": (meaning.role,), "route": (meaning.route,), "act": (act,),
        **{f"whose_{danger}": (peril.whose.get(danger),) for danger in DANGERS},
    }  # fmt: skip
    return np.array([value in holds[name] for name, values in FIELDS.items() for value in values], np.float32)
