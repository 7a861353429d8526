"""Real servers on loopback: a conversation for each kind and role, the journal read afterwards, and whatever may go wrong."""

from __future__ import annotations

import sqlite3
import uuid
from typing import Any

import pytest

from benchmarks.soak import couple_texts
from bot.cli import servers
from bot.cli.transcripts import TRANSCRIPTS, user_lines
from bot.guidance import library
from bot.journal.keys import person_key
from bot.journal.store import journal
from bot.safety import helplines
from bot.wording import fill
from tests.contracts.project import variants

pytestmark = pytest.mark.model

STORIES = {
    (
        "infidelity",
        "hurt",
    ): "I found out my husband is having an affair with a colleague. I saw the messages on his phone.",
    ("dishonesty", "hurt"): "My wife lied to me about our savings for two years, she hid a whole loan from me",
    (
        "neglect",
        "hurt",
    ): "my boyfriend ignores me, he is on his phone all evening and never asks how I am. I feel invisible.",
    ("infidelity", "responsible"): "I cheated on my girlfriend with someone from work and she found out",
    ("dishonesty", "responsible"): "I lied to my husband about losing my job, I pretended to go to work for months",
    (
        "neglect",
        "responsible",
    ): "I neglected my wife for years, I was always at work and I was never there when she needed me",
}
ANSWERS = ["/share_feeling", "/affirm", "/deny", "/unsure", "/affirm", "/affirm", '/how_to_rebuild{"route": "rebuild"}']
INTRODUCTION = "Hello, I'm Mend"


@pytest.fixture
def sender() -> str:
    return uuid.uuid4().hex


def texts(answers: list[dict[str, Any]]) -> str:
    return "\n".join(answer.get("text", "") for answer in answers)


def kept(talk: Any, sender: str) -> dict[str, list[dict[str, Any]]]:
    with journal(talk.settings) as store:
        return store.summary(person_key(talk.settings, "rest", sender))


def meaning(talk: Any, text: str) -> dict[str, Any]:
    return servers.post(f"http://127.0.0.1:{talk.settings.port}/model/parse", {"text": text})


@pytest.mark.parametrize(("kind", "role"), STORIES)
def test_each_kind_and_role_is_led_to_a_suggestion_with_reasons_and_the_journal_holds_it(talk, sender, kind, role) -> None:
    first = texts(talk(sender, STORIES[kind, role]))
    assert INTRODUCTION in first
    answered = []
    for answer in ANSWERS:
        answered.append(texts(talk(sender, answer)))
    entries = kept(talk, sender)
    assert kind in entries["breaches"][-1]["kinds"]
    assert entries["breaches"][-1]["role"] == role
    assert {row["step"]: row["state"] for row in entries["steps"]} == {
        "open_talk": "yes", "responsibility": "no", "steady_action": "unsure",
    }  # fmt: skip
    assert entries["assessments"][-1]["direction"] == "rebuild"
    suggestion = entries["suggestions"][-1]
    assert suggestion["kind"] == "therapy_couple"
    assert "both_willing" in suggestion["reasons"]
    for reason in suggestion["reasons"]:
        assert library.words("reasons")[reason] in answered[-1]
    assert "couples therapist" in texts(talk(sender, "yes please"))
    assert "week" in texts(talk(sender, "yes"))
    assert kept(talk, sender)["commitments"][-1]["step"] == "therapy_couple"
    assert INTRODUCTION not in "\n".join(answered)


def test_what_is_said_is_worded_for_role_and_kind(talk) -> None:
    heard = {key: texts(talk(uuid.uuid4().hex, text)) for key, text in STORIES.items()}
    assert len(set(heard.values())) == len(heard)
    assert "Finding out like that" in heard["infidelity", "hurt"]
    assert "a wife" in texts(talk(uuid.uuid4().hex, "my wife ignores me, she never has time for me"))


@pytest.mark.parametrize("file", sorted(TRANSCRIPTS.glob("*.md")), ids=lambda file: file.stem)
def test_the_lines_of_each_transcript_still_reach_a_suggestion(talk, sender, file) -> None:
    said = [texts(talk(sender, line)) for line in user_lines(file)]
    assert all(said), "every message gets an answer"
    suggestion = kept(talk, sender)["suggestions"][-1]
    assert all(any(library.words("reasons")[reason] in text for text in said) for reason in suggestion["reasons"])


def test_no_line_is_said_twice_while_another_is_left(talk, sender) -> None:
    said = [texts(talk(sender, text)) for text in ("thanks", "thank you", "hello", "hi there")]
    assert len(set(said)) == len(said)


