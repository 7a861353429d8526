"""How a text is searched for danger, and how the file of patterns is read."""

import re
from pathlib import Path

import pytest
import yaml

from bot.meaning import DANGERS
from bot.safety.patterns import (
    MARK,
    PATTERNS,
    PatternsError,
    dangers_named,
    done_by_writer,
    is_denied,
    is_minor,
    load,
    partner_threatens_self_harm,
    says,
    undisguised,
    unstarred,
)
from bot.text import LONGEST


def test_nothing_names_nothing() -> None:
    assert dangers_named("") == ()
    assert dangers_named(" \n . ! ") == ()


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("i cant go on", True),
        ("I can't go on anymore.", True),
        ("and i dont think i can go on", True),
        ("i cant go on like this with him", False),
        ("I can't go on in this marriage", False),
        ("can we go on", False),
        ("we cant go on holiday now", False),
    ],
)
def test_not_to_be_able_to_go_on_is_asked_about(text: str, is_named: bool) -> None:
    assert (dangers_named(text) == ("self_harm",)) == is_named


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("i think about an overdose every night", True),
        ("i took an overdose in march", True),
        ("i keep thinking of overdosing", True),
        ("my own overdose was in may", True),
        ("we had two overdoses this week, im a nurse", False),
        ("the overdoses were patients", False),
        ("another overdose call on my shift", False),
    ],
)
def test_an_overdose_at_work_is_nobodys_here(text: str, is_named: bool) -> None:
    assert ("self_harm" in dangers_named(text)) == is_named


def test_several_dangers_come_most_urgent_first() -> None:
    text = "He hits me. I want to die. He hit our son. I am going to kill him."
    assert dangers_named(text) == DANGERS


@pytest.mark.parametrize(
    "text",
    [
        "I WANT TO DIE",
        "I  want\tto die",
        "I wanna die",
        "I don’t want to live",
        "i dont want to live",
        "I don`t want to live",
        "“I want to die”",
        "i want to *die*",
        "I am self-harming",
        "I want\x00to\x07die",
        "i want to d1e",
        "i w@nt to die",
        "s u i c i d e",
        "s.u.i.c.i.d.e.",
    ],
)
def test_how_it_is_typed_hides_nothing(text: str) -> None:
    assert dangers_named(text) == ("self_harm",)


@pytest.mark.parametrize("text", ["at 4am on the 2nd", "b4 i met him i was gr8", "a b c d", "13yo and 3k"])
def test_digits_and_single_letters_that_disguise_nothing_stay(text: str) -> None:
    assert undisguised(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("my bf hit me", "my boyfriend hit me"),
        ("he chocked me", "he choked me"),
        ("he said he's gonna kill me", "he said he is going to kill me"),
        ("my fiancé slapped me", "my fiance slapped me"),
        ("he wont let me see my friends", "he will not let me see my friends"),
        ("he shouted & hit me", "he shouted and hit me"),
        ("everyone is better off w/o me", "everyone is better off without me"),
    ],
)
def test_other_ways_to_write_a_word_are_read_as_that_word(one: str, other: str) -> None:
    patterns = load()
    assert list(patterns.sentences(one)) == list(patterns.sentences(other))
    assert dangers_named(one) == dangers_named(other) != ()


def test_an_excuse_takes_its_own_words_and_leaves_a_mark() -> None:
    words = load().dangers["partner_abuse"]
    assert words.rest("he never hit me but he choked me") == f"he {MARK} but he choked me"
    assert not words.stand_in("he never hit me")
    assert words.stand_in("he never hit me but he choked me")


def test_nothing_is_found_across_the_mark() -> None:
    words = load().dangers["partner_abuse"]
    assert words.find.search("he will hit me")
    assert not words.find.search(f"he {MARK} hit me")


def test_an_excuse_excuses_its_own_sentence_only() -> None:
    assert dangers_named("I nearly killed myself laughing. Now I want to kill myself.") == ("self_harm",)
    assert dangers_named("he never hit me\nyesterday he choked me") == ("partner_abuse",)


