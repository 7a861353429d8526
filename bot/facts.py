"""The plain facts that a message mentions: whose partner, who else, how long, when, how it came out, children, money, feelings.

`patterns` marks words in the spaCy pipeline: those of the lexicon, and amounts and times; `facts` keeps what counts. A name or a sex is
never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from bot.expressions import Words, plain, words_of
from bot.settings import PROJECT

DISCOVERY = PROJECT / "data" / "discovery.yml"

# --- what is marked -------------------------------------------------------------------------------------------------------------------


def _any(words: str, optional: bool = False) -> dict[str, Any]:
    """A token that is one of `words`."""
    return {"LOWER": {"IN": words.split()}} | ({"OP": "?"} if optional else {})


def _like(expression: str, optional: bool = False) -> dict[str, Any]:
    """A token that the whole `expression` matches."""
    return {"LOWER": {"REGEX": expression}} | ({"OP": "?"} if optional else {})


_ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fourty|fifty|sixty"
_NUMBER = _like(rf"^(\d+(\.\d+)?\+?|{_ONES}|{_TENS}|a|an|several|few|many)$")
_TEN = _like(rf"^({_TENS})$")
_ONE = _like(rf"^({_ONES})$")
_UNIT_WORD = "years?|yea?rs|yrs?|months?|mths?|mos|weeks?|wks?|days?|decades?|hours?|hrs?|min(ute)?s"
_UNIT = _like(rf"^({_UNIT_WORD})$")
_JOINED = _like(rf"^\d+(\.\d+)?({_UNIT_WORD}|y|m)$")
_DASH = {"TEXT": "-"}
_AND_A_HALF = [_any("and"), _any("a"), _any("half")]

#: Ways to say an amount of time.
_AMOUNTS: list[list[dict[str, Any]]] = [
    [_JOINED],
    [_NUMBER, _UNIT],
    [_NUMBER, _DASH, _UNIT],
    [_TEN, _ONE, _UNIT],
    [_TEN, _DASH, _ONE, _UNIT],
    [_NUMBER, _any("long whole odd full good plus"), _UNIT],
    [_NUMBER, *_AND_A_HALF, _UNIT],
    [_NUMBER, _UNIT, *_AND_A_HALF],
    [_any("half"), _any("a my our"), _any("year decade lifetime life")],
    [_any("a"), _any("few couple good whole"), _any("of few", optional=True), _UNIT],
    [_any("most all"), _any("of"), _any("my our"), _any("life lives")],
    [_any("couple dozen"), _any("of", optional=True), _UNIT],
]
_DAY = _like(r"^((mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|weds?|thurs?|fri|sat|sun|weekend)$")
_PART = _any("night morning evening afternoon")
_MONTH = {
    "LOWER": {
        "REGEX": r"^(january|february|march|april|may|june|july|august|september|october|november|december|"
        r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$"
    }
}
_NTH = _like(r"^\d{1,2}(st|nd|rd|th)$")
_YEAR = _like(r"^(19[5-9]\d|20[0-4]\d)$")
_FEAST = _any("christmas xmas easter thanksgiving diwali eid ramadan halloween lent carnival summer winter spring autumn fall")
_AT = _any("at over on around since before after during last this in")
_AGO = _any("ago back")
_VAGUE = _any("years months weeks days ages")
_THE = _any("the this early late mid", optional=True)
_TIMES: list[list[dict[str, Any]]] = [
    *[[*amount, _AGO] for amount in _AMOUNTS],
    [_VAGUE, _any("ago")],
    [_any("on last this since over"), _THE, _DAY],
    [_any("on last this since"), _THE, _DAY, _PART],
    [_DAY, _PART],
    [_any("yesterday yday"), _PART],
    [_any("on"), _any("a"), _DAY],
    [_any("on"), _any("the"), _NTH],
    [_any("on"), _any("the", optional=True), _NTH, _any("of", optional=True), _MONTH],
    [_any("on"), _MONTH, _any("the", optional=True), _NTH],
    [_any("on"), _any("boxing mothers mother's fathers valentines valentine"), _any("'s", optional=True), _any("day")],
    [_any("in last since this around during"), _THE, _MONTH],
    [_any("in since around"), _THE, _MONTH, _YEAR],
    [_any("in since back around"), _any("in", optional=True), _YEAR],
    [_AT, _THE, _FEAST],
    [_AT, _THE, _FEAST, _any("break eve day time holidays")],
    [_AT, _any("new"), _like("^years?$"), _any("'s \u2019s", optional=True), _any("eve day", optional=True)],
    [_AT, _any("valentine"), _any("'s", optional=True), _any("day", optional=True)],
    [_AT, _any("valentines"), _any("day", optional=True)],
    [_AT, _any("my our"), _like(r"^(\d+(st|nd|rd|th)|first)$", optional=True), _any("birthday anniversary")],
    [_any("the"), _any("other"), _any("day night week morning")],
    [_any("earlier"), _any("today this"), _any("week month year", optional=True)],
]
_SINCE = [
    [_any("since"), _any("yr year"), {"LIKE_NUM": True}],
    [_any("since"), _any("lockdown covid")],
    [_any("since"), _any("i we"), _any("was were"), _like(r"^\d\d$")],
    [_any("since"), _any("high"), _any("school")],
    [_any("since"), _any("college uni university school secondary childhood sixth")],
]
_MONEY = [
    [{"TEXT": {"IN": ["$", "£", "€", "₹"]}}, _like(r"^\d[\d.,]*k?$")],
    [{"LIKE_NUM": True}, _like("^(k|grand|dollars|pounds|quid|euros?|rupees|naira|pesos|lakhs?|thousand|shillings|bucks)$")],
    [
        {"LIKE_NUM": True},
        _any("thousand hundred lakh"),
        _like("^(dollars|pounds|euros?|rupees|naira|pesos|shillings|bucks)$"),
    ],
    [_like(r"^\d+(\.\d+)?k$")],
]
#: What a third person is named after, whose they are, and what may describe them.
_MEETING: list[list[dict[str, Any]]] = [
    [
        _any(
            "with w w/ kissed kissing kiss snogged banged shagged bedded texting sexting texted seeing met between into "
            "fucked fucking screwing screwed"
        )
    ],
    [_any("fell fallen falling feelings left leaving"), _any("me him her us", optional=True), _any("for")],
    [_any("he she him her me"), _any("and")],
    [_any("it"), _any("was")],
]
_WHOSE = ["my", "his", "her", "their", "our", "a", "an", "the", "some", "one", "this", "that", "another", "'s"]
_DESCRIBING = _like(r"^(?!(listened|told|is|was|and|or|to|the|with|who|that|says?|said|has|had|talked|wife|husband)$)[a-z'-]+$")
_SCORE = _like(r"^(10|[0-9])(/10)?$")


def patterns(nlp: Any, lexicon: Path) -> Iterator[dict[str, Any]]:
    """What spaCy's entity ruler is to mark: the words of `lexicon`, then amounts and times."""
    words_of = yaml.safe_load(lexicon.read_text(encoding="utf-8"))["lexicon"]
    for value, heads in words_of.pop("third_person").items():
        for meeting, between in product(_MEETING, range(3)):
            steps = [*meeting, {"LOWER": {"IN": _WHOSE}}, *[_DESCRIBING] * between, {"LOWER": {"IN": heads}}]
            yield {"label": "other_person", "id": value, "pattern": steps}
    for entity, spoken in words_of.items():
        for value, ways in spoken.items():
            for way in ways:
                words = [token.text.lower() for token in nlp.make_doc(way)]
                yield {"label": entity, "id": value, "pattern": [{"LOWER": word} for word in words]}
                if len(words) == 1:
                    yield {"label": entity, "id": value, "pattern": [{"LEMMA": words[0]}]}
    yield {"label": "partner", "id": "partner", "pattern": [_any("my"), {"TEXT": "SO"}]}  # significant other
    for label, ways in (("duration", _AMOUNTS), ("since", _SINCE), ("time", _TIMES), ("money", _MONEY)):
        yield from ({"label": label, "pattern": way} for way in ways)
    yield {"label": "score", "pattern": [_SCORE]}
    yield {"label": "score", "pattern": [_SCORE, {**_any("out of /"), "OP": "+"}, {"TEXT": "10"}]}


