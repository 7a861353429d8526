"""Dangers that a text's own words name."""

from pathlib import Path

import pytest
import yaml

from bot.meaning import DANGERS
from bot.safety.patterns import PATTERNS, PatternsError, dangers_named, done_by_writer, load, partner_threatens_self_harm
from bot.text import LONGEST


@pytest.mark.parametrize(
    ("text", "dangers"),
    [
        ("I want to kill myself", ("self_harm",)),
        ("i dont want to be alive", ("self_harm",)),
        ("I am suicidal", ("self_harm",)),
        ("everyone is better off without me", ("self_harm",)),
        ("he hits me", ("partner_abuse",)),
        ("my husband beat me last night", ("partner_abuse",)),
        ("I slapped her", ("partner_abuse",)),
        ("I'm scared of him", ("partner_abuse",)),
        ("she won't let me see my friends", ("partner_abuse",)),
        ("I'm going to kill him", ("harm_to_others",)),
        ("I bought a gun", ("harm_to_others",)),
        ("he hit our son", ("child_at_risk",)),
        ("she leaves the baby alone", ("child_at_risk",)),
    ],
)
def test_words_of_danger_name_it(text: str, dangers: tuple[str, ...]) -> None:
    assert dangers_named(text) == dangers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "he lied to me and I am so angry",
        "I nearly killed myself laughing",
        "it hit me that he had lied",
        "the truth hits hard",
        "he never hit me",
        "I'm not scared of him",
        "it was an abuse of trust",
        "he has a substance abuse problem",
        "I don't want to hurt him",
        "I killed the mood",
        "the kids are sad",
    ],
)
def test_figures_of_speech_and_sadness_name_none(text: str) -> None:
    assert dangers_named(text) == ()


PLAIN = {
    "self_harm": [
        "im going to end it tonight",
        "i took all the pills",
        "i've taken a whole bottle of pills",
        "i just want it all to stop",
        "honestly I don't see a reason to live anymore",
        "the kids would be better off without me",
        "i'm worth more to them dead",
        "wish i could go to sleep and never wake up",
        "I am not safe from myself",
        "thoughts of ending it all won't leave me",
        "there is no point in living",
        "he says he'll kill himself if I leave",
        "my gf threatened to hurt herself again",
        "she texted that she wants to die",
        "can't do this life thing anymore",
        "it would be easier to just not exist",
        "dont wanna be here anymore",
        "started cutting again last week",
        "kms lol but not lol",
    ],
    "partner_abuse": [
        "he hit me yesterday",
        "he hits me when he drinks",
        "he hit me hard in the face",
        "my husband hit me so hard I fell",
        "my boyfriend hit me when i asked about her",
        "he never hit me before but last night he choked me",
        "my dad hit me as a kid and now my husband hits me",
        "I'm not scared but he choked me",
        "he put his hands around my throat",
        "she threw a plate at me",
        "he gets violent when i say no",
        "he has never laid a hand on me but he's threatened to kill me",
        "if i leave he'll find me",
        "he threatened to post my nudes",
        "she said she'd ruin me if I tell",
        "he forced me to have sex",
        "he raped me",
        "im terrified of my husband",
        "he follows me to work",
        "my ex keeps showing up, he shows up at my gym",
        "he sits in his car outside my house",
        "he put a tracker on my car",
        "my wife wont let me see my sister",
        "I'm not allowed to talk to my mum",
        "he took my passport",
        "she keeps my bank card",
        "i have to ask permission to go out",
        "he blocks the door when we fight",
        "he's abusive when drunk",
        "I slapped her last night",
        "i pushed my wife and she fell",
    ],
    "harm_to_others": [
        "I'm going to kill her",
        "i swear i'll stab him",
        "I keep thinking about hurting him",
        "he deserves to bleed",
        "bought a knife yesterday and i know where he lives",
        "I don't really want to hurt anyone but I will kill him tonight",
        "gonna burn his house down",
        "i'll break his legs",
    ],
    "child_at_risk": [
        "he hit our daughter",
        "my wife shook the baby",
        "she leaves our kids alone at night",
        "our son has bruises on his arm",
        "he locked my 4 year old in the shed",
        "he drives the kids drunk",
        "my daughter is scared of her dad",
        "he threatened to hurt the baby",
        "he hits me in front of the kids",
    ],
}


@pytest.mark.parametrize(("danger", "text"), [(danger, text) for danger, texts in PLAIN.items() for text in texts])
def test_plain_words_are_heard_whatever_else_the_sentence_says(danger: str, text: str) -> None:
    assert danger in dangers_named(text)


@pytest.mark.parametrize(
    "text",
    [
        "I could kill him", "I could have strangled him when he said it", "this is killing me", "I died inside", "she is dead to me",
        "I nearly died of embarrassment", "it hit me like a truck", "then the truth hit me", "reality hit me hard",
        "he hit me with the news over breakfast", "he only hits me up at midnight", "my husband beats me at chess",
        "he beat me to the door", "I'm kicking myself", "God no, I'm not going to kill myself", "I would never hurt myself",
        "career suicide, they called it", "I'm not suicidal, just tired",
        "\"you're better off without me\", he said", "I'd kill for a hug", "he pushed me away again", "he's pushing me to apply",
        "I'm not scared of him", "she has never hit me", "my first husband hit me, this one is kind", "he broke my heart",
        "I can't do this anymore, the lying I mean", "it's over and I want to die of embarrassment", "ended it with him tonight",
        "I want to end it with him", "she was stalking the other woman's instagram", "what does emotional abuse mean",
        "the kids are upset about the divorce", "he would never hurt the children", "I don't want to hurt her", "I regret hurting him",
        "I'm afraid of hurting her again", "he grabbed me a coffee", "killing time at work", "we fight about who locked the door",
        "I was suicidal once at nineteen and that's long over", "he took my side", "I asked him for space", "we cut ties",
        "I started cutting back on work", "she keeps my letters in a box", "the divorce would hurt the kids, seeing us split",
        "he let me go", "I'm scared of him leaving me", "afraid of her cheating again", "they shoot films there", "he is dead tired",
    ],
)  # fmt: skip
def test_figures_of_speech_alarm_nobody(text: str) -> None:
    assert dangers_named(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "My girlfriend cheated on me and I slapped her last night",
        "i hit my wife",
        "I pushed him against the wall",
        "I grabbed her and i put my hands round her neck",
        "I go through her phone every night and I made her quit her job",
        "i smashed her laptop",
        "I don't let her go out with those girls",
    ],
)
def test_force_by_the_writer_is_known_as_such(text: str) -> None:
    assert done_by_writer(text)


