"""What a reading tells the dialogue: entities from which Rasa fills slots without an action server. No rasa import."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.meaning import Meaning

EXTRACTOR = "Mend"

_DELETE = re.compile(r"\b(delet|eras|remov|forget|wip|clear|destroy|get rid|scrub|purg)\w*", re.IGNORECASE)
_EXPORT = re.compile(r"\b(export|download|copy|send me|backup|file with)\b", re.IGNORECASE)
_ABOUT = re.compile(r"\b(who|where|safe|private|secure|confidential|anonym\w*|share[ds]?|sell|read[s]?|how long)\b", re.IGNORECASE)


def data_request(text: str) -> str:
    """What a message about the person's data asks for: `delete`, `export`, `about` (who sees it, where it lies) or `view`."""
    for request, words in (("delete", _DELETE), ("export", _EXPORT), ("about", _ABOUT)):
        if words.search(text):
            return request
    return "view"


def meaning_entities(meaning: Meaning, intent: str, text: str) -> list[dict[str, Any]]:
    """One entity for each thing the meaning says of the person; nothing for `unknown`, `none` and empty sets."""
    found = [("breach", value) for value in meaning.breaches]
    found += [("danger", value) for value in meaning.dangers]
    if meaning.role != "unknown":
        found.append(("role", meaning.role))
    if meaning.route != "none":
        found.append(("route", meaning.route))
    if intent == "my_data":
        found.append(("data_request", data_request(text)))
    return [_entity(name, value, 0, len(text)) for name, value in found]


def fact_entities(facts: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The facts of `bot.spacy_pipeline.facts` as Rasa lists entities."""
    return [_entity(fact["entity"], fact["value"], fact["start"], fact["end"]) for fact in facts]


def _entity(name: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": start, "end": end, "extractor": EXTRACTOR}
