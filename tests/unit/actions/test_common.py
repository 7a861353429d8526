"""What every action shares: a true `saved`, no raising, and nothing of the person's in the log."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import common
from actions.common import Events, JournalAction, person, spoken
from actions.decision import ActionLogCommitment, ActionSuggestNext
from actions.privacy import ActionAnswerDataRequest, ActionDeleteData
from actions.progress import ActionLogCheckIn, ActionShowProgress
from actions.safety import ActionLogSafety
from actions.steps import ActionLogSteps
from actions.story import ActionLogStory
from bot.settings import PROJECT, Settings

JOURNAL_ACTIONS = [
    ActionAnswerDataRequest,
    ActionDeleteData,
    ActionLogCheckIn,
    ActionLogCommitment,
    ActionLogSafety,
    ActionLogSteps,
    ActionLogStory,
    ActionShowProgress,
    ActionSuggestNext,
]
#: Slots with which every one of them has something to do in the journal.
BUSY = {
    "breaches": ["infidelity"],
    "role": "hurt",
    "open_talk": "yes",
    "heaviness": "7",
    "suggestion": "closure",
    "confirm_delete": "yes",
    "route": "leave",
}

#: What only a journal that answered may make an action say.
CLAIMS = {
    "utter_check_in_heavy", "utter_check_in_noted", "utter_commitment_noted", "utter_deleted", "utter_know_nothing", "utter_progress",
    "utter_progress_empty", "utter_what_i_know",
}  # fmt: skip


def without_tables(settings: Settings, tmp_path: Path) -> Settings:
    """An SQLite file that was never migrated."""
    return settings


def no_database(settings: Settings, tmp_path: Path) -> Settings:
    """A file that is something else."""
    (settings.data_dir / "journal.db").write_bytes(b"not a database at all" * 100)
    return settings


def out_of_reach(settings: Settings, tmp_path: Path) -> Settings:
    """An address where nothing is."""
    return replace(settings, journal_url=f"sqlite:///{tmp_path / 'nowhere' / 'journal.db'}")


def wrong_text_key(settings: Settings, tmp_path: Path) -> Settings:
    """A key file with something else in it."""
    (settings.data_dir / "text.key").write_text("no key")
    return settings


def folder_is_a_file(settings: Settings, tmp_path: Path) -> Settings:
    """A data folder that cannot be made."""
    (tmp_path / "taken").touch()
    return replace(settings, data_dir=tmp_path / "taken" / "mend")


BREAKS = [without_tables, no_database, out_of_reach, wrong_text_key, folder_is_a_file]


@pytest.mark.parametrize("broken", BREAKS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("action", JOURNAL_ACTIONS, ids=lambda action: action.__name__)
async def test_an_action_whose_journal_is_broken_reports_that_it_could_not_save_and_claims_nothing(
    action: type[JournalAction],
    broken: Callable[[Settings, Path], Settings],
    settings: Settings,
    tmp_path: Path,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
) -> None:
    settings.data_dir.mkdir(mode=0o700)
    made = action(broken(settings, tmp_path))  # type: ignore[call-arg]
    events = await made.run(dispatcher, tracker(BUSY), {})
    assert events[0] == SlotSet("saved", False)
    assert [event for event in events[1:] if event.get("name") in ("saved", "data_deleted")] == []
    assert CLAIMS & {message["response"] for message in dispatcher.messages} == set()


@pytest.mark.parametrize("action", JOURNAL_ACTIONS, ids=lambda action: action.__name__)
async def test_an_action_whose_journal_is_whole_says_that_it_saved(
    action: type[JournalAction], migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    events = await action(migrated).run(dispatcher, tracker(BUSY), {})
    assert events[0] == SlotSet("saved", True)
    assert [event for event in events[1:] if event.get("name") == "saved"] == []


class Acting(JournalAction):
    """Does in `act` what a test gives it."""

    def __init__(self, settings: Settings, act: Callable[[JournalAction, CollectingDispatcher, Tracker], Any]) -> None:
        super().__init__(settings)
        self._act = act

    def name(self) -> str:
        return "action_acting"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
        return await self._act(self, dispatcher, tracker)


Acting.__module__ = "rasa_sdk.not_registered"


async def fail(action: JournalAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Fails with the person's words in its mouth."""
    raise ValueError("words of the person")


