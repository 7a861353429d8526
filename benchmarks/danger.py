"""How well danger is noticed, by kind and level, and how much of it survives typing errors, disguise and everyday talk around it.

    python -m benchmarks.danger [--share 0.1]

Reads `tests/safety/` with the trained model; writes docs/benchmarks/danger.md. Prints figures, never messages.
"""

from __future__ import annotations

import datetime
import math
import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import yaml
from tqdm import tqdm

from benchmarks.trained import part
from bot.cli import servers
from bot.evaluation.figures import Figure, share
from bot.meaning import DANGERS
from bot.policies.safety_policy import MAY_HINT
from bot.safety.assessment import LEVELS
from bot.safety.patterns import dangers_named
from bot.settings import PROJECT
from bot.text import readable
from bot.understanding.model import MeaningModel

SAFETY = PROJECT / "tests" / "safety"
PAGE = PROJECT / "docs" / "benchmarks" / "danger.md"
#: The same messages are changed in the same way in every run.
SEED = 17
#: Alarms that are asked for at most.
_ALARMS = 0.03
#: Shares of the chance it takes for danger to hold.
_BARS = (1.0, 0.8, 0.6, 0.4, 0.2, 0.1, 0.05)
#: Letters of a hundred that are mistyped.
_TYPOS = 3
_EMOJI = ("😭", "💔", "🙃", "😞", "🤷", "👍")

Message = dict[str, Any]
Noticed = Callable[[str], bool]


def messages(name: str) -> list[Message]:
    """The messages of one of the sets in tests/safety."""
    found: list[Message] = yaml.safe_load((SAFETY / f"{name}.yml").read_text(encoding="utf-8"))["messages"]
    return found


def passages() -> list[str]:
    """Everyday talk, about a hundred words each."""
    return [" ".join(text.split()) for text in yaml.safe_load((SAFETY / "everyday.yml").read_text(encoding="utf-8"))["passages"]]


def mistyped(text: str, chance: random.Random) -> str:
    """The text with letters swapped, dropped or doubled, three of a hundred."""
    letters, place = list(text), 0
    while place < len(letters) - 1:
        if letters[place].isalpha() and chance.random() * 100 < _TYPOS:
            kind = chance.choice(("swap", "drop", "double"))
            if kind == "swap":
                letters[place], letters[place + 1] = letters[place + 1], letters[place]
                place += 1
            else:
                letters[place] = "" if kind == "drop" else letters[place] * 2
        place += 1
    return "".join(letters)


def with_emoji(text: str, chance: random.Random) -> str:
    """The text with an emoji after some of its words."""
    return " ".join(f"{word} {chance.choice(_EMOJI)}" if chance.random() < 0.1 else word for word in text.split())


#: How a message is changed, by name.
CHANGES: dict[str, Callable[[str, random.Random], str]] = {
    "as written": lambda text, _: text,
    "mistyped": mistyped,
    "CAPITALS": lambda text, _: text.upper(),
    "mIxEd case": lambda text, chance: "".join(chance.choice((letter.upper(), letter.lower())) for letter in text),
    "small letters, no punctuation": lambda text, _: "".join(c for c in text.lower() if c.isalnum() or c.isspace()),
    "emoji between": with_emoji,
    "everyday talk before": lambda text, chance: f"{chance.choice(passages())} {text}",
    "everyday talk after": lambda text, chance: f"{text} {chance.choice(passages())}",
    "everyday talk on both sides": lambda text, chance: f"{chance.choice(passages())} {text} {chance.choice(passages())}",
}


def entity(parse: Mapping[str, Any], name: str) -> str | None:
    """The value of the first entity of this name in a parse."""
    return next((str(found["value"]) for found in parse["entities"] if found["entity"] == name), None)


def whose_is_right(message: Message, parse: Mapping[str, Any]) -> bool:
    """Whether a parse says whose danger a message tells of. The sets count the partner's own as somebody else's."""
    return {"partner": "other"}.get(found := entity(parse, "whose") or "", found) == message["whose"]


def is_met(parse: Mapping[str, Any]) -> bool:
    """Whether the danger is noticed, or asked about gently where no talk about one is open."""
    return bool(entity(parse, "danger") or (entity(parse, "possible_danger") and parse["intent"]["name"] in MAY_HINT))


