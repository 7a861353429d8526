"""What the network scores: the values of each field, and the target of a message."""

from __future__ import annotations

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


def slices() -> dict[str, slice]:
    """Which scores of a message belong to which field."""
    found, start = {}, 0
    for field, values in FIELDS.items():
        found[field] = slice(start, start + len(values))
        start += len(values)
    return found


SCORES = sum(map(len, FIELDS.values()))


def target(meaning: Meaning, act: str, peril: Peril = NO_PERIL) -> np.ndarray:
    """What the network should say of a message: 1 for each value that holds, shape (SCORES,)."""
    holds = {
        "breaches": meaning.breaches, "dangers": meaning.dangers, "danger": ("danger",) if meaning.dangers else (),
        "now": ("now",) if peril.is_now else (), "role": (meaning.role,), "route": (meaning.route,), "act": (act,),
        **{f"whose_{danger}": (peril.whose.get(danger),) for danger in DANGERS},
    }  # fmt: skip
    return np.array([value in holds[field] for field, values in FIELDS.items() for value in values], np.float32)
