"""What a reading tells the dialogue as entities."""

import pytest

from bot.meaning import Meaning
from bot.reading import (
    EXTRACTOR,
    answer,
    bare_answer,
    confirms_deletion,
    corrects,
    data_request,
    denied_breaches,
    fact_entities,
    is_move,
    is_plain_feeling,
    is_plain_no,
    meaning_entities,
    plain_route,
    plainly_corrects,
    who_did_it,
    without_endings,
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("delete my data", "delete"),
        ("please erase everything", "delete"),
        ("forget all I told you", "delete"),
        ("can you get rid of it", "delete"),
        ("DELETING my account", "delete"),
        ("export my journal", "export"),
        ("I want to download what I wrote", "export"),
        ("send me a copy", "export"),
        ("who can read this", "about"),
        ("is this private?", "about"),
        ("is it anonymous", "about"),
        ("how long do you keep it", "about"),
        ("what do you know about me", "view"),
        ("show me my journal", "view"),
        ("", "view"),
    ],
)
def test_what_is_asked_of_the_data(text: str, wanted: str) -> None:
    assert data_request(text) == wanted


def test_deleting_wins_over_exporting_and_asking() -> None:
    assert data_request("send me a copy and then delete it, is that safe") == "delete"
    assert data_request("is it safe to download a copy") == "export"


def test_a_meaning_that_says_nothing_gives_no_entities() -> None:
    assert meaning_entities(Meaning(), "share_feeling", "hm") == []


def test_each_thing_the_meaning_says_is_one_entity_over_the_whole_text() -> None:
    meaning = Meaning(("infidelity", "dishonesty"), "hurt", "leave", ("self_harm",), "tell")
    found = meaning_entities(meaning, "crisis_self_harm", "the lie")
    assert [(entity["entity"], entity["value"]) for entity in found] == [
        ("breach", "infidelity"),
        ("breach", "dishonesty"),
        ("danger", "self_harm"),
        ("role", "hurt"),
        ("route", "leave"),
    ]
    assert {(entity["start"], entity["end"], entity["extractor"]) for entity in found} == {(0, 7, EXTRACTOR)}


def test_a_message_about_data_says_what_it_asks_for() -> None:
    found = meaning_entities(Meaning(ask="my_data"), "my_data", "delete it")
    assert ("data_request", "delete") in [(entity["entity"], entity["value"]) for entity in found]


def test_a_message_that_is_not_about_data_asks_nothing_of_it() -> None:
    assert "data_request" not in {entity["entity"] for entity in meaning_entities(Meaning(), "share_feeling", "delete it")}


def test_facts_are_listed_where_they_stand() -> None:
    facts = [{"entity": "partner", "value": "husband", "start": 0, "end": 10}]
    assert fact_entities(facts) == [{"entity": "partner", "value": "husband", "start": 0, "end": 10, "extractor": EXTRACTOR}]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("in 2009", "since 2009"),
        ("last summer", "since last summer"),
        ("Ten years", "ten years"),
        ("since we were 16", "since you were 16"),
        ("since i was 19", "since you were 19"),
        ("most of my life", "most of your life"),
    ],
)
def test_how_long_they_are_together_is_told_as_it_is_said_to_them(said: str, told: str) -> None:
    facts = [{"entity": "relationship_length", "value": said, "start": 0, "end": 4}]
    assert [entity["value"] for entity in fact_entities(facts)] == [told]