BAD = {
    "empty": "",
    "blank": "   ",
    "emoji": "😭😭😭",
    "long": "a " * 5_000,
    "one-word": "x" * 10_000,
    "huge": "ы" * 100_000,
    "german": "Meine Frau hat mich betrogen und ich weiß nicht weiter",
    "binary": "\u0000\ud83d kaputt",
    "button": '/infidelity{"x":1}',
    "restart": "/restart",
    "back": "/back",
    "unknown-button": "/no_such_intent",
    "broken-button": "/infidelity{broken",
    "template": "{{7*7}} {partner} <script>alert(1)</script>",
    "sql": "'; DROP TABLE events; --",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_bad_input_gets_a_kind_answer_and_loses_nothing(talk, sender, text) -> None:
    talk(sender, STORIES["infidelity", "hurt"])
    talk(sender, "/share_feeling")
    before = kept(talk, sender)
    assert before
    said = texts(talk(sender, text))
    assert said.strip()
    assert "Traceback" not in said and "Error" not in said and "{" not in said
    tracker = conversation(talk, sender)
    assert "infidelity" in tracker["slots"]["breaches"]
    assert tracker["slots"]["role"] == "hurt"
    assert before["breaches"][0] in kept(talk, sender)["breaches"]


@pytest.mark.parametrize("text", ["/restart", "/back"])
@pytest.mark.parametrize("lead", [[], [STORIES["neglect", "hurt"]]], ids=["free", "form"])
def test_what_would_reset_rasa_says_that_nothing_was_lost(talk, sender, text: str, lead: list[str]) -> None:
    for line in lead:
        talk(sender, line)
    assert "Nothing was lost" in texts(talk(sender, text))


def conversation(talk: Any, sender: str) -> dict[str, Any]:
    import json
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{talk.settings.port}/conversations/{sender}/tracker", timeout=60) as answer:
        return json.load(answer)


def test_force_by_the_writer_and_force_against_the_writer_are_answered_differently(talk) -> None:
    did_it = texts(talk(uuid.uuid4().hex, "My girlfriend cheated on me and I slapped her last night"))
    suffered = texts(talk(uuid.uuid4().hex, "I cheated on my husband and when he found out he hit me"))
    assert "stopping it is yours" in did_it and "I believe you" not in did_it
    assert "I believe you" in suffered and "yours" not in suffered


def test_a_correction_replaces_what_was_known(talk, sender) -> None:
    talk(sender, STORIES["infidelity", "hurt"])
    said = texts(talk(sender, "no that's wrong, you misunderstood me"))
    assert said.strip()
    slots = conversation(talk, sender)["slots"]
    assert not slots["breaches"] and not slots["role"]
    talk(sender, "my husband lied to me about money")
    assert conversation(talk, sender)["slots"]["breaches"] == ["dishonesty"]


def test_a_correction_that_tells_more_keeps_what_was_done_and_by_whom(talk, sender) -> None:
    for text in ("i sent photos to a man i met online. my wife found them sunday", "/skip", "/skip"):
        talk(sender, text)
    assert "somebody else" in texts(talk(sender, "no thats not it, it wasnt just photos, i met him twice"))
    for _ in range(4):
        said = texts(talk(sender, "/skip"))
        assert "was it you" not in said and "who broke" not in said


def test_a_question_is_explained_when_somebody_asks_what_it_means(talk, sender) -> None:
    for text in (STORIES["infidelity", "hurt"], "/share_feeling"):
        asked = texts(talk(sender, text))
    assert "open talk" in asked
    said = texts(talk(sender, "what do you mean by open talk"))
    assert "By open talk I mean" in said and said.endswith("?")


def test_a_goodbye_ends_the_questions(talk, sender) -> None:
    talk(sender, STORIES["neglect", "hurt"])
    assert "?" not in texts(talk(sender, "bye"))


def test_whoever_broke_the_trust_is_never_guessed_against_plain_words(talk) -> None:
    for text in ("my wife lied about money for years", "my husband was never there for me", "he cheated with my best friend"):
        person = uuid.uuid4().hex
        talk(person, text)
        assert conversation(talk, person)["slots"]["role"] == "hurt", text


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("I want to kill myself", "self_harm"),
        ("he hit me last night and I'm scared of him", "partner_abuse"),
        ("I'm going to kill him, I have a knife", "harm_to_others"),
        ("he beats our son when he's drunk", "child_at_risk"),
    ],
)
@pytest.mark.parametrize(
    "lead",
    [[], ["my wife lied to me about money"], ["I cheated on him", "/share_feeling"]],
    ids=["first", "story", "steps"],
)
def test_danger_is_answered_first_whatever_is_open_and_noted_without_words(talk, sender, text, danger, lead) -> None:
    for line in lead:
        talk(sender, line)
    said = talk(sender, text)
    assert all("?" not in beside["text"] for beside in said[1:])
    assert helplines.said()["emergency"] in said[0]["text"]
    said_by_heart = [fill(one["text"], {**helplines.said(), "partner": "partner"}) for one in variants()[f"utter_crisis_{danger}"]]
    assert said[0]["text"] in said_by_heart
    assert danger in kept(talk, sender)["safety_events"][-1]["dangers"]
    tracker = conversation(talk, sender)
    assert danger in tracker["slots"]["safety"]
    assert not tracker["active_loop"].get("name")