@pytest.mark.parametrize("filler", ["", "so it was. " * 20, "so it was. " * (LONGEST // 11 + 100)])
@pytest.mark.parametrize("at_start", [True, False])
def test_it_is_heard_at_either_end_of_any_text(filler: str, at_start: bool) -> None:
    danger = "I want to die."
    assert dangers_named(f"{danger} {filler}" if at_start else f"{filler} {danger}") == ("self_harm",)


@pytest.mark.parametrize("sentence", ["a " * 5000, "he " * 3300, "i " * 3000 + "hit", "not " * 2500, "my kids " * 1250, "x" * 10_000])
def test_a_long_sentence_of_hostile_words_is_searched_to_its_end(sentence: str) -> None:
    assert dangers_named(sentence) == ()
    assert not done_by_writer(sentence)
    assert not partner_threatens_self_harm(sentence)


def test_no_expression_can_match_more_than_a_part_of_a_sentence() -> None:
    # With matches of bounded length the work grows with the text and no faster; wall-clock time would say less.
    from sre_constants import MAXREPEAT
    from sre_parse import parse

    patterns = load(PATTERNS)
    for name, words in [*patterns.dangers.items(), *patterns.whose.items(), *patterns.now.items()]:
        for expression in filter(None, (words.find, words.excuse)):
            longest = parse(expression.pattern).getwidth()[1]
            assert longest < 1000 < MAXREPEAT, name


def test_the_shipped_patterns_hold_every_danger_and_whose_it_is() -> None:
    patterns = load(PATTERNS)
    assert set(patterns.dangers) == set(DANGERS)
    assert set(patterns.now) == {"soon", *DANGERS}
    assert all(words.excuse for words in patterns.dangers.values())


def test_the_shipped_file_names_no_words_in_vain() -> None:
    text = PATTERNS.read_text(encoding="utf-8")
    words = yaml.safe_load(text)["words"]
    assert [name for name in words if f"<{name}>" not in text] == []


def test_the_shipped_spellings_lead_to_words_that_are_not_respelt_again() -> None:
    patterns = load(PATTERNS)
    again = {wrong: right for wrong, right in patterns.spellings.items() if patterns.spelling.search(right) and wrong != right}
    assert again == {}


def write(path: Path, words: dict | None = None, spellings: dict | None = None, **changes: object) -> Path:
    """A patterns file with one word a danger, changed by `changes` (None takes a danger out)."""
    tables = {danger: {"find": [f"{danger} now"]} for danger in DANGERS}
    tables = {name: table for name, table in {**tables, **changes}.items() if table is not None}
    file = {"words": words or {}, "spellings": spellings or {}, "patterns": tables}
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    return path


def found(path: Path, *sentences: str) -> list[bool]:
    """In which of the sentences the words of self_harm stand."""
    words = load(path).dangers["self_harm"]
    return [words.stand_in(sentence) for sentence in sentences]


def test_a_file_needs_neither_excuses_nor_words_nor_spellings(tmp_path: Path) -> None:
    patterns = load(write(tmp_path / "patterns.yml"))
    assert patterns.dangers["self_harm"].excuse is None
    assert patterns.dangers["self_harm"].stand_in("self_harm now")
    assert list(patterns.sentences("It is. So it is!")) == ["it is.", "so it is!"]


def test_alternatives_of_one_line_do_not_reach_into_the_next(tmp_path: Path) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": ["^a|b$", "c"]})
    assert found(path, "a x", "x b", "x c x", "x a", "b x") == [True, True, True, False, False]


def test_a_line_begins_and_ends_with_a_word(tmp_path: Path) -> None:
    assert found(write(tmp_path / "patterns.yml", self_harm={"find": ["hit me"]}), "hit me!", "shit me", "hit men") == [True, False, False]


def test_a_name_stands_for_its_words_and_those_for_theirs(tmp_path: Path) -> None:
    path = write(tmp_path / "patterns.yml", {"he": "<she>|they", "she": "wife|ex"}, self_harm={"find": ["<he> hit me"]})
    assert found(path, "they hit me", "ex hit me", "it hit me") == [True, True, False]


def test_a_beginning_goes_before_every_line_under_it_and_lists_may_lie_in_lists(tmp_path: Path) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": [{"he": [" hit me", [" cut| bit"]]}, ["she hit"]]})
    assert found(path, "he hit me", "he cut", "he bit", "bit", "she hit", "he x") == [True, True, True, False, True, False]


def test_spellings_are_whole_words_and_the_longest_wins(tmp_path: Path) -> None:
    patterns = load(write(tmp_path / "patterns.yml", spellings={"do": "x", "do not": "dont", "w/o": "without"}))
    assert list(patterns.sentences("I do not, w/o dots. Do it")) == ["i dont, without dots.", "x it"]


@pytest.mark.parametrize("changes", [{"self_harm": None}, {"sadness": {"find": ["sad"]}}])
def test_it_refuses_dangers_other_than_the_known_ones(tmp_path: Path, changes: dict) -> None:
    with pytest.raises(PatternsError, match="wants exactly"):
        load(write(tmp_path / "patterns.yml", **changes))


def test_it_refuses_a_danger_without_words(tmp_path: Path) -> None:
    with pytest.raises(PatternsError, match="self_harm"):
        load(write(tmp_path / "patterns.yml", self_harm={"not": ["x"]}))


@pytest.mark.parametrize("key", ["find", "not"])
@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("(bad", "is no regular expression"),
        ("he <hits> me", "has the unknown <hits>"),
        ("he.*me", "may run on without end"),
        ("he.+me", "may run on without end"),
        ("he.{2,}me", "may run on without end"),
    ],
)
def test_it_refuses_what_it_cannot_use_and_names_it(tmp_path: Path, key: str, expression: str, fault: str) -> None:
    path = write(tmp_path / "patterns.yml", self_harm={"find": ["x"], key: ["good", expression]})
    with pytest.raises(PatternsError, match=rf"patterns\.yml: '{re.escape(expression)}' {fault}"):
        load(path)


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("k i l l  m y s e l f", "self_harm"),
        ("i want to k i l l m y s e l f", "self_harm"),
        ("i want to d i e", "self_harm"),
        ("i w a n t to d.i.e.", "self_harm"),
        ("i want to k-i-l-l myself", "self_harm"),
        ("i want to k*ll mys*lf", "self_harm"),
        ("want to k#ll myself", "self_harm"),
        ("k*lling myself tonight", "self_harm"),
        ("thinking about s**cide", "self_harm"),
        ("S*ICIDE", "self_harm"),
        ("su!cide", "self_harm"),
        ("i want to d*e", "self_harm"),
        ("kil myslef", "self_harm"),
        ("going to kill mysefl", "self_harm"),
        ("sucide", "self_harm"),
        ("suicde", "self_harm"),
        ("feeling suicdal", "self_harm"),
        ("kill mysef", "self_harm"),
        ("i will killmyself", "self_harm"),
        ("im gonna 🔫 myself", "self_harm"),
        ("🔪 myself", "self_harm"),
        ("💊 all of them tonight", "self_harm"),
        ("want to ☠️", "self_harm"),
        ("i wanna ⚰️ tonight", "self_harm"),
        ("he 👊 me", "partner_abuse"),
        ("my husband 👊🏽 me again", "partner_abuse"),
        ("he r*ped me", "partner_abuse"),
        ("he tried to str*ngle me", "partner_abuse"),
        ("i'm going to 🔪 him", "harm_to_others"),
    ],
)
def test_a_disguise_hides_no_danger(text: str, danger: str) -> None:
    assert danger in dangers_named(text)


