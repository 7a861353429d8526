"""What the network scores: the values of each field, and the target of a message."""

from __future__ import annotations

import numpy as np

from bot.meaning import ASKS, BREACHES, DANGERS, DIALOGUE, ROLES, ROUTES, SMALL_TALK, Meaning

#: What a message does: tell, ask for something, or move the talk.
ACTS = ("tell", *ASKS, *SMALL_TALK, *DIALOGUE)
#: Fields of which several values may hold at once, and those of which one does; `danger` is whether there is any.
SETS: dict[str, tuple[str, ...]] = {"breaches": BREACHES, "dangers": DANGERS, "danger": ("danger",)}
CHOICES: dict[str, tuple[str, ...]] = {"role": ROLES, "route": ROUTES, "act": ACTS}
FIELDS = SETS | CHOICES


def slices() -> dict[str, slice]:
    """Which scores of a message belong to which field."""
    found, start = {}, 0
    for field, values in FIELDS.items():
        found[field] = slice(start, start + len(values))
        start += len(values)
    return found


SCORES = sum(map(len, FIELDS.values()))


def target(meaning: Meaning, act: str) -> np.ndarray:
    """What the network should say of a message: 1 for each value that holds, shape (SCORES,)."""
    holds = {
        "breaches": meaning.breaches, "dangers": meaning.dangers, "danger": ("danger",) if meaning.dangers else (),
        "role": (meaning.role,), "route": (meaning.route,), "act": (act,),
    }  # fmt: skip
    return np.array([value in holds[field] for field, values in FIELDS.items() for value in values], np.float32)
