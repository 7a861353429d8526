"""Where a talk about danger goes: which step follows which answer, as `data/safety/talk.yml` says. Knows nothing of Rasa."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.expressions import Words, plain_sentences, words_of
from bot.meaning import ASKS, DANGERS, DIALOGUE, SMALL_TALK
from bot.reading import answer, bare_answer, is_plain_no
from bot.safety.patterns import says
from bot.settings import PROJECT
from bot.text import readable

TALK = PROJECT / "data" / "safety" / "talk.yml"
#: What an answer may lead to: a plain answer, the same danger once more, anything else that tells something.
PLAIN = ("yes", "no", "unsure")
AGAIN, ELSE, UNSAID = "again", "else", "unsaid"
#: In the file: all of these that a step does not name.
_ANY = "any"
#: Words up to which a no is believed although the classifier hears the danger in it.
_ANSWER_WORDS = 20
#: A no of its own; what somebody says of others ("he never …") is none, nor is "no one".
_NO = re.compile(
    r"^\W*(?:(?:well|so|um+|uh+|oh|hm+|honestly|god|lol)\W+)?(?:no|nope|nah|never|not (?:really|yet|at all))\b"
    r"(?! (?:one|body|point|reason|idea|clue|way|longer|more|matter)\b)",
    re.IGNORECASE,
)
_ASKS_WHY = re.compile(r"^\W*(?:why|what|how|huh|wtf|eh)\b|\?\W*$")
_YES_OR_NO = re.compile(r"^\W*(?:yes|yeah|yep|yup|no|nope|nah)\b", re.IGNORECASE)
#: Words up to which an answer is read by its words where what was learnt says nothing, and where these questions are answered well.
_FEW_WORDS, _FEW_AND_WELL = 3, 12
#: Words up to which a yes to a gentle question is believed that was learnt and that no words say.
_GENTLY = 8
_WELL_IN_WORDS = {
    "dying": "no",
    "plan": "no",
    "mean_it": "no",
    "screen": "yes",
    "apart": "yes",
    "will_call": "yes",
}
#: … and where words are believed though something else was learnt, but not where it is in doubt.
_PLAIN_IN_WORDS = {**_WELL_IN_WORDS, "near": "no", "frightened": "no", "wants": "listen"}
#: Questions that are about this moment: where danger is heard in the answer to one, it is no news that it is of this moment.
ABOUT_NOW = ("screen", "near", "apart", "company", "coming", "walking_away", "plan", "own_safety", "child_safe", "takes_over")
#: Ways that words tell of although the question, as it was learnt, has no such meaning; the last three whatever was learnt.
_BY_WORDS = ("doubt", "tried", "hurts", "other", "calm")
_BY_WORDS_ALONE = ("hurts", "other", "calm")
#: Questions that a no denies the danger to, and intents that move the talk or ask for the person's data, whatever was asked.
_DENIABLE, _MOVES = ("dying", "plan", "mean_it"), ("my_data", "stop")
#: Questions that a no of its own answers wherever it stands among the first sentences, and the words that deny what is asked.
_DENIED_BY = {"dying": "denies_self_harm", "mean_it": "denies_harm_to_others", "frightened": "denies_partner_abuse"}
#: To take leave, which in the middle of some talks is an answer.
_BYE = "bye"
#: The word to go on with what was open before: an answer where it was asked whether to, and no answer to anything else.
_RESUME, _MAY_GO_ON = "resume", ("go_on", "wants")
#: Questions of which nothing is learnt, by their steps: only words answer them.
_NOT_LEARNT = {"gate_check": "gate", "crisis_partner_abuse.unknown": "whose_it_was"}
#: Steps that ask of the danger itself, so that to name it is to say yes.
_ASKS_OF_IT = ("crisis_", "possible_", "self_harm_unclear", "gate_")
#: Whose a danger is that the writer can deny.
_OWN = ("self", "by_writer", "unknown")
#: What a button or a bare answer says, by its intent.
_BARE = {"affirm": "yes", "deny": "no", "unsure": "unsure"}
#: What an answer is that nobody could tell from.
UNCLEAR = "unclear"
#: Answers that put right whose danger it is, and whose it then is.
PUT_RIGHT = {"me": "self", "by_me": "by_writer", "other": "other"}
#: Intents that lead elsewhere, whatever was asked: a wish to stop, a question, a word about the person's data.
_LEADS_ELSEWHERE = {*ASKS, *SMALL_TALK, *DIALOGUE} - {"affirm", "deny", "unsure", "skip", "correct", "human", "out_of_scope"}


class TalkError(ValueError):
    """The file of the talk cannot be used; the message names the step."""


@dataclass(frozen=True)
class Heard:
    """A message as the talk hears it.

    `danger` is the most urgent one of the message, or None; `is_named` whether words name it, and not the classifier alone; `level` and
    `whose` as the talk has them (bot/safety/assessment.py). `answer` is what it means as an answer to what was asked
    (bot/safety/answers.py), None where nobody learnt that; `is_well` whether that says that all is well, and
    `is_doubted` whether that is not sure.
    """

    text: str
    intent: str
    danger: str | None = None
    is_named: bool = False
    level: str = ""
    whose: str = ""
    answer: str | None = None
    is_well: bool = False
    is_doubted: bool = False


@dataclass(frozen=True)
class Aside:
    """What may be asked in the middle of a talk: what is said then, and in talks about which dangers and whose (empty: any).

    Its words, or `named` ones of patterns.yml. A `reply` pushes back at what was asked: at a question that is "open", or at "any" talk;
    where the message begins with an answer it is that answer.
    """

    says: str
    words: Words | None
    named: str = ""
    reply: str = ""
    of: tuple[str, ...] = ()
    whose: tuple[str, ...] = ()
    minor: bool = False


@dataclass(frozen=True)
class Talk:
    """The file: what each step leads to, which question it asks, words of its answers, words that take a danger back, and asides."""

    steps: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, str]
    answers: Mapping[str, Mapping[str, Words]]
    taken_back: Words
    denied: Words
    misread: Words
    mistaken: Words
    mistaken_abuse: Words
    undone: Words
    means: Words
    halves: Words
    somebody: Words
    owned: Words
    owned_plainly: Words
    others: Words
    near: Words
    done_to_me: Words
    line: Words
    in_writing: Words
    asides: tuple[Aside, ...]
    urgent: frozenset[str]
    held: frozenset[str]
    ends: Mapping[str, str]

    def place(self, step: str, level: str, whose: str) -> str:
        """The step as it counts for a danger of this person and of this level."""
        return next((name for name in (f"{step}.{whose}.{level}", f"{step}.{whose}", f"{step}.{level}") if name in self.steps), step)

    def is_end(self, step: str, level: str, whose: str) -> bool:
        """Whether a talk about a danger comes to its end with this step."""
        if step.startswith(("gate_", "possible_", "crisis_")):
            return False
        return step in self.ends.values() or not self.steps.get(self.place(step, level, whose))

    @property
    def names(self) -> frozenset[str]:
        """The steps without what comes after a point."""
        return frozenset(step.partition(".")[0] for step in self.steps)


def follows(asked: str, heard: Heard, before: Heard) -> str | None:
    """The step that follows the step `asked`, or None where the message is no answer to it: see `_follows`.

    Nor is one that names the danger as one of this moment, where the talk would come to its end over it.
    """
    step, talk = _follows(asked, heard, before), load()
    if step and heard.danger and heard.is_named and heard.level == "now":
        ends = step in talk.ends.values() or step.endswith("_help_came") or not talk.steps.get(talk.place(step, before.level, before.whose))
        return None if ends else step
    return step


def _follows(asked: str, heard: Heard, before: Heard) -> str | None:
    """The step that follows the step `asked`, or None where the message is no answer to it.

    A danger that is new, or of this moment now and was not before, is none: it is answered as a danger.

    Args:
        asked: the last step said.
        heard: the message.
        before: the danger that the talk is about, as it was heard.
    """
    talk = load()
    place = talk.place(asked, before.level, before.whose)
    ways = talk.steps.get(place, {})
    if heard.danger and (_is_another(heard, before) or _is_graver(heard, before, talk.questions.get(place))):
        return None
    sentences = list(plain_sentences(readable(heard.text)))
    is_learnt = heard.answer is not None
    goes_on = heard.intent == _RESUME and talk.questions.get(place) not in _MAY_GO_ON
    goes_on = goes_on and not _in_words_of_its_own(talk, place, heard, sentences)  # "ok im in the car" is an answer
    if is_learnt and (heard.intent in _MOVES or goes_on):
        said = _BARE.get(bare_answer(sentences[0]) or "") if sentences and before.level == "now" else None
        return ways.get(said) if said else None  # "no. what would you know, you're a bot": in danger of this minute a no is heard first
    if "me" in ways and _is_own_after_all(heard, before):
        return ways["me"]
    if not asked.startswith(("gate_", "taken_back", "possible_")) and _is_mistaken(talk, heard, before, sentences):
        return "gate_check" if before.danger == "partner_abuse" else "taken_back"
    is_only_heard = before.whose == "by_writer" and before.danger != "harm_to_others" and not (before.is_named or heard.is_named)
    if is_only_heard and (taken := _taken_back(talk, asked, sentences, before)):
        return taken
    found = _learnt(talk, place, heard, sentences) if is_learnt else _in_words_of_its_own(talk, place, heard, sentences)
    is_told_otherwise = heard.is_named and heard.danger == before.danger and heard.whose != "by_writer"
    is_own_fear = before.is_named and before.whose == "self"  # told in words, so only plain ones say that it is the other way round
    is_owned = not is_learnt or heard.is_named or _stand_in(talk.owned_plainly if is_own_fear else talk.owned, sentences)
    if found == "by_me" and (is_told_otherwise or not is_owned or _stand_in(talk.denied, sentences)):
        # "what force? I never hurt him", "he shoved me once"; and nobody is told that they used force unless they say "I"
        found = _in_words_of_its_own(talk, place, heard, sentences)
    is_of_others = heard.is_named and heard.danger == before.danger == "partner_abuse" and heard.whose == "other" and before.whose == "self"
    is_nobody_else = found == "other" and is_learnt and not _stand_in(talk.others, sentences)
    if is_nobody_else or (found == "downplayed" and is_of_others):
        found = None  # "what's the point. that's me"; "my sister's husband hits her too" plays nothing down
    if _BYE in ways and heard.intent == "goodbye" and found in (None, UNCLEAR, "no", "unsure"):
        return ways[_BYE]
    if found == "me_too" and is_learnt and not heard.is_named and not _stand_in(talk.done_to_me, sentences):
        found = None
    if found == "yes" and is_learnt and asked.startswith("possible_") and not heard.danger and len(heard.text.split()) > _GENTLY:
        found = "yes" if _is_said(talk, place, heard, sentences) else None  # a story goes on, and nobody said yes to anything
    is_told = before.is_named and before.whose == "by_writer" and before.danger != "harm_to_others" and not asked.startswith("possible_")
    if is_told and found in ("me", "other"):
        is_both = found == "me" and "me_too" in ways and (heard.is_named or _stand_in(talk.done_to_me, sentences))
        found = "me_too" if is_both else None  # what they told in words stands beside it
    names_own_fear = heard.is_named and heard.whose == "self" and heard.danger == before.danger == "partner_abuse"
    if found == "no" and names_own_fear and talk.questions.get(place) == "frightened":
        found = "yes"  # "mine is ok now, he used to hit me"
    if found == "yes" and "means" in ways and _stand_in(talk.means, sentences):
        found = "means"  # "yes. there's rope in the garage" answers the next question too
    if found == "yes" and is_learnt and UNSAID in ways and not heard.is_named and not _is_said(talk, place, heard, sentences):
        found = UNSAID
    if (
        is_learnt
        and found in ("no", "unsure")
        and heard.is_named
        and heard.danger == before.danger
        and not _begins(talk, place, heard, sentences)
    ):
        found = None  # "i just want to kill myself" is no answer to "would you call them?", whatever it sounds like
    if found in ways and found in (*PUT_RIGHT, *_BY_WORDS_ALONE, "me_too", "means"):
        return ways[found]  # also where the answer names the danger: "it's my brother who wants to die"
    if found in ways and found and not asked.startswith(_ASKS_OF_IT):
        return ways[found]  # "no plan, I just want it to be over" answers the question about a plan
    is_played_down = is_learnt and found in ("downplayed", "meant")
    is_denied = is_learnt and talk.questions[place] in _DENIABLE and (found == "no" or _is_plain(talk, place, heard, sentences))
    if (found is None or is_denied or is_played_down) and not heard.is_named:
        taken = _taken_back(talk, asked, sentences, before)
        if taken:
            return taken
    found = found or (None if is_learnt else _plain(heard))
    if heard.danger and (heard.is_named or found is None):
        if AGAIN in ways:
            return ways[AGAIN]
        anything = ways.get(_ANY)
        led = ways.get(found or "", anything)
        return None if heard.is_named and led == anything else led  # what words name is answered anew
    if found and found in ways:
        return ways[found]
    return None if heard.danger or heard.intent in _LEADS_ELSEWHERE else ways.get(ELSE)


def question(asked: str, before: Heard) -> str | None:
    """The name of the question (bot/safety/answers.py) that the step `asked` asks of the danger heard `before`; None without one."""
    talk = load()
    return talk.questions.get(talk.place(asked, before.level, before.whose))


def put_right(asked: str, heard: Heard, before: Heard, step: str) -> tuple[str, str] | None:
    """The danger that the talk is about from `step` on and whose it is, where the answer puts right whose; None where it does not."""
    talk = load()
    place = talk.place(asked, before.level, before.whose)
    ways, in_words = talk.steps.get(place, {}), _in_words_of_its_own(talk, place, heard, list(plain_sentences(readable(heard.text))))
    own = "me" if _is_own_after_all(heard, before) else None
    meant = next((name for name in (own, heard.answer, in_words, "other") if name in PUT_RIGHT and ways.get(name) == step), None)
    if meant is None:
        return None
    danger = next(name for name in DANGERS if name in step)
    if danger != before.danger and not step.startswith("crisis_"):
        return None  # "not me, him", where the writer was asked for fear of being in danger too
    is_still_harm = danger == before.danger == "harm_to_others"
    return danger, "by_writer" if is_still_harm and meant == "me" else PUT_RIGHT[meant]


def open_question(asked: str, before: Heard) -> str | None:
    """The name of the question that waits for an answer, also of one that nothing was learnt of; None where none does."""
    talk = load()
    place = talk.place(asked, before.level, before.whose)
    return (talk.questions.get(place) or _NOT_LEARNT.get(place)) if talk.steps.get(place) else None


def is_held(asked: str, before: Heard) -> bool:
    """Whether after the step `asked` a danger of this very moment is open, so that nothing else comes first."""
    return before.level == "now" and (asked in load().held or open_question(asked, before) in ABOUT_NOW)


def open_questions() -> tuple[str, ...]:
    """The names of all questions that may wait for an answer."""
    return tuple(dict.fromkeys((*load().questions.values(), *_NOT_LEARNT.values())))


def is_asking(asked: str, heard: Heard, before: Heard) -> bool:
    """Whether the step `asked` waits for an answer, and the message leads nowhere else; "go on" does not, while a danger is asked about."""
    talk = load()
    is_open = bool(talk.steps.get(talk.place(asked, before.level, before.whose)))
    return is_open and (heard.intent not in _LEADS_ELSEWHERE or heard.intent == _RESUME)


def aside(text: str, danger: str, whose: str, is_minor: bool = False, is_asked: bool = True, is_named: bool = False) -> str | None:
    """What is said to something asked in the middle of a talk about this danger of this person; a step of the talk, or a response.

    `is_asked` is whether a question is open, `is_named` whether words name the danger once more: then only a question is answered aside,
    and nothing is taken for pushing back or for help that came.
    """
    sentences = list(plain_sentences(readable(text)))
    talk = load()
    begins = bool(sentences and _YES_OR_NO.search(sentences[0]))
    answers = is_asked and (begins or _stand_in(talk.means, sentences) or _stand_in(talk.near, sentences))
    for one in talk.asides:
        is_of_this = (not one.of or danger in one.of) and (not one.whose or whose in one.whose) and (is_minor or not one.minor)
        is_meant = is_of_this and not (one.reply and (answers or not danger)) and (is_asked or one.reply != "open")
        is_meant = is_meant and not (is_named and (one.reply or not one.says.startswith("aside_")))
        if is_meant and (_stand_in(one.words, sentences) if one.words else says(one.named, text)):
            return one.says
    return None


def asks_for_a_line(text: str) -> bool:
    """Whether somebody asks for a number, or for whom to call."""
    return _stand_in(load().line, plain_sentences(readable(text)))


def wants_to_write(text: str) -> bool:
    """Whether the line that is asked for is to be one to write to."""
    return _stand_in(load().in_writing, plain_sentences(readable(text)))


def _is_own_after_all(heard: Heard, before: Heard) -> bool:
    """Whether somebody asked about another's danger names it as their own: "no, I'm not safe, I want to die"."""
    return heard.is_named and heard.danger == before.danger == "self_harm" and heard.whose == "self" != before.whose