@pytest.mark.parametrize(
    ("meaning", "intent", "roles"),
    [
        (Meaning(("neglect",), "hurt"), "neglect", ["hurt"]),
        (Meaning((), "hurt"), "correct", ["hurt"]),
        (Meaning((), "responsible", ask="how_to_apologise"), "how_to_apologise", ["responsible"]),
        (Meaning((), "hurt"), "share_feeling", []),
        (Meaning((), "both"), "affirm", []),
    ],
)
def test_a_feeling_or_an_answer_does_not_say_who_did_it(meaning: Meaning, intent: str, roles: list[str]) -> None:
    found = meaning_entities(meaning, intent, "words")
    assert [entity["value"].lstrip("=+") for entity in found if entity["entity"] == "role"] == roles


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Yes", "yes"),
        ("well, yeah I guess", "yes"),
        ("he does, mostly", "yes"),
        ("i want to", "yes"),
        ("he says he wants to", "unsure"),
        ("trying to, I gave her the logins", "unsure"),
        ("of course", "yes"),
        ("No.", "no"),
        ("na only told me cos i found the letters", "no"),
        ("not really", "no"),
        ("of course not", "no"),
        ("certainly not", "no"),
        ("totally not", "no"),
        ("yeah right", "no"),
        ("yeah, right!", "no"),
        ("yeah no problem", "yes"),
        ("yeah, right next to me", "yes"),
        ("honestly, never", "no"),
        ("he doesn’t", "no"),
        ("no idea", "unsure"),
        ("I don’t know", "unsure"),
        ("not sure", "unsure"),
        ("kind of", "unsure"),
        ("it depends on the day", "unsure"),
        ("he has lied for years", None),
        ("nobody knows", None),
        ("yesterday he left", None),
        ("", None),
    ],
)
def test_a_yes_or_a_no_is_heard_in_the_first_words(text: str, wanted: str | None) -> None:
    assert answer(text) == wanted


def test_an_answer_is_an_entity() -> None:
    found = meaning_entities(Meaning(), "affirm", "yes he does")
    assert ("answer", "yes") in [(entity["entity"], entity["value"]) for entity in found]


@pytest.mark.parametrize(
    "text", ["yes", "Yes please.", "ok", "please", "delete it", "yes, delete everything", "go ahead, delete all of it", "sure"]
)
def test_a_deletion_is_confirmed_in_so_many_words(text: str) -> None:
    assert confirms_deletion(text)


@pytest.mark.parametrize(
    "text",
    [
        "please keep it",
        "please don't delete anything",
        "please no",
        "ok never mind",
        "yes but keep the journal",
        "delete? no",
        "no",
        "hm",
        "",
    ],
)
def test_anything_else_deletes_nothing(text: str) -> None:
    assert not confirms_deletion(text)
    assert ("deletion", "yes") not in {(entity["entity"], entity["value"]) for entity in meaning_entities(Meaning(), "affirm", text)}


@pytest.mark.parametrize("text", ["please keep it", "no, don't", "ok wait, cancel that"])
def test_what_speaks_against_deleting_is_a_no(text: str) -> None:
    assert ("deletion", "no") in [(entity["entity"], entity["value"]) for entity in meaning_entities(Meaning(), "my_data", text)]


@pytest.mark.parametrize("text", ["please keep it", "ok never mind", "sure he says that", "please don't"])
def test_a_courtesy_before_something_else_is_no_yes(text: str) -> None:
    assert answer(text) != "yes"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("my wife lied about money for years", "hurt"),
        ("he has been texting her", "hurt"),
        ("I was cheated on", "hurt"),
        ("my husband was never there for me", "hurt"),
        ("she left me for her boss", "hurt"),
        ("i lied to my girlfriend about my debts", "responsible"),
        ("I'm the problem: I slept with someone", "responsible"),
        ("no, i was the one who lied to her", "responsible"),
        ("I cheated and then he cheated too", "both"),
        ("our trust is gone", None),
        ("I did NOTHING. My husband had the affair", "hurt"),
        ("i didn't do it. she did.", "hurt"),
        ("I haven't done anything", "hurt"),
        ("she cheated, not me", "hurt"),
        ("it was me not her", "responsible"),
        ("it was me, not him", "responsible"),
        ("I AM the one who was neglected", "hurt"),
        ("no, i was the one who lied", "responsible"),
        ("", None),
        ("my gf of 3 years has a second snapchat", "hurt"),
        ("he's kept a secret phone in the shed", "hurt"),
        ("I've got a hidden credit card he knows nothing of", "responsible"),
        ("she has a second job", None),
    ],
)
def test_who_did_it_is_heard_from_plain_grammar(text: str, role: str | None) -> None:
    assert who_did_it(text) == role


@pytest.mark.parametrize("text", ["no", "No, God no.", "wtf no?? i said something else", "Good heavens, no! Not that", "nah"])
def test_a_plain_no_stands_by_itself(text: str) -> None:
    assert is_plain_no(text)


