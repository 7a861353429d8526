"""Where conversations are kept: Rasa's SQL tracker store at the address the settings name, with deletion."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import event
from sqlalchemy.engine import make_url

from bot.settings import load_settings, private_dir


class MendTrackerStore(SQLTrackerStore):
    """A conversation whose slot `data_deleted` is set is deleted with all its sessions instead of being saved."""

    def __init__(self, domain: Domain | None = None, event_broker: EventBroker | None = None, **kwargs: dict[str, Any]) -> None:
        settings = load_settings()
        url = make_url(settings.conversations_url)
        database = url.database
        if url.drivername.startswith("sqlite"):
            private_dir(settings.data_dir)
            Path(str(database)).touch(0o600)
        super().__init__(
            domain,
            url.drivername,
            url.host,
            url.port,
            database,
            url.username,
            url.password,
            event_broker,
            query=dict(url.query),
        )
        self.engine.hide_parameters = True
        if url.drivername.startswith("sqlite"):
            event.listen(self.engine, "connect", _prepare_sqlite)
            self.engine.dispose()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save the conversation, or delete it when its person asked for that in this turn."""
        if not tracker.get_slot("data_deleted"):
            await super().save(tracker)
            return
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
            session.commit()


def _prepare_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode=WAL", "busy_timeout=5000", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