def _is_another(heard: Heard, before: Heard) -> bool:
    """Whether a message tells of another danger than the talk is about.

    What only the classifier heard may be the answer, which it reads without the question: "she's asleep upstairs". Not where all is said to
    be well and it heard of dying or of a child: "no, only myself".
    """
    is_graver_than_well = heard.is_well and heard.danger in ("self_harm", "child_at_risk")
    is_hopeless = heard.danger == "self_harm" and says("hopeless", heard.text)
    is_answer = heard.answer not in (None, UNCLEAR) and not (heard.is_named or is_graver_than_well or is_hopeless)
    return heard.danger != before.danger and not is_answer


def _is_graver(heard: Heard, before: Heard, question: str | None) -> bool:
    """Whether the danger that the talk is about is of this moment now, and was not before."""
    is_answer = question in ABOUT_NOW and heard.answer not in (None, UNCLEAR) and not heard.is_named
    is_news = heard.danger == before.danger and heard.level == "now" and before.level != "now"
    return is_news and not is_answer and not _says_safe(heard)


def _says_safe(heard: Heard) -> bool:
    """Whether fear of a partner is only heard, and the words say that nobody is near: "yes its safe hes out till six"."""
    if heard.is_named or heard.danger != "partner_abuse":
        return False
    words, sentences = load().answers["crisis_partner_abuse"], list(plain_sentences(readable(heard.text)))
    return _stand_in(words["yes"], sentences) and not _stand_in(words["no"], sentences)