@pytest.mark.parametrize("text", ["no one would miss me", "i dont see why", "never mind me", "no point", "not today", "yes", "nothing", ""])
def test_other_beginnings_are_no_plain_no(text: str) -> None:
    assert not is_plain_no(text)


def test_a_feeling_in_a_word_is_that_feeling() -> None:
    feeling = [{"entity": "feeling", "value": "lonely"}]
    assert is_plain_feeling("lonely", feeling)
    assert not is_plain_feeling("bye", [])
    assert not is_plain_feeling("thanks, I feel less lonely now, good night", feeling)


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("stay. obviously", "rebuild"),
        ("I said stay", "rebuild"),
        ("i want to fight for us", "rebuild"),
        ("let go", "leave"),
        ("i would leave", "leave"),
        ("stay or go?", None),
        ("To let it go", "leave"),
        ("Let it go. I don't want her back.", "leave"),
        ("I don't know", None),
        ("leave it", None),
        ("I want to stay in bed and cry about everything he did to me", None),
    ],
)
def test_a_short_wish_says_which_way_it_leans(text: str, route: str | None) -> None:
    assert plain_route(text) == route


@pytest.mark.parametrize(
    ("intent", "text", "role"),
    [
        ("dishonesty", "my wife lied", "+hurt"),
        ("correct", "no, she lied", "=hurt"),
        ("dishonesty", "the lies", "hurt"),
        ("share_feeling", "it wasn't me", "=hurt"),
    ],
)
def test_plain_words_and_corrections_weigh_more_than_a_reading(intent: str, text: str, role: str) -> None:
    found = meaning_entities(Meaning(("dishonesty",), "hurt"), intent, text)
    assert ("role", role) in [(entity["entity"], entity["value"]) for entity in found]


@pytest.mark.parametrize(
    ("intent", "text", "move"),
    [
        ("stop", "stop", True),
        ("stop", "that's enough for today", True),
        ("stop", "I try, i quit that job", False),
        ("stop", "he just does not care", False),
        ("skip", "next question please", True),
        ("repeat", "could you say that again", True),
        ("repeat", "would you mind saying it again", True),
        ("repeat", "would you say that again please", True),
        ("repeat", "would you repeat that", True),
        ("repeat", "what would you say first?", False),
        ("repeat", "what should I say to him", False),
        ("resume", "so we went on with it for years and nobody ever said a word", False),
        ("resume", "go on please", True),
        ("resume", "i can't go on", False),
        ("resume", "ok i could text", False),
        ("resume", "ok im in the car", False),
        ("resume", "ok i drove off", False),
        ("resume", "ok im back", True),
        ("resume", "so, and now?", True),
        ("resume", "let’s go", True),
        ("resume", "cant go on", False),
    ],
)
def test_a_story_is_no_move_of_the_talk(intent: str, text: str, move: bool) -> None:
    assert is_move(intent, text) == move


def test_a_correction_of_who_did_it_leaves_what_was_done() -> None:
    found = meaning_entities(Meaning((), "responsible"), "correct", "no, it was me")
    assert [(entity["entity"], entity["value"]) for entity in found if entity["entity"] in ("breach", "role")] == [("role", "=responsible")]


@pytest.mark.parametrize("text", ["that's not it", "no you got that wrong"])
def test_a_bare_correction_forgets_what_was_known(text: str) -> None:
    found = meaning_entities(Meaning(), "correct", text)
    assert {("breach", "only"), ("role", "=")} <= {(entity["entity"], entity["value"]) for entity in found}


@pytest.mark.parametrize("text", ["it wasn't an affair", "no, it was lies, not cheating"])
def test_a_correction_of_what_was_done_leaves_who_did_it(text: str) -> None:
    found = meaning_entities(Meaning(("dishonesty",)), "correct", text)
    assert "role" not in [entity["entity"] for entity in found]


def test_a_role_that_is_not_sure_is_left_to_be_asked() -> None:
    found = meaning_entities(Meaning(("neglect",), "responsible"), "neglect", "he was never there", sure_of_role=False)
    assert "role" not in {entity["entity"] for entity in found}


def test_a_correction_takes_the_place_of_what_was_known() -> None:
    found = meaning_entities(Meaning(("dishonesty",), "hurt"), "correct", "no, she lied about money")
    assert [entity["value"] for entity in found if entity["entity"] == "breach"] == ["only", "dishonesty"]


