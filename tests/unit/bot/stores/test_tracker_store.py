"""Rasa's tracker store as Mend uses it: deletes on request, and never takes what it cannot read for a new conversation."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore, SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.guidance.situation import UNREADABLE, gate_is_set
from bot.safety.alert import folder, waiting
from bot.settings import Settings
from bot.stores import tracker_store
from bot.stores.conversations import ConversationsError
from bot.stores.tracker_store import NOTE, MendTrackerStore, alert_of

DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {
            "safety": {"type": "list", "influence_conversation": False, "mappings": [{"type": "custom"}]},
            "level": {"type": "text", "influence_conversation": False, "mappings": [{"type": "custom"}]},
            "data_deleted": {"type": "bool", "influence_conversation": False, "mappings": [{"type": "custom"}]},
        },
    }
)


@pytest.fixture
def environ(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of this test, as a server reads them."""
    monkeypatch.setenv("MEND_DATA_DIR", str(settings.data_dir))


@pytest.fixture
def store(environ: None) -> MendTrackerStore:
    """The store, in a folder of its own."""
    return MendTrackerStore(DOMAIN)


def senders(store: MendTrackerStore) -> list[str]:
    """Whose events are kept, one for each."""
    with store.engine.connect() as connection:
        return list(connection.execute(select(store.SQLEvent.sender_id)).scalars())


async def talk(store: Any, sender: str, *events: Any) -> DialogueStateTracker:
    """A turn: the conversation as it was found, with something added, saved."""
    tracker = await store.get_or_create_tracker(sender)
    tracker.update_with_events([UserUttered("words of the person", {"name": "greet"}), *events], DOMAIN)
    await store.save(tracker)
    return tracker


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], list[int]]:
    """A factory: from now on so many attempts to read fail; gives a list that grows with every attempt."""

    def breaks(times: int) -> list[int]:
        attempts: list[int] = []
        read = SQLTrackerStore._retrieve

        async def retrieve(self: SQLTrackerStore, *arguments: Any, **options: Any) -> Any:
            attempts.append(1)
            if len(attempts) <= times:
                raise OperationalError("select words of the person", {}, Exception("database is locked"))
            return await read(self, *arguments, **options)

        monkeypatch.setattr(SQLTrackerStore, "_retrieve", retrieve)
        return attempts

    return breaks


async def test_what_was_said_is_found_again(store: MendTrackerStore) -> None:
    await talk(store, "me", SlotSet("safety", ["partner_abuse"]))
    found = await MendTrackerStore(DOMAIN).retrieve("me")
    assert found is not None and found.get_slot("safety") == ["partner_abuse"]


async def test_two_conversations_in_one_folder_know_nothing_of_each_other(store: MendTrackerStore) -> None:
    await talk(store, "one", SlotSet("safety", ["self_harm"]))
    other = await talk(store, "two")
    assert other.get_slot("safety") is None
    assert set(senders(store)) == {"one", "two"}


async def test_one_who_asked_for_it_is_deleted_with_all_sessions_and_nobody_else(store: MendTrackerStore) -> None:
    await talk(store, "you")
    await talk(store, "me")
    await talk(store, "me", ActionExecuted("action_session_start"), SessionStarted())
    await talk(store, "me", SlotSet("data_deleted", True))
    assert set(senders(store)) == {"you"}
    assert await store.retrieve("me") is None


def test_the_database_is_this_accounts_alone(store: MendTrackerStore, settings: Settings) -> None:
    assert {path.stat().st_mode & 0o777 for path in settings.data_dir.glob("conversations.db*")} == {0o600}