def _is_mistaken(talk: Talk, heard: Heard, before: Heard, sentences: Sequence[str]) -> bool:
    """Whether words say that a danger was understood altogether wrongly, and neither they nor the moment leave a doubt."""
    if before.whose == "by_writer" or before.level == "now" or heard.danger or len(heard.text.split()) > _ANSWER_WORDS:
        return False
    if _stand_in(talk.undone, sentences) or _stand_in(talk.means, sentences):
        return False
    return _stand_in(talk.mistaken, sentences) or (before.danger == "partner_abuse" and _stand_in(talk.mistaken_abuse, sentences))


def _taken_back(talk: Talk, asked: str, sentences: Sequence[str], before: Heard) -> str | None:
    """The step after words that take the danger back, or that it was misread; None without such words."""
    is_own_deed = before.whose == "by_writer" and before.danger != "harm_to_others"
    if before.danger is None or asked.startswith(("gate_", "taken_back", "possible_")):
        return None
    if is_own_deed and (before.is_named or not _stand_in(talk.denied, sentences)):
        return None
    is_abuse = before.danger == "partner_abuse"
    if is_own_deed:
        return "taken_back_abuse" if is_abuse else "taken_back"
    if is_abuse and _stand_in(talk.misread, sentences):
        return "gate_check"
    is_denied = not is_abuse and before.whose in _OWN and before.level != "now" and _is_denial(talk, before.danger, sentences)
    if not is_denied and not _stand_in(talk.taken_back, sentences):
        return None
    return "taken_back_abuse" if is_abuse else "taken_back"