# --- what counts ----------------------------------------------------------------------------------------------------------------------


def facts(doc: Any) -> list[dict[str, Any]]:
    """What the message mentions: `{"entity", "value", "start", "end"}` in the order of the text.

    `value` is the spoken form from the lexicon, or the text itself for amounts and times. A duration that belongs to the relationship
    ("together six years") is given a second time as `relationship_length`. Left out is what is not the writer's: somebody else's
    wife, another's tears, a phone that uncovered nothing.
    """
    found = []
    for span in doc.ents:
        if not _COUNTS.get(span.label_, _always)(span):
            continue
        fact = {"entity": span.label_, "value": _value(span), "start": span.start_char, "end": span.end_char}
        is_of_the_two = span.label_ in ("duration", "since", "time") and _is_of_the_relationship(span)
        if span.label_ != "since" and not (span.label_ == "time" and is_of_the_two):
            found.append(fact)
        if is_of_the_two and not fact["value"].endswith(("ago", "back")):
            found.append({**fact, "entity": "relationship_length"})
    found += _discoveries(doc)
    return sorted(_plainest(found), key=lambda fact: fact["start"])


def _discoveries(doc: Any) -> Iterator[dict[str, Any]]:
    """How it came out, as far as a sentence says so: the first way of `data/discovery.yml` that stands in it."""
    for sentence in doc.sents:
        said = plain(sentence.text)
        value = next((value for value, words in ways().items() if words.stand_in(said)), None)
        if value:
            yield {"entity": "discovery", "value": value, "start": sentence.start_char, "end": sentence.end_char}