@pytest.mark.parametrize(
    "text",
    [
        "I cheated on my husband and he hit me",
        "my wife found out about my affair and she choked me",
        "I got hit by him",
        "he hit me and I hit him back because I was scared",
        "I pushed him in self-defence",
        "I pushed her away when she kissed me",
        "I let him go",
        "",
    ],
)
def test_force_done_to_the_writer_is_not_the_writers(text: str) -> None:
    assert not done_by_writer(text)


@pytest.mark.parametrize(
    "text", ["he says he'll kill himself if I leave", "my boyfriend threatens to kill himself", "my wife wants to die since she knows"]
)
def test_a_danger_of_self_harm_may_be_the_partners(text: str) -> None:
    assert partner_threatens_self_harm(text)


@pytest.mark.parametrize(
    "text", ["I want to kill myself", "he left and I want to die", "he says he'd kill himself but I want to die too", ""]
)
def test_the_writers_own_danger_stays_theirs(text: str) -> None:
    assert not partner_threatens_self_harm(text)


@pytest.mark.parametrize("sentence", ["a " * 5000, "he " * 3000, "i " * 3000 + "hit", "not " * 2500, "my kids " * 1200])
def test_no_sentence_takes_the_patterns_long(sentence: str) -> None:
    assert dangers_named(sentence) in ((), ("partner_abuse",))
    assert not done_by_writer(sentence)


def test_several_dangers_come_most_urgent_first() -> None:
    text = "He hits me. I want to die. He hit our son. I am going to kill him."
    assert dangers_named(text) == DANGERS


def test_case_does_not_matter() -> None:
    assert dangers_named("I WANT TO DIE") == ("self_harm",)


def test_an_apostrophe_as_phones_write_it_hides_nothing() -> None:
    assert dangers_named("I don’t want to live") == ("self_harm",)


def test_an_excuse_excuses_its_own_sentence_only() -> None:
    assert dangers_named("I nearly killed myself laughing. Now I want to kill myself.") == ("self_harm",)
    assert dangers_named("he never hit me\nyesterday he choked me") == ("partner_abuse",)


@pytest.mark.parametrize("filler", ["", "so it was. " * 20, "so it was. " * (LONGEST // 11 + 100)])
@pytest.mark.parametrize("at_start", [True, False])
def test_it_is_heard_at_either_end_of_any_text(filler: str, at_start: bool) -> None:
    danger = "I want to die."
    assert dangers_named(f"{danger} {filler}" if at_start else f"{filler} {danger}") == ("self_harm",)


def test_control_characters_between_the_words_hide_nothing() -> None:
    assert dangers_named("I want\x00to\x07die") == ("self_harm",)


def test_the_shipped_patterns_hold_every_danger_with_words_to_find() -> None:
    loaded = load(PATTERNS)
    assert set(loaded) == set(DANGERS)
    assert all(find is not None for find, _ in loaded.values())


def write(path: Path, **changes: object) -> Path:
    """A patterns file with one word a danger, changed by `changes` (None takes a danger out)."""
    tables = {danger: {"find": [f"{danger} now"]} for danger in DANGERS}
    tables = {name: table for name, table in {**tables, **changes}.items() if table is not None}
    path.write_text(yaml.safe_dump({"patterns": tables}), encoding="utf-8")
    return path


def test_without_excuses_there_is_none(tmp_path: Path) -> None:
    find, excuse = load(write(tmp_path / "patterns.yml"))["self_harm"]
    assert find is not None
    assert find.search("SELF_HARM NOW")
    assert excuse is None


def test_alternatives_of_one_line_do_not_reach_into_the_next(tmp_path: Path) -> None:
    find, _ = load(write(tmp_path / "patterns.yml", self_harm={"find": ["^a|b$", "c"]}))["self_harm"]
    assert find is not None
    assert [bool(find.search(text)) for text in ("ax", "xb", "xcx", "xa", "bx")] == [True, True, True, False, False]


@pytest.mark.parametrize("changes", [{"self_harm": None}, {"sadness": {"find": ["sad"]}}])
def test_it_refuses_dangers_other_than_the_known_ones(tmp_path: Path, changes: dict) -> None:
    with pytest.raises(PatternsError, match="wants exactly"):
        load(write(tmp_path / "patterns.yml", **changes))


@pytest.mark.parametrize("key", ["find", "not"])
def test_it_refuses_what_is_no_expression_and_names_it(tmp_path: Path, key: str) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": ["x"], key: ["good", "(bad"]})
    with pytest.raises(PatternsError, match=r"patterns\.yml: '\(bad' is no regular expression"):
        load(path)