def _is_denial(talk: Talk, danger: str, sentences: Sequence[str]) -> bool:
    """Whether a few words say that there is no such danger and nothing else but to ask why, and none takes anything of it back."""
    if danger not in ("self_harm", "harm_to_others") or sum(len(sentence.split()) for sentence in sentences) > _FEW_AND_WELL:
        return False
    is_undone = any(_stand_in(words, sentences) for words in (talk.undone, talk.means, talk.halves))
    said = [sentence for sentence in sentences if not _ASKS_WHY.search(sentence)]
    return not is_undone and says(f"denies_{danger}", ". ".join(said))


def _learnt(talk: Talk, place: str, heard: Heard, sentences: Sequence[str]) -> str | None:
    """The way that the answer means, as it was learnt, or None; of a bare yes, no or "I don't know" the words say enough."""
    ways = talk.steps.get(place, {})
    bare = _BARE.get(bare_answer(heard.text) or "") or _no_of_its_own(talk, place, heard, sentences)
    found = bare or heard.answer or ""
    if not bare and (words := _in_words_of_its_own(talk, place, heard, sentences)):
        length = len(heard.text.split())
        is_well = words == _WELL_IN_WORDS.get(talk.questions[place])
        is_plainly_well = words == _PLAIN_IN_WORDS.get(talk.questions[place]) and _is_plain(talk, place, heard, sentences)
        if words in _BY_WORDS_ALONE and not (words == "calm" and heard.is_named):
            return words
        is_telling = words != "person"  # nearly any few words may be a name
        says_nothing = found == UNCLEAR and length <= _FEW_WORDS and is_telling
        if not is_well and (
            (heard.is_well and talk.questions[place] == "walking_away") or (words == "no" and talk.questions[place] == "go_on")
        ):
            return words  # "yes he deserves it" walks nowhere; "leave the plan" is no wish to go on with it
        if is_plainly_well or says_nothing or (words in _BY_WORDS and found in ("no", UNCLEAR)):
            return words  # "just thoughts", "no plan": what was learnt of longer ones is that they go on
        names_somebody = words == found == "person" and _stand_in(talk.somebody, sentences)
        if heard.is_doubted and names_somebody and _is_plain(talk, place, heard, sentences):
            return words  # "my brother maybe"
        if heard.is_doubted and is_telling:
            return words if words == found or not is_well else None  # neither is sure: the careful one, or none
    if not bare and heard.is_doubted:
        return None
    if found == "no" and heard.danger and len(heard.text.split()) > _ANSWER_WORDS:
        return None
    return found if found in ways else "yes" if found == "person" and "yes" in ways else None