@lru_cache(maxsize=1)
def ways(path: Path = DISCOVERY) -> dict[str, Words]:
    """The ways in which it may have come out, by the form they are spoken of in.

    Raises:
        PatternsError: an expression of the file that cannot be used.
    """
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {value: words_of(value, table, file["words"], path) for value, table in file["ways"].items()}


def _plainest(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what another fact says better: somebody else beside a known person, an ex beside a partner, a sum beside its use."""
    said = {(fact["entity"], fact["value"]) for fact in found}
    persons = {value for entity, value in said if entity == "other_person"}
    money = {value for entity, value in said if entity == "money"}
    dropped = {("other_person", "somebody else")} if len(persons) > 1 else set()
    if any(entity == "partner" and value != "ex" for entity, value in said):
        dropped.add(("partner", "ex"))  # "I told my boyfriend I was at work and I was at my ex's": nobody parted from the boyfriend
    for value in money:
        better = {"gambling"} if value == "savings" else set() if value in ("gambling", "debt") else {"gambling", "debt", "savings"}
        if money & better:
            dropped.add(("money", value))
    return [fact for fact in found if (fact["entity"], fact["value"]) not in dropped]


def _value(span: Any) -> str:
    if span.label_ == "score":
        return re.match(r"\d+", span.text)[0]  # type: ignore[index]
    if span.ent_id_ == "somebody else":
        after = " ".join(token.lower_ for token in span.doc[span.end : span.end + 6])
        return next((value for value, where in _FROM_WHERE.items() if where.match(after)), span.ent_id_)
    return span.ent_id_ or (span.text.lower() if span.label_ == "time" else span.text)


#: Where a man or woman without a name is from says who it is.
_FROM_WHERE = {
    "a colleague": re.compile(
        r"((named|called) \w{1,12} )?(from|at|in) (the |his |her |my |their |our )?"
        r"(work\b|office|job|firm|company|accounting|accounts|sales|hr\b|(it )?department|ward|team at work|branch|practice|shift)|"
        r"(she|he|i|they) works? with"
    ),
    "a neighbour": re.compile(
        r"(from )?(next door|upstairs|downstairs|(who )?lives? (above|below|next|across)|\w{1,9} doors (down|up)|"
        r"across the (road|street|hall))"
    ),
}
_NOT_MINE = {"his", "her", "their", "'s", "another", "a", "every"} | {
    "business", "affair", "study", "dance", "gym", "lab", "tennis", "training", "writing", "running", "climbing", "chess", "trade",
    "sparring", "law", "drinking", "sexual", "ex", "accountability", "gaming",
}  # fmt: skip
_THEIRS = {"no", "any", "without", "his", "her", "their", "other", "peoples", "people's", "'s", "she", "he", "want", "wants", "wanted"}
_LISTENING = {"told", "listened", "says", "said", "messaged", "thinks", "knows", "helped", "'s", "wife", "lent", "let"}
_CONFIDING = {"told", "talk", "talked", "talking", "staying", "stay", "crying", "spoke", "listen", "heard", "message", "from", "cried"} | {
    "lived", "living",
}  # fmt: skip
_WRITER = {"i", "im", "ive", "me", "my", "myself", "we"}
_OTHERS = {"he", "she", "they", "you", "him", "her", "them", "his", "their", "it", "its", "hes", "shes", "the"}
_DENIED = {"not", "n't", "never", "no", "isnt", "wasnt", "dont", "didnt", "without"}


def _always(_span: Any) -> bool:
    return True


def _is_the_writers_partner(span: Any) -> bool:
    before = [token.lower_ for token in span.doc[max(span.start - 2, span.sent.start) : span.start]]
    is_writer = len(before) == 2 and before[1] == "the" and before[0] in ("am", "'m", "im", "was")
    return not (is_writer or (before and before[-1] in _NOT_MINE))


def _is_felt_by_the_writer(span: Any) -> bool:
    """Whether the nearest person named before a feeling, in its sentence, is the writer, and nothing between denies it."""
    if span[0].lower_ in _WRITER:
        return True
    before = span.doc[span.sent.start : span.start]
    for token in reversed(before):
        if token.lower_ in _WRITER:
            return True
        if token.lower_ == "the" and token.i == span.start - 1:  # the guilt, the shame
            continue
        if token.lower_ in _OTHERS or token.lower_ in _DENIED or token.ent_type_ in ("partner", "other_person", "children"):
            return False
    return len(before) < 3


def _are_the_writers_children(span: Any) -> bool:
    before = [token.lower_ for token in span.doc[max(span.start - 4, span.sent.start) : span.start]]
    after = [token.lower_ for token in span.doc[span.end : span.end + 2]]
    is_in_law = after in (["-", "in"], ["in", "law"])
    if span[0].lower_ in _WRITER | {"our"}:
        return not is_in_law
    is_other = is_in_law or set(after[:1]) & {"daddy", "daddies", "mama", "names", "me", "him", "her", "to", "too"}
    return not (is_other or set(before[-1:]) & _THEIRS or set(before) & {"no", "she", "he", "never", "trying"})


def _is_no_age(span: Any) -> bool:
    after = [token.lower_ for token in span.doc[span.end : span.end + 2]]
    return not (after and (after[0] in ("old", "olds", "older", "younger", "pregnant", "clean", "sober") or after == ["-", "old"]))


def _is_no_listener(span: Any) -> bool:
    """Whether the third person is not one who told the writer, listened or helped."""
    after = {token.lower_ for token in span.doc[span.end : span.end + 3]}
    before = {token.lower_ for token in span.doc[max(span.start - 4, span.sent.start) : span.start]}
    return not (after & _LISTENING or before & _CONFIDING)


def _is_past(span: Any) -> bool:
    words = {token.lower_ for token in span.sent}
    return not words & {"will", "'ll", "gonna", "tomorrow", "next", "every"}


#: When a fact counts, by its name; the others always do.
_COUNTS = {
    "partner": _is_the_writers_partner, "feeling": _is_felt_by_the_writer,
    "duration": _is_no_age, "time": _is_past, "children": _are_the_writers_children, "other_person": _is_no_listener,
}  # fmt: skip

_COUPLE_BEFORE = re.compile(
    r"\b((?<!work )(?<!worked )(?<!back )(?<!live )(?<!lived )together|married|marriage|relationship|dating|engaged|a couple|couple for|"
    r"(been|was|am|was) with (him|her|them|someone|my \w+( \w+)?|this \w+))\b(?!.*\b(affair|apart|ago)\b)"
)
_COUPLE_AFTER = re.compile(
    r"^-? ?(of )?(together|married|marriage|relationships?|into (it|this|us|the)|of being (together|married)|in\b(?! a row))"
)


def _is_of_the_relationship(span: Any) -> bool:
    doc = span.doc
    # What was said of an earlier time is not said of this one: "married nineteen years and last Thursday I found out".
    earlier = [other.end for other in doc.ents if other.end <= span.start and other.label_ in ("duration", "since", "time")]
    before = " ".join(token.lower_ for token in doc[max(span.start - 6, span.sent.start, *earlier) : span.start])
    after = " ".join(token.lower_ for token in doc[span.end : span.end + 4])
    if span.label_ == "duration" and re.search(r"years?|yrs?|decades?", span.text.lower()) and _stands_alone(span, after):
        return True
    if re.search(r"\b(in|split up for|stuck together for|trying for|apart for|a break for|for all of)$", before):
        return False
    near = doc[max(span.start - 2, span.sent.start) : span.start]
    is_my_partner_of = len(near) == 2 and near[0].ent_type_ == "partner" and near[1].lower_ == "of"
    return is_my_partner_of or bool(_COUPLE_BEFORE.search(before) or _COUPLE_AFTER.search(after))


def _stands_alone(span: Any, after: str) -> bool:
    """Whether years are all that a sentence says ("Thirty years."), or are said to be had ("27 years we've had"), as of a life together."""
    is_whole = span.start == span.sent.start and span.end >= span.sent.end - 1
    is_had = span.start == span.sent.start and re.match(r"(i|we)( ?'ve| have)? ?(been |had |given |known |spent )", after)
    return bool(is_whole or is_had)