@pytest.mark.parametrize(
    "text",
    [
        "s*x with him",
        "we had s*x and he lied",
        "f***ing liar",
        "what a d*ck, a total c*nt",
        "h*ll no",
        "a b c",
        "a b c d i",
        "💀 lol",
        "im 💀 lol",
        "i want to 💀😂",
        "😂😂 dead",
        "im d e a d lol",
        "he 👊 the wall at the gym",
        "👊 you got this",
        "👊 me when you see me",
        "he 👊 me up with the news",
        "took my 💊 for the headache",
        "🔪 the onions myself",
        "2*3 and 5*6",
        "*sighs* he *said* it",
    ],
)
def test_what_only_looks_like_a_disguise_names_none(text: str) -> None:
    assert dangers_named(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "so i go to her house and sit in the car, wait til she comes out",
        "i go to her house and wait in the car for her to come out",
        "im outside hers",
        "im parked outside his flat now",
        "i sit outside her work most days",
        "i keep turning up at her work",
        "i turn up at his house when he wont answer",
        "i put a tracker on his car",
        "theres an airtag i put in her bag",
        "i made a new account to message her after she blocked me",
        "she blocked me so i text her from another number",
        "he blocked me so i made a fake profile to message him",
        "i follow her home to see if hes there",
        "ive been following her to work",
        "she asked for space but i wait for her outside the gym",
        "she left me and i keep going to her house",
    ],
)
def test_following_and_forced_contact_by_the_writer_are_heard(text: str) -> None:
    assert "partner_abuse" in dangers_named(text)
    assert done_by_writer(text)