def _no_of_its_own(talk: Talk, place: str, heard: Heard, sentences: Sequence[str]) -> str | None:
    """A no where one of the first sentences is nothing else, or the danger is denied: "what?? no. why do you ask"."""
    denial = _DENIED_BY.get(talk.questions[place])
    if denial is None or heard.is_named or not _is_plain(talk, place, heard, sentences):
        return None
    is_no = any(bare_answer(sentence.replace("?", "")) == "deny" for sentence in sentences[:2])
    return "no" if is_no or says(denial, heard.text) else None


def _stand_in(words: Words, sentences: Iterable[str]) -> bool:
    """Whether the words stand in any of the plain sentences."""
    return any(words.stand_in(sentence) for sentence in sentences)


def _is_said(talk: Talk, place: str, heard: Heard, sentences: Sequence[str]) -> bool:
    """Whether an answer says yes in words, and is not only learnt to mean it."""
    if bare_answer(heard.text) == "affirm" or answer(heard.text) == "yes" or _in_words_of_its_own(talk, place, heard, sentences) == "yes":
        return True
    return talk.questions[place] == "plan" and _stand_in(talk.means, sentences)


def _begins(talk: Talk, place: str, heard: Heard, sentences: Sequence[str]) -> bool:
    """Whether an answer begins with a yes or a no, or holds words that the step has for its answers."""
    begins = bool(sentences and (_YES_OR_NO.search(sentences[0]) or answer(heard.text)))
    return begins or _in_words_of_its_own(talk, place, heard, sentences) is not None


