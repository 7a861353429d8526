"""Which of a response's variants is said: by the gate, role, kind, facts at hand, and what was said before. Knows nothing of Rasa.

A variant is a dict as in `domain.yml`, where the fields of its `metadata` are explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.guidance import library
from bot.guidance.situation import gate_is_set, has_parted
from bot.meaning import BREACHES

#: Facts that texts may name, and what stands in for them when nobody said.
DEFAULT_FACTS = {"partner": "partner"}


#: Fields of a variant that want the same value of the danger last answered; where one has variants, the others are silent.
OF_DANGER = ("whose", "level")
#: Conditions a variant may be tagged with, weightiest first. Where one holds and has variants, the others are silent: whoever used
#: force themselves is not told what somebody who fears is told, and who parted not what a couple is.
FLAGS = ("by_writer", "after_danger", "gate", "no_contact", "parted", "returning", "midway", "free", "alerting")


@dataclass(frozen=True)
class Context:
    """What the choice depends on.

    `kinds` are the breaches in the order they were told: the first is the one that texts speak of. `said` are the texts of this
    session so far, oldest first; `facts` fills the placeholders of a text. `flags` are the conditions that hold and that some
    variants are written for: see FLAGS. `asked` is the slot that was just asked for. `whose` and `level` are of the danger last answered.
    `lines` are the placeholders that change when somebody tells their country.
    """

    role: str
    kinds: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    said: Sequence[str] = ()
    suggestion: str = ""
    flags: frozenset[str] = frozenset()
    asked: str = ""
    whose: str = ""
    level: str = ""
    lines: frozenset[str] = frozenset()


def context(
    slots: Mapping[str, Any],
    said: Sequence[str],
    extra: Mapping[str, str],
    asked: str = "",
    flags: Iterable[str] = (),
    lines: Iterable[str] = (),
) -> Context:
    """The context of a tracker's `slots`; `extra` are further words to fill in, `lines` those of them that name
    helplines, `flags` what the turn adds.
    """
    facts = {name: value for name, value in slots.items() if isinstance(value, str) and value}
    holds = {
        "by_writer": bool(slots.get("by_writer")),
        "gate": gate_is_set(slots),
        "no_contact": bool(slots.get("no_contact")),
        "parted": has_parted(slots),
    }
    return Context(
        role=slots.get("role") or "unknown",
        kinds=tuple(slots.get("breaches") or ()),
        facts={**DEFAULT_FACTS, **facts, "understood": understood(slots), **extra},
        said=said,
        suggestion=slots.get("suggestion") or "",
        flags=frozenset({*flags, *(name for name, does in holds.items() if does)}),
        asked=asked,
        whose=slots.get("whose") or "",
        level=slots.get("level") or "",
        lines=frozenset(lines),
    )


def understood(slots: Mapping[str, Any]) -> str:
    """What broke the trust, and from whose side, as a clause that follows "I've understood that"; empty when no kind is known."""
    kinds, sides = library.words("understood_kinds"), library.words("understood_sides")
    known = [kinds[kind] for kind in BREACHES if kind in (slots.get("breaches") or ())]
    if not known:
        return ""
    side = sides.get(slots.get("role") or "", "")
    return fill(" and ".join(known), DEFAULT_FACTS) + (f", {side}" if side else "")


def choose(variants: Sequence[Mapping[str, Any]], now: Context) -> dict[str, Any] | None:
    """The variant to say, its text filled in, or None when none may be said.

    With the gate set, or where the other wants no contact, only variants tagged `couple_work: false` are left, and with a flag set only
    those written for it, where there are any. Of those that fit the person the most fitting one not yet said wins; when all were said, the
    one said longest ago.
    """
    fitting = [variant for variant in variants if _fits(variant["metadata"], now)]
    if not fitting:
        return None
    for flag in (*OF_DANGER, *FLAGS):
        written_for = [variant for variant in fitting if variant["metadata"].get(flag)]
        fitting = written_for or fitting
    first_time = [variant for variant in fitting if not variant["metadata"].get("again")]
    if first_time and not any(_last_said(variant["text"], now) for variant in first_time):
        fitting = first_time
    texts = [fill(variant["text"], now.facts) for variant in fitting]

    def rank(index: int) -> tuple[int, int, int]:
        return _last_said(fitting[index]["text"], now), -_closeness(fitting[index]["metadata"], now), index

    best = min(range(len(fitting)), key=rank)
    return {**fitting[best], "text": texts[best]}


def fill(text: str, facts: Mapping[str, str]) -> str:
    """`text` with its `{placeholders}` filled; one that nothing fills is left empty."""
    return re.sub(r"\{(\w+)\}", lambda match: str(facts.get(match[1], "")), text)


def holds_back(about: Mapping[str, Any], now: Context) -> bool:
    """Whether a text is not to be said for being couple work, or for nobody knows whether it is."""
    return bool(now.flags & {"gate", "no_contact"}) and about.get("couple_work") is not False


def _fits(about: Mapping[str, Any], now: Context) -> bool:
    if holds_back(about, now):
        return False
    if any(about.get(flag) and flag not in now.flags for flag in FLAGS):
        return False
    if "asked" in about and about["asked"] != now.asked:
        return False
    if any(name in about and about[name] != getattr(now, name) for name in OF_DANGER):
        return False
    if "role" in about and about["role"] != now.role:
        return False
    if "kind" in about and about["kind"] not in now.kinds[:1]:
        return False
    if "suggestion" in about and about["suggestion"] != now.suggestion:
        return False
    return all(
        now.facts.get(need) and (need != "partner" or now.facts["partner"] != DEFAULT_FACTS["partner"]) for need in about.get("needs", ())
    )


def _closeness(about: Mapping[str, Any], now: Context) -> int:
    """How much a variant was written for this person: what all couples may hear gives way to what fits this one."""
    score = (
        32 * bool(about.get("again"))
        + 8 * ("suggestion" in about)
        + 4 * ("role" in about)
        + 4 * ("kind" in about)
        + 4 * ("asked" in about)
        + len(about.get("needs", ()))
    )
    return score + 2 * (about.get("couple_work") is True)


def _last_said(text: str, now: Context) -> int:
    """0 when `text` was never said with these facts, whichever helplines it named, else higher the later it was said last."""
    parts = re.split(rf"\{{(?:{'|'.join(sorted(now.lines)) or '(?!)'})\}}", text)
    words = re.compile(r".{0,200}?".join(re.escape(fill(part, now.facts)) for part in parts))
    return max((position for position, earlier in enumerate(now.said, 1) if words.search(earlier)), default=0)
