"""What the unit tests share: settings in a folder of their own, a real journal, trackers and a dispatcher."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.journal import store as journal_store
from bot.journal.keys import person_key
from bot.journal.store import JournalStore, journal, migrate
from bot.settings import Settings, load_settings

SENDER = "somebody"
CHANNEL = "cmdline"


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Settings whose folder is this test's; nothing is in it yet."""
    journal_store.engine.cache_clear()
    yield load_settings({"MEND_DATA_DIR": str(tmp_path / "mend")})
    journal_store.engine.cache_clear()


@pytest.fixture(scope="session")
def empty_journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated journal without entries, copied instead of migrated anew for each test."""
    made = load_settings({"MEND_DATA_DIR": str(tmp_path_factory.mktemp("template"))})
    migrate(made)
    with journal_store.engine(made).connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    journal_store.engine.cache_clear()
    return made.data_dir / "journal.db"


@pytest.fixture
def migrated(empty_journal: Path, settings: Settings) -> Settings:
    """Settings whose journal has its tables."""
    settings.data_dir.mkdir(mode=0o700)
    shutil.copy(empty_journal, settings.data_dir / "journal.db")
    return settings


@pytest.fixture
def store(migrated: Settings) -> Iterator[JournalStore]:
    """The journal within one open transaction."""
    with journal(migrated) as opened:
        yield opened


@pytest.fixture
def tracker() -> Callable[..., Tracker]:
    """A factory: `tracker({"role": "hurt"}, events=[...], intent="greet", entities=[...])`."""

    def make(
        slots: dict[str, Any] | None = None,
        events: list[dict[str, Any]] | None = None,
        intent: str = "affirm",
        entities: list[dict[str, Any]] | None = None,
        sender: str = SENDER,
    ) -> Tracker:
        message = {"text": "words of the person", "intent": {"name": intent}, "entities": entities or []}
        heard = {"event": "user", "text": message["text"], "parse_data": message, "input_channel": CHANNEL}
        known = {"safety": None, **(slots or {})}
        return Tracker(sender, known, message, [*(events or []), heard], False, None, {}, "action_listen")

    return make


@pytest.fixture(params=[{"safety": ["partner_abuse"]}, {"no_contact": "yes"}], ids=["gate", "no_contact"])
def alone(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Slots with which nothing is asked or said about the couple."""
    found: dict[str, Any] = request.param
    return found


@pytest.fixture
def dispatcher() -> CollectingDispatcher:
    """Collects what an action says."""
    return CollectingDispatcher()


@pytest.fixture
def kept(migrated: Settings) -> Callable[..., dict[str, list[dict[str, Any]]]]:
    """A factory: everything the journal keeps about a sender, without the times."""

    def read(sender: str = SENDER) -> dict[str, list[dict[str, Any]]]:
        with journal(migrated) as opened:
            summary = opened.summary(person_key(migrated, CHANNEL, sender))
        return {name: [without_times(row) for row in rows] for name, rows in summary.items()}

    return read


def without_times(row: dict[str, Any]) -> dict[str, Any]:
    """An entry without when it was logged."""
    return {name: value for name, value in row.items() if name != "logged_at"}


class Webhook:
    """Takes posts on this machine, answers each with the next of `answers`, the last one for ever, and keeps what was posted."""

    def __init__(self) -> None:
        self.answers = [200]
        self.posted: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.posted.append(json.loads(body))
                self.send_response(outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0])
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def do_GET(self) -> None:
                outer.posted.append({"fetched": self.path})
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=secret"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    found = Webhook()
    found.thread.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