@pytest.mark.parametrize(
    "text",
    [
        "i sat in the car outside our house and cried",
        "i followed her on instagram",
        "i followed him on insta to see if hes with her",
        "i waited for him at the restaurant",
        "i drove past once by accident",
        "im outside, its sunny",
        "im outside her work",
        "i waited outside the school for the kids",
        "i wait for her to come home every night",
        "i went to her house and we talked",
        "i made a new account because i was locked out",
        "i made a new account to message you",
        "im sat in the car waiting for him to finish work",
        "i go to her house on fridays and we cook",
        "i turned up at her work with lunch, she loved it",
        "i put a tracker on my keys",
        "im outside hers with a thermos, watching them put up the tree",
        "I'm outside her house now, in the dark, engine off. She knows, I'm handing over the dog.",
        "i walk past his house every night and cry",
    ],
)
def test_what_only_sounds_like_following_names_none(text: str) -> None:
    assert dangers_named(text) == ()
    assert not done_by_writer(text)


@pytest.mark.parametrize(
    "text", ["he sits outside my work", "he follows me home", "he put a tracker on my car", "he parks outside my house"]
)
def test_being_followed_is_not_the_writers_deed(text: str) -> None:
    assert "partner_abuse" in dangers_named(text)
    assert not done_by_writer(text)


@pytest.mark.parametrize(
    "text",
    [
        "i got a bit physical with him",
        "i got physical with her once",
        "i got physical",
        "i may have got a bit physical",
        "things got physical, i pushed her",
        "we argued and it got physical, i hit him",
        "i lost it and grabbed her arm",
        "put my hands on her",
        "i put my hands on her in the kitchen",
        "shoved him into the door",
        "i shoved him into the door",
        "i snapped and pushed him",
    ],
)
def test_force_by_the_writer_in_small_words_is_heard(text: str) -> None:
    assert "partner_abuse" in dangers_named(text)
    assert done_by_writer(text)


@pytest.mark.parametrize(
    "text",
    [
        "we got physical last night",
        "a physical affair",
        "it was a physical affair, not emotional",
        "things got physical between them",
        "i got a physical at the doctors",
        "i put my hands on her shoulders and we cried",
        "i put my hands on her back to comfort her",
        "he put my hands on her bump so i could feel it kick",
        "i never got physical with her",
        "i grabbed her arm because she was falling",
    ],
)
def test_touch_without_force_is_none(text: str) -> None:
    assert not done_by_writer(text)


@pytest.mark.parametrize(
    "text", ["he got physical with me", "he got a bit physical with me", "he shoved me into the door", "he put his hands on me"]
)
def test_force_against_the_writer_is_not_the_writers(text: str) -> None:
    assert "partner_abuse" in dangers_named(text)
    assert not done_by_writer(text)


@pytest.mark.parametrize(
    "text",
    [
        "he lock door",
        "he lock the door and go",
        "he not let me go out",
        "husband not let me go outside",
        "my husband lock door and take my passport",
        "he take my passport and phone",
        "door is locked, he has the key, i can not go out",
        "he has key i cant go out",
        "he keep my passport",
        "i can not go out, he lock me",
        "she not give me my passport",
    ],
)
def test_locked_in_and_papers_taken_are_heard_in_few_words(text: str) -> None:
    assert dangers_named(text) == ("partner_abuse",)
    assert not done_by_writer(text)


