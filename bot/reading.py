"""What a reading tells the dialogue: entities from which Rasa fills slots without an action server. No rasa import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.meaning import ASKS, Meaning

EXTRACTOR = "Mend"
#: Words up to which a message that begins with a yes or a no is read as an answer and nothing more.
_ANSWER_WORDS = 12

_DELETE = re.compile(r"\b(delet|eras|remov|forget|wip|clear|destroy|get rid|scrub|purg)\w*", re.IGNORECASE)
_EXPORT = re.compile(r"\b(export|download|copy|send me|backup|file with)\b", re.IGNORECASE)
#: Words people put before a yes or a no.
_LEAD = r"^\W*(?:(?:well|so|um+|uh+|oh|hm+|and|but|honestly|tbh|look|i guess|i think|i mean|he says|she says|they say)\W+)*"
#: An answer by its first words; the unsure ones first, for "no idea" is no no.
_ANSWERS = tuple(
    (answer, re.compile(_LEAD + rf"(?:{words})\b", re.IGNORECASE))
    for answer, words in (
        (
            "unsure",
            r"sort of|kind of|kinda|maybe|perhaps|possibly|hard to say|not (?:entirely |really |so )?sure|unsure|no idea|no clue|idk|dunno"
            r"|(?:i )?(?:really |honestly |just )?(?:don'?t|do not) know|can'?t say|sometimes|partly|half|a bit"
            r"|a little|yes and no|on and off"
            r"|(?:it )?depends|trying|in a way|some days",
        ),
        (
            "no",
            r"no|nope|nah|never|not (?:really|yet|at all|once|anymore|any more)|hardly|barely|absolutely not|of course not|definitely not"
            r"|(?:i|we|he|she|they) (?:don'?t|doesn'?t|didn'?t|haven'?t|hasn'?t|never)",
        ),
        (
            "yes",
            r"yes|yeah|yea|yep|yup|ya|aye|absolutely|definitely|of course|sure|certainly|totally|completely|i think so"
            r"|i believe so|i hope so"
            r"|mostly|ok|okay|please"
            r"|(?:i|we|he|she|they) (?:do|does|did|have|has|am|are|is|will|would)(?=\s*(?:$|[,.!;]|and\b|but\b))",
        ),
    )
)
_INTENTS = {"yes": "affirm", "no": "deny", "unsure": "unsure"}
#: What may follow a bare answer without saying more.
_NOTHING_MORE = re.compile(
    r"(?:\W+(?:please|pls|really|so|honestly|tbh|yet|at all|though|i think|i guess|i suppose|(?:i|we|he|she|they) (?:do|does|did|have|has)"
    r"|i don'?t|not|sure|for sure|absolutely|definitely|both of us|right now|today|sorry|to be honest|of course|no|yes|yeah))*\W*",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(who|where|safe|private|secure|confidential|anonym\w*|share[ds]?|sell|read[s]?|how long)\b", re.IGNORECASE)


def data_request(text: str) -> str:
    """What a message about the person's data asks for: `delete`, `export`, `about` (who sees it, where it lies) or `view`."""
    for request, words in (("delete", _DELETE), ("export", _EXPORT), ("about", _ABOUT)):
        if words.search(text):
            return request
    return "view"


def answer(text: str) -> str | None:
    """What a message answers to a yes-or-no question, by its first words: `yes`, `no`, `unsure`, or None."""
    text = text.replace("\u2019", "'")
    return next((found for found, words in _ANSWERS if words.search(text)), None)


def bare_answer(text: str) -> str | None:
    """The intent of a message that is nothing but an answer ("yes please", "not really"): affirm, deny, unsure, or None."""
    if "?" in text:
        return None
    text = text.replace("\u2019", "'")
    for found, words in _ANSWERS:
        match = words.search(text)
        if match:
            return _INTENTS[found] if _NOTHING_MORE.fullmatch(text, match.end()) else None
    return None


def meaning_entities(meaning: Meaning, intent: str, text: str) -> list[dict[str, Any]]:
    """One entity for each thing the meaning says of the person; nothing for `unknown`, `none` and empty sets."""
    answered = None if meaning.dangers or "?" in text else answer(text)
    # A short answer to a question says too little to add a breach, and a feeling too little to overrule who did it.
    tells = not (answered and len(text.split()) <= _ANSWER_WORDS)
    found = [("breach", value) for value in meaning.breaches if tells]
    found += [("danger", value) for value in meaning.dangers]
    if meaning.role != "unknown" and tells and (meaning.breaches or intent == "correct" or intent in ASKS):
        found.append(("role", meaning.role))
    if meaning.route != "none":
        found.append(("route", meaning.route))
    if intent == "my_data":
        found.append(("data_request", data_request(text)))
    if answered:
        found.append(("answer", answered))
    return [_entity(name, value, 0, len(text)) for name, value in found]


def fact_entities(facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts of `bot.spacy_pipeline.facts` as Rasa lists entities."""
    return [_entity(fact["entity"], fact["value"], fact["start"], fact["end"]) for fact in facts]


def _entity(name: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end, "extractor": EXTRACTOR}
