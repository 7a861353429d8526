"""The facts a message mentions, on a pipeline built once for these tests."""

from typing import Any

import pytest
import spacy

from bot.facts import facts
from bot.spacy_pipeline import build, read


@pytest.fixture(scope="session")
def nlp(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The pipeline as built and loaded from disk."""
    return spacy.load(build(tmp_path_factory.mktemp("models") / "mend_en"))


def found(nlp: Any, text: str, entity: str) -> list[str]:
    """The values of one entity in `text`."""
    return [fact["value"] for fact in facts(read(nlp, text)) if fact["entity"] == entity]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("My husband lied", "husband"),
        ("MY HUSBAND lied", "husband"),
        ("hubby lied", "husband"),
        ("my gf left", "girlfriend"),
        ("my fiancée knows", "fiancée"),
        ("my spouse", "spouse"),
        ("my other half", "partner"),
        ("my ex-husband called", "ex"),
        ("I told my boyfriend I was at work and I was at my ex's", "boyfriend"),
    ],
)
def test_it_finds_the_partner(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "partner") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("he slept with a coworker", "a colleague"),
        ("it was someone from work", "a colleague"),
        ("she kissed my best friend", "a friend"),
        ("he went back to his ex", "a former partner"),
        ("with our neighbour", "a neighbour"),
        ("with my sister", "family"),
        ("there is another woman", "somebody else"),
    ],
)
def test_it_finds_the_other_person(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "other_person") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("it went on for two years", "two years"),
        ("3 months of lies", "3 months"),
        ("3.5 years", "3.5 years"),
        ("a few weeks of silence", "a few weeks"),
        ("a couple of years", "a couple of years"),
        ("two whole years", "two whole years"),
        ("a two-year affair", "two-year"),
        ("a decade", "a decade"),
    ],
)
def test_it_finds_a_duration(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "duration") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We have been together for six years", "six years"),
        ("married 12 years", "12 years"),
        ("after 10 years of marriage he left", "10 years"),
        ("I've been with her for two years", "two years"),
        ("we were two years into it", "two years"),
        ("five years together and then this", "five years"),
        ("I've been married nineteen years and last Thursday I found out about the other family.", "nineteen years"),
        ("we've been together six years and on monday he told me", "six years"),
    ],
)
def test_a_duration_of_the_relationship_is_said_to_be_its_length_as_well(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "duration") == [value]
    assert found(nlp, text, "relationship_length") == [value]


@pytest.mark.parametrize(
    "text",
    ["the affair went on for two years", "We are together. It went on for two years.", "he left three weeks ago"],
)
def test_another_duration_is_not_the_relationships_length(nlp: Any, text: str) -> None:
    assert found(nlp, text, "relationship_length") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("last night he left", "last night"),
        ("I learnt it yesterday", "yesterday"),
        ("this morning", "this morning"),
        ("a week ago", "a week ago"),
        ("I found out three weeks ago", "three weeks ago"),
        ("6 years ago", "6 years ago"),
    ],
)
def test_it_finds_when_it_was(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "time") == [value]
    assert found(nlp, text, "duration") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("our kids don't know", "children"),
        ("my son asked", "a son"),
        ("our little girl", "a daughter"),
        ("I am pregnant", "a baby"),
    ],
)
def test_it_finds_children(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "children") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("he has debts", "debt"),
        ("she gambled", "gambling"),
        ("a secret account", "savings"),
        ("$500 is gone", "$500"),
        ("he took £2,000", "£2,000"),
        ("₹5000", "₹5000"),
        ("5 grand", "5 grand"),
        ("it cost us 5k", "5k"),
        ("20 quid", "20 quid"),
    ],
)
def test_it_finds_money(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "money") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I found the messages", "the messages"),
        ("I saw it on his phone", "a phone"),
        ("I went through her laptop", "a phone"),
        ("I found a hotel bill", "a receipt"),
        ("he finally told me about her", "their own words"),
        ("she came clean", "their own words"),
        ("her husband told me", "somebody else"),
        ("I walked in on them", "seeing it"),
        ("I saw he is on Tinder", "a dating app"),
    ],
)
def test_it_finds_how_it_came_to_light(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "discovery") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I am furious", "angry"),
        ("I cried all night", "sad"),
        ("I feel numb", "numb"),
        ("so humiliated", "ashamed"),
        ("full of remorse", "guilty"),
        ("I can't sleep", "anxious"),
        ("I feel invisible", "lonely"),
        ("I was lied to", "betrayed"),
        ("I don't know what to think", "confused"),
        ("worn out", "exhausted"),
    ],
)
def test_it_finds_a_feeling(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "feeling") == [value]


@pytest.mark.parametrize(("text", "value"), [("I can’t sleep", "anxious"), ("I don’t know what to think", "confused")])
def test_an_apostrophe_as_phones_write_it_hides_no_feeling(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "feeling") == [value]


@pytest.mark.parametrize(("text", "value"), [("7", "7"), ("0", "0"), ("10", "10"), ("I'd say 3.", "3"), ("8/10", "8"), ("10/10", "10")])
def test_it_finds_a_score(nlp: Any, text: str, value: str) -> None:
    assert found(nlp, text, "score") == [value]


@pytest.mark.parametrize(
    "text",
    [
        "his wife found out too",
        "she left for someone else's husband",
        "my business partner",
        "a wife deserves better",
        "he met another girlfriend",
        "my so called friends",
        "I'm the wife here",
    ],
)
def test_somebody_elses_partner_is_not_the_writers(nlp: Any, text: str) -> None:
    assert found(nlp, text, "partner") == []


@pytest.mark.parametrize(
    "text",
    [
        "he's always on his phone",
        "my wife is on her laptop all day",
        "he told me it was just work",
        "she is never off whatsapp",
    ],
)
def test_a_phone_or_a_word_that_uncovered_nothing_is_no_discovery(nlp: Any, text: str) -> None:
    assert found(nlp, text, "discovery") == []


@pytest.mark.parametrize(
    "text",
    [
        "she was crying",
        "he is so angry at me",
        "I made her cry",
        "my husband was devastated",
        "I lied to my girlfriend",
        "I'm not angry",
        "I am no longer sad",
        "leave me alone",
        "I lost my job",
        "the house is empty",
        "he says he feels guilty",
    ],
)
def test_what_the_writer_does_not_feel_is_no_feeling_of_theirs(nlp: Any, text: str) -> None:
    assert found(nlp, text, "feeling") == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("angry. numb. tired", ["angry", "numb", "exhausted"]),
        ("he left and I feel so alone", ["lonely"]),
        ("i dont know, i'm angry", ["angry"]),
        ("it makes me feel stupid", ["foolish"]),
        ("lonely mostly. like a flatmate", ["lonely"]),
        ("im heartbroken", ["sad"]),
        ("I can't stop crying", ["sad"]),
    ],
)
def test_what_the_writer_feels_is_found_by_who_stands_before_it(nlp: Any, text: str, values: list[str]) -> None:
    assert found(nlp, text, "feeling") == values


@pytest.mark.parametrize("text", ["my ex and I, we broke up in May", "we're divorced", "we are not together anymore"])
def test_it_finds_that_the_two_have_parted(nlp: Any, text: str) -> None:
    assert found(nlp, text, "parted") == ["parted"]


@pytest.mark.parametrize("text", ["we nearly broke off the holiday", "he said we should separate the bills", "are we together?"])
def test_it_finds_no_parting_where_there_is_none(nlp: Any, text: str) -> None:
    assert found(nlp, text, "parted") == []


@pytest.mark.parametrize("text", ["I think he's cheating on me", "she might be seeing someone", "I've no proof"])
def test_it_finds_what_is_only_feared(nlp: Any, text: str) -> None:
    assert found(nlp, text, "suspicion") == ["suspected"]


@pytest.mark.parametrize("text", ["11", "100", "3 years", "$5", "seven", "5 weeks ago"])
def test_other_numbers_are_no_score(nlp: Any, text: str) -> None:
    assert found(nlp, text, "score") == []


def test_a_score_out_of_ten_is_one_score(nlp: Any) -> None:
    assert found(nlp, "7 out of 10", "score") == ["7"]


def test_facts_come_in_the_order_of_the_text_with_their_places(nlp: Any) -> None:
    text = "Last night my wife left."
    assert facts(read(nlp, text)) == [
        {"entity": "time", "value": "last night", "start": 0, "end": 10},
        {"entity": "partner", "value": "wife", "start": 11, "end": 18},
    ]


def test_a_text_without_facts_has_none(nlp: Any) -> None:
    assert facts(read(nlp, "It is what it is.")) == []


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("my bf of 2 yrs", "relationship_length", "2 yrs"),
        ("my wife of twenty-two years", "relationship_length", "twenty-two years"),
        ("been with my wife 14 years", "relationship_length", "14 years"),
        ("we've been together since high school", "relationship_length", "since high school"),
        ("Married since 2011", "relationship_length", "since 2011"),
        ("He lied. Thirty years.", "relationship_length", "Thirty years"),
        ("14 years I've given this marriage", "relationship_length", "14 years"),
        ("together 14yrs", "relationship_length", "14yrs"),
        ("I found out on Sunday", "time", "on sunday"),
        ("in April she told me", "time", "in april"),
        ("on the 14th of March", "time", "on the 14th of march"),
        ("it came out at Christmas", "time", "at christmas"),
        ("half a year ago", "time", "half a year ago"),
        ("a year and a half ago", "time", "a year and a half ago"),
        ("my man left", "partner", "partner"),
        ("my SO left", "partner", "partner"),
        ("my baby daddy", "partner", "partner"),
        ("he kissed my best mate", "other_person", "a friend"),
        ("she slept w her personal trainer", "other_person", "somebody else"),
        ("with the girl from his office", "other_person", "a colleague"),
        ("she cheated with my dad", "other_person", "family"),
        ("we have two boys", "children", "children"),
        ("I told him everything", "discovery", "their own words"),
        ("my wife told me she has feelings for a man at work", "discovery", "their own words"),
        ("a friend of mine saw her go into a hotel", "discovery", "somebody else"),
        ("the doorbell camera says otherwise", "discovery", "seeing it"),
        ("my roommate matched w him on hinge", "discovery", "a dating app"),
        ("his phone buzzed and it said miss you", "discovery", "the messages"),
        ("there was a hotel charge on the amex", "discovery", "a receipt"),
        ("found a second phone in the glovebox", "discovery", "a phone"),
        ("the guilt is eating me", "feeling", "guilty"),
    ],
)
def test_it_finds_what_people_say_in_many_ways(nlp: Any, text: str, entity: str, value: str) -> None:
    assert value in found(nlp, text, entity)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("my study partner kissed me", "partner"),
        ("my friend listened to me", "other_person"),
        ("I talked with my sister for hours", "other_person"),
        ("my son is 5 years old", "duration"),
        ("we will talk on Friday", "time"),
        ("we have no kids", "children"),
        ("she has three little kids", "children"),
        ("we worked together for six years", "relationship_length"),
        ("the affair lasted two years", "relationship_length"),
        ("getting married in 9 days", "relationship_length"),
        ("checked his phone. nothing there", "discovery"),
        ("we met on tinder", "discovery"),
        ("my husband told me to calm down", "discovery"),
    ],
)
def test_what_only_looks_like_a_fact_is_none(nlp: Any, text: str, entity: str) -> None:
    assert found(nlp, text, entity) == []


def test_a_sum_is_not_told_beside_what_it_went_into(nlp: Any) -> None:
    assert found(nlp, "he lost 40,000 euros in the casino", "money") == ["gambling"]


def test_somebody_from_work_is_a_colleague(nlp: Any) -> None:
    assert found(nlp, "she slept with a guy from accounting", "other_person") == ["a colleague"]