@pytest.mark.parametrize(
    "text",
    [
        "i locked the door",
        "we lock the door at night",
        "he locked himself in the bathroom",
        "he always locks the door at night before bed",
        "he forgot to lock the door",
        "did he lock the door",
        "the door is locked and i lost my key",
        "he has the key to my heart",
        "he has the key, he is feeding the cat",
        "he take me out every friday",
        "he takes my passport photo",
        "the car door is locked",
        "why would my wifes boyfriend lock the door",
        "he has the key so i cant get in",
    ],
)
def test_a_locked_door_alone_names_none(text: str) -> None:
    assert dangers_named(text) == ()


LONG_OVER = [
    "my ex used to hit me, 8 years ago, thats long over. my new partner hid debts, hes gentle",
    "years ago my ex was violent, im with someone kind now",
    "my first husband hit me. that was 20 years ago",
    "My former partner was abusive, long before I met Tom. Tom lied about money.",
    "i had an abusive ex, all in the past. now my boyfriend cheated, he would never touch me",
    "an ex beat me, ten years ago. this one just lied",
    "my ex used to lock me in, that was in the past, my new man is kind",
]


@pytest.mark.parametrize("text", LONG_OVER)
def test_abuse_by_an_ex_that_is_long_over_is_no_danger(text: str) -> None:
    assert says("abuse_by_an_ex_long_over", text)
    assert "partner_abuse" not in dangers_named(text)


@pytest.mark.parametrize(
    "text",
    [
        "my ex used to hit me and he still texts me",
        "years ago my ex was violent, now he follows me",
        "my ex hit me years ago and we have court next week for custody",
        "my ex hit me 8 years ago and my husband hits me too",
        "my ex hit me years ago, now my boyfriend does it again",
        "my ex hits me",
        "my ex hits me. we split 2 years ago",
        "my ex hit me, we split 2 years ago",
        "my ex hit me when he dropped off the kids. we divorced ten years ago",
        "my ex hit me last week",
        "my ex husband hit me years ago and he is back",
        "my husband hit me years ago",
        "my ex beat me 2 years ago. my partner slapped me",
        "years ago my ex was violent, but hes outside my house",
        "my ex hit me 8 years ago, long over. he wants to see the kids and im scared",
    ],
)
def test_abuse_that_goes_on_or_came_back_is_not_long_over(text: str) -> None:
    assert not says("abuse_by_an_ex_long_over", text)
    assert "partner_abuse" in dangers_named(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "my ex cheated on me years ago",
        "i left my ex 8 years ago",
        "he hit me years ago",
        "her ex used to hit her, it was years ago",
        "he was hurt by an ex years ago",
    ],
)
def test_no_abuse_by_an_ex_is_none_that_is_over(text: str) -> None:
    assert not says("abuse_by_an_ex_long_over", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("denies_self_harm", "im not suicidal"),
        ("denies_self_harm", "i said NO im not suicidal"),
        ("denies_self_harm", "No. I'm not suicidal!"),
        ("denies_self_harm", "i dont want to die"),
        ("denies_self_harm", "omg no i don't want to kill myself"),
        ("denies_self_harm", "i am not going to hurt myself"),
        ("denies_self_harm", "im not thinking about suicide"),
        ("denies_self_harm", "im not suicidal, im angry"),
        ("denies_self_harm", "i would never hurt myself"),
        ("denies_partner_abuse", "nobody hit me"),
        ("denies_partner_abuse", "he is NOT abusive"),
        ("denies_partner_abuse", "hes never hurt me"),
        ("denies_partner_abuse", "nobody hurts me"),
        ("denies_partner_abuse", "no he has never hit me"),
        ("denies_partner_abuse", "she doesnt hurt me"),
        ("denies_partner_abuse", "im not being abused"),
        ("denies_partner_abuse", "im not scared of him"),
        ("denies_partner_abuse", "i never hit her"),
        ("denies_harm_to_others", "im not going to hurt anyone"),
        ("denies_harm_to_others", "i dont want to hurt him"),
        ("denies_harm_to_others", "no, i wouldnt hurt anybody"),
        ("denies_harm_to_others", "I'm not gonna kill anyone lol"),
    ],
)
def test_a_denial_is_heard_and_names_no_danger(name: str, text: str) -> None:
    assert says(name, text)
    assert dangers_named(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "i dont want to die, i just want it to stop",
        "he's not abusive, he only hits the wall",
        "im not suicidal but whats the point",
        "nobody hit me, he just held me down",
        "i dont want to die like this",
        "he never hurt me before last night",
        "im not suicidal yet",
        "im not suicidal tonight",
        "im not suicidal. i cant go on",
        "im not suicidal anymore",
        "i dont want to die alone",
        "i dont want to die i want to sleep and not wake up",
        "he doesnt hurt me. he chokes me",
        "hes not abusive except when he drinks",
        "he hasnt hit me since march",
        "he used to, he doesnt hit me now",
        "he never hit me he pushed me",
        "im not going to hurt him, someone else will",
        "im not going to hurt anyone except him",
        "im not not suicidal",
        "why dont i want to die",
        "he says hes not abusive",
        "my sister says im not suicidal",
        "im not sure if im suicidal",
        "im not suicidal, my son is",
        "im not scared of him hurting me im scared of him hurting the kids",
        "im not suicidal and i told him that about twenty times this week at home and at work",
        "i dont want to live",
        "i dont want to die. do i?",
        "nobody hit me. goodbye",
    ],
)
def test_a_denial_taken_back_in_the_same_breath_is_none(text: str) -> None:
    assert not any(says(f"denies_{danger}", text) for danger in ("self_harm", "partner_abuse", "harm_to_others"))