async def fail_to_note(action: JournalAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Cannot note, and answers all the same."""

    def work(store: Any, key: str) -> None:
        raise ValueError("words of the person")

    said = await action.note(tracker, work)
    dispatcher.utter_message(response="utter_answer", said=said)
    return [SlotSet("suggestion", "closure")]


async def note(action: JournalAction, dispatcher: CollectingDispatcher, tracker: Tracker) -> Events:
    """Notes a number, and answers."""
    said = await action.note(tracker, lambda store, key: store.log_check_in(key, 3))
    dispatcher.utter_message(response="utter_answer", said=said)
    return []


@pytest.mark.parametrize("act", [fail, fail_to_note])
async def test_the_log_of_a_failure_names_the_action_and_the_kind_of_error_only(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    caplog: pytest.LogCaptureFixture,
    act: Any,
) -> None:
    await Acting(migrated, act).run(dispatcher, tracker(), {})
    assert "action=action_acting error=ValueError" in caplog.text
    assert "words of the person" not in caplog.text


async def test_what_could_not_be_noted_is_reported_and_the_answer_is_given_all_the_same(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher
) -> None:
    events = await Acting(migrated, fail_to_note).run(dispatcher, tracker(), {})
    assert events == [SlotSet("saved", False), SlotSet("suggestion", "closure")]
    assert [(message["response"], message["said"]) for message in dispatcher.messages] == [("utter_answer", False)]


@pytest.mark.parametrize("broken", BREAKS, ids=lambda way: way.__name__)
async def test_a_note_in_a_broken_journal_is_reported_too(
    broken: Callable[[Settings, Path], Settings],
    settings: Settings,
    tmp_path: Path,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
) -> None:
    settings.data_dir.mkdir(mode=0o700)
    events = await Acting(broken(settings, tmp_path), note).run(dispatcher, tracker(), {})
    assert events == [SlotSet("saved", False)]
    assert len(dispatcher.messages) == 1


async def test_what_was_noted_is_kept_and_reported(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    assert await Acting(migrated, note).run(dispatcher, tracker(), {}) == [SlotSet("saved", True)]
    assert dispatcher.messages[0]["said"] is True
    assert kept() == {"check_ins": [{"heaviness": 3}]}


@pytest.mark.parametrize("order", [(note, fail_to_note), (fail_to_note, note)])
async def test_one_note_that_fails_makes_the_report_false_whatever_came_before_or_after(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, order: tuple[Any, ...]
) -> None:
    async def both(*arguments: Any) -> Events:
        for act in order:
            await act(*arguments)
        return []

    assert await Acting(migrated, both).run(dispatcher, tracker(), {}) == [SlotSet("saved", False)]


async def test_turns_that_run_at_once_report_each_for_themselves(migrated: Settings, tracker: Callable[..., Tracker]) -> None:
    async def by_sender(action: JournalAction, dispatcher: CollectingDispatcher, heard: Tracker) -> Events:
        await asyncio.sleep(0)
        return await (note if heard.sender_id.startswith("good") else fail_to_note)(action, dispatcher, heard)

    shared = Acting(migrated, by_sender)
    senders = ["good1", "bad1", "good2", "bad2"]
    found = await asyncio.gather(*(shared.run(CollectingDispatcher(), tracker(sender=sender), {}) for sender in senders))
    assert [events[0]["value"] for events in found] == [True, False, True, False]


async def test_nothing_of_the_journal_runs_in_the_servers_own_thread(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    for name in ("person_key", "load_settings"):
        found = getattr(common, name)
        monkeypatch.setattr(common, name, lambda *given, found=found: threads.append(threading.get_ident()) or found(*given))
    monkeypatch.setenv("MEND_DATA_DIR", str(migrated.data_dir))
    await Acting(None, note).run(dispatcher, tracker(), {})  # type: ignore[arg-type]
    assert dispatcher.messages[0]["said"] is True
    assert len(threads) == 2 and threading.get_ident() not in threads


async def test_without_settings_of_its_own_an_action_reads_the_environment(
    migrated: Settings,
    tracker: Callable[..., Tracker],
    dispatcher: CollectingDispatcher,
    kept: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEND_DATA_DIR", str(migrated.data_dir))
    await ActionLogSafety().run(dispatcher, tracker(intent="crisis_self_harm"), {})
    assert kept() == {"safety_events": [{"dangers": ["self_harm"], "level": None}]}


async def test_each_sender_has_a_journal_of_their_own(
    migrated: Settings, tracker: Callable[..., Tracker], dispatcher: CollectingDispatcher, kept: Callable[..., Any]
) -> None:
    await ActionLogCheckIn(migrated).run(dispatcher, tracker({"heaviness": "7"}, sender="one"), {})
    await ActionLogCheckIn(migrated).run(dispatcher, tracker({"heaviness": "2"}, sender="two"), {})
    assert kept("one") == {"check_ins": [{"heaviness": 7}]}
    assert kept("two") == {"check_ins": [{"heaviness": 2}]}
    assert kept("three") == {}


async def test_a_conversation_without_a_channel_has_a_journal_too(migrated: Settings, dispatcher: CollectingDispatcher) -> None:
    silent = Tracker("one", {"heaviness": "7", "safety": None}, {}, [], False, None, {}, None)
    assert await ActionLogCheckIn(migrated).run(dispatcher, silent, {}) == [SlotSet("saved", True)]


def test_the_action_server_finds_exactly_the_actions_of_the_domain() -> None:
    executor = ActionExecutor()
    executor.register_package("actions")
    domain = yaml.safe_load((PROJECT / "domain.yml").read_text(encoding="utf-8"))
    assert set(executor.actions) == set(domain["actions"])


def test_what_is_known_of_a_person_comes_from_the_slots(tracker: Callable[..., Tracker]) -> None:
    found = person(tracker({"role": "hurt", "breaches": ["neglect"], "safety": ["partner_abuse"]}))
    assert (found.role, found.breaches, found.gate) == ("hurt", ("neglect",), True)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], ""),
        (["infidelity"], "infidelity"),
        (["infidelity", "neglect"], "infidelity and neglect"),
        (["infidelity", "dishonesty", "neglect"], "infidelity, dishonesty and neglect"),
        (["not listed"], "not listed"),
    ],
)
def test_values_are_spoken_in_words(values: list[str], words: str) -> None:
    assert spoken("kinds", values) == words


def test_the_last_word_is_joined_as_asked() -> None:
    assert spoken("kinds", ["infidelity", "neglect"], ", and ") == "infidelity, and neglect"
    assert spoken("kinds", ["infidelity", "dishonesty", "neglect"], ", and ") == "infidelity, dishonesty, and neglect"