def _is_plain(talk: Talk, place: str, heard: Heard, sentences: Sequence[str]) -> bool:
    """Whether an answer is short and takes back nothing of itself."""
    question = talk.questions[place]
    undone = (talk.undone, *((talk.means,) if question in _DENIABLE else ()), *((talk.halves,) if question in ("dying", "mean_it") else ()))
    return len(heard.text.split()) <= _FEW_AND_WELL and not any(words.stand_in(sentence) for words in undone for sentence in sentences)


def denies_plainly(text: str) -> bool:
    """Whether a text is a no and nothing more, which alone finds that there was no abuse; a button too."""
    words = load().answers["gate_check"]["no"]
    return text.startswith("/deny") or _stand_in(words, plain_sentences(readable(text)))


def _in_words_of_its_own(talk: Talk, place: str, heard: Heard, sentences: Sequence[str]) -> str | None:
    """The answer that the step has words for, or None."""
    is_short = len(heard.text.split()) <= _ANSWER_WORDS
    ways = talk.steps.get(place, {})
    for name, words in talk.answers.get(place, {}).items():
        is_believed = name != "no" or heard.danger is None or is_short
        if name in ways and is_believed and _stand_in(words, sentences):
            return name
    return None


def _plain(heard: Heard) -> str | None:
    """A yes, a no or an "I don't know", by a button or by its first words."""
    if heard.text.startswith("/"):
        return _BARE.get(heard.intent)
    found = answer(heard.text)
    if found != "no":
        return found
    # "I don't see why I should be here" only begins like a no, and so does "he hasn't for a year".
    is_no = is_plain_no(heard.text) if heard.danger else _NO.search(heard.text)
    return found if is_no else None