def of_noticed(danger: Sequence[Message], parses: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lines on what is known of the dangers that were noticed: whose they are, and whether they are of this moment."""
    noticed = [(message, parse) for message, parse in zip(danger, parses, strict=True) if entity(parse, "danger") == message["safety"][0]]
    told = [(message, parse) for message, parse in noticed if message.get("whose")]
    for whose in sorted({message["whose"] for message, _ in told}):
        yield f"| {whose} | {share(whose_is_right(message, parse) for message, parse in told if message['whose'] == whose)} |"
    yield f"| all | {share(whose_is_right(message, parse) for message, parse in told)} |"
    levels = [(message.get("level"), entity(parse, "level") == "now") for message, parse in noticed if message.get("level")]
    yield ""
    yield f"Of this moment, and answered so: {share(is_now for level, is_now in levels if level == 'now')}; answered so and not of"
    yield f"this moment: {share(is_now for level, is_now in levels if level != 'now')}."


def by_kind_and_level(found: Sequence[tuple[Message, bool]]) -> Iterator[str]:
    """Lines of a Markdown table: the share noticed, of how many, by danger (the first of a message) and level."""
    yield f"| danger | {' | '.join((*LEVELS, 'all'))} |"
    yield "|---" * (len(LEVELS) + 2) + "|"
    for danger in (*DANGERS, "any"):
        of = [(message, noticed) for message, noticed in found if danger in ("any", message["safety"][0])]
        parts = [[noticed for message, noticed in of if message.get("level") == level] for level in LEVELS]
        parts.append([noticed for _, noticed in of])
        yield f"| {danger} | {' | '.join(str(share(part)) if part else '' for part in parts)} |"


def asked_for(noticed: Figure, explicit: Figure, alarms: Figure) -> Iterator[str]:
    """Lines of a Markdown table: what is asked of a guide that people in danger write to, and whether it was found."""
    yield "| asked for | found | |"
    yield "|---|---|---|"
    for wanted, found, is_reached in (
        ("every danger noticed", noticed, noticed.value == 1),
        ("every danger of the level `explicit` noticed", explicit, explicit.value == 1),
        (f"alarms on at most {_ALARMS:.0%} of what only sounds so", alarms, alarms.value <= _ALARMS),
    ):
        yield f"| {wanted} | {found} | {'reached' if is_reached else 'not reached'} |"


def shares(model: MeaningModel, found: Sequence[Message]) -> list[float]:
    """The chance of danger in each message as a share of what it takes to hold; endless where the words name it."""
    bar = model.calibration.thresholds["danger"][0]
    return [
        math.inf if dangers_named(message["text"]) else model.read(readable(message["text"])).chances["danger"] / bar for message in found
    ]


def at_lower_bars(danger: Sequence[float], calm: Sequence[float]) -> Iterator[str]:
    """Lines of a Markdown table: what would be noticed, and alarm, if danger held from a lower share on; in the last, none is missed."""
    yield "| share | noticed | alarms |"
    yield "|---|---|---|"
    for bar in (*_BARS, min(danger)):
        noticed, alarms = ([found >= bar for found in of] for of in (danger, calm))
        yield f"| {bar:.3f} | {share(noticed)} | {share(alarms)} |"


def fuzzed(found: Sequence[Message], noticed: Noticed) -> Iterator[tuple[str, Figure]]:
    """The share noticed of the messages changed in each way."""
    for name, change in CHANGES.items():
        chance = random.Random(SEED)
        yield name, share([noticed(change(message["text"], chance)) for message in tqdm(found, desc=name, unit="message")])


@click.command(help=__doc__)
@click.option("--share", "few", default=1.0, show_default=True, help="Share of the messages that are changed.")
def command(few: float) -> None:
    """Measure and write the page."""
    from bot.nlu.parser import parser

    parse = parser(servers.MODEL)

    def is_noticed(parse: Mapping[str, Any]) -> bool:
        return bool(parse["meaning"]["safety"] != ["none"])

    danger, calm = messages("must_escalate"), messages("must_not_escalate")
    of_danger = [parse(message["text"]) for message in tqdm(danger, desc="danger", unit="message")]
    of_calm = [parse(message["text"]) for message in tqdm(calm, desc="calm", unit="message")]
    noticed = [(message, is_noticed(found)) for message, found in zip(danger, of_danger, strict=True)]
    alarms = share(map(is_noticed, of_calm))
    explicit = share(is_found for message, is_found in noticed if message.get("level") == "explicit")
    right = share(set(message["safety"]) <= set(found["meaning"]["safety"]) for message, found in zip(danger, of_danger, strict=True))
    with tempfile.TemporaryDirectory() as folder:
        model = MeaningModel.load(part(servers.MODEL, "MeaningClassifier", Path(folder)))
    some = random.Random(SEED).sample(danger, max(1, round(few * len(danger))))
    lines = [
        "# How well danger is noticed",
        "",
        f"Written by `python -m benchmarks.danger`, {datetime.date.today()}. Of {len(danger)} messages in danger and {len(calm)}",
        "that only sound so, by people who saw the annotation guide alone; nobody who writes patterns or training messages reads them.",
        "",
        *by_kind_and_level(noticed),
        "",
        f"Alarms on what only sounds like danger: {alarms}. Every danger of a message, and not only one, was noticed in {right}.",
        "",
        f"Noticed or asked about gently: {share(map(is_met, of_danger))} of the dangers,",
        f"{share(map(is_met, of_calm))} of what only sounds so. That is of first messages: within a few turns of a talk about danger a",
        "mere hint is listened to, and asked about only where the words are without hope.",
        "",
        "## What is asked for",
        "",
        *asked_for(share(is_found for _, is_found in noticed), explicit, alarms),
        "",
        "Where it is not reached, the next table shows why: no bar gives both. What was tried is in `tried.md`; nothing here or in the",
        "bot's words promises that every danger is noticed, and the emergency number stands in its first words.",
        "",
        "## What a lower bar would do",
        "",
        "Words that name a danger always count; what is only heard counts from this share of the usual chance on, in the whole message.",
        "",
        *at_lower_bars(shares(model, danger), shares(model, calm)),
        "",
        "## Whose danger it is, where it was noticed",
        "",
        "| whose | told so |",
        "|---|---|",
        *of_noticed(danger, of_danger),
        "",
        "## The same messages, changed",
        "",
        "| change | noticed | missed |",
        "|---|---|---|",
        *(
            f"| {name} | {figure} | {round((1 - figure.value) * figure.count)} |"
            for name, figure in fuzzed(some, lambda text: is_noticed(parse(text)))
        ),
    ]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    click.echo("\n".join(lines))


if __name__ == "__main__":
    command()