def test_a_store_in_memory_leaves_no_file(environ: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEND_CONVERSATIONS_URL", "sqlite://")
    monkeypatch.chdir(tmp_path)
    MendTrackerStore(DOMAIN)
    assert not (tmp_path / "None").exists()


def test_a_connection_that_was_dropped_is_noticed_before_it_is_used(store: MendTrackerStore) -> None:
    assert store.engine.pool._pre_ping is True  # type: ignore[attr-defined]


def test_an_address_without_its_package_stops_rasa_which_would_go_on_in_memory(environ: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEND_CONVERSATIONS_URL", "mysql://me@host/conversations")
    with pytest.raises(ConversationsError, match="MySQLdb"):
        MendTrackerStore(DOMAIN)


async def test_reading_that_fails_once_is_tried_again(store: MendTrackerStore, unreadable: Callable[[int], list[int]]) -> None:
    await talk(store, "me", SlotSet("safety", ["self_harm"]))
    attempts = unreadable(1)
    found = await store.retrieve("me")
    assert found is not None and found.get_slot("safety") == ["self_harm"]
    assert len(attempts) == 2


async def test_a_conversation_that_cannot_be_read_has_the_gate_closed_and_listens(
    store: MendTrackerStore, unreadable: Callable[[int], list[int]], caplog: pytest.LogCaptureFixture
) -> None:
    await talk(store, "me", SlotSet("safety", ["partner_abuse"]))
    attempts = unreadable(2)
    with caplog.at_level(logging.ERROR, tracker_store.__name__):
        found = await FailSafeTrackerStore(store).get_or_create_tracker("me", append_action_listen=False)
    assert len(attempts) == 2
    assert found.get_slot("safety") == [UNREADABLE]
    assert gate_is_set(found.current_slot_values())
    assert found.latest_action_name == "action_listen"
    assert found.applied_events(), "Rasa would start a session, which forgets the slot"
    assert "error=OperationalError" in caplog.text and "words of the person" not in caplog.text


async def test_a_conversation_that_could_not_be_read_is_not_saved_over_the_one_that_is_there(
    store: MendTrackerStore, unreadable: Callable[[int], list[int]]
) -> None:
    await talk(store, "me", SlotSet("safety", ["self_harm"]))
    before = senders(store)
    unreadable(2)
    await talk(store, "me", SlotSet("safety", ["partner_abuse", UNREADABLE]))
    assert senders(store) == before
    found = await store.retrieve("me")
    assert found is not None and found.get_slot("safety") == ["self_harm"]


def answered(*dangers: str, level: str = "now") -> list[Any]:
    """What the safety policy leaves of a turn that answered these dangers."""
    slots = [SlotSet("safety", list(dangers)), SlotSet("level", level)]
    return [*slots, ActionExecuted(f"utter_crisis_{dangers[0]}"), ActionExecuted(NOTE, timestamp=1_800_000_000.5)]


def test_a_turn_that_answered_a_danger_makes_an_alert_of_its_dangers_alone() -> None:
    earlier = [UserUttered("before", {"name": "greet"}), *answered("partner_abuse")]
    found = alert_of([*earlier, UserUttered("my own words", {"name": "greet"}), *answered("self_harm", "child_at_risk", level="likely")])
    assert found is not None
    assert (found.at, found.dangers, found.level) == (1_800_000_000.5, ("self_harm", "child_at_risk"), "likely")


@pytest.mark.parametrize("after", [[], [UserUttered("thanks", {"name": "greet"}), ActionExecuted("utter_thank")]])
def test_only_the_latest_turn_makes_one(after: list[Any]) -> None:
    found = alert_of([UserUttered("my own words", {"name": "greet"}), *answered("self_harm"), *after])
    assert (found is None) == bool(after)


def test_a_level_or_danger_made_up_in_a_button_is_not_passed_on() -> None:
    found = alert_of([UserUttered("/crisis_self_harm", {}), *answered("self_harm", "my own words", level="my own words")])
    assert found is not None and (found.dangers, found.level) == (("self_harm",), "explicit")


@pytest.fixture
def alerting(environ: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody on duty is to be told, who cannot be reached."""
    monkeypatch.setenv("MEND_ALERT_URL", "http://127.0.0.1:1/")


async def test_an_alert_waits_for_whoever_is_on_duty_and_holds_no_word(alerting: None, settings: Settings) -> None:
    await talk(MendTrackerStore(DOMAIN), "me-and-nobody-else", *answered("self_harm"))
    (file,) = waiting(folder(settings))
    assert "words of the person" not in file.read_text() and "me-and" not in file.read_text() + file.name


async def test_nobody_is_told_where_the_operator_did_not_ask_for_it(store: MendTrackerStore, settings: Settings) -> None:
    await talk(store, "me", *answered("self_harm"))
    assert waiting(folder(settings)) == []


async def test_an_alert_is_kept_though_the_conversation_cannot_be(
    alerting: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object) -> None:
        raise OperationalError("insert", {}, Exception("database is locked"))

    store = MendTrackerStore(DOMAIN)
    monkeypatch.setattr(store, "session_scope", locked)
    tracker = DialogueStateTracker.from_events("me", [UserUttered("words", {"name": "greet"}), *answered("self_harm")], DOMAIN.slots)
    with pytest.raises(OperationalError):
        await store.save(tracker)
    assert len(waiting(folder(settings))) == 1


async def test_an_outbox_that_cannot_be_written_costs_no_conversation(
    alerting: None, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    store = MendTrackerStore(DOMAIN)
    folder(settings).write_text("a file is in the way")
    await talk(store, "me", *answered("self_harm"))
    assert "alert_not_kept" in caplog.text
    assert set(senders(store)) == {"me"}