def _spelt_out(ways: Mapping[str, str]) -> dict[str, str]:
    """The ways of a step with `any` spelt out; it stays, for a danger that is heard once more and not named."""
    return {**(dict.fromkeys((*PLAIN, ELSE), ways[_ANY]) if _ANY in ways else {}), **ways}


@lru_cache(maxsize=2)
def load(path: Path = TALK) -> Talk:
    """Read and check the file.

    Raises:
        TalkError: a step that leads to one that is not there, or words for a step that is not there.
        PatternsError: an expression that cannot be used.
    """
    file = yaml.safe_load(path.read_text(encoding="utf-8"))
    words = file.get("words", {})
    steps = {step: _spelt_out(ways) for step, ways in file["steps"].items()}
    known = {step.partition(".")[0] for step in steps}
    for step, ways in steps.items():
        unknown = {target for target in ways.values() if target not in known}
        if unknown:
            raise TalkError(f"{path}: {step} leads to {sorted(unknown)}, which is no step")
    if not set(file["answers"]) <= set(steps):
        raise TalkError(f"{path}: answers to {sorted(set(file['answers']) - set(steps))}, which is no step")
    if not {f"crisis_{danger}" for danger in DANGERS} <= set(steps):
        raise TalkError(f"{path}: every danger wants a step")
    unknown = set(file["questions"]) - set(steps)
    if unknown:
        raise TalkError(f"{path}: questions of {sorted(unknown)}, which is no step")
    return Talk(
        steps=steps,
        questions=file["questions"],
        answers={
            step: {name: words_of(f"{step} {name}", {"find": lines}, words, path) for name, lines in found.items()}
            for step, found in file["answers"].items()
        },
        taken_back=words_of("taken_back", file["taken_back"], words, path),
        denied=words_of("denied", {"find": file["denied"]}, words, path),
        mistaken=words_of("mistaken", file["mistaken"], words, path),
        mistaken_abuse=words_of("mistaken_abuse", {"find": file["mistaken_abuse"]}, words, path),
        undone=words_of("undone", {"find": file["undone"]}, words, path),
        means=words_of("means", {"find": file["means"]}, words, path),
        halves=words_of("halves", {"find": file["halves"]}, words, path),
        misread=words_of("misread", {"find": file["misread"]}, words, path),
        somebody=words_of("somebody", {"find": file["somebody"]}, words, path),
        owned=words_of("owned", file["owned"], words, path),
        owned_plainly=words_of("owned_plainly", {"find": file["owned_plainly"]}, words, path),
        done_to_me=words_of("done_to_me", {"find": file["done_to_me"]}, words, path),
        near=words_of("near", {"find": file["near"]}, words, path),
        others=words_of("others", file["others"], words, path),
        line=words_of("line", {"find": file["line"]}, words, path),
        in_writing=words_of("in_writing", {"find": file["in_writing"]}, words, path),
        urgent=frozenset(file["urgent"]),
        held=frozenset(file["held"]),
        ends=file["ends"],
        asides=tuple(
            Aside(
                says=about.get("says", f"aside_{name}"),
                words=None if "named" in about else words_of(name, about, words, path),
                named=about.get("named", ""),
                reply=about.get("reply", ""),
                of=tuple(about.get("of", ())),
                whose=tuple(about.get("whose", ())),
                minor=about.get("minor", False),
            )
            for name, about in file["asides"].items()
        ),
    )