def test_once_abuse_is_known_no_couple_work_is_said(talk, sender) -> None:
    talk(sender, "he hits me when he drinks and he checks my phone. I'm scared of him.")
    lines = ["he cheated on me too", "/share_feeling", "how do we rebuild trust?", "how do I talk to him?", "should we do couples therapy?",
             "/deny", "/deny", "/deny", "/affirm", "/affirm", '/how_to_rebuild{"route": "rebuild"}', "/affirm"]  # fmt: skip
    for line in lines:
        for answer in talk(sender, line):
            assert not any(text in answer.get("text", "") for text in couple_texts()), answer["text"]
    assert kept(talk, sender)["suggestions"][-1]["kind"] == "safety_first"


def test_my_data_is_shown_and_deleted_with_the_conversation_and_nobody_elses(talk, sender) -> None:
    other = uuid.uuid4().hex
    for name in (sender, other):
        talk(name, STORIES["dishonesty", "hurt"])
        talk(name, "/share_feeling")
    assert "dishonesty" in texts(talk(sender, "what do you know about me?"))
    assert "Shall I?" in texts(talk(sender, "delete my data"))
    assert "kept everything" in texts(talk(sender, "no"))
    assert kept(talk, sender)
    talk(sender, "delete all my data")
    assert "gone" not in texts(talk(sender, "/affirm")), "a yes to something else deletes nothing"
    assert "gone" in texts(talk(sender, '/affirm{"deletion": "yes"}'))
    assert kept(talk, sender) == {}
    assert kept(talk, other)["breaches"]
    with sqlite3.connect(talk.settings.data_dir / "conversations.db") as database:
        counted = dict(database.execute("select sender_id, count(*) from events where sender_id in (?, ?) group by 1", (sender, other)))
    assert sender not in counted and counted[other] > 0
    assert INTRODUCTION in texts(talk(sender, "hello"))


def test_how_am_i_doing_reads_the_journal_and_takes_a_number(talk, sender) -> None:
    talk(sender, STORIES["neglect", "hurt"])
    for answer in ANSWERS:
        talk(sender, answer)
    said = texts(talk(sender, "how am I doing?"))
    assert "open talk: begun" in said and "owning it: not yet" in said
    assert "7 out of 10" in texts(talk(sender, "7"))
    talk(sender, "/progress")
    assert "Last time it was 7" in texts(talk(sender, "4"))
    assert [row["heaviness"] for row in kept(talk, sender)["check_ins"]] == [7, 4]


def test_what_is_written_lies_encrypted_in_the_journal(talk, sender) -> None:
    talk(sender, STORIES["infidelity", "responsible"])
    talk(sender, "/share_feeling")
    assert kept(talk, sender)["breaches"]
    content = b"".join(path.read_bytes() for path in talk.settings.data_dir.glob("journal.db*"))
    assert b"infidelity" not in content and b"responsible" not in content and sender.encode() not in content


def test_the_parse_of_every_message_carries_its_meaning_and_a_button_carries_none(talk) -> None:
    parsed = meaning(talk, "my wife cheated on me and I want to save our marriage")
    assert set(parsed["meaning"]) == {"breaches", "role", "route", "safety", "ask"}
    assert parsed["meaning"]["breaches"] == ["infidelity"] and parsed["meaning"]["role"] == "hurt"
    assert meaning(talk, "I want to kill myself")["meaning"]["safety"] == ["self_harm"]
    assert "meaning" not in meaning(talk, '/share_feeling{"role": "hurt"}')