@pytest.mark.parametrize(
    "text",
    [
        "she left me",
        "my wife left me last month",
        "he's left me for someone else",
        "my wife walked out on me",
        "he told me it's over",
        "she says we're done",
        "she said dont contact me again",
        "he said never contact him again",
        "there's an injunction, i can't go near her",
        "her lawyer wrote i must not contact her",
        "his solicitor sent me a letter saying not to contact him",
        "i'm not allowed to contact her",
        "restraining order",
        "he moved out and wont answer",
        "she moved out and ignores my calls",
    ],
)
def test_contact_the_other_ended_is_heard(text: str) -> None:
    assert says("no_contact", text)


@pytest.mark.parametrize(
    "text",
    [
        "she left me a note",
        "she left me alone with the kids for the weekend",
        "she left me at the station",
        "he left me in tears",
        "she left me no choice",
        "he left me wondering",
        "she left me to do the dishes",
        "if she left me id die",
        "i thought she left me",
        "she nearly left me",
        "i lie awake thinking hes left me",
        "the last of the suppers she left me, with a note",
        "she left me but came back",
        "he told me it's over with the other woman",
        "he told me its over between them",
        "he said the affair is over, its over",
        "my lawyer wrote to him",
        "my lawyer wrote that he must not contact me",
        "i told her dont contact me again",
        "i left her",
        "i told him its over",
        "i got an injunction against him",
        "he cant come near me, theres an injunction",
        "he walked out of the room",
        "my dad left me when i was 5",
        "he moved out and we talk every day",
        "she never left me",
        "he left me last year and we got back together",
        "she said he told me its over",
        "found out about her affair. she says its over",
        "i had a dream that my wife left me",
        "she left me in may. shes let me have a coffee with her on saturday",
        "he left me and was back by halloween",
    ],
)
def test_contact_that_did_not_end_stays_open(text: str) -> None:
    assert not says("no_contact", text)


@pytest.mark.parametrize(
    "text",
    [
        "the restraining order has been lifted",
        "she withdrew the restraining order",
        "he broke up with me in march but we're back together",
        "she blocked me, but she has unblocked me now",
    ],
)
def test_contact_whose_end_is_undone_stays_open(text: str) -> None:
    assert not says("no_contact", text)


@pytest.mark.parametrize(
    "text",
    [
        "she blocked me and i pray she has unblocked me by christmas",
        "she ended it, and i want us back together",
        "he broke up with me and i dream that we are back together",
        "they broke up with me and got back together with the other one",
        "there's a restraining order and i want the order lifted",
    ],
)
def test_an_end_that_is_only_wished_undone_is_one(text: str) -> None:
    assert says("no_contact", text)


@pytest.mark.parametrize(
    "text",
    [
        "were both 15",
        "we are both 15 and he cheated",
        "im 16 btw does it matter",
        "i'm 14, is that ok",
        "im in year 10",
        "im a sophomore in high school",
        "my mum doesnt know im on here, im in school",
        "im still at school, my parents dont know",
        "my boyfriend and i are both 16",
        "i'm 15, he is 16",
        "sixteen here, he lied to me",
        "i turn 18 next month",
        "my gcses start monday and i cant think",
    ],
)
def test_a_young_writer_is_heard(text: str) -> None:
    assert is_minor(text)


