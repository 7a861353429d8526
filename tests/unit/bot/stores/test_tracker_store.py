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
from bot.settings import Settings
from bot.stores import tracker_store
from bot.stores.conversations import ConversationsError
from bot.stores.tracker_store import MendTrackerStore

DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {
            "safety": {"type": "list", "influence_conversation": False, "mappings": [{"type": "custom"}]},
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
