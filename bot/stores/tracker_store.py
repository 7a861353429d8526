"""Where conversations are kept: Rasa's SQL tracker store at the address the settings name, with deletion.

Named in endpoints.yml; runs inside the Rasa server.
"""

from __future__ import annotations

import logging
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import sessionmaker

from bot.guidance.situation import UNREADABLE
from bot.settings import load_settings
from bot.stores import conversations

logger = logging.getLogger(__name__)


class MendTrackerStore(SQLTrackerStore):
    """Conversations by sender.

    One whose slot `data_deleted` is set is deleted with all its sessions instead of being saved. One that cannot be read is never
    taken for a new one.
    """

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: dict[str, Any]) -> None:
        # Not SQLTrackerStore's own, which waits for ever for a wrong address and has no way to ask for `pool_pre_ping`.
        TrackerStore.__init__(self, domain, event_broker)
        self.engine = conversations.engine(load_settings())
        self.Base.metadata.create_all(self.engine)
        self.sessionmaker = sessionmaker(bind=self.engine)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The latest session; None when nothing was ever said. What cannot be read at the second attempt has `safety: [unreadable]`."""
        for _ in range(2):
            try:
                return await super().retrieve(sender_id)
            # Whatever it is: Rasa would begin a new conversation, in which no danger was ever named.
            except Exception as error:
                logger.error("conversation_unreadable error=%s", type(error).__name__)
        tracker = self.init_tracker(sender_id)
        # Looks like a session that has begun: Rasa would begin one otherwise, and empty the slot.
        begun = [ActionExecuted(ACTION_SESSION_START_NAME), SessionStarted(), SlotSet("safety", [UNREADABLE])]
        tracker.update_with_events([*begun, ActionExecuted(ACTION_LISTEN_NAME)], self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save the conversation, or delete it when its person asked for that in this turn."""
        if tracker.get_slot("data_deleted"):
            with self.session_scope() as session:
                session.query(self.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
                session.commit()
        # What could not be read is still there: its events are not in this tracker, and this one's mark must not stay in its slot.
        elif UNREADABLE not in (tracker.get_slot("safety") or ()):
            await super().save(tracker)
