"""What a message means: the one home of the labels, and of which intent wins.

A message has five labels (breaches, role, route, safety, ask). Rasa's dialogue sees one intent; `intent_of` is the table
that says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

BREACHES = ("infidelity", "dishonesty", "neglect")
ROLES = ("hurt", "responsible", "both", "unknown")
ROUTES = ("rebuild", "leave", "undecided", "none")
#: Most urgent first: a child cannot leave the room by itself.
DANGERS = ("child_at_risk", "self_harm", "harm_to_others", "partner_abuse")
#: Whose each danger may be, the likeliest first: the writer's to suffer, done or meant by the writer, the partner's or ex's own, somebody
#: else's, not clear.
WHOSE: dict[str, tuple[str, ...]] = {
    "child_at_risk": ("other", "by_writer"),
    "self_harm": ("self", "partner", "other", "unknown"),
    "harm_to_others": ("by_writer", "other"),
    "partner_abuse": ("self", "by_writer", "other"),
}
#: Asks that are an intent of the same name.
ASKS = (
    "how_to_rebuild", "how_to_talk", "how_to_apologise", "how_long", "stay_or_go", "therapy", "closure", "self_care",
    "new_partner", "why_trust", "progress", "my_data", "human", "out_of_scope",
)  # fmt: skip
#: Those of them that ask about the couple or oneself: a talk may begin with one, and an answer to something else may be one.
QUESTIONS = (
    "how_to_rebuild", "how_to_talk", "how_to_apologise", "how_long", "stay_or_go", "therapy", "closure", "self_care", "why_trust",
)  # fmt: skip
SMALL_TALK = ("greet", "goodbye", "thank", "bot_challenge")
DIALOGUE = ("affirm", "deny", "unsure", "stop", "correct", "skip", "repeat", "resume")
#: Those that move the talk and say nothing of the person.
MOVES = ("stop", "skip", "repeat", "resume")
CRISIS_INTENTS = tuple(f"crisis_{danger}" for danger in DANGERS)
TOLD = ("share_feeling",)
INTENTS = (*CRISIS_INTENTS, *ASKS, *BREACHES, *TOLD, *SMALL_TALK, *DIALOGUE)


@dataclass(frozen=True)
class Meaning:
    """What one message means, on its own.

    `breaches` and `dangers` are tuples in the order of BREACHES and DANGERS, without repeats; `ask` is `tell`, `small_talk` or
    one of ASKS.

    Raises:
        ValueError: a label that the annotation does not know.
    """

    breaches: tuple[str, ...] = ()
    role: str = "unknown"
    route: str = "none"
    dangers: tuple[str, ...] = ()
    ask: str = "tell"

    def __post_init__(self) -> None:
        sets: dict[str, tuple[str, ...]] = {"breaches": BREACHES, "dangers": DANGERS}
        choices: dict[str, tuple[str, ...]] = {"role": ROLES, "route": ROUTES, "ask": ("tell", "small_talk", *ASKS)}
        for name, known in sets.items():
            unknown = set(getattr(self, name)) - set(known)
            if unknown:
                raise ValueError(f"{name} knows {known}, not {sorted(unknown)}")
            object.__setattr__(self, name, tuple(value for value in known if value in getattr(self, name)))
        for name, known in choices.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} knows {known}, not {getattr(self, name)!r}")

    @classmethod
    def from_labels(cls, labels: Mapping[str, Any]) -> Meaning:
        """Read the five labels as training data and parses carry them (`safety: ["none"]` for no danger)."""
        return cls(
            breaches=tuple(labels["breaches"]),
            role=labels["role"],
            route=labels["route"],
            dangers=tuple(value for value in labels["safety"] if value != "none"),
            ask=labels["ask"],
        )

    def as_labels(self) -> dict[str, Any]:
        """The labels as a parse carries them: plain lists and strings, `safety: ["none"]` for no danger."""
        labels = asdict(self)
        dangers = labels.pop("dangers")
        return {
            "breaches": list(labels["breaches"]),
            "role": labels["role"],
            "route": labels["route"],
            "safety": list(dangers) or ["none"],
            "ask": labels["ask"],
        }


@dataclass(frozen=True)
class Peril:
    """What is known of a message's dangers besides which they are: whose each is (see WHOSE), by danger, and whether it is of this moment.

    Raises:
        ValueError: a danger, or somebody whose it is, that the annotation does not know.
    """

    whose: Mapping[str, str] = field(default_factory=dict)
    is_now: bool = False

    def __post_init__(self) -> None:
        for danger, whose in self.whose.items():
            if whose not in WHOSE.get(danger, ()):
                raise ValueError(f"{danger} is one of {WHOSE.get(danger)}, not {whose!r}")

    @classmethod
    def from_labels(cls, labels: Mapping[str, Any]) -> Peril:
        """Read what training data carries: `whose`, in the order of `safety`, and `now: true`."""
        return cls(dict(zip(labels["safety"], labels.get("whose", ()), strict=False)), bool(labels.get("now")))


NO_PERIL = Peril()


def intent_of(meaning: Meaning, told_as: str = "share_feeling") -> str:
    """Which intent a message has, where several fit: danger; the ask; the main breach; else `told_as`.

    Args:
        meaning: the five labels.
        told_as: what the message is when it neither asks nor reports a breach: `share_feeling`, a dialogue move such as
            `affirm`, or small talk such as `greet`. A breach named here is the main one among `meaning.breaches`.
    """
    if meaning.dangers:
        return f"crisis_{meaning.dangers[0]}"
    if meaning.ask in ASKS:
        return meaning.ask
    if meaning.ask == "small_talk":
        return told_as if told_as in SMALL_TALK else "greet"
    if told_as in DIALOGUE:
        return told_as
    if meaning.breaches:
        return told_as if told_as in meaning.breaches else meaning.breaches[0]
    return "share_feeling"


def ask_of(intent: str) -> str:
    """The `ask` that an intent without danger stands for."""
    if intent in ASKS:
        return intent
    return "small_talk" if intent in SMALL_TALK else "tell"


def ordered(values: Iterable[str], known: tuple[str, ...]) -> tuple[str, ...]:
    """`values` in the order of `known`, each once."""
    values = set(values)
    return tuple(value for value in known if value in values)