@pytest.mark.parametrize(
    "text",
    [
        "my daughter is 15",
        "we were both 15 when we met",
        "were both 15 when it started, now were 40",
        "together since we were 16",
        "im 16 years older",
        "im 16 weeks pregnant",
        "i've been married 15 years",
        "im in school, i teach year 4",
        "the kids are both 15",
        "they are both 15",
        "we are both 50",
        "we were both 15",
        "im 16 minutes away",
        "im in year 10 of this marriage",
        "my mum doesnt know he left",
        "16 here at the table for his birthday",
        "we turn 18 years married next month",
        "my son has the gcses in may and he heard everything",
        "i was revising for gcses with my daughter when he texted",
        "we met when i was doing my gcses, back when i was happy",
        "i failed my gcses and never left that town",
    ],
)
def test_somebody_grown_is_not_heard_as_young(text: str) -> None:
    assert not is_minor(text)


#: What a name of `whose` or `whole` stands for, and what only sounds like it.
MEANT = {
    "it_is_me": [
        "theres no friend. its me",
        "the friend is me",
        "ok its me",
        "ok it's me.",
        "thats me",
        "i am the friend",
        "im the friend",
        "i was talking about me",
        "i was talking about myself",
        "im the one who wants to",
        "its about me actually",
        "there is no friend",
        "the friend was me all along",
        "its me i was asking about",
    ],
    "somebody_is_with_me": [
        "i woke her. shes sat with me now",
        "mel is here shes calling",
        "my brother came over, hes with me",
        "she took the tablets off me",
        "i told my mum shes got them",
        "shes sitting with me",
        "my mum is here now",
        "my friend is with me",
        "im with my sister now",
        "my flatmate is sitting with me",
    ],
    "help_has_come": [
        "the paramedics are here",
        "ambulance came",
        "police are here now",
        "paramedics left",
        "im at the hospital now",
        "im in a and e",
        "im in A&E",
        "the ambulance is here",
        "theyre taking me to hospital",
        "the police have arrived",
    ],
    "they_are_safe_now": [
        "they broke the door. hes alive",
        "hes ok now",
        "she answered, shes at her mums",
        "shes fine now",
        "hes breathing",
        "paramedics have got him",
        "shes calmed down",
        "he is safe now",
        "they found her, shes alive",
    ],
    "i_walked_away": [
        "ok i drove off",
        "im home now",
        "i left, im driving home",
        "i put it down and walked away",
        "im back in my flat",
        "i walked away",
        "i drove home",
        "i left",
        "ive gone home",
    ],
}
SOUNDS_LIKE = {
    "it_is_me": [
        "its me again",
        "its me or her",
        "is it me?",
        "its me who found out",
        "thats me done",
        "he said its me",
        "he says the problem is me, its me",
        "its me or the drink",
        "its me that did it",
        "thats me finished",
        "its not me",
        "there is no friend who would help me",
        "hi its me",
        "maybe its me",
        "Ok. Thats me. Be good to each other",
        "it was me. i broke it",
    ],
    "somebody_is_with_me": [
        "hes here, shouting",
        "hes here hes going to hurt me",
        "she was with me when he did it",
        "nobody is with me",
        "my ex is here",
        "my husband is here now",
        "no one is here",
        "is my mum here",
        "my mum isnt here",
        "i wish my sister was with me",
        "he took the tablets off me and hit me",
        "my brother is with me, hes hitting the door, hes going to hurt me",
        "shes with me for the money",
        "hes with me because of the kids",
        "he puts the kid on the balcony when hes with me",
    ],
    "help_has_come": [
        "should i call an ambulance",
        "the ambulance isnt coming",
        "she called the police on me",
        "the ambulance never came",
        "is the ambulance here",
        "if the police came",
        "the police came last year",
        "police are useless",
        "she works at the hospital",
        "i wish the paramedics were here",
        "im at the hospital for work",
        "want to look decent when the police come in",
        "hes in hospital. soon as hes out ill finish it",
    ],
    "they_are_safe_now": [
        "is she alive?",
        "hes not ok",
        "hes ok now but he says hell do it again",
        "he was fine yesterday",
        "is he breathing",
        "hes not breathing",
        "hes barely breathing",
        "i hope shes ok now",
        "i dont know if hes alive",
        "hes alive but bleeding",
        "she says shes fine",
        "hes fine with it",
        "shes breathing funny",
        "he isnt safe",
    ],
    "i_walked_away": [
        "i drove to hers",
        "he drove off",
        "im home now and so is she",
        "im going home to get it",
        "i didnt leave",
        "i left him",
        "i left the knife in the car",
        "im home now with her",
        "im home now and hes here",
        "should i drive home",
        "if i walked away",
        "i want to walk away",
        "i left but im going back",
        "i put it down",
        "he walked away",
        "i wish i walked away",
        "then i went home and his shirt was ironed by somebody who irons better than me",
        "dogs lead on our boy, till i drove back home",
    ],
}


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in MEANT.items() for text in texts])
def test_an_answer_in_plain_words_is_heard(name: str, text: str) -> None:
    assert says(name, text)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SOUNDS_LIKE.items() for text in texts])
