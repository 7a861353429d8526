"""Numbers and places that are said to a person in danger, from `data/safety/helplines.yml`: only what somebody read at its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from bot.settings import PROJECT

HELPLINES = PROJECT / "data" / "safety" / "helplines.yml"
#: What stands in for a country's missing line.
INTERNATIONAL = "international"
#: Days after which a source is to be read again.
GOOD_FOR = 90
#: Where one part of a sentence ends.
_PARTS = re.compile(r"[.,;:!?()\n]")
_NUMBER_OR_PLACE = re.compile(r"\d|\w\.\w")


class HelplinesError(ValueError):
    """The file of helplines cannot be used; the message names country and need."""


@dataclass(frozen=True)
class Line:
    """One number or place: where (two letters or `international`), for what, what is said, where it was read, and when (None: never)."""

    country: str
    need: str
    say: str
    source: str | None
    checked: date | None

    @property
    def may_be_said(self) -> bool:
        """Whether somebody read its source, or there is nothing to read."""
        return self.source is None or self.checked is not None

    def is_due(self, today: date) -> bool:
        """Whether the source is to be read: never yet, or more than GOOD_FOR days ago."""
        return self.source is not None and (self.checked is None or (today - self.checked).days > GOOD_FOR)


def said(country: str = "", path: Path = HELPLINES) -> dict[str, str]:
    """What is said for each need in `country` (two letters; empty or unknown: international): lines somebody checked, joined by "or"."""
    file = _file(path)
    found = {}
    for need in file["needs"]:
        for place in (country, INTERNATIONAL):
            lines = [line.say for line in _lines(file, place, need) if line.may_be_said]
            if lines:
                found[need] = ", or ".join(lines)
                break
    # Where no way is known to call without speaking, the plain number is named.
    return {"emergency_silent": found["emergency"], **found}


def lines(path: Path = HELPLINES) -> list[Line]:
    """Every entry of the file, as it stands there."""
    file = _file(path)
    return [line for country in file["helplines"] for need in file["helplines"][country] for line in _lines(file, country, need)]


def confirm(path: Path, line: Line, day: date) -> None:
    """Write into the file that the source of `line` was read on `day`; the rest of the file stays as it is.

    Raises:
        HelplinesError: the file has no such line.
    """
    text = path.read_text(encoding="utf-8")
    for entry in _entries(yaml.compose(text), line):
        found = {key.value: value for key, value in entry.value}
        if found["say"].value == line.say:
            mark = found["checked"]
            before, after = text[: mark.start_mark.index].rstrip(" "), text[mark.end_mark.index :].lstrip(" ")
            path.write_text(f"{before} {day}{after}", encoding="utf-8")
            _file.cache_clear()
            return
    raise HelplinesError(f"{path}: {line.country}, {line.need}: has no {line.say!r}")


def _entries(root: Any, line: Line) -> list[yaml.MappingNode]:
    """The entries of a country's need, as they stand in the file."""
    for key in ("helplines", line.country, line.need):
        root = next((value for name, value in root.value if name.value == key), yaml.SequenceNode("", []))
    return list(root.value)


def countries(path: Path = HELPLINES) -> tuple[str, ...]:
    """The countries that have lines of their own, two letters each."""
    return tuple(country for country in _file(path)["helplines"] if country != INTERNATIONAL)


def country_named(text: str) -> str | None:
    """The country that the writer says they are in ("I'm in Ireland", or nothing but "Ireland"), two letters; None when none is said.

    Any country of the world: one without lines of its own is not asked for again, and hears the finder. One with lines is heard as a part
    of a sentence too ("shes in leeds, uk, what number can she ring").
    """
    parts, own = _PARTS.split(text), _file(HELPLINES)["countries"]
    for country, names in _names().items():  # "from the US but living in London"
        if names.here.search(text):
            return country
    for country, names in _names().items():
        places = (text, *parts) if country in own else (text,)
        if names.origin.search(text) or (names.alone is not None and any(map(names.alone.fullmatch, places))):
            return country
    return None


@dataclass(frozen=True)
class _Country:
    """How a message says that the writer is in a country, or from there, and how it names nothing else; the latter not for first names."""

    here: re.Pattern[str]
    origin: re.Pattern[str]
    alone: re.Pattern[str] | None


@lru_cache(maxsize=1)
def _names() -> dict[str, _Country]:
    """How each country is named."""
    file = _file(HELPLINES)
    found = {}
    world = Locale("en").territories.items()
    others = {code: [name.lower()] for code, name in world if re.fullmatch("[A-Z]{2}", code) and code not in file["no_country"]}
    for country in file["countries"] | others:
        names = [*file["countries"].get(country, others.get(country, [])), *file["elsewhere"].get(country, ())]
        either = "|".join([f"(?i:{'|'.join(map(re.escape, names))})", *map(re.escape, file["exactly"].get(country, ()))])
        place = rf"(?i:the )?(?:{either})"
        am_in = r"(?:i'?m|i am|we'?re|we are|live|living|based|here|stuck) (?:\w+ )?in|over in|here in"
        at_present = rf"in(?= {place} (?i:now|at the moment|these days))"
        found[country] = _Country(
            re.compile(rf"\b(?i:{am_in}|{at_present}) {place}(?!\w)"),
            re.compile(rf"\b(?i:(?:i'?m|i am|we'?re|we are|here) (?:\w+ )?from) {place}(?!\w)"),
            None
            if set(names) & set(file["first_names"])
            else re.compile(
                rf"\W*(?:(?i:i'?m|in|from|i live|the|(?:i|we) (?:already )?(?:told|said)(?: you)?) )*{place}(?:\W+{place})?\W*"
            ),
        )
    return found


def _lines(file: Mapping[str, Any], country: str, need: str) -> Iterator[Line]:
    for entry in file["helplines"].get(country, {}).get(need, ()):
        yield Line(country, need, entry["say"], entry.get("source"), entry.get("checked"))


@lru_cache(maxsize=4)
def _file(path: Path) -> dict[str, Any]:
    """Read and check the file.

    Raises:
        HelplinesError: an unknown need, a need that even `international` has nothing for, or a number without a source.
    """
    file: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    for country, needs in file["helplines"].items():
        for need, entries in needs.items():
            where = f"{path}: {country}, {need}"
            if need not in file["needs"]:
                raise HelplinesError(f"{where}: is none of the needs {file['needs']}")
            for entry in entries:
                if not entry.get("source") and _NUMBER_OR_PLACE.search(entry["say"]):
                    raise HelplinesError(f"{where}: {entry['say']!r} names no source")
                if entry.get("checked") is not None and not isinstance(entry["checked"], date):
                    raise HelplinesError(f"{where}: {entry['checked']!r} is no date")
    for need in file["needs"]:
        if need != "emergency_silent" and not any(line.may_be_said for line in _lines(file, INTERNATIONAL, need)):
            raise HelplinesError(f"{path}: {INTERNATIONAL}, {need}: nothing may be said")
    return file
