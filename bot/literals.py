"""Letters that stand in whatever an expression finds: a text without them need not be searched.

The usual literal prefilter of engines for many expressions (Hyperscan, RE2's FilteredRE2). Those engines know no lookaround, which ours
need, so the expressions stay with `re`, and are read here with the parser `re` itself uses.
"""

from __future__ import annotations

import re
import sre_parse
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

#: Shorter strings stand in nearly every sentence.
_SHORTEST = 3


class Prefilter:
    """Expressions, and which of them may stand in a text by the letters in it."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self._always: list[re.Pattern[str]] = []
        self._by_start: dict[str, list[tuple[str, re.Pattern[str]]]] = defaultdict(list)
        for expression in expressions:
            compiled = re.compile(expression)
            strings = one_of(expression)
            if not strings:
                self._always.append(compiled)
            for string in strings:
                self._by_start[string[:_SHORTEST]].append((string, compiled))

    def stand_in(self, text: str) -> bool:
        """Whether any of the expressions is found in the text."""
        likely = {
            expression
            for start in range(len(text) - _SHORTEST + 1)
            for string, expression in self._by_start.get(text[start : start + _SHORTEST], ())
            if text.startswith(string, start)
        }
        return any(expression.search(text) for expression in (*self._always, *likely))


def one_of(expression: str) -> frozenset[str]:
    """Strings of three characters and more of which at least one stands in every text the expression is found in.

    Empty where none can be told. Of several such sets it is the one whose shortest string is longest, spaces at its ends not counted.

    Raises:
        re.error: the expression does not compile.
    """
    return _of_sequence(sre_parse.parse(expression))


def _of_sequence(parts: sre_parse.SubPattern) -> frozenset[str]:
    pieces: list[tuple[Any, Any]] = [*parts.data, (None, None)]
    found: list[frozenset[str]] = []
    letters = ""
    for kind, value in pieces:
        if kind is sre_parse.LITERAL:
            letters += chr(value)
            continue
        found += [frozenset({letters}), _of_part(kind, value)]
        letters = ""
    best = max(found, key=_worth)
    return best if _worth(best)[0] else frozenset()


def _of_part(kind: Any, value: Any) -> frozenset[str]:
    if kind is sre_parse.SUBPATTERN or (kind is sre_parse.MAX_REPEAT and value[0]):
        return _of_sequence(value[-1])
    if kind is sre_parse.BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        return frozenset[str]().union(*branches) if all(branches) else frozenset()
    return frozenset()


def _worth(strings: frozenset[str]) -> tuple[int, int]:
    shortest = min(map(len, strings), default=0)
    if shortest < _SHORTEST:
        return 0, 0
    return min(len(string.strip()) for string in strings), -len(strings)