def test_what_only_sounds_like_an_answer_is_none(name: str, text: str) -> None:
    assert not says(name, text)


def write_whole(path: Path, **ways: object) -> Path:
    """A patterns file in which a whole text says `over` in one way, by the tables a, b and c of one letter each."""
    write(path, self_harm={"find": ["dying"]})
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    file |= {"whose": {letter: {"find": [letter]} for letter in "abc"}, "whole": {"over": [ways]}}
    path.write_text(yaml.safe_dump(file), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("ways", "text", "said"),
    [
        ({"needs": ["a", "b"]}, "a x. b x.", True),
        ({"needs": ["a", "b"]}, "a x. c x.", False),
        ({"needs": ["a"], "unless": ["c"]}, "a x. b x.", True),
        ({"needs": ["a"], "unless": ["c"]}, "a x. c x.", False),
        ({"needs": ["a"], "every": ["a", "b"]}, "a x. b x.", True),
        ({"needs": ["a"], "every": ["a", "b"]}, "a x. c x.", False),
        ({"needs": ["a"], "most": 3}, "a x x", True),
        ({"needs": ["a"], "most": 3}, "a x x x", False),
        ({"needs": ["a"], "danger": "self_harm"}, "a dies", True),
        ({"needs": ["a"], "danger": "self_harm"}, "a x. dying", False),
        ({"needs": ["a"]}, "", False),
    ],
)
def test_a_whole_text_says_what_all_its_sentences_say(tmp_path: Path, ways: dict, text: str, said: bool) -> None:
    patterns = load(write_whole(tmp_path / "patterns.yml", **ways))
    assert patterns.whole["over"][0].said_in(list(patterns.sentences(text))) is said


def test_it_refuses_a_whole_of_tables_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(PatternsError, match=r"whole wants \['z'\]"):
        load(write_whole(tmp_path / "patterns.yml", needs=["a"], unless=["z"]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("k*ll", "kill"),
        ("K*LL him", "kill him"),
        ("s*cide", "suicide"),
        ("k**l", "kill"),
        ("s****e", "s****e"),
        ("*kill*", "*kill*"),
        ("k*x", "k*x"),
    ],
)
def test_a_word_behind_stars_is_written_out_where_half_of_it_shows(one: str, other: str) -> None:
    assert unstarred(one, ["kill", "suicide"]) == other


@pytest.mark.parametrize(
    ("one", "other"),
    [("d i e", "die"), ("t o d i e", "to die"), ("d i g", "d i g"), ("d i g s x", "digsx"), ("i d.i.e. now", "i die. now"), ("a b", "a b")],
)
def test_letters_set_apart_are_the_words_that_are_known(one: str, other: str) -> None:
    assert undisguised(one, {"to", "die", "i"}) == other


@pytest.mark.parametrize(("danger", "denied"), [("self_harm", True), ("partner_abuse", False), ("child_at_risk", False)])
def test_a_denial_is_one_of_its_own_danger(danger: str, denied: bool) -> None:
    assert is_denied(danger, "im not suicidal") is denied