@pytest.mark.parametrize(("meaning", "text"), [(Meaning(dangers=("self_harm",)), "yes I want to"), (Meaning(), "no?")])
def test_a_danger_or_a_question_answers_nothing(meaning: Meaning, text: str) -> None:
    assert "answer" not in {entity["entity"] for entity in meaning_entities(meaning, "share_feeling", text)}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yes", "affirm"),
        ("yes please", "affirm"),
        ("not really", "deny"),
        ("maybe", "unsure"),
        ("no thank you", None),
        ("yes?", None),
        ("yes but he lied again", None),
        ("he cheated", None),
    ],
)
def test_a_message_that_is_only_an_answer_is_its_intent(text: str, intent: str | None) -> None:
    assert bare_answer(text) == intent


@pytest.mark.parametrize("text", ["he never listens", "we don't talk", "I can't sleep", "please help me", "sometimes I cry"])
def test_a_short_message_that_says_something_is_more_than_an_answer(text: str) -> None:
    assert bare_answer(text) is None


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("it wasn't an affair", ["infidelity"]),
        ("It wasn\u2019t really cheating, he just hid money", ["infidelity"]),
        ("no affair, just lies", ["infidelity"]),
        ("she never lied to me about it", ["dishonesty"]),
        ("he hasn't been ignoring me, that's not it", ["neglect"]),
        ("there wasn't anybody else", ["infidelity"]),
        ("no, he lied to me", []),
        ("no, I was the one who cheated", []),
        ("I didn't cheat, she did", []),
        ("that's not it", []),
    ],
)
def test_a_correction_says_what_it_was_not(text: str, denied: list[str]) -> None:
    assert list(denied_breaches(text)) == denied


def test_what_a_correction_denies_is_taken_out_and_the_rest_stays() -> None:
    def breaches(text: str, *read: str) -> list[str]:
        found = meaning_entities(Meaning(read, "hurt" if read else "unknown"), "correct", text)
        return [entity["value"] for entity in found if entity["entity"] == "breach"]

    assert breaches("it wasn't an affair", "infidelity") == ["-infidelity"]
    assert breaches("it wasn't an affair, he just hid money", "infidelity", "dishonesty") == ["-infidelity", "dishonesty"]
    assert breaches("no, he lied to me", "dishonesty") == ["only", "dishonesty"]
    assert breaches("that's not it") == ["only"]


@pytest.mark.parametrize(
    "text",
    [
        "no thats not it, it wasnt just photos, i met him twice",
        "that\u2019s wrong, it wasn\u2019t only texting",
        "no, not just the once",
        "it isn't all he did",
    ],
)
def test_a_correction_that_says_there_was_more_takes_nothing_back(text: str) -> None:
    assert "only" not in [entity["value"] for entity in meaning_entities(Meaning(), "correct", text)]


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("no, I was the one who cheated", True),
        ("no its fine he isnt here", False),
        ("no, it's safe, I'm at my sister's", False),
        ("no it's his brother I meant", True),
        ("that's not it", True),
        ("You got me wrong", True),
        ("it wasn\u2019t an affair", True),
        ("no, she says she cant talk to me yet", False),
        ("no, he won't talk", False),
    ],
)
def test_a_correction_has_words_of_putting_right(text: str, does: bool) -> None:
    assert corrects(text) is does


def test_that_a_love_ends_is_no_danger_by_itself() -> None:
    assert without_endings("not sure, she might be done with me").split() == ["not", "sure,"]
    assert without_endings("I am done with life") == "I am done with life"
    assert "kill myself" in without_endings("she's done with me and I will kill myself")


@pytest.mark.parametrize(
    "text", ["no thats not it, it wasnt just photos", "No, that's not it", "thats wrong, he paid it", "it's not what i said"]
)
def test_what_begins_as_a_correction_is_one(text: str) -> None:
    assert plainly_corrects(text)


@pytest.mark.parametrize("text", ["no", "thats not fair", "that's not what he said", "it's not right that he pays", "i think thats wrong"])
def test_what_only_sounds_like_a_correction_is_none(text: str) -> None:
    assert not plainly_corrects(text)
