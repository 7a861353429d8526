"""What a reading tells the dialogue: entities from which Rasa fills slots without an action server. No rasa import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.meaning import ASKS, Meaning

EXTRACTOR = "Mend"
#: Before values of an accumulating slot: these take the place of what was known.
ONLY = "only"
#: Words up to which a message that begins with a yes or a no is read as an answer and nothing more.
_ANSWER_WORDS = 12

_DELETE = re.compile(r"\b(delet|eras|remov|forget|wip|clear|destroy|get rid|scrub|purg)\w*", re.IGNORECASE)
_DELETE_IT = re.compile(
    r"\W*(?:(?:yes|yeah|yep|ok|okay|please|sure|go ahead|do it)\W+)*(?:delete|erase|remove|wipe)"
    r"(?:\W+(?:it|them|that|this|all|everything|of|my|data|journal|now|please|about|me|the|lot))*\W*",
    re.IGNORECASE,
)
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
            r"yes|yeah|yea|yep|yup|ya|aye|absolutely|definitely|of course|certainly|totally|completely|i think so"
            r"|i believe so|i hope so"
            r"|mostly"
            r"|(?:i|we|he|she|they) (?:do|does|did|have|has|am|are|is|will|would)(?=\s*(?:$|[,.!;]|and\b|but\b))",
        ),
    )
)
#: Courtesies that are a yes only when nothing else is said: "please", but not "please keep it".
_POLITE = re.compile(_LEAD + r"(?:ok|okay|please|sure)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:no|nope|not|never|don'?t|keep)\b", re.IGNORECASE)
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
    found = next((found for found, words in _ANSWERS if words.search(text)), None)
    return found or ("yes" if _is_only_polite(text) else None)


def bare_answer(text: str) -> str | None:
    """The intent of a message that is nothing but an answer ("yes please", "not really"): affirm, deny, unsure, or None."""
    if "?" in text:
        return None
    text = text.replace("\u2019", "'")
    for found, words in _ANSWERS:
        match = words.search(text)
        if match:
            return _INTENTS[found] if _NOTHING_MORE.fullmatch(text, match.end()) else None
    return "affirm" if _is_only_polite(text) else None


def confirms_deletion(text: str) -> bool:
    """Whether a message says plainly that everything is to be deleted: a bare yes, or the deletion in so many words."""
    text = text.replace("\u2019", "'")
    return not _NEGATED.search(text) and (bare_answer(text) == "affirm" or _DELETE_IT.fullmatch(text) is not None)


def _is_only_polite(text: str) -> bool:
    match = _POLITE.search(text)
    return bool(match and _NOTHING_MORE.fullmatch(text, match.end()) and not _NEGATED.search(text))


def meaning_entities(meaning: Meaning, intent: str, text: str, sure_of_role: bool = True) -> list[dict[str, Any]]:
    """One entity for each thing the meaning says of the person; nothing for `unknown`, `none` and empty sets.

    A role that the reading is not sure of is left to be asked: to be taken for the one who did it is worse than a question. What
    corrects comes after `only` and takes the place of what was known.
    """
    answered = None if meaning.dangers or "?" in text else answer(text)
    # A short answer to a question says too little to add a breach, and a feeling too little to overrule who did it.
    tells = not (answered and len(text.split()) <= _ANSWER_WORDS)
    corrects = intent == "correct"
    found = [("breach", ONLY)] if corrects else []
    found += [("breach", value) for value in meaning.breaches if tells or corrects]
    found += [("danger", value) for value in meaning.dangers]
    if meaning.role != "unknown" and sure_of_role and tells and (meaning.breaches or corrects or intent in ASKS):
        found.append(("role", meaning.role))
    if meaning.route != "none":
        found.append(("route", meaning.route))
    if intent == "my_data":
        found.append(("data_request", data_request(text)))
    if answered:
        found.append(("answer", answered))
    if confirms_deletion(text):
        found.append(("deletion", "yes"))
    return [_entity(name, value, 0, len(text)) for name, value in found]


def fact_entities(facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts of `bot.spacy_pipeline.facts` as Rasa lists entities."""
    return [_entity(fact["entity"], fact["value"], fact["start"], fact["end"]) for fact in facts]


def _entity(name: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end, "extractor": EXTRACTOR}
